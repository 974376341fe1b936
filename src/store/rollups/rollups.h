// store/rollups/rollups.h
// The past in windows, for charts and the map: what each service did, what was expected of it, whom it called, which
// statements and log patterns it had. run/live puts each window as it is closed; io/serve reads. Any thread.
//
// Two tiers: windows as closed (days), and five minutes of them added up (months); a reader takes whichever answers
// with fewer steps and gets the newest minutes from the fine one. Derived from the journal: nothing is fsynced
// until make_durable(), and putting a window again replaces it.
//
// Not kept: values of metric series, which their own store keeps; their anomalies and forecasts are.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "model/anomaly.h"
#include "model/rollup.h"
#include "store/rollups/rollup_keys.h"

namespace rocksdb {
class DB;
class Iterator;
class WriteBatch;
}  // namespace rocksdb

namespace nightjar {

inline constexpr Duration kCoarse = minutes(5);

struct RollupRetention {
  Duration fine = days(3);
  Duration coarse = days(90);
};

// In units as drawn: requests and errors per second, ratios 0..1, milliseconds.
enum class ChartMeasure : std::uint8_t { requests, errors, error_ratio, p95_ms, mean_self_ms };
std::string_view word(ChartMeasure measure);

// Empty parts: all of them.
struct ChartQuery {
  ServiceName service;
  std::string operation, version;
  InstanceName instance;
  ChartMeasure measure = ChartMeasure::requests;
  TimeRange range;
  std::size_t max_points = 300;
};
struct ChartPoint {
  Timestamp at;                 // start of what it covers
  std::optional<double> value;  // absent: no window was closed then, or there is no ratio of nothing
};
struct ChartBand {
  Timestamp at;
  double low = 0, high = 0;
};
struct Chart {
  Duration step;
  std::vector<ChartPoint> points;   // ascending, without gaps
  std::vector<ChartBand> expected;  // only of whole services and single operations or instances, as they were learnt
};

struct InstanceActivity {
  std::string version;  // last seen with
  RequestCounts counts;
  Timestamp last_seen;  // end of the last window with a request
};
struct ServiceActivity {
  RequestCounts counts;  // within the range
  Timestamp last_seen;   // end of the last window with a request, also before the range
  std::map<InstanceName, InstanceActivity> instances;
  std::map<std::string, RequestCounts> operations;
  std::map<std::string, RequestCounts> versions;
};
struct StatementActivity {
  std::string endpoint;
  ServiceName database;
  StatementId statement;
  StatementCounts counts;  // with text and table
  Timestamp first_seen;
  std::string first_version;
};
struct PatternActivity {
  PatternId pattern;
  PatternCounts counts;  // with text and an example
  Timestamp first_seen;
  std::string first_version;
};

class Rollups {
 public:
  // Errors as of the journal: one line, with what to do. read_only for looking at a store in use.
  static absl::StatusOr<std::unique_ptr<Rollups>> open(const std::string& path, bool read_only = false);
  ~Rollups();

  absl::Status put(const WindowRollups& rollups, const WindowJudgement& judgement);
  // Fsyncs what was put. Any thread; putting goes on meanwhile.
  absl::Status make_durable();
  // End of the newest window ever put; unset when there is none.
  Timestamp last_window_end() const { return {last_end_.load()}; }

  // All services ever seen within retention; those without requests in the range have zero counts. For lists: durations
  // only of the service as a whole, and no operations; service() has the rest.
  absl::StatusOr<std::map<ServiceName, ServiceActivity>> services(TimeRange range) const;
  // NOT_FOUND when never seen.
  absl::StatusOr<ServiceActivity> service(const ServiceName& service, TimeRange range) const;
  // All requests together: for objectives over weeks.
  absl::StatusOr<RequestCounts> total(const ServiceName& service, TimeRange range) const;
  // How much of the range was observed: what rates divide by.
  absl::StatusOr<Duration> observed(TimeRange range) const;
  absl::StatusOr<Chart> chart(const ChartQuery& query) const;

  absl::StatusOr<std::map<DependencyKey, DependencyCounts>> dependencies(TimeRange range) const;
  // Those it calls and those that call it.
  absl::StatusOr<std::map<DependencyKey, DependencyCounts>> dependencies_of(const ServiceName& service,
                                                                            TimeRange range) const;
  // Most time spent first.
  absl::StatusOr<std::vector<StatementActivity>> statements(const ServiceName& service, TimeRange range) const;
  // Most lines first.
  absl::StatusOr<std::vector<PatternActivity>> patterns(const ServiceName& service, TimeRange range) const;
  // Reported within the range, oldest first.
  absl::StatusOr<std::vector<Anomaly>> anomalies(const ServiceName& service, TimeRange range) const;

  // What is expected of the whole service now, by measure.
  absl::StatusOr<std::map<Measure, Expectation>> expected_now(const ServiceName& service) const;
  // The newest of each series, made at or after `since`, soonest first.
  absl::StatusOr<std::vector<Forecast>> forecasts(Timestamp since) const;
  absl::StatusOr<std::vector<SloStatus>> slos() const;
  absl::StatusOr<std::map<ServiceName, DataQuality>> data_quality() const;

  absl::Status drop_old(const RollupRetention& retention, Timestamp engine_time);
  // Values that could not be read since opening: left out of answers, never guessed.
  std::uint64_t damaged() const { return damaged_; }

 private:
  // One value on its way to a reader.
  struct Found {
    ServiceName service;
    TimeRange window;
    std::string_view bytes;
  };
  using Visit = std::function<bool(const Found&)>;  // false: the bytes are not what they should be
  // What of a range is read from which tier.
  struct Plan {
    TimeRange coarse, fine;
  };

  Rollups() = default;
  absl::Status find_end();
  std::unique_ptr<rocksdb::Iterator> iterate() const;
  absl::StatusOr<Timestamp> oldest(Tier tier) const;
  absl::StatusOr<Plan> plan(TimeRange range, Duration step) const;
  std::vector<std::string> services_with(Tier tier, Kind kind) const;
  absl::Status sweep(Tier tier, Kind kind, const std::string& service, TimeRange range, const Visit& visit) const;
  absl::Status read(Kind kind, const std::string& service, const Plan& plan, const Visit& visit) const;
  absl::Status newest(Kind kind, const Visit& visit) const;
  template <class Rollup, class Add>
  absl::Status read_lists(Kind kind, const std::string& service, const Plan& plan, Add add) const;
  absl::Status add_total(const std::string& service, const Plan& plan, RequestCounts& total) const;
  Timestamp last_seen(const std::string& service) const;
  absl::Status fill_bands(const ChartQuery& query, const Plan& plan, Duration step, Chart& chart) const;

  void put_window(rocksdb::WriteBatch& batch, const WindowRollups& rollups);
  void put_judgement(rocksdb::WriteBatch& batch, const WindowRollups& rollups, const WindowJudgement& judgement);
  void put_first_seen(rocksdb::WriteBatch& batch, const WindowRollups& rollups);
  absl::Status add_up_until(Timestamp end);
  absl::Status add_up(TimeRange bucket, rocksdb::WriteBatch& batch);

  std::string path_;
  std::unique_ptr<rocksdb::DB> db_;
  std::mutex putting_;
  std::unordered_set<std::uint64_t> known_texts_;  // under putting_; hashes of keys known to be there
  std::atomic<std::int64_t> last_end_ = 0;
  std::atomic<std::int64_t> last_length_ = seconds(10).ns;  // of the newest window, taken for that of all
  std::atomic<std::int64_t> coarse_end_ = 0;                // all before is added up
  mutable std::atomic<std::uint64_t> damaged_ = 0;
};

}  // namespace nightjar
