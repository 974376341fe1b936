#include "run/story/play_story.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "run/driver/driver.h"
#include "run/story/teller.h"

namespace nightjar {
namespace {

constexpr Duration kHandTakes = seconds(5), kDestinationTakes = seconds(1), kMetricsEvery = seconds(10);

template <class... Visitors>
struct Each : Visitors... {
  using Visitors::operator()...;
};

// The nth of a map from ids, as the story counts them.
template <class Map>
const typename Map::mapped_type* nth(const Map& map, int number) {
  if (number < 1 || static_cast<std::size_t>(number) > map.size()) return nullptr;
  return &std::next(map.begin(), number - 1)->second;
}

class Stage {
 public:
  explicit Stage(const Story& story)
      : story_(story), driver_({.lanes = 2}), shop_(story.services), random_(story.seed) {}

  absl::StatusOr<std::string> play() {
    auto next = story_.lines.begin();
    for (Timestamp second = story_.begins; second <= story_.ends; second = second + seconds(1)) {
      now_ = second;
      if (second == story_.begins)
        step(ConfigApplied{story_.config, "story"}), step(HandPresence{story_.hand_connected});
      for (; next != story_.lines.end() && next->at <= second; ++next)
        if (absl::Status status = happen(*next); !status.ok()) return status;
      answer();
      send_telemetry();
      step(Tick{});
    }
    if (next != story_.lines.end()) return invalid_argument("{}: this is after 'run until'", next->place);
    if (driver_.undecodable() > 0) return internal_error("{} bodies could not be decoded", driver_.undecodable());
    return std::move(told_);
  }

 private:
  struct Answer {
    Timestamp due;
    InputBody body;
    std::optional<Action> done;  // what hand does before it says so
  };

  void step(InputBody body) {
    now_ = now_ + nanoseconds(1000);
    const Effects effects = driver_.step({++sequence_, now_, std::move(body)});
    const std::string lines = teller_.tell(now_, effects);
    if (now_ >= story_.told_from) told_ += lines;
    for (const Effect& effect : effects) {
      if (const auto* dispatch = std::get_if<DispatchAction>(&effect)) take_to_hand(dispatch->action);
      if (const auto* deliver = std::get_if<Deliver>(&effect)) take_to_destination(deliver->delivery);
    }
  }

  void send_telemetry() {
    const double whole = std::floor(story_.rate);
    for (const std::string& edge : shop_.edges()) {
      std::string requests;
      const int count = static_cast<int>(whole) + (random_.chance(story_.rate - whole) ? 1 : 0);
      for (int i = 0; i < count; ++i)
        shop_.append_request(edge, now_ + milliseconds(random_.between(0, 900)), random_, requests);
      if (!requests.empty()) step(SimulatedShop::trace_body(std::move(requests)));
    }
    if ((now_ - story_.begins).ns / seconds(1).ns % (kMetricsEvery.ns / seconds(1).ns) != 0) return;
    if (auto metrics = shop_.metrics(now_, kMetricsEvery)) step(*std::move(metrics));
  }

  void answer() {
    std::vector<Answer> due;
    std::erase_if(answers_, [&](Answer& waiting) {
      if (waiting.due > now_) return false;
      due.push_back(std::move(waiting));
      return true;
    });
    for (Answer& now : due) {
      if (now.done) carry_out(*now.done);
      step(std::move(now.body));
    }
  }

  void take_to_hand(const Action& action) {
    if (hand_.silent) return;
    ActionReport report{action.id, hand_.kind, now_, hand_.text};
    const bool done = hand_.kind == ReportKind::succeeded;
    answers_.push_back({now_ + kHandTakes, ActionReported{report}, done ? std::optional(action) : std::nullopt});
  }

  void carry_out(const Action& action) {
    switch (action.kind) {
      case ActionKind::rollback:
        return shop_.run_version(action.service.value, action.arguments.at("to_version"), {});
      case ActionKind::restart:
        return shop_.restart(action.arguments.at("instance"));
      case ActionKind::script:
        return shop_.clean_up(action.service.value);
      case ActionKind::scale:
        return;
    }
  }

  void take_to_destination(const Delivery& delivery) {
    DeliveryReport report{delivery.id, !broken_destinations_.contains(delivery.destination), {}, {}, {}};
    if (report.delivered) {
      report.external_ref = std::to_string(++messages_);
      report.url = fmt::format("http://{}.test/{}", delivery.destination, messages_);
    } else {
      report.error = "503 from the destination, given up after 5 attempts";
    }
    answers_.push_back({now_ + kDestinationTakes, DeliveryReported{report}, std::nullopt});
  }

  absl::Status happen(const StoryLine& line) {
    absl::Status status;
    const auto unknown = [&](std::string_view prefix, int number) {
      status = invalid_argument("{}: there is no {}-{} at that time", line.place, prefix, number);
    };
    std::visit(Each{
                   [&](const DeployHappens& deploy) { happen(deploy); },
                   [&](const MessageRepeats& repeats) {
                     const auto& last = repeats.what == MessageRepeats::What::change ? last_change_ : last_alerts_;
                     if (!last) status = invalid_argument("{}: there was no such message yet", line.place);
                     if (last) step(*last);
                   },
                   [&](const FaultBegins& begins) { shop_.faults().push_back(begins.fault); },
                   [&](const FaultEnds& ends) {
                     std::erase_if(shop_.faults(), [&](const ShopFault& f) { return f.service == ends.service; });
                   },
                   [&](const AlertsRaised& alerts) { happen(alerts); },
                   [&](const PersonApproves& approves) {
                     const Action* action = nth(driver_.world().actions, approves.action);
                     if (action == nullptr) return unknown("act", approves.action);
                     const std::string plan = approves.another_plan ? std::string(64, '0') : action->plan_hash;
                     step(CommandArrived{{approves.person, ApproveAction{action->id, plan, ApprovalVia::console}}});
                   },
                   [&](const PersonRejects& rejects) {
                     const Action* action = nth(driver_.world().actions, rejects.action);
                     if (action == nullptr) return unknown("act", rejects.action);
                     step(CommandArrived{{rejects.person, RejectAction{action->id, action->plan_hash, rejects.why}}});
                   },
                   [&](const PersonAcknowledges& takes) {
                     const Incident* incident = nth(driver_.world().incidents, takes.incident);
                     if (incident == nullptr) return unknown("inc", takes.incident);
                     step(CommandArrived{{takes.person, AcknowledgeIncident{incident->id}}});
                   },
                   [&](const KillSwitchTurned& turned) {
                     step(CommandArrived{{turned.person, SetKillSwitch{turned.on, {}}}});
                   },
                   [&](const HandComesOrGoes& hand) { step(HandPresence{hand.connected}); },
                   [&](const HandAnswers& answers) { hand_ = answers; },
                   [&](const DestinationTurns& turns) {
                     if (turns.works)
                       broken_destinations_.erase(turns.name);
                     else
                       broken_destinations_.insert(turns.name);
                   },
               },
               line.happening);
    return status;
  }

  void happen(const DeployHappens& deploy) {
    shop_.run_version(deploy.service, deploy.to, deploy.instances);
    if (!deploy.announced) return;
    ChangeEvent event;
    event.key = fmt::format("story {} {} at {}", deploy.service, deploy.to, now_.ns);
    event.delivery = event.key;
    event.service = ServiceName{deploy.service};
    event.version = deploy.to, event.previous_version = deploy.from, event.author = deploy.author;
    event.environment = story_.config.environment;
    event.started_at = now_;
    last_change_ = ChangeArrived{event};
    step(*last_change_);
  }

  // Each in its own episode: an Alertmanager that groups by instance sends one alert for each.
  void happen(const AlertsRaised& raised) {
    AlertsArrived arrived;
    for (int i = 0; i < raised.count; ++i) {
      Alert alert;
      alert.name = raised.name;
      alert.service = ServiceName{raised.service};
      alert.instance = InstanceName{raised.instance};
      alert.severity = raised.severity, alert.summary = raised.summary;
      alert.sender = "alertmanager";
      alert.fingerprint = stable_hash(fmt::format("{} {} {} {}", raised.name, raised.service, raised.instance, i), 1);
      const auto [began, fresh] = alerts_since_.try_emplace(alert.fingerprint, now_);
      alert.starts_at = began->second;
      if (raised.resolved) alert.ends_at = now_, alerts_since_.erase(began);
      arrived.alerts.push_back(std::move(alert));
    }
    last_alerts_ = arrived;
    step(std::move(arrived));
  }

  const Story& story_;
  Driver driver_;
  SimulatedShop shop_;
  Random random_;
  Teller teller_;
  std::string told_;
  Timestamp now_;
  Sequence sequence_ = 0;
  std::uint64_t messages_ = 0;
  std::vector<Answer> answers_;
  HandAnswers hand_{ReportKind::succeeded, "exit code 0", false};
  std::set<std::string> broken_destinations_;
  std::map<std::uint64_t, Timestamp> alerts_since_;
  std::optional<InputBody> last_change_, last_alerts_;
};

}  // namespace

absl::StatusOr<std::string> play_story(const Story& story) { return Stage(story).play(); }

}  // namespace nightjar
