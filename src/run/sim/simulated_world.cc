#include "run/sim/simulated_world.h"

#include <algorithm>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::int64_t kStart = 1'790'000'000'000'000'000;  // some night; windows are aligned to it

EngineConfig config_of_the_world() {
  EngineConfig config;
  config.public_url = "http://nightjar.test";
  config.services = {{ServiceName{"pay"}, "payments", "shop/shop", 0.5}};
  config.destination_kinds = {{"oncall", "slack"}, {"tickets", "github_issues"}};
  config.routes = {{{"*"}, {"oncall"}, "tickets", "ada"}};
  config.runbooks = {{"rollback", {"service", "to_version"}, "deploy again"}};
  PolicyConfig policy;
  policy.name = "roll-back";
  policy.actions = {"rollback"};
  policy.services = {"*"};
  policy.auto_allowed = true;
  config.policies = {policy};
  return config;
}

std::vector<ShopService> services_of_the_world() {
  ShopService web{.name = "web", .method = "GET", .route = "/checkout", .calls = {"pay"}, .error_ratio = 0};
  web.instances = {{"web-1", "5.0"}, {"web-2", "5.0"}};
  ShopService pay{.name = "pay", .method = "POST", .route = "/pay", .takes = milliseconds(25), .error_ratio = 0.002};
  pay.instances = {{"pay-1", "1.9"}, {"pay-2", "1.9"}};
  return {web, pay};
}

}  // namespace

SimulatedWorld::SimulatedWorld(std::uint64_t seed) : random_(seed), shop_(services_of_the_world()) {
  shop_.faults() = {{.kind = FaultKind::error_ratio, .service = "pay", .version = "2.0", .amount = 0.12}};
  bad_release_ = random_.chance(0.6);
  harmless_release_ = random_.chance(0.6);
  alerts_ = random_.chance(0.4);
  hand_fails_ = random_.chance(0.2);
  release_at_ = random_.between(150, 200);
  harmless_at_ = random_.between(120, 220);
}

void SimulatedWorld::announce_releases(std::vector<InputBody>& bodies) {
  const auto deploy = [&](const char* service, const char* version, const char* previous) {
    ChangeEvent event;
    event.key = fmt::format("sim {} {}", service, version);
    event.service = ServiceName{service};
    event.version = version;
    event.previous_version = previous;
    event.started_at = {kStart + std::int64_t{second_} * 1'000'000'000};
    bodies.push_back(ChangeArrived{event});
    if (random_.chance(0.3)) bodies.push_back(ChangeArrived{event});  // told twice
  };
  if (bad_release_ && second_ == release_at_) {
    deploy("pay", "2.0", "1.9");
    shop_.run_version("pay", "2.0", {"pay-1"});
  }
  if (harmless_release_ && second_ == harmless_at_) deploy("web", "5.0", "4.9");
  if (alerts_ && second_ >= 260 && second_ % 15 == 0) {
    Alert alert;
    alert.fingerprint = 77;
    alert.name = "PaymentsSlow";
    alert.service = ServiceName{"pay"};
    alert.severity = "warning";
    alert.starts_at = {kStart + 260'000'000'000};
    bodies.push_back(AlertsArrived{{alert}});
  }
  if (alerts_ && (second_ == 300 || second_ == 301)) {  // somebody writes it down; the webhook comes twice
    TicketEvent ticket;
    ticket.key = "OPS-1";
    ticket.delivery = "w-1";
    ticket.title = "pay is slow";
    ticket.author = "ada";
    ticket.opened_at = ticket.at = {kStart + 300'000'000'000};
    bodies.push_back(TicketArrived{ticket});
  }
}

void SimulatedWorld::answer(std::vector<InputBody>& bodies) {
  for (const Later& due : later_)
    if (due.second <= second_) bodies.push_back(due.body);
  std::erase_if(later_, [&](const Later& due) { return due.second <= second_; });
}

std::vector<Input> SimulatedWorld::next_second() {
  std::vector<InputBody> bodies;
  if (second_ == 0) bodies.push_back(ConfigApplied{config_of_the_world(), "sim"});
  if (second_ == 1) bodies.push_back(HandPresence{true});
  announce_releases(bodies);
  for (int i = 0; i < 10; ++i) {
    const Timestamp at{kStart + std::int64_t{second_} * 1'000'000'000 + random_.between(0, 900) * 1'000'000LL};
    std::string request;
    shop_.append_request("web", at, random_, request);
    SignalsArrived signals = SimulatedShop::trace_body(std::move(request));
    if (random_.chance(0.01)) continue;  // lost before it reached a door
    if (random_.chance(0.05))
      later_.push_back({second_ + random_.between(1, 30), signals});  // late, perhaps after its window
    else
      bodies.push_back(signals);
  }
  answer(bodies);
  bodies.push_back(Tick{});
  std::vector<Input> inputs;
  std::int64_t at = kStart + std::int64_t{second_} * 1'000'000'000;
  for (InputBody& body : bodies) inputs.push_back({++sequence_, {at += 1000}, std::move(body)});
  ++second_;
  return inputs;
}

void SimulatedWorld::take(const Effects& effects) {
  for (const Effect& effect : effects) {
    if (const auto* dispatch = std::get_if<DispatchAction>(&effect)) {
      if (++dispatched_[dispatch->action.id] > 1) continue;
      const bool fails = hand_fails_;
      ActionReport report{dispatch->action.id,
                          fails ? ReportKind::failed : ReportKind::succeeded,
                          {},
                          fails ? "exit code 1" : "exit code 0"};
      if (!fails) shop_.run_version("pay", "1.9", {});
      const int when = second_ + random_.between(1, 8);
      later_.push_back({when, ActionReported{report}});
      if (random_.chance(0.5))
        later_.push_back({when + random_.between(0, 20), ActionReported{report}});  // hand repeats itself
    }
    if (const auto* deliver = std::get_if<Deliver>(&effect)) {
      DeliveryReport report{deliver->delivery.id, random_.chance(0.95), {}, {}, {}};
      if (report.delivered)
        report.external_ref = "ref-" + to_string(deliver->delivery.id), report.url = "http://tickets.test/1";
      else
        report.error = "the destination did not answer";
      later_.push_back({second_ + random_.between(0, 5), DeliveryReported{report}});
    }
  }
}

}  // namespace nightjar
