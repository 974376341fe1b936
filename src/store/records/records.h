// store/records/records.h
// What the API lists: incidents, changes, actions, notifications, each as it stands now. Derived from the journal: a
// lost tail is replayed, so a commit is not fsynced; make_durable() does it before a snapshot takes the replay away.
// SQLite below, one file; each noun is one JSON document with the columns that lists are made by.
//
// run/live writes by apply(), io/serve reads. Any thread: writing and reading have a connection and a mutex each, and
// readers do not wait for the writer.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "model/effect.h"
#include "model/input.h"
#include "store/records/sqlite.h"

namespace nightjar {

// How nouns become documents: wire/json/document_json.h, handed in because the store does not know wire.
struct RecordCodec {
  std::string (*encode_incident)(const Incident&);
  std::string (*encode_change)(const Change&);
  std::string (*encode_action)(const Action&);
  std::string (*encode_delivery)(const Delivery&);
  std::string (*encode_ticket)(const Ticket&);
  absl::StatusOr<Incident> (*decode_incident)(std::string_view);
  absl::StatusOr<Change> (*decode_change)(std::string_view);
  absl::StatusOr<Action> (*decode_action)(std::string_view);
  absl::StatusOr<Delivery> (*decode_delivery)(std::string_view);
  absl::StatusOr<Ticket> (*decode_ticket)(std::string_view);
};

struct RecordStep {
  const Input* input = nullptr;
  const Effects* effects = nullptr;
};

struct NotificationRecord {
  Delivery delivery;
  Timestamp at;                       // engine time of the decision
  std::optional<Timestamp> reported;  // absent: on its way
  bool delivered = false;
  std::string external_ref, url, error;
};

struct NightCounts {
  std::uint64_t alerts = 0;                       // episodes first heard of: an alert sent again is the same one
  std::uint64_t incidents = 0;                    // opened
  std::map<std::string, std::uint64_t> messages;  // delivered and new (create), by destination
};

struct KillSwitchRecord {
  bool on = false;
  std::string person;
  Timestamp at;
};

class Records {
 public:
  // Errors: PERMISSION_DENIED, UNAVAILABLE (disk full, in use), DATA_LOSS (damaged: move it away), FAILED_PRECONDITION
  // (written by a newer nightjar). One line each, with what to do.
  static absl::StatusOr<std::unique_ptr<Records>> open(const std::string& path, const RecordCodec& codec);

  // Several steps of the engine in one transaction, with the sequence of the last. Steps up to last_sequence() are left
  // out, so a replay may apply again what is there already. On failure nothing of it is kept.
  absl::Status apply(std::span<const RecordStep> steps);
  absl::Status apply(const Input& input, const Effects& effects);
  // Fsyncs all that was applied. Any thread; applying goes on meanwhile.
  absl::Status make_durable();
  // Of the last step that had something to keep: replay from the next one.
  Sequence last_sequence() const;

  // Lists are newest first and at most `limit` long.
  // Open at any time within the range.
  absl::StatusOr<std::vector<Incident>> incidents(TimeRange range, int limit) const;
  absl::StatusOr<std::vector<Incident>> incidents_of(const ServiceName& service, TimeRange range, int limit) const;
  // Started within the range.
  absl::StatusOr<std::vector<Change>> changes(TimeRange range, int limit) const;
  absl::StatusOr<std::vector<Change>> changes_of(const ServiceName& service, TimeRange range, int limit) const;
  // The one its sender's messages speak of (ChangeEvent::key). NOT_FOUND when there is none.
  absl::StatusOr<Change> change_with_key(const std::string& key) const;
  // The newest of each service that has one.
  absl::StatusOr<std::map<ServiceName, Change>> last_changes() const;
  // Proposed within the range.
  absl::StatusOr<std::vector<Action>> actions(TimeRange range, int limit) const;
  absl::StatusOr<std::vector<Action>> actions_of(IncidentId incident) const;  // oldest first
  absl::StatusOr<std::vector<Action>> actions_in(ActionState state) const;    // oldest first
  // Opened within the range.
  absl::StatusOr<std::vector<Ticket>> tickets(TimeRange range, int limit) const;
  absl::StatusOr<std::vector<Ticket>> tickets_of(IncidentId incident) const;  // oldest first, at most 100
  absl::StatusOr<std::vector<NotificationRecord>> notifications(TimeRange range, int limit) const;
  // Decided but not yet reported, oldest first: to be sent again after a crash.
  absl::StatusOr<std::vector<Delivery>> unreported_deliveries() const;

  // NOT_FOUND when there is none.
  absl::StatusOr<Incident> incident(IncidentId id) const;
  absl::StatusOr<Change> change(ChangeId id) const;
  absl::StatusOr<Action> action(ActionId id) const;

  absl::StatusOr<NightCounts> counts(TimeRange range) const;
  absl::StatusOr<KillSwitchRecord> kill_switch() const;

  // Forgets what ended before: resolved incidents with their actions, changes, notifications, alerts.
  absl::Status drop_before(Timestamp limit);

 private:
  Records() = default;
  absl::Status prepare();
  absl::Status write_step(const RecordStep& step, bool& wrote);
  absl::Status write_effect(const Effect& effect, Timestamp time);
  template <class Noun>
  absl::StatusOr<std::vector<Noun>> read_all(Statement& statement,
                                             absl::StatusOr<Noun> (*decode)(std::string_view)) const;

  RecordCodec codec_{};
  mutable std::mutex writing_, reading_;
  Database writer_;
  mutable Database reader_;
  Sequence last_sequence_ = 0;  // under writing_
};

}  // namespace nightjar
