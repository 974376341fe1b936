// Plays the script of ../script.py through the OpenTelemetry SDK for Java with its autoconfiguration: protocol, endpoint, compression and resource come from the
// SDK's own variables. Run as a single source file: java -cp 'lib/*' Send.java
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Set;

public class Send {
  static final String TEXT = "Gr\u00fc\u00dfe, \u4e16\u754c";

  public static void main(String[] words) {
    OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder().disableShutdownHook().build().getOpenTelemetrySdk();
    Span first = requests(sdk, Long.parseLong(System.getenv("PEER_START_MS")));
    lines(sdk, first);
    numbers(sdk);
    sdk.close();
    System.out.printf("{\"trace_id\":\"%s\",\"span_id\":\"%s\"}%n", first.getSpanContext().getTraceId(), first.getSpanContext().getSpanId());
  }

  static Span requests(OpenTelemetry sdk, long start) {
    Tracer tracer = sdk.getTracer("peer");
    Span first = null;
    for (int n = 1; n <= 25; n++) {
      long begins = start + 20L * (n - 1);
      boolean failed = Set.of(5, 10, 15).contains(n);
      SpanBuilder builder = tracer.spanBuilder("GET /items/{id}").setNoParent().setSpanKind(SpanKind.SERVER).setStartTimestamp(begins, MILLISECONDS)
          .setAttribute("http.request.method", "GET").setAttribute("http.route", "/items/{id}").setAttribute("url.path", "/items/" + n)
          .setAttribute("http.response.status_code", failed ? 500L : 200L)
          .setAttribute("peer.n", n).setAttribute("peer.text", TEXT).setAttribute("peer.ratio", 0.25).setAttribute("peer.sure", true);
      if (n == 25) builder.addLink(first.getSpanContext());
      Span span = builder.startSpan();
      Span call = tracer.spanBuilder("SELECT items").setParent(Context.root().with(span)).setSpanKind(SpanKind.CLIENT).setStartTimestamp(begins + 1, MILLISECONDS)
          .setAttribute("db.system.name", "postgresql").setAttribute("db.namespace", "shop").setAttribute("db.collection.name", "items")
          .setAttribute("db.operation.name", "SELECT").setAttribute("db.query.text", "SELECT name FROM items WHERE id = 7")
          .setAttribute("server.address", "db.peer.test").setAttribute("server.port", 5432L).startSpan();
      call.end(begins + 6, MILLISECONDS);
      if (failed) span.recordException(new IllegalStateException("item " + n + " is gone")).setStatus(StatusCode.ERROR, "it broke");
      span.end(begins + 10 + n, MILLISECONDS);
      if (first == null) first = span;
    }
    return first;
  }

  static void lines(OpenTelemetry sdk, Span first) {
    Logger logger = sdk.getLogsBridge().get("peer");
    for (int n = 1; n <= 10; n++) {
      logger.logRecordBuilder().setContext(n == 1 ? Context.root().with(first) : Context.root()).setBody("order " + n + " was lost: " + TEXT)
          .setSeverity(n % 2 == 1 ? Severity.ERROR : Severity.INFO).setSeverityText(n % 2 == 1 ? "ERROR" : "INFO")
          .setAttribute(AttributeKey.longKey("order"), (long) n).emit();
    }
  }

  static void numbers(OpenTelemetry sdk) {
    Meter meter = sdk.getMeter("peer");
    Attributes book = Attributes.of(AttributeKey.stringKey("kind"), "book"), film = Attributes.of(AttributeKey.stringKey("kind"), "film");
    LongCounter orders = meter.counterBuilder("peer.orders").setUnit("{order}").build();
    for (int amount = 1; amount <= 5; amount++) orders.add(amount, book);
    orders.add(4, film);
    meter.gaugeBuilder("peer.queue.depth").setUnit("1").buildWithCallback(result -> result.record(7.5));
    LongHistogram sizes = meter.histogramBuilder("peer.payload.size").setUnit("By").ofLongs().build();
    for (long size : new long[] {1, 2, 3, 4, 100}) sizes.record(size, book);
  }
}
