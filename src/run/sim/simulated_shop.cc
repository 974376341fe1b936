#include "run/sim/simulated_shop.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace nightjar {
namespace {

constexpr double kDiskBytes = 100e9;
constexpr Duration kNetwork = milliseconds(1);

std::string text_attribute(std::string_view key, std::string_view value) {
  return fmt::format(R"({{"key":"{}","value":{{"stringValue":"{}"}}}})", key, value);
}
std::string number_attribute(std::string_view key, int value) {
  return fmt::format(R"({{"key":"{}","value":{{"intValue":"{}"}}}})", key, value);
}

std::string resource(std::string_view service, std::string_view version, std::string_view instance) {
  return fmt::format(R"({{"attributes":[{},{},{}]}})", text_attribute("service.name", service),
                     text_attribute("service.version", version), text_attribute("service.instance.id", instance));
}

struct SpanText {
  std::uint64_t id = 0, parent = 0;
  std::string name, attributes;
  int kind = 2;  // OTLP: 2 server, 3 client
  Timestamp start;
  Duration took;
  bool failed = false;
};

std::string text_of(const SpanText& span, const std::string& trace) {
  return fmt::format(R"({{"traceId":"{}","spanId":"{:016x}",{}"name":"{}","kind":{},"startTimeUnixNano":"{}",)"
                     R"("endTimeUnixNano":"{}","status":{{"code":{}}},"attributes":[{}]}})",
                     trace, span.id, span.parent == 0 ? "" : fmt::format(R"("parentSpanId":"{:016x}",)", span.parent),
                     span.name, span.kind, span.start.ns, (span.start + span.took).ns, span.failed ? 2 : 0,
                     span.attributes);
}

std::string http_attributes(const ShopService& service, bool failed) {
  return text_attribute("http.request.method", service.method) + ',' + text_attribute("http.route", service.route) +
         ',' + number_attribute("http.response.status_code", failed ? 500 : 200);
}

Duration about(Duration usual, Random& random) {
  return {static_cast<std::int64_t>(static_cast<double>(usual.ns) * (0.8 + 0.4 * random.uniform()))};
}

std::string gauge(std::string_view name, double value, Timestamp at) {
  return fmt::format(R"({{"name":"{}","unit":"By","gauge":{{"dataPoints":[{{"timeUnixNano":"{}","asDouble":{:.0f},)"
                     R"("attributes":[{}]}}]}}}})",
                     name, at.ns, value, text_attribute("mountpoint", "/data"));
}

}  // namespace

SimulatedShop::SimulatedShop(std::vector<ShopService> services) : services_(std::move(services)) {
  for (const ShopService& service : services_) {
    const bool called = std::any_of(services_.begin(), services_.end(), [&](const ShopService& other) {
      return std::find(other.calls.begin(), other.calls.end(), service.name) != other.calls.end();
    });
    if (!called) edges_.push_back(service.name);
  }
}

ShopService* SimulatedShop::find(std::string_view service) {
  const auto found =
      std::find_if(services_.begin(), services_.end(), [&](const ShopService& known) { return known.name == service; });
  return found == services_.end() ? nullptr : &*found;
}

bool SimulatedShop::applies(const ShopFault& fault, const ShopService& service, const std::string& instance) const {
  return fault.service == service.name && (fault.instance.empty() || fault.instance == instance) &&
         (fault.version.empty() || fault.version == service.instances.at(instance));
}

// The balancer knows who answers and sends nobody to the dead; "": nobody answers.
std::string SimulatedShop::pick_instance(const ShopService& service, Random& random) const {
  std::vector<const std::string*> alive;
  for (const auto& [instance, version] : service.instances) {
    const bool silent = std::any_of(faults_.begin(), faults_.end(), [&](const ShopFault& fault) {
      return fault.kind == FaultKind::silent && applies(fault, service, instance);
    });
    if (!silent) alive.push_back(&instance);
  }
  if (alive.empty()) return {};
  return *alive[static_cast<std::size_t>(random.between(0, static_cast<int>(alive.size()) - 1))];
}

SimulatedShop::Served SimulatedShop::serve(const ShopService& service, Request& request, std::uint64_t parent,
                                           Timestamp start) {
  const std::string instance = pick_instance(service, request.random);
  if (instance.empty()) return {kNetwork, true};
  double error_ratio = service.error_ratio;
  ShopStatement statement = service.statement;
  Duration own = about(service.takes, request.random);
  for (const ShopFault& fault : faults_) {
    if (!applies(fault, service, instance)) continue;
    if (fault.kind == FaultKind::error_ratio) error_ratio = std::max(error_ratio, fault.amount);
    if (fault.kind == FaultKind::slow) own = own + about(fault.slower, request.random);
    if (fault.kind == FaultKind::statement) statement = fault.statement;
  }
  SpanText server{++spans_, parent, service.method + ' ' + service.route, {}, 2, start, {}, false};
  server.failed = request.random.chance(error_ratio);
  Timestamp now = start + own;
  std::string spans;
  if (!statement.text.empty()) {
    SpanText asked{++spans_, server.id, "query", {}, 3, now, about(statement.takes, request.random), false};
    asked.attributes = text_attribute("db.system.name", "postgresql") + ',' +
                       text_attribute("db.namespace", statement.database) + ',' +
                       text_attribute("db.query.text", statement.text);
    now = now + asked.took;
    spans += text_of(asked, request.trace) + ',';
  }
  for (const std::string& callee : service.calls) {
    const ShopService* called = find(callee);
    CHECK(called != nullptr);
    SpanText call{++spans_, server.id, called->method, {}, 3, now, {}, false};
    const Served served = serve(*called, request, call.id, now + kNetwork);
    call.took = served.took + kNetwork * 2;
    call.failed = served.failed;
    call.attributes = text_attribute("http.request.method", called->method) + ',' +
                      text_attribute("server.address", called->name) + ',' + number_attribute("server.port", 8080);
    server.failed = server.failed || served.failed;
    now = now + call.took;
    spans += text_of(call, request.trace) + ',';
  }
  server.took = now - start;
  server.attributes = http_attributes(service, server.failed);
  if (!request.out.empty()) request.out += ',';
  request.out += fmt::format(R"({{"resource":{},"scopeSpans":[{{"spans":[{}{}]}}]}})",
                             resource(service.name, service.instances.at(instance), instance), spans,
                             text_of(server, request.trace));
  return {server.took, server.failed};
}

void SimulatedShop::append_request(const std::string& edge, Timestamp at, Random& random, std::string& resource_spans) {
  const ShopService* service = find(edge);
  CHECK(service != nullptr);
  Request request{fmt::format("{:016x}{:016x}", random.next() + 1ull, ++traces_), random, resource_spans};
  serve(*service, request, 0, at);
}

SignalsArrived SimulatedShop::trace_body(std::string resource_spans) {
  SignalsArrived signals;
  signals.encoding = Encoding::otlp_traces_json;
  signals.body = R"({"resourceSpans":[)" + std::move(resource_spans) + "]}";
  signals.principal = "simulated";
  return signals;
}

std::optional<SignalsArrived> SimulatedShop::metrics(Timestamp at, Duration passed) {
  std::string resources;
  for (ShopService& service : services_) {
    if (service.disk_used < 0 || service.instances.empty()) continue;
    for (const ShopFault& fault : faults_)
      if (fault.kind == FaultKind::disk && fault.service == service.name)
        service.disk_used = std::min(1.0, service.disk_used + fault.amount * passed.seconds() / 60);
    const auto& [instance, version] = *service.instances.begin();
    if (!resources.empty()) resources += ',';
    resources += fmt::format(R"({{"resource":{},"scopeMetrics":[{{"metrics":[{},{}]}}]}})",
                             resource(service.name, version, instance), gauge("disk_size_bytes", kDiskBytes, at),
                             gauge("disk_used_bytes", kDiskBytes * service.disk_used, at));
  }
  if (resources.empty()) return std::nullopt;
  SignalsArrived signals;
  signals.encoding = Encoding::otlp_metrics_json;
  signals.body = R"({"resourceMetrics":[)" + resources + "]}";
  signals.principal = "simulated";
  return signals;
}

void SimulatedShop::run_version(std::string_view service, const std::string& version,
                                const std::vector<std::string>& instances) {
  ShopService* known = find(service);
  CHECK(known != nullptr);
  for (auto& [instance, runs] : known->instances)
    if (instances.empty() || std::find(instances.begin(), instances.end(), instance) != instances.end()) runs = version;
}

void SimulatedShop::restart(std::string_view instance) {
  std::erase_if(faults_,
                [&](const ShopFault& fault) { return fault.kind == FaultKind::silent && fault.instance == instance; });
}

void SimulatedShop::clean_up(std::string_view service) {
  std::erase_if(faults_,
                [&](const ShopFault& fault) { return fault.kind == FaultKind::disk && fault.service == service; });
  if (ShopService* known = find(service); known != nullptr && known->disk_used >= 0) known->disk_used = 0.3;
}

}  // namespace nightjar
