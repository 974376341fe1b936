#include "run/story/read_story.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "model/words.h"
#include "run/story/read_happening.h"

namespace nightjar {
namespace {

constexpr std::string_view kNoon = "2026-09-22T12:00:00Z";  // a Tuesday; windows are aligned to it
constexpr Duration kLongest = hours(12);

// What is asked of a demonstrator's world when the scenario says nothing else.
EngineConfig usual_config() {
  EngineConfig config;
  config.public_url = "http://nightjar.test";
  config.destination_kinds = {{"oncall", "slack"}, {"tickets", "github_issues"}};
  config.runbooks = {{"rollback", {"service", "to_version"}, "deploy again", "rollback"},
                     {"restart", {"instance"}, ""},
                     {"clean-up", {"service"}, ""}};
  return config;
}

void read_service(LineWords& words, Story& story) {
  ShopService service;
  service.name = words.word("the name of a service");
  service.route = "/" + service.name;
  std::string version;
  int instances = 1;
  while (!words.at_end() && words.status().ok()) {
    if (words.take_if("version")) {
      version = words.word("a version");
    } else if (words.take_if("instances")) {
      instances = words.number("instances");
    } else if (words.take_if("serves")) {
      service.method = words.word("a method"), service.route = words.word("a path");
    } else if (words.take_if("takes")) {
      service.takes = words.duration("takes");
    } else if (words.take_if("errors")) {
      service.error_ratio = words.share("errors");
    } else if (words.take_if("disk")) {
      service.disk_used = words.share("disk");
    } else if (words.take_if("tier")) {
      const std::string tier = words.word("a tier");
      if (tier != "0.25" && tier != "0.5" && tier != "0.75" && tier != "1")
        words.wrong(fmt::format("tier '{}' is none of 0.25, 0.5, 0.75, 1", tier));
      story.config.services.push_back({ServiceName{service.name}, {}, {}, std::stod(tier)});
    } else if (words.take_if("calls")) {
      static const std::set<std::string_view> kKeys = {"version", "instances", "serves", "takes",
                                                       "errors",  "disk",      "tier"};
      while (!words.at_end() && !kKeys.contains(words.peek())) service.calls.push_back(words.word("a service"));
    } else {
      words.wrong(fmt::format("a service has version, instances, serves, calls, takes, errors, disk and tier, not '{}'",
                              words.peek()));
    }
  }
  if (version.empty()) words.wrong("the version of the service is missing");
  if (instances > 20) words.wrong("more than 20 instances make a slow story");
  for (int i = 1; i <= instances; ++i) service.instances[fmt::format("{}-{}", service.name, i)] = version;
  for (const ShopService& known : story.services)
    if (known.name == service.name) words.wrong(fmt::format("service '{}' is described twice", service.name));
  story.services.push_back(std::move(service));
}

void read_policy(LineWords& words, Story& story) {
  PolicyConfig policy;
  policy.name = words.word("the name of a policy");
  policy.services = {"*"};
  if (words.take_if("forbids")) {
    policy.effect = PolicyEffect::forbid;
  } else {
    words.expect("permits");
  }
  const std::string kind = words.word("rollback, restart or script");
  if (!parse_word<ActionKind>(kind)) words.wrong(fmt::format("'{}' is no kind of action", kind));
  policy.actions = {kind};
  while (!words.at_end() && words.status().ok()) {
    if (words.take_if("auto")) {
      policy.auto_allowed = true;
    } else if (words.take_if("approvals")) {
      policy.approvals = words.number("approvals");
    } else if (words.take_if("expires")) {
      policy.approval_ttl = words.duration("expires");
    } else if (words.take_if("cooldown")) {
      policy.cooldown = words.duration("cooldown");
    } else if (words.take_if("blast")) {
      policy.auto_blast_score_at_most = words.number("blast");
    } else if (words.take_if("verify")) {
      policy.verify_max = words.duration("verify");
    } else {
      words.wrong(
          fmt::format("a policy has auto, blast, approvals, expires, cooldown and verify, not '{}'", words.peek()));
    }
  }
  story.config.policies.push_back(std::move(policy));
}

void read_objective(LineWords& words, Story& story) {
  SloConfig slo;
  slo.name = words.word("the name of an objective");
  slo.service = ServiceName{words.word("a service")};
  slo.objective = words.share("objective");
  if (slo.objective >= 1) words.wrong("an objective of 100% leaves no error budget");
  story.config.slos.push_back(std::move(slo));
}

void read_route(LineWords& words, Story& story) {
  RouteConfig route;
  route.services = {words.peek() == "->" ? "*" : words.word("a service")};
  words.expect("->");
  route.notify = {words.word("a destination")};
  story.config.destination_kinds[route.notify.front()] = "slack";
  if (words.take_if("tickets")) {
    route.tickets = words.word("a destination");
    story.config.destination_kinds[route.tickets] = "github_issues";
  }
  route.approver = "ada";
  story.config.routes.push_back(std::move(route));
}

// 12:04:30 -> that time of the story's day; nullopt: not a time.
std::optional<Timestamp> time_of_day(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  return parse_rfc3339(fmt::format("{}{}Z", kNoon.substr(0, 11), text));
}

class StoryReader {
 public:
  StoryReader(std::string file, const ReadWorld& read_world) : file_(std::move(file)), read_world_(read_world) {
    story_.config = usual_config();
    story_.told_from = *parse_rfc3339(kNoon);
  }

  absl::StatusOr<Story> read(std::string_view text) {
    std::size_t at = 0;
    bool parted = false;
    for (int number = 1; at < text.size() && !parted; ++number) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view line = text.substr(at, end - at);
      at = std::min(end + 1, text.size());
      if (number == 1 && !line.starts_with("# "))
        return invalid_argument("{}:1: a story begins with '# ' and why it is told", file_);
      parted = line == "----";
      if (parted) continue;
      if (absl::Status status = take(fmt::format("{}:{}", file_, number), line); !status.ok()) return status;
    }
    if (!parted) return invalid_argument("{}: there is no line '----' after which the output stands", file_);
    story_.script = text.substr(0, at);
    story_.expected = text.substr(at);
    return finish();
  }

 private:
  absl::Status take(std::string place, std::string_view line) {
    if (line.empty() || line.front() == '#') return absl::OkStatus();
    LineWords words(std::move(place), line);
    if (story_.ends) {
      words.wrong("nothing comes after 'run until' but '----'");
    } else if (const auto time = time_of_day(words.peek())) {
      take_timed(words, *time);
    } else if (words.take_if("run")) {
      words.expect("until");
      const auto until = time_of_day(words.peek());
      if (!until || *until <= story_.told_from || *until - story_.told_from > kLongest)
        words.wrong("expected a time between 12:00:01 and 23:59:59");
      if (!story_.begins) words.wrong("'learn' is missing: nothing is normal yet");
      story_.ends = until.value_or(story_.told_from);
      words.word("a time");
    } else if (words.take_if("world")) {
      return include(words);
    } else {
      take_world(words);
    }
    words.expect_end();
    return words.status();
  }

  void take_timed(LineWords& words, Timestamp time) {
    words.word("a time");
    if (!story_.begins) words.wrong("'learn' stands before the first time");
    if (time < story_.told_from) words.wrong("a story begins at 12:00:00; before that is what 'learn' says");
    if (!story_.lines.empty() && time < story_.lines.back().at) words.wrong("times never go back");
    Happening happening = read_happening(words, story_);
    story_.lines.push_back({time, words.place(), std::move(happening)});
  }

  void take_world(LineWords& words) {
    if (story_.begins) return words.wrong(fmt::format("'{}' comes before 'learn'", words.peek()));
    if (words.take_if("service")) return read_service(words, story_);
    if (words.take_if("policy")) return read_policy(words, story_);
    if (words.take_if("objective")) return read_objective(words, story_);
    if (words.take_if("route")) return read_route(words, story_);
    if (words.take_if("seed")) return void(story_.seed = static_cast<std::uint64_t>(words.number("seed")));
    if (words.take_if("rate")) return void(story_.rate = words.number("rate"));
    if (words.take_if("hand")) return words.expect("absent"), void(story_.hand_connected = false);
    if (words.take_if("statement")) {
      const std::string name = words.word("a service");
      const auto service = std::find_if(story_.services.begin(), story_.services.end(),
                                        [&](const ShopService& known) { return known.name == name; });
      if (service == story_.services.end()) return words.wrong(fmt::format("there is no service '{}' so far", name));
      service->statement = read_statement(words);
      return;
    }
    if (words.take_if("learn")) {
      const Duration learns = words.duration("learn");
      if (learns.ns <= 0 || learns > kLongest) words.wrong("learn for at most 12h");
      story_.begins = story_.told_from - learns;
      return;
    }
    words.wrong(fmt::format("'{}' is unknown; read_story.h lists what a story may say", words.peek()));
  }

  absl::Status include(LineWords& words) {
    const std::string name = words.word("a world") + ".world";
    words.expect_end();
    if (!words.status().ok()) return words.status();
    const auto text = read_world_(name);
    if (!text.ok()) return invalid_argument("{}: {}", words.place(), message_of(text.status()));
    std::size_t at = 0;
    for (int number = 1; at < text->size(); ++number) {
      const std::size_t end = std::min(text->find('\n', at), text->size());
      const std::string_view line = std::string_view(*text).substr(at, end - at);
      at = end + 1;
      const std::string place = fmt::format("{}:{}", name, number);
      if (line.starts_with("world ")) return invalid_argument("{}: a world takes in no other", place);
      if (absl::Status status = take(place, line); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Story> finish() {
    if (!story_.ends) return invalid_argument("{}: 'run until' is missing before '----'", file_);
    if (story_.services.empty()) return invalid_argument("{}: there is no service in this world", file_);
    for (const ShopService& service : story_.services)
      for (const std::string& callee : service.calls)
        if (std::none_of(story_.services.begin(), story_.services.end(),
                         [&](const ShopService& other) { return other.name == callee; }))
          return invalid_argument("{}: {} calls '{}', which is no service of this world", file_, service.name, callee);
    if (calls_go_round()) return invalid_argument("{}: the calls of the services go round in a circle", file_);
    if (story_.config.routes.empty()) story_.config.routes = {{{"*"}, {"oncall"}, "tickets", "ada"}};
    return std::move(story_);
  }

  // Takes away services whose callees are all taken away; what cannot be taken away is in a circle, or above one.
  bool calls_go_round() const {
    std::set<std::string> done;
    for (std::size_t before = story_.services.size() + 1; done.size() != before;) {
      before = done.size();
      for (const ShopService& service : story_.services)
        if (std::all_of(service.calls.begin(), service.calls.end(), [&](const auto& c) { return done.contains(c); }))
          done.insert(service.name);
    }
    return done.size() != story_.services.size();
  }

  std::string file_;
  const ReadWorld& read_world_;
  Story story_;
};

}  // namespace

absl::StatusOr<Story> read_story(const std::string& file, std::string_view text, const ReadWorld& read_world) {
  return StoryReader(file, read_world).read(text);
}

}  // namespace nightjar
