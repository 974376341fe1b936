// Plays the script of ../script.py through the OpenTelemetry SDK for JavaScript. OTEL_EXPORTER_OTLP_PROTOCOL chooses the exporters; endpoint, compression and
// resource come from the SDK's own variables.
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { detectResources, envDetector } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const kind = process.env.OTEL_EXPORTER_OTLP_PROTOCOL === 'grpc' ? 'grpc' : 'http';
const { OTLPTraceExporter } = await import(`@opentelemetry/exporter-trace-otlp-${kind}`);
const { OTLPMetricExporter } = await import(`@opentelemetry/exporter-metrics-otlp-${kind}`);
const { OTLPLogExporter } = await import(`@opentelemetry/exporter-logs-otlp-${kind}`);

const TEXT = 'Grüße, 世界';
const start = Number(process.env.PEER_START_MS);
const resource = detectResources({ detectors: [envDetector] });

const traces = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
const tracer = traces.getTracer('peer');
let first;
for (let n = 1; n <= 25; n++) {
  const begins = start + 20 * (n - 1), failed = [5, 10, 15].includes(n);
  const span = tracer.startSpan('GET /items/{id}', {
    kind: SpanKind.SERVER, startTime: begins, links: n === 25 ? [{ context: first.spanContext() }] : [],
    attributes: {
      'http.request.method': 'GET', 'http.route': '/items/{id}', 'url.path': `/items/${n}`, 'http.response.status_code': failed ? 500 : 200,
      'peer.n': n, 'peer.text': TEXT, 'peer.ratio': 0.25, 'peer.sure': true,
    },
  });
  const call = tracer.startSpan('SELECT items', {
    kind: SpanKind.CLIENT, startTime: begins + 1,
    attributes: {
      'db.system.name': 'postgresql', 'db.namespace': 'shop', 'db.collection.name': 'items', 'db.operation.name': 'SELECT',
      'db.query.text': 'SELECT name FROM items WHERE id = 7', 'server.address': 'db.peer.test', 'server.port': 5432,
    },
  }, trace.setSpan(context.active(), span));
  call.end(begins + 6);
  if (failed) {
    span.recordException(new RangeError(`item ${n} is gone`), begins + 7);
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'it broke' });
  }
  span.end(begins + 10 + n);
  first ??= span;
}

const logs = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })] });
const logger = logs.getLogger('peer');
for (let n = 1; n <= 10; n++) {
  logger.emit({
    body: `order ${n} was lost: ${TEXT}`, severityNumber: n % 2 ? SeverityNumber.ERROR : SeverityNumber.INFO, severityText: n % 2 ? 'ERROR' : 'INFO',
    attributes: { order: n }, context: n === 1 ? trace.setSpan(context.active(), first) : context.active(),
  });
}

const meters = new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })] });
const meter = meters.getMeter('peer');
const orders = meter.createCounter('peer.orders', { unit: '{order}' });
for (let amount = 1; amount <= 5; amount++) orders.add(amount, { kind: 'book' });
orders.add(4, { kind: 'film' });
meter.createObservableGauge('peer.queue.depth', { unit: '1' }).addCallback((result) => result.observe(7.5));
const sizes = meter.createHistogram('peer.payload.size', { unit: 'By' });
for (const size of [1, 2, 3, 4, 100]) sizes.record(size, { kind: 'book' });

for (const provider of [traces, logs, meters]) await provider.shutdown();
const { traceId, spanId } = first.spanContext();
console.log(JSON.stringify({ trace_id: traceId, span_id: spanId }));
