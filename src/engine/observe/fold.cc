#include "engine/observe/fold.h"

#include <map>

#include "engine/observe/kept_names.h"
#include "engine/observe/log_line.h"

namespace nightjar {
namespace {

// Names kept inside each owner: operations of a service, callees of a caller.
class KeptByOwner {
 public:
  explicit KeptByOwner(std::size_t limit) : limit_(limit) {}
  // `tier` of a name is the smallest it is offered with.
  void offer(std::string_view owner, std::string_view name, int tier = 0) {
    if (name == kOther || name.empty()) return;
    const auto [at, fresh] = offered_[std::string(owner)].emplace(name, tier);
    if (!fresh) at->second = std::min(at->second, tier);
  }
  void settle() {
    for (const auto& [owner, names] : offered_) {
      if (names.size() <= limit_) continue;
      for (const auto& [name, tier] : names) kept_[owner].offer(name, limit_, tier);
    }
  }
  bool keeps(std::string_view owner, std::string_view name) const {
    if (name == kOther || name.empty() || kept_.empty()) return true;
    const auto kept = kept_.find(owner);
    return kept == kept_.end() || kept->second.keeps(name, offered_.find(owner)->second.find(name)->second);
  }

 private:
  std::size_t limit_;
  std::map<std::string, std::map<std::string, int, std::less<>>, std::less<>> offered_;
  std::map<std::string, KeptNames, std::less<>> kept_;  // only owners that are over
};

std::string pair_text(const std::string& version, const InstanceName& instance) {
  return version.empty() && instance.empty() ? std::string() : version + '\x1f' + instance.value;
}

template <class Rollup>
void add_counts(Rollup& into, const Rollup& other) {
  into.counts.add(other.counts);
}
void add_counts(AnswerRollup& into, const AnswerRollup& other) { into.calls += other.calls; }
void add_counts(MetricRollup& into, const MetricRollup& other) {
  MetricCounts& a = into.counts;
  const MetricCounts& b = other.counts;
  a.sum += b.sum;
  a.points += b.points;
  if (b.last_time >= a.last_time) a.last = b.last, a.last_time = b.last_time, a.ended = b.ended;
}

template <class Rollup>
void sort_and_add(std::vector<Rollup>& list) {
  std::sort(list.begin(), list.end(), [](const Rollup& a, const Rollup& b) { return a.key < b.key; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (kept > 0 && list[kept - 1].key == list[i].key) {
      add_counts(list[kept - 1], list[i]);
    } else {
      if (kept != i) list[kept] = std::move(list[i]);
      ++kept;
    }
  }
  list.resize(kept);
}

// Doubles do not add up the same in every order; a series lives on one lane, so equal keys are rare and any fixed order
// will do.
void sort_and_add(std::vector<MetricRollup>& list) {
  std::stable_sort(list.begin(), list.end(), [](const MetricRollup& a, const MetricRollup& b) {
    return std::tie(a.key, a.counts.last_time, a.counts.sum, a.counts.points) <
           std::tie(b.key, b.counts.last_time, b.counts.sum, b.counts.points);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (kept > 0 && list[kept - 1].key == list[i].key) {
      add_counts(list[kept - 1], list[i]);
    } else {
      if (kept != i) list[kept] = std::move(list[i]);
      ++kept;
    }
  }
  list.resize(kept);
}

void fold_services(WindowRollups& rollups, std::size_t limit) {
  KeptByOwner services(limit);
  const auto each = [&](auto&& visit) {
    for (auto& r : rollups.requests) visit(r.key.service);
    for (auto& r : rollups.dependencies) visit(r.key.caller);
    for (auto& r : rollups.unanswered) visit(r.key.caller);
    for (auto& r : rollups.statements) visit(r.key.service);
    for (auto& r : rollups.patterns) visit(r.key.service);
  };
  each([&](const ServiceName& service) { services.offer("", service.value); });
  services.settle();
  each([&](ServiceName& service) {
    if (!services.keeps("", service.value)) service.value = kOther;
  });
}

void fold_pods(WindowRollups& rollups, std::size_t limit) {
  KeptByOwner pods(limit);
  for (const auto& r : rollups.requests) pods.offer(r.key.service.value, pair_text(r.key.version, r.key.instance));
  for (const auto& r : rollups.patterns) pods.offer(r.key.service.value, pair_text(r.key.version, r.key.instance));
  pods.settle();
  const auto apply = [&](auto& key) {
    if (pods.keeps(key.service.value, pair_text(key.version, key.instance))) return;
    key.version.clear();
    key.instance.value.clear();
  };
  for (auto& r : rollups.requests) apply(r.key);
  for (auto& r : rollups.patterns) apply(r.key);
}

void fold_operations(std::vector<RequestRollup>& requests, std::size_t limit) {
  KeptByOwner operations(limit);
  for (const auto& r : requests) operations.offer(r.key.service.value, r.key.operation, r.counts.routed ? 0 : 1);
  operations.settle();
  for (auto& r : requests)
    if (!operations.keeps(r.key.service.value, r.key.operation)) r.key.operation = kOther;
}

void fold_callees(WindowRollups& rollups, const FoldLimits& limits) {
  KeptByOwner callees(limits.callees_per_caller), addresses(limits.addresses_per_caller);
  for (const auto& r : rollups.dependencies) callees.offer(r.key.caller.value, r.key.callee.value);
  for (const auto& r : rollups.unanswered) addresses.offer(r.key.caller.value, r.key.address);
  for (const auto& r : rollups.answers) addresses.offer(r.key.caller.value, r.key.address);
  callees.settle();
  addresses.settle();
  for (auto& r : rollups.dependencies)
    if (!callees.keeps(r.key.caller.value, r.key.callee.value)) r.key.callee.value = kOther;
  for (auto& r : rollups.unanswered) {
    if (addresses.keeps(r.key.caller.value, r.key.address)) continue;
    r.key.address.clear();
    r.key.external.value = "external " + std::string(kOther);
  }
  std::erase_if(rollups.answers,
                [&](const AnswerRollup& r) { return !addresses.keeps(r.key.caller.value, r.key.address); });
}

void fold_statements(std::vector<StatementRollup>& statements, std::size_t limit) {
  KeptByOwner kept(limit);
  for (const auto& r : statements)
    if (r.key.statement.value != 0) kept.offer(r.key.service.value, to_string(r.key.statement));
  kept.settle();
  for (auto& r : statements) {
    if (r.key.statement.value == 0 || kept.keeps(r.key.service.value, to_string(r.key.statement))) continue;
    r.key.statement = {};
    r.counts.text = kOther;
    r.counts.table.clear();
  }
}

void fold_patterns(std::vector<PatternRollup>& patterns, std::size_t limit) {
  KeptByOwner kept(limit);
  const auto name_of = [](const PatternRollup& r) {
    return r.counts.text == kOther ? std::string(kOther) : to_string(r.key.pattern);
  };
  for (const auto& r : patterns) kept.offer(r.key.service.value, name_of(r));
  kept.settle();
  for (auto& r : patterns) {
    if (kept.keeps(r.key.service.value, name_of(r))) continue;
    r.key.pattern = pattern_id(r.key.service.value, kOther);
    r.counts.text = kOther;
  }
}

// Endpoints of statements are operations and are bounded with them.
void fold_endpoints(std::vector<StatementRollup>& statements, std::size_t limit) {
  KeptByOwner kept(limit);
  for (const auto& r : statements) kept.offer(r.key.service.value, r.key.endpoint);
  kept.settle();
  for (auto& r : statements)
    if (!kept.keeps(r.key.service.value, r.key.endpoint)) r.key.endpoint = kOther;
}

}  // namespace

void fold(WindowRollups& rollups, const FoldLimits& limits) {
  fold_services(rollups, limits.services);
  fold_pods(rollups, limits.pods_per_service);
  fold_operations(rollups.requests, limits.operations_per_service);
  fold_callees(rollups, limits);
  fold_endpoints(rollups.statements, limits.operations_per_service);
  fold_statements(rollups.statements, limits.statements_per_service);
  fold_patterns(rollups.patterns, limits.patterns_per_service);
  sort_and_add(rollups.requests);
  sort_and_add(rollups.dependencies);
  sort_and_add(rollups.statements);
  sort_and_add(rollups.patterns);
  sort_and_add(rollups.metrics);
  sort_and_add(rollups.answers);
  sort_and_add(rollups.unanswered);
}

}  // namespace nightjar
