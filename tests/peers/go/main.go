// Plays the script of ../script.py through the OpenTelemetry SDK for Go. OTEL_EXPORTER_OTLP_PROTOCOL chooses the exporters; endpoint,
// compression and resource come from the SDK's own variables.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const text = "Grüße, 世界"

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func done(err error) { must(0, err) }

func exporters(ctx context.Context) (sdktrace.SpanExporter, sdklog.Exporter, sdkmetric.Exporter) {
	if os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc" {
		return must(otlptracegrpc.New(ctx)), must(otlploggrpc.New(ctx)), must(otlpmetricgrpc.New(ctx))
	}
	return must(otlptracehttp.New(ctx)), must(otlploghttp.New(ctx)), must(otlpmetrichttp.New(ctx))
}

func requests(tracer trace.Tracer, start time.Time) trace.Span {
	var first trace.Span
	for n := 1; n <= 25; n++ {
		begins := start.Add(time.Duration(20*(n-1)) * time.Millisecond)
		at := func(ms int) time.Time { return begins.Add(time.Duration(ms) * time.Millisecond) }
		failed := n == 5 || n == 10 || n == 15
		status := 200
		if failed {
			status = 500
		}
		options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer), trace.WithTimestamp(begins), trace.WithAttributes(
			attribute.String("http.request.method", "GET"), attribute.String("http.route", "/items/{id}"), attribute.String("url.path", fmt.Sprintf("/items/%d", n)),
			attribute.Int("http.response.status_code", status), attribute.Int("peer.n", n), attribute.String("peer.text", text),
			attribute.Float64("peer.ratio", 0.25), attribute.Bool("peer.sure", true))}
		if n == 25 {
			options = append(options, trace.WithLinks(trace.Link{SpanContext: first.SpanContext()}))
		}
		inside, span := tracer.Start(context.Background(), "GET /items/{id}", options...)
		_, call := tracer.Start(inside, "SELECT items", trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(at(1)), trace.WithAttributes(
			attribute.String("db.system.name", "postgresql"), attribute.String("db.namespace", "shop"), attribute.String("db.collection.name", "items"),
			attribute.String("db.operation.name", "SELECT"), attribute.String("db.query.text", "SELECT name FROM items WHERE id = 7"),
			attribute.String("server.address", "db.peer.test"), attribute.Int("server.port", 5432)))
		call.End(trace.WithTimestamp(at(6)))
		if failed {
			span.RecordError(errors.New(fmt.Sprintf("item %d is gone", n)), trace.WithTimestamp(at(7)))
			span.SetStatus(codes.Error, "it broke")
		}
		span.End(trace.WithTimestamp(at(10 + n)))
		if first == nil {
			first = span
		}
	}
	return first
}

func lines(logger log.Logger, first trace.Span) {
	for n := 1; n <= 10; n++ {
		var record log.Record
		record.SetTimestamp(time.Now())
		record.SetBody(attribute.StringValue(fmt.Sprintf("order %d was lost: %s", n, text)))
		record.SetSeverity(log.SeverityInfo)
		if n%2 == 1 {
			record.SetSeverity(log.SeverityError)
		}
		record.AddAttributes(attribute.Int("order", n))
		ctx := context.Background()
		if n == 1 {
			ctx = trace.ContextWithSpan(ctx, first)
		}
		logger.Emit(ctx, record)
	}
}

func numbers(meter metric.Meter) {
	ctx := context.Background()
	book, film := metric.WithAttributes(attribute.String("kind", "book")), metric.WithAttributes(attribute.String("kind", "film"))
	orders := must(meter.Int64Counter("peer.orders", metric.WithUnit("{order}")))
	for amount := int64(1); amount <= 5; amount++ {
		orders.Add(ctx, amount, book)
	}
	orders.Add(ctx, 4, film)
	must(meter.Float64ObservableGauge("peer.queue.depth", metric.WithUnit("1"), metric.WithFloat64Callback(
		func(_ context.Context, observer metric.Float64Observer) error { observer.Observe(7.5); return nil })))
	sizes := must(meter.Int64Histogram("peer.payload.size", metric.WithUnit("By")))
	for _, size := range []int64{1, 2, 3, 4, 100} {
		sizes.Record(ctx, size, book)
	}
}

func main() {
	ctx := context.Background()
	spans, records, points := exporters(ctx)
	traces := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans))
	logs := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(records)))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(points)))

	start := must(strconv.ParseInt(os.Getenv("PEER_START_MS"), 10, 64))
	first := requests(traces.Tracer("peer"), time.UnixMilli(start))
	lines(logs.Logger("peer"), first)
	numbers(meters.Meter("peer"))
	done(traces.Shutdown(ctx))
	done(logs.Shutdown(ctx))
	done(meters.Shutdown(ctx))
	ids := map[string]string{"trace_id": first.SpanContext().TraceID().String(), "span_id": first.SpanContext().SpanID().String()}
	fmt.Println(string(must(json.Marshal(ids))))
}
