#include "bench/ingest/world.h"

#include <array>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <protozero/pbf_writer.hpp>

namespace nightjar::bench {
namespace {

using protozero::pbf_writer;

constexpr std::uint64_t kSeriesPerPod = 100;

std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}
double unit(std::uint64_t x) { return static_cast<double>(mixed(x) >> 11) * 0x1p-53; }

struct SeriesNames {
  std::string metric, job, instance, pod, space, node, route, method, code;
  bool counter = false;
};

constexpr std::array<const char*, 10> kMetrics = {"http_requests_total",
                                                  "http_request_duration_seconds_sum",
                                                  "http_request_duration_seconds_count",
                                                  "process_cpu_seconds_total",
                                                  "go_memstats_heap_alloc_bytes",
                                                  "container_network_receive_bytes_total",
                                                  "grpc_server_handled_total",
                                                  "db_client_connections_usage",
                                                  "queue_depth",
                                                  "container_memory_working_set_bytes"};
constexpr std::array<bool, 10> kCounter = {true, true, true, true, false, true, true, false, false, false};
constexpr std::array<const char*, 5> kRoutes = {"/api/v1/orders/{id}", "/api/v1/products", "/api/v1/cart/items",
                                                "/api/v1/payments/{id}/capture", "/healthz"};

SeriesNames names_of(std::uint64_t series) {
  const std::uint64_t pod = series / kSeriesPerPod, within = series % kSeriesPerPod;
  const std::uint64_t service = pod / 20;
  SeriesNames n;
  n.metric = kMetrics[within % 10];
  n.counter = kCounter[within % 10];
  n.job = fmt::format("service-{:03}", service);
  n.pod = fmt::format("service-{:03}-{:08x}-{:05x}", service, mixed(service) & 0xffffffff, mixed(pod) & 0xfffff);
  n.instance = fmt::format("10.{}.{}.{}:8080", (pod >> 14) & 255, (pod >> 7) & 127, pod & 127);
  n.space = fmt::format("team-{}", service % 12);
  n.node = fmt::format("ip-10-0-{}-{}.internal", (pod / 30) >> 8, (pod / 30) & 255);
  n.route = kRoutes[(within / 10) % 5];
  n.method = within < 50 ? "GET" : "POST";
  n.code = within % 3 == 0 ? "200" : "404";
  return n;
}

double value_of(std::uint64_t series, bool counter, std::uint64_t round) {
  const double rate = 0.5 + 20 * unit(series);
  if (counter) return std::floor(rate * static_cast<double>(round) * 10 + 3 * unit(series * 7919 + round));
  return std::floor(1000 * rate * (1 + 0.1 * (unit(series * 104729 + round) - 0.5)));
}

void add_label(pbf_writer& series, std::string_view name, std::string_view value) {
  pbf_writer label(series, 1);
  label.add_string(1, name.data(), name.size());
  label.add_string(2, value.data(), value.size());
}

void add_key(pbf_writer& to, std::uint32_t field, std::string_view key, std::string_view value) {
  pbf_writer pair(to, field);
  pair.add_string(1, key.data(), key.size());
  pbf_writer any(pair, 2);
  any.add_string(1, value.data(), value.size());
}

void add_series(pbf_writer& body, std::uint64_t series, std::uint64_t round, std::int64_t time_ms) {
  const SeriesNames n = names_of(series);
  pbf_writer one(body, 1);
  add_label(one, "__name__", n.metric);
  add_label(one, "code", n.code);
  add_label(one, "instance", n.instance);
  add_label(one, "job", n.job);
  add_label(one, "method", n.method);
  add_label(one, "namespace", n.space);
  add_label(one, "node", n.node);
  add_label(one, "pod", n.pod);
  add_label(one, "route", n.route);
  pbf_writer sample(one, 2);
  sample.add_double(1, value_of(series, n.counter, round));
  sample.add_int64(2, time_ms);
}

// One resource a pod, one metric a series with one point: what a Collector's batches of scraped targets look like.
void add_pod(pbf_writer& body, std::uint64_t from, std::uint64_t to, std::uint64_t round, std::int64_t time_ms) {
  pbf_writer resource_metrics(body, 1);
  const SeriesNames first = names_of(from);
  {
    pbf_writer resource(resource_metrics, 1);
    add_key(resource, 1, "service.name", first.job);
    add_key(resource, 1, "service.namespace", first.space);
    add_key(resource, 1, "service.instance.id", first.pod);
    add_key(resource, 1, "host.name", first.node);
  }
  pbf_writer scope(resource_metrics, 2);
  for (std::uint64_t series = from; series < to; ++series) {
    const SeriesNames n = names_of(series);
    pbf_writer metric(scope, 2);
    metric.add_string(1, n.metric);
    pbf_writer data(metric, n.counter ? 7 : 5);
    {
      pbf_writer point(data, 1);
      point.add_fixed64(2, static_cast<std::uint64_t>(1'700'000'000'000'000'000));
      point.add_fixed64(3, static_cast<std::uint64_t>(time_ms) * 1'000'000);
      point.add_double(4, value_of(series, n.counter, round));
      add_key(point, 7, "http.route", n.route);
      add_key(point, 7, "http.request.method", n.method);
      add_key(point, 7, "http.response.status_code", n.code);
    }
    if (n.counter) {
      data.add_int32(2, 2);
      data.add_bool(3, true);
    }
  }
}

void add_id(pbf_writer& span, std::uint32_t field, std::uint64_t high, std::uint64_t low, std::size_t bytes) {
  std::array<char, 16> id{};
  std::memcpy(id.data(), &low, 8);
  std::memcpy(id.data() + 8, &high, 8);
  span.add_bytes(field, id.data(), bytes);
}

// A trace of ten: gateway -> service A -> service B -> database, each with a server and a client span.
void add_spans(pbf_writer& body, std::uint64_t first, std::size_t batch, std::int64_t time_ms) {
  constexpr std::size_t kTrace = 10;
  const auto end_ns = static_cast<std::uint64_t>(time_ms) * 1'000'000;
  for (std::uint64_t service = 0; service < 20; ++service) {
    pbf_writer resource_spans(body, 1);
    {
      pbf_writer resource(resource_spans, 1);
      add_key(resource, 1, "service.name", fmt::format("service-{:03}", service));
      add_key(resource, 1, "service.version", "2.4.1");
      add_key(resource, 1, "service.instance.id", fmt::format("service-{:03}-1", service));
    }
    pbf_writer scope(resource_spans, 2);
    for (std::size_t i = 0; i < batch; ++i) {
      const std::uint64_t trace = (first + i) / kTrace, step = (first + i) % kTrace;
      if ((mixed(trace) + step / 2) % 20 != service) continue;
      const std::uint64_t root = mixed(trace * 31);
      pbf_writer span(scope, 2);
      add_id(span, 1, mixed(trace), root, 16);
      add_id(span, 2, 0, root + step + 1, 8);
      if (step > 0) add_id(span, 4, 0, root + step, 8);
      const bool server = step % 2 == 0, database = step == kTrace - 1;
      span.add_string(5, server ? "GET /api/v1/orders/{id}" : database ? "SELECT orders" : "GET");
      span.add_int32(6, server ? 2 : 3);
      const std::uint64_t width = (kTrace - step) * 1'000'000 + (mixed(trace + step) & 0xfffff);
      span.add_fixed64(7, end_ns - width);
      span.add_fixed64(8, end_ns - step * 10'000);
      if (database) {
        add_key(span, 9, "db.system.name", "postgresql");
        add_key(span, 9, "db.namespace", "shop");
        add_key(span, 9, "db.query.text",
                fmt::format("SELECT id, total FROM orders WHERE customer_id = {}", trace % 1000));
        add_key(span, 9, "server.address", "postgres");
      } else {
        add_key(span, 9, "http.request.method", "GET");
        add_key(span, 9, server ? "http.route" : "server.address", server ? "/api/v1/orders/{id}" : "service");
        add_key(span, 9, "url.path", "/api/v1/orders/42");
        add_key(span, 9, "http.response.status_code", trace % 200 == 0 ? "500" : "200");
      }
      if (trace % 200 == 0) {
        pbf_writer status(span, 15);
        status.add_int32(3, 2);
      }
    }
  }
}

}  // namespace

std::string make_body(BodyKind kind, std::uint64_t first, std::size_t batch, std::uint64_t series, std::uint64_t round,
                      std::int64_t time_ms) {
  std::string body;
  pbf_writer writer(body);
  switch (kind) {
    case BodyKind::remote_write:
      for (std::size_t i = 0; i < batch; ++i) add_series(writer, (first + i) % series, round, time_ms);
      break;
    case BodyKind::otlp_metrics:
      for (std::uint64_t at = first, end = first + batch; at < end;) {
        const std::uint64_t to = std::min(end, (at / kSeriesPerPod + 1) * kSeriesPerPod);
        add_pod(writer, at, to, round, time_ms);
        at = to;
      }
      break;
    case BodyKind::otlp_traces:
      add_spans(writer, first, batch, time_ms);
      break;
  }
  return body;
}

}  // namespace nightjar::bench
