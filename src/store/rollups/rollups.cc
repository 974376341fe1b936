// Opening, putting windows, forgetting old ones.
#include "store/rollups/rollups.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"
#include "store/bytes/bytes.h"
#include "store/bytes/rocks.h"
#include "store/rollups/rollup_values.h"

namespace nightjar {
namespace {

// A cache of what is on the disk: 40 MB at most, refilled by looking again.
constexpr std::size_t kKnownTexts = 1'000'000;

// Lists are ascending by key, which begins with the service: a run of equal ones is one value.
template <class Rollup, class ServiceOf>
void put_by_service(rocksdb::WriteBatch& batch, Kind kind, Timestamp start, const std::vector<Rollup>& list,
                    ServiceOf service_of) {
  for (std::size_t from = 0; from < list.size();) {
    std::size_t to = from + 1;
    while (to < list.size() && service_of(list[to]) == service_of(list[from])) ++to;
    CHECK(to == list.size() || service_of(list[from]) < service_of(list[to]));  // else one would replace the other
    batch.Put(rollup_key(Tier::fine, kind, service_of(list[from]).value, start),
              encode_list(std::span<const Rollup>(list.data() + from, to - from)));
    from = to;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Rollups>> Rollups::open(const std::string& path, bool read_only) {
  if (!read_only)
    if (absl::Status status = prepare_folder("rollups", path); !status.ok()) return status;
  std::unique_ptr<Rollups> rollups(new Rollups);
  rollups->path_ = path;
  const rocksdb::Options options(rocks_settings(), rocks_family(16 << 10, 16 << 20));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      read_only ? rocksdb::DB::OpenForReadOnly(options, path, &db) : rocksdb::DB::Open(options, path, &db);
  rollups->db_.reset(db);
  if (!status.ok()) return rocks_failure("rollups", path, "open", status);
  if (absl::Status found = rollups->find_end(); !found.ok()) return found;
  return rollups;
}

Rollups::~Rollups() {
  if (db_) db_->Close();
}

absl::Status Rollups::find_end() {
  for (const Tier tier : {Tier::fine, Tier::coarse}) {
    const auto at = iterate();
    at->SeekForPrev(after_prefix(rollup_prefix(tier, Kind::window)));
    if (!at->Valid() || !at->key().starts_with(rollup_prefix(tier, Kind::window))) continue;
    const Duration length{static_cast<std::int64_t>(ByteReader(to_view(at->value())).varint())};
    const Timestamp end = start_of_key(to_view(at->key())) + length;
    if (tier == Tier::fine) {
      last_end_ = end.ns, last_length_ = length.ns;
    } else {
      coarse_end_ = (start_of_key(to_view(at->key())) + kCoarse).ns;
    }
  }
  return absl::OkStatus();
}

absl::Status Rollups::put(const WindowRollups& rollups, const WindowJudgement& judgement) {
  CHECK(rollups.window.start < rollups.window.end);
  const std::lock_guard lock(putting_);
  rocksdb::WriteBatch batch;
  put_window(batch, rollups);
  put_judgement(batch, rollups, judgement);
  put_first_seen(batch, rollups);
  if (const rocksdb::Status status = db_->Write(rocksdb::WriteOptions(), &batch); !status.ok())
    return rocks_failure("rollups", path_, "write", status);
  if (rollups.window.end.ns > last_end_) {
    last_end_ = rollups.window.end.ns;
    last_length_ = (rollups.window.end - rollups.window.start).ns;
  }
  return add_up_until(Timestamp{rollups.window.end.ns / kCoarse.ns * kCoarse.ns});
}

absl::Status Rollups::make_durable() {
  const rocksdb::Status status = db_->SyncWAL();
  return status.ok() ? absl::OkStatus() : rocks_failure("rollups", path_, "sync", status);
}

void Rollups::put_window(rocksdb::WriteBatch& batch, const WindowRollups& rollups) {
  const Timestamp start = rollups.window.start;
  ByteWriter length;
  length.varint(static_cast<std::uint64_t>((rollups.window.end - start).ns));
  batch.Put(rollup_key(Tier::fine, Kind::window, "", start), length.bytes());
  const auto service = [](const auto& one) -> const ServiceName& { return one.key.service; };
  put_by_service(batch, Kind::requests, start, rollups.requests, service);
  put_by_service(batch, Kind::dependencies, start, rollups.dependencies,
                 [](const auto& one) -> const ServiceName& { return one.key.caller; });
  put_by_service(batch, Kind::statements, start, rollups.statements, service);
  put_by_service(batch, Kind::patterns, start, rollups.patterns, service);
  std::map<ServiceName, RequestCounts> totals;
  for (const RequestRollup& one : rollups.requests) totals[one.key.service].add(one.counts);
  for (const auto& [name, counts] : totals)
    batch.Put(rollup_key(Tier::fine, Kind::total, name.value, start), encode_counts(counts));
}

void Rollups::put_judgement(rocksdb::WriteBatch& batch, const WindowRollups& rollups,
                            const WindowJudgement& judgement) {
  const Timestamp start = rollups.window.start;
  std::map<ServiceName, std::vector<ExpectedValue>> expected;
  for (const ExpectedValue& one : judgement.expected)
    if (one.series.measure != Measure::metric && one.series.measure != Measure::log_lines)
      expected[one.series.service].push_back(one);
  for (const auto& [service, list] : expected)
    batch.Put(rollup_key(Tier::fine, Kind::expected, service.value, start), encode_list(list));
  // Few, and worth keeping as long as the coarse tier.
  std::map<ServiceName, std::vector<Anomaly>> anomalies;
  for (const Anomaly& one : judgement.anomalies) anomalies[one.series.service].push_back(one);
  for (const auto& [service, list] : anomalies)
    batch.Put(rollup_key(Tier::coarse, Kind::anomalies, service.value, start), encode_list(list));
  for (const Forecast& one : judgement.forecasts)
    batch.Put(newest_key(Kind::forecast, one.series.service.value, one.series.id().value), encode(one));
  for (const SloStatus& one : judgement.slos)
    batch.Put(newest_key(Kind::slo, one.service.value, one.name), encode(one));
  for (const DataQuality& one : judgement.data_quality)
    batch.Put(newest_key(Kind::data_quality, one.service.value, ""), encode(one));
}

// Texts are long and always the same: kept once, with when and in which version they were first seen.
void Rollups::put_first_seen(rocksdb::WriteBatch& batch, const WindowRollups& rollups) {
  if (known_texts_.size() > kKnownTexts) known_texts_.clear();
  const auto put = [&](std::string key, FirstSeen seen) {
    if (!known_texts_.insert(stable_hash(key)).second) return;
    std::string there;
    if (!db_->Get(rocksdb::ReadOptions(), key, &there).ok()) batch.Put(key, encode(seen));
  };
  const Timestamp at = rollups.window.start;
  for (const StatementRollup& one : rollups.statements)
    put(newest_key(Kind::statement_text, one.key.service.value, one.key.statement.value),
        {at, one.key.version, one.counts.text, one.counts.table});
  for (const PatternRollup& one : rollups.patterns)
    put(newest_key(Kind::pattern_text, one.key.service.value, one.key.pattern.value),
        {at, one.key.version, one.counts.text, one.counts.example});
}

absl::Status Rollups::drop_old(const RollupRetention& retention, Timestamp engine_time) {
  for (const auto& [tier, limit] :
       {std::pair{Tier::fine, engine_time - retention.fine}, std::pair{Tier::coarse, engine_time - retention.coarse}}) {
    for (const Kind kind : {Kind::window, Kind::total, Kind::requests, Kind::dependencies, Kind::statements,
                            Kind::patterns, Kind::expected, Kind::anomalies}) {
      for (const std::string& service : services_with(tier, kind)) {
        const rocksdb::Status status =
            db_->DeleteRange(rocksdb::WriteOptions(), db_->DefaultColumnFamily(), rollup_key(tier, kind, service, {0}),
                             rollup_key(tier, kind, service, limit));
        if (!status.ok()) return rocks_failure("rollups", path_, "drop old windows of", status);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace nightjar
