#include "engine/observe/log_observer.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "base/check.h"
#include "base/hash.h"
#include "engine/observe/chars.h"
#include "engine/observe/fold.h"
#include "engine/observe/log_line.h"
#include "engine/observe/observed_span.h"

namespace nightjar {

LogObserver::LogObserver(const ObserveSettings& settings, ObserveCounters& counters)
    : settings_(settings), counters_(counters) {}

void LogObserver::enter(const Resource& resource) {
  const std::string name = cut(resource.service.value, settings_.name_bytes);
  auto at = services_.find(name);
  if (at == services_.end()) at = services_.emplace(name, std::make_unique<Service>(name, settings_.patterns)).first;
  service_ = at->second.get();
  pod_ = pods_.number_of(pod_text(resource, settings_.name_bytes));
}

// The smallest in byte order, so that no order of arrival shows.
void LogObserver::add(LineSums& sums, int severity, std::string_view example) {
  example = example.substr(0, settings_.patterns.example_bytes);
  if (sums.lines == 0 || example < std::string_view(sums.example).substr(0, settings_.patterns.example_bytes))
    sums.example = cut(example, settings_.patterns.example_bytes);
  ++sums.lines;
  sums.severity = std::max(sums.severity, severity);
}

LogObserver::Bucket LogObserver::bucket_of(std::string_view line) {
  Bucket length = 0;
  for (std::size_t n = line.size(); n > 4 && length < 7; n /= 4) ++length;
  const char first = line.empty() ? ' ' : line.front();
  return static_cast<Bucket>((is_letter(first) ? first : '*') * 8 + length);
}

std::string LogObserver::text_of(Bucket bucket) {
  if (bucket == kForgotten) return std::string(kOther);
  return fmt::format("(unsorted: {}…, up to {} bytes)", static_cast<char>(bucket / 8), 4u << (2 * (bucket % 8)));
}

// A frame says nothing of its own: the line before it is the trouble. Frames are counted, but make no patterns.
bool LogObserver::goes_on_with_a_trace(Service& service, std::string_view body) {
  const TracePart part = trace_part(body);
  if (part == TracePart::none) {
    if (!service.in_trace.empty()) service.in_trace.erase(pod_);
    return false;
  }
  if (part == TracePart::indented) return service.in_trace.contains(pod_);
  service.in_trace.insert(pod_);
  return part == TracePart::frame;
}

// Always, unless the breaker is open; then a form that was turned away lately, or one in a hundred. Not when the miner
// is over its cap: until the window closes and old patterns go, nothing new is taken in.
bool LogObserver::worth_mining(Service& service) {
  constexpr std::size_t kRemembered = 4'096;
  if (service.miner.live() > settings_.patterns.live_patterns + settings_.patterns.live_patterns / 4) return false;
  if (!service.breaker.open()) return true;
  const std::uint64_t form = service.miner.line_hash();
  if (form % settings_.patterns.breaker_sample == 0) return true;
  if (service.turned_away.empty()) service.turned_away.resize(kRemembered);
  std::uint64_t& remembered = service.turned_away[form / settings_.patterns.breaker_sample % kRemembered];
  if (remembered == form) return true;
  remembered = form;
  return false;
}

void LogObserver::observe(const LogRecord& record, std::int64_t window, Timestamp engine_time) {
  CHECK(service_ != nullptr);
  Service& service = *service_;
  service.last_window = std::max(service.last_window, window);
  if (goes_on_with_a_trace(service, record.body)) {
    ++counters_.lines_joined;
    return;
  }
  const LogLine line = read_log_line(record, settings_.patterns, buffer_);
  PatternMiner::Index pattern = service.miner.find(line.text);
  bool novel = false;
  if (pattern == PatternMiner::kNone) {
    if (worth_mining(service)) {
      const PatternMiner::Learnt learnt = service.miner.learn();
      pattern = learnt.pattern;
      novel = learnt.fresh;
    } else {
      novel = true;
    }
  }
  service.breaker.count(engine_time, novel);
  if (pattern != PatternMiner::kNone) {
    add(service.mined[window][{pod_, pattern}], line.severity, line.example);
  } else {
    ++counters_.lines_unsorted;
    add(service.unsorted[window][{pod_, bucket_of(line.text)}], line.severity, line.example);
  }
}

void LogObserver::close(std::int64_t window, WindowRollups& out) {
  for (auto& [name, service] : services_) {
    service->miner.consolidate();
    write_window(*service, window, out);
  }
  keep_to_limits();
  if (pods_.size() > settings_.names) sweep_names();
}

void LogObserver::write_window(Service& service, std::int64_t window, WindowRollups& out) {
  const auto push = [&](Number pod_number, PatternId id, const std::string& text, const LineSums& sums) {
    const Pod pod = pod_of(pods_.text(pod_number));
    out.patterns.push_back({{{std::string(pod.service)}, std::string(pod.version), {std::string(pod.instance)}, id},
                            {sums.lines, sums.severity, text, sums.example}});
  };
  if (const auto mined = service.mined.find(window); mined != service.mined.end()) {
    // Ids and texts as they are now: what merged since a line came is one pattern; fold() adds it up.
    for (const auto& [key, sums] : mined->second)
      push(key.first, service.miner.id(key.second), service.miner.text(key.second), sums);
    service.mined.erase(mined);
  }
  if (const auto unsorted = service.unsorted.find(window); unsorted != service.unsorted.end()) {
    for (const auto& [key, sums] : unsorted->second) {
      const std::string text = text_of(key.second);
      push(key.first, pattern_id(service.miner.service(), text), text, sums);
    }
    service.unsorted.erase(unsorted);
  }
}

std::size_t LogObserver::live_patterns() const {
  std::size_t live = 0;
  for (const auto& [name, service] : services_) live += service->miner.live();
  return live;
}

void LogObserver::keep_to_limits() {
  // A fair share when all miners together are too large: the large ones shrink, the small ones do not notice.
  std::size_t limit = settings_.patterns.live_patterns;
  if (live_patterns() > settings_.patterns.all_live_patterns)
    limit = std::min(limit, std::max<std::size_t>(16, settings_.patterns.all_live_patterns / services_.size()));
  for (auto& [name, service] : services_) {
    if (service->miner.live() <= limit && service->miner.total() <= 4 * settings_.patterns.live_patterns) continue;
    // A fifth more than needed goes, so that this is rare.
    const std::size_t keep = std::min(service->miner.live(), limit - limit / 5);
    counters_.patterns_forgotten += service->miner.live() - keep;
    const std::vector<PatternMiner::Index> moved = service->miner.forget_to(keep);
    for (auto& [window, sums_by_key] : service->mined) {
      absl::flat_hash_map<std::pair<Number, PatternMiner::Index>, LineSums> renumbered;
      for (auto& [key, sums] : sums_by_key) {
        const PatternMiner::Index now = moved[key.second];
        LineSums& into = now == PatternMiner::kNone ? service->unsorted[window][{key.first, kForgotten}]
                                                    : renumbered[{key.first, now}];
        if (into.lines == 0 || sums.example < into.example) into.example = sums.example;
        into.lines += sums.lines;
        into.severity = std::max(into.severity, sums.severity);
      }
      sums_by_key = std::move(renumbered);
    }
  }
  while (services_.size() > settings_.patterns.services) {
    const auto idlest = std::min_element(services_.begin(), services_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.second->last_window, a.first) < std::tie(b.second->last_window, b.first);
    });
    if (!idlest->second->mined.empty() || !idlest->second->unsorted.empty()) break;  // still has lines to tell
    if (idlest->second.get() == service_) service_ = nullptr;
    services_.erase(idlest);
    ++counters_.services_forgotten;
  }
}

void LogObserver::sweep_names() {
  std::vector<bool> used(pods_.range());
  used[pod_] = true;
  for (const auto& [name, service] : services_) {
    for (const Number pod : service->in_trace) used[pod] = true;
    for (const auto& [window, sums] : service->mined)
      for (const auto& [key, _] : sums) used[key.first] = true;
    for (const auto& [window, sums] : service->unsorted)
      for (const auto& [key, _] : sums) used[key.first] = true;
  }
  pods_.sweep(used);
}

}  // namespace nightjar
