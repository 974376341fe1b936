// Sweeping over windows, and adding five minutes of them up.
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "store/bytes/bytes.h"
#include "store/bytes/rocks.h"
#include "store/rollups/rollup_values.h"
#include "store/rollups/rollups_sweep.h"

namespace nightjar {
namespace {

template <class Rollup, class Key, class Counts>
std::vector<Rollup> as_list(const std::map<Key, Counts>& sums) {
  std::vector<Rollup> list;
  list.reserve(sums.size());
  for (const auto& [key, counts] : sums) list.push_back({key, counts});
  return list;
}

}  // namespace

std::unique_ptr<rocksdb::Iterator> Rollups::iterate() const {
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(rocksdb::ReadOptions()));
}

// Start of the oldest window of the tier; unset when there is none.
absl::StatusOr<Timestamp> Rollups::oldest(Tier tier) const {
  const auto at = iterate();
  const std::string prefix = rollup_prefix(tier, Kind::window);
  at->Seek(prefix);
  if (!at->status().ok()) return rocks_failure("rollups", path_, "read", at->status());
  return at->Valid() && at->key().starts_with(prefix) ? start_of_key(to_view(at->key())) : Timestamp{};
}

// Names in the order of the keys; callers put them into maps.
std::vector<std::string> Rollups::services_with(Tier tier, Kind kind) const {
  std::vector<std::string> services;
  const std::string prefix = rollup_prefix(tier, kind);
  const auto at = iterate();
  at->Seek(prefix);
  while (at->Valid() && at->key().starts_with(prefix)) {
    services.emplace_back(service_of_key(to_view(at->key())));
    at->Seek(after_prefix(rollup_prefix(tier, kind, services.back())));
  }
  return services;
}

absl::StatusOr<Rollups::Plan> Rollups::plan(TimeRange range, Duration step) const {
  range.start = std::max(range.start, Timestamp{0});  // keys know no time before 1970
  const auto oldest_fine = oldest(Tier::fine);
  if (!oldest_fine.ok()) return oldest_fine.status();
  const Timestamp coarse_end{coarse_end_.load()};
  // Coarse when a point of the chart is that wide anyway, and for what the fine tier has forgotten.
  const bool wide = step >= kCoarse;
  Timestamp split = wide ? std::min(range.end, coarse_end) : std::min({range.end, coarse_end, *oldest_fine});
  split = Timestamp{split.ns / kCoarse.ns * kCoarse.ns};
  split = std::max(range.start, split);
  return Plan{{range.start, split}, {split, range.end}};
}

absl::Status Rollups::sweep(Tier tier, Kind kind, const std::string& service, TimeRange range,
                            const Visit& visit) const {
  range.start = std::max(range.start, Timestamp{0});
  if (range.start >= range.end) return absl::OkStatus();
  const std::string upper = rollup_key(tier, kind, service, range.end);
  const rocksdb::Slice upper_slice(upper);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper_slice;
  std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
  Found found{{service}, {}, {}};
  for (at->Seek(rollup_key(tier, kind, service, range.start)); at->Valid(); at->Next()) {
    found.window.start = start_of_key(to_view(at->key()));
    found.window.end = found.window.start + (tier == Tier::coarse ? kCoarse : Duration{last_length_});
    found.bytes = to_view(at->value());
    if (!visit(found)) ++damaged_;
  }
  return at->status().ok() ? absl::OkStatus() : rocks_failure("rollups", path_, "read", at->status());
}

absl::Status Rollups::read(Kind kind, const std::string& service, const Plan& plan, const Visit& visit) const {
  absl::Status status = sweep(Tier::coarse, kind, service, plan.coarse, visit);
  return status.ok() ? sweep(Tier::fine, kind, service, plan.fine, visit) : status;
}

absl::Status Rollups::newest(Kind kind, const Visit& visit) const {
  const std::string prefix = rollup_prefix(Tier::newest, kind);
  const auto at = iterate();
  for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next())
    if (!visit({{std::string(service_of_key(to_view(at->key())))}, {}, to_view(at->value())})) ++damaged_;
  return at->status().ok() ? absl::OkStatus() : rocks_failure("rollups", path_, "read", at->status());
}

// Called after each put: most of the time there is nothing to do yet. Made from the fine windows, so doing it again
// after a crash gives the same.
absl::Status Rollups::add_up_until(Timestamp end) {
  while (coarse_end_ < end.ns) {
    // The next bucket that has a window at all: nightjar may have been away for days.
    const auto at = iterate();
    const std::string prefix = rollup_prefix(Tier::fine, Kind::window);
    at->Seek(rollup_key(Tier::fine, Kind::window, "", Timestamp{coarse_end_.load()}));
    if (!at->Valid() || !at->key().starts_with(prefix)) return absl::OkStatus();
    const std::int64_t start = start_of_key(to_view(at->key())).ns / kCoarse.ns * kCoarse.ns;
    if (start >= end.ns) return absl::OkStatus();
    const TimeRange bucket{{start}, Timestamp{start} + kCoarse};
    rocksdb::WriteBatch batch;
    if (absl::Status status = add_up(bucket, batch); !status.ok()) return status;
    if (const rocksdb::Status status = db_->Write(rocksdb::WriteOptions(), &batch); !status.ok())
      return rocks_failure("rollups", path_, "write", status);
    coarse_end_ = bucket.end.ns;
  }
  return absl::OkStatus();
}

absl::Status Rollups::add_up(TimeRange bucket, rocksdb::WriteBatch& batch) {
  const Plan plan{{}, bucket};
  const auto put = [&](Kind kind, const std::string& service, std::string value) {
    batch.Put(rollup_key(Tier::coarse, kind, service, bucket.start), value);
  };
  std::uint64_t observed = 0;
  absl::Status status = read(Kind::window, "", plan, [&](const Found& found) {
    observed += ByteReader(found.bytes).varint();
    return true;
  });
  ByteWriter length;
  length.varint(std::min<std::uint64_t>(observed, static_cast<std::uint64_t>(kCoarse.ns)));
  put(Kind::window, "", length.take());

  for (const std::string& service : services_with(Tier::fine, Kind::total)) {
    RequestCounts total;
    if (status.ok())
      status = read(Kind::total, service, plan, [&](const Found& found) {
        RequestCounts counts;
        if (!decode_counts(found.bytes, counts)) return false;
        total.add(counts);
        return true;
      });
    if (total.requests > 0) put(Kind::total, service, encode_counts(total));
  }
  const auto sum = [&]<class Rollup, class Key, class Counts>(Kind kind, std::type_identity<Rollup>,
                                                              std::type_identity<std::pair<Key, Counts>>) {
    for (const std::string& service : services_with(Tier::fine, kind)) {
      std::map<Key, Counts> sums;
      if (status.ok())
        status = read_lists<Rollup>(kind, service, plan,
                                    [&](const Rollup& one, TimeRange) { sums[one.key].add(one.counts); });
      if (!sums.empty()) put(kind, service, encode_list(std::span<const Rollup>(as_list<Rollup>(sums))));
    }
  };
  sum(Kind::requests, std::type_identity<RequestRollup>{}, std::type_identity<std::pair<RequestKey, RequestCounts>>{});
  sum(Kind::dependencies, std::type_identity<DependencyRollup>{},
      std::type_identity<std::pair<DependencyKey, DependencyCounts>>{});
  sum(Kind::statements, std::type_identity<StatementRollup>{},
      std::type_identity<std::pair<StatementKey, StatementCounts>>{});
  sum(Kind::patterns, std::type_identity<PatternRollup>{}, std::type_identity<std::pair<PatternKey, PatternCounts>>{});

  // A band of five minutes is the mean of its windows' bands.
  for (const std::string& service : services_with(Tier::fine, Kind::expected)) {
    std::map<SeriesKey, std::pair<ExpectedValue, double>> sums;
    if (status.ok())
      status = read_lists<ExpectedValue>(Kind::expected, service, plan, [&](const ExpectedValue& one, TimeRange) {
        auto& [mean, count] = sums[one.series];
        mean.series = one.series;
        mean.value += one.value, mean.expected.centre += one.expected.centre;
        mean.expected.low += one.expected.low, mean.expected.high += one.expected.high;
        mean.expected.points = std::max(mean.expected.points, one.expected.points);
        count += 1;
      });
    std::vector<ExpectedValue> list;
    for (auto& [series, entry] : sums) {
      auto& [mean, count] = entry;
      for (double* value : {&mean.value, &mean.expected.centre, &mean.expected.low, &mean.expected.high})
        *value /= count;
      list.push_back(mean);
    }
    if (!list.empty()) put(Kind::expected, service, encode_list(std::span<const ExpectedValue>(list)));
  }
  return status;
}

}  // namespace nightjar
