#include "run/backfill/backfill.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/hash.h"
#include "base/text.h"
#include "run/backfill/backfill_history.h"
#include "run/live/engine_loop.h"
#include "run/live/serve_parts.h"
#include "wire/decode.h"
#include "wire/json/document_json.h"
#include "wire/json/input_json.h"
#include "wire/json/signals_record.h"

namespace nightjar {
namespace {

constexpr RecordCodec kDocuments = {encode_incident, encode_change, encode_action, encode_delivery, encode_ticket,
                                    decode_incident, decode_change, decode_action, decode_delivery, decode_ticket};
constexpr Duration kTick = seconds(10);        // one a window, as windows close no oftener
constexpr std::int64_t kStepsInAppend = 60;    // one fsync for so many
constexpr std::size_t kEngineBehind = 20'000;  // inputs in memory
constexpr const char* kPrincipal = "backfill";

// Weeks of a past, journalled and stepped through in order of their own times.
class Backfill {
 public:
  Backfill(const Settings& settings, BackfillRequest request)
      : settings_(settings), request_(std::move(request)), history_(request_.source) {}

  absl::Status open();
  absl::StatusOr<BackfillProgress> run(const std::function<bool(const BackfillProgress&)>& tell);

 private:
  absl::Status begin_or_go_on();
  absl::Status drive_chunk(Timestamp from, Timestamp to);
  void add(Timestamp at, InputBody body);
  absl::Status write();
  void add_moment(const std::vector<QuerySeries>& series, Timestamp at);

  const Settings& settings_;
  BackfillRequest request_;
  PrometheusHistory history_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Records> records_;
  std::unique_ptr<Rollups> rollups_;
  std::unique_ptr<SnapshotStore> snapshots_;
  std::unique_ptr<EngineLoop> engine_;
  AlertMoments alerts_;
  std::map<std::string, std::string> types_;
  std::vector<Input> group_;
  Timestamp next_;  // first step that is not journalled
  BackfillProgress progress_;
};

absl::Status Backfill::open() {
  const std::string& folder = settings_.data_dir;
  if (absl::Status status = prepare_data_dir(folder); !status.ok()) return status;
  auto journal = Journal::open(folder + "/journal");
  if (!journal.ok()) return journal.status();
  journal_ = *std::move(journal);
  auto records = Records::open(folder + "/records.db", kDocuments);
  if (!records.ok()) return records.status();
  records_ = *std::move(records);
  auto rollups = Rollups::open(folder + "/rollups");
  if (!rollups.ok()) return rollups.status();
  rollups_ = *std::move(rollups);
  snapshots_ = std::make_unique<SnapshotStore>(folder + "/snapshots");
  DriverSettings driver;
  driver.lanes = static_cast<std::size_t>(settings_.lanes);
  driver.threads = true;
  engine_ = std::make_unique<EngineLoop>(LiveStores{*journal_, *records_, *rollups_, *snapshots_}, driver,
                                         SnapshotSettings{.every = days(2)});
  return begin_or_go_on();
}

absl::Status Backfill::begin_or_go_on() {
  const std::string path = settings_.data_dir + "/backfill.json";
  const auto interrupted = read_request(path);
  if (!interrupted.ok() && interrupted.status().code() != absl::StatusCode::kNotFound) return interrupted.status();
  if (journal_->last_sequence() > 0 && !interrupted.ok())
    return failed_precondition(
        "{}: nightjar has run here already, and engine time never goes back: backfill into a new data_dir",
        settings_.data_dir);
  if (interrupted.ok()) {
    const HistorySource source = request_.source;
    request_ = *interrupted;
    if (request_.source.url != source.url)
      return failed_precondition("{}: this backfill reads {}, not {}; go on with that, or remove the data directory",
                                 path, request_.source.url, source.url);
    request_.source = source;
  } else {
    const auto whole = [&](Timestamp at) { return Timestamp{at.ns - at.ns % request_.step.ns}; };
    request_.start = whole(request_.start);
    request_.end = whole(request_.end);
    if (request_.start >= request_.end) return invalid_argument("nothing lies between the start and the end");
    if (absl::Status status = write_request(path, request_); !status.ok()) return status;
  }
  const auto recovered = engine_->recover();
  if (!recovered.ok()) return recovered.status();
  if (recovered->last_time >= request_.end)  // a backfill's own last input is before its end
    return failed_precondition(
        "{}: nightjar has run here since, and engine time never goes back; the past it has is what it keeps",
        settings_.data_dir);
  // Steps are journalled whole: the last input says which was the last.
  next_ = request_.start;
  if (const std::int64_t since = (recovered->last_time - request_.start).ns; since >= 0)
    next_ = request_.start + request_.step * (since / request_.step.ns + 1);
  return absl::OkStatus();
}

absl::StatusOr<BackfillProgress> Backfill::run(const std::function<bool(const BackfillProgress&)>& tell) {
  const auto steps = steps_at_once(history_, request_);
  if (!steps.ok()) return steps.status();
  auto alerts = alert_moments(history_, request_);
  if (!alerts.ok()) return alerts.status();
  alerts_ = *std::move(alerts);
  if (request_.as_scraped) types_ = history_.types();
  engine_->start({});
  if (journal_->last_sequence() == 0) {
    EngineConfig config = settings_.engine;  // of those alone that say what there is
    config.routes.clear();
    config.destination_kinds.clear();
    config.policies.clear();
    config.runbooks.clear();
    ConfigApplied applied{config, {}};
    applied.hash = to_hex(sha256(encode_input({0, {}, ConfigApplied{config, {}}})));
    add(request_.start, std::move(applied));
  }
  absl::Status status;
  bool goes_on = true;
  if (next_ >= request_.end) progress_ = {.at = request_.end, .done = 1};
  while (status.ok() && goes_on && next_ < request_.end) {
    const Timestamp to = std::min(next_ + request_.step * *steps, request_.end);
    status = drive_chunk(next_, to);
    if (!status.ok()) break;
    next_ = to;
    progress_.at = to;
    progress_.done = (to - request_.start).seconds() / (request_.end - request_.start).seconds();
    goes_on = tell(progress_);
  }
  engine_->stop();  // what is journalled is thought through, and a snapshot is kept
  if (!status.ok()) return status;
  if (!goes_on && next_ < request_.end) return absl::CancelledError("stopped");
  return progress_;
}

absl::Status Backfill::drive_chunk(Timestamp from, Timestamp to) {
  std::map<Attributes, QuerySeries> series;  // two selectors may name the same
  for (const std::string& selector : request_.selectors) {
    auto found = history_.range(selector, from, to - request_.step, request_.step);
    if (!found.ok()) return found.status();
    for (QuerySeries& one : *found) {
      const std::string_view name = find_attribute(one.labels, "__name__");
      if (name == "ALERTS" || name == "ALERTS_FOR_STATE") continue;  // they come as alerts
      Attributes labels = one.labels;
      series.emplace(std::move(labels), std::move(one));
    }
  }
  std::vector<QuerySeries> ordered;
  for (auto& [labels, one] : series) ordered.push_back(std::move(one));
  std::int64_t in_group = 0;
  for (Timestamp at = from; at < to; at = at + request_.step) {
    add_moment(ordered, at);
    if (++in_group % kStepsInAppend == 0)
      if (absl::Status status = write(); !status.ok()) return status;
  }
  return write();
}

void Backfill::add_moment(const std::vector<QuerySeries>& series, Timestamp at) {
  if (std::string page = moment_as_page(series, at, types_); !page.empty()) {
    auto verdict = judge(Encoding::exposition_text, page, Limits{}, at);
    if (verdict.ok()) {
      progress_.samples += verdict->accepted;
      progress_.refused += verdict->rejected.size();
      add(at, SignalsArrived{.encoding = Encoding::exposition_text,
                             .body = std::move(page),
                             .principal = kPrincipal,
                             .verdict = *std::move(verdict)});
    } else {
      progress_.refused += static_cast<std::uint64_t>(std::count(page.begin(), page.end(), '\n'));
    }
  }
  if (const auto alerts = alerts_.find(at.ns); alerts != alerts_.end()) {
    progress_.alerts += alerts->second.size();
    add(at, AlertsArrived{alerts->second});
  }
  for (Timestamp tick = at; tick < at + request_.step; tick = tick + kTick) add(tick, Tick{});
}

void Backfill::add(Timestamp at, InputBody body) { group_.push_back({0, at, std::move(body)}); }

absl::Status Backfill::write() {
  std::vector<JournalRecord> records;
  Sequence next = journal_->last_sequence() + 1;
  for (Input& input : group_) {
    input.sequence = next++;
    const bool signals = std::holds_alternative<SignalsArrived>(input.body);
    records.push_back({input.sequence, input.time, signals ? JournalStream::signals : JournalStream::decisions,
                       signals ? encode_signals_record(input) : encode_input(input)});
  }
  if (records.empty()) return absl::OkStatus();
  if (absl::Status status = journal_->append(records); !status.ok()) return status;
  for (Input& input : group_) engine_->push(std::move(input));
  group_.clear();
  while (engine_->backlog() > kEngineBehind) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BackfillProgress> run_backfill(const Settings& settings, const BackfillRequest& request,
                                              const std::function<bool(const BackfillProgress&)>& tell) {
  Backfill backfill(settings, request);
  if (absl::Status status = backfill.open(); !status.ok()) return status;
  return backfill.run(tell);
}

}  // namespace nightjar
