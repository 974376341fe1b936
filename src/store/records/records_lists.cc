// What io/serve asks for.
#include "base/text.h"
#include "model/words.h"
#include "store/records/records.h"

namespace nightjar {

template <class Noun>
absl::StatusOr<std::vector<Noun>> Records::read_all(Statement& statement,
                                                    absl::StatusOr<Noun> (*decode)(std::string_view)) const {
  std::vector<Noun> nouns;
  for (;;) {
    const auto row = statement.step();
    if (!row.ok()) return row.status();
    if (!*row) return nouns;
    auto noun = decode(statement.text(0));
    if (!noun.ok()) return noun.status();
    nouns.push_back(*std::move(noun));
  }
}

namespace {

template <class Noun>
absl::StatusOr<Noun> only(absl::StatusOr<std::vector<Noun>> nouns, const std::string& id) {
  if (!nouns.ok()) return nouns.status();
  if (nouns->empty()) return not_found("there is no {}", id);
  return std::move(nouns->front());
}

}  // namespace

absl::StatusOr<std::vector<Incident>> Records::incidents(TimeRange range, int limit) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_,
                   "SELECT document FROM incidents WHERE opened_at < ? AND (resolved_at IS NULL OR resolved_at >= ?) "
                   "ORDER BY opened_at DESC, id DESC LIMIT ?");
  select.bind(range.end).bind(range.start).bind(std::int64_t{limit});
  return read_all(select, codec_.decode_incident);
}

absl::StatusOr<std::vector<Incident>> Records::incidents_of(const ServiceName& service, TimeRange range,
                                                            int limit) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_,
                   "SELECT document FROM incidents WHERE service = ? AND opened_at < ? AND (resolved_at IS NULL OR "
                   "resolved_at >= ?) ORDER BY opened_at DESC, id DESC LIMIT ?");
  select.bind(service.value).bind(range.end).bind(range.start).bind(std::int64_t{limit});
  return read_all(select, codec_.decode_incident);
}

absl::StatusOr<std::vector<Change>> Records::changes(TimeRange range, int limit) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_,
                   "SELECT document FROM changes WHERE started_at >= ? AND started_at < ? ORDER BY started_at DESC, id "
                   "DESC LIMIT ?");
  select.bind(range.start).bind(range.end).bind(std::int64_t{limit});
  return read_all(select, codec_.decode_change);
}

absl::StatusOr<std::vector<Change>> Records::changes_of(const ServiceName& service, TimeRange range, int limit) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_,
                   "SELECT document FROM changes WHERE service = ? AND started_at >= ? AND started_at < ? ORDER BY "
                   "started_at DESC, id DESC LIMIT ?");
  select.bind(service.value).bind(range.start).bind(range.end).bind(std::int64_t{limit});
  return read_all(select, codec_.decode_change);
}

absl::StatusOr<std::map<ServiceName, Change>> Records::last_changes() const {
  const std::lock_guard lock(reading_);
  Statement select(
      reader_,
      "SELECT document FROM changes AS c WHERE service != '' AND id = (SELECT id FROM changes WHERE service "
      "= c.service ORDER BY started_at DESC, id DESC LIMIT 1)");
  auto changes = read_all(select, codec_.decode_change);
  if (!changes.ok()) return changes.status();
  std::map<ServiceName, Change> newest;
  for (Change& change : *changes) newest[change.event.service] = std::move(change);
  return newest;
}

absl::StatusOr<std::vector<Action>> Records::actions(TimeRange range, int limit) const {
  const std::lock_guard lock(reading_);
  Statement select(
      reader_,
      "SELECT document FROM actions WHERE proposed_at >= ? AND proposed_at < ? ORDER BY proposed_at DESC, id "
      "DESC LIMIT ?");
  select.bind(range.start).bind(range.end).bind(std::int64_t{limit});
  return read_all(select, codec_.decode_action);
}

absl::StatusOr<std::vector<Action>> Records::actions_of(IncidentId incident) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_, "SELECT document FROM actions WHERE incident = ? ORDER BY proposed_at, id");
  select.bind(incident.value);
  return read_all(select, codec_.decode_action);
}

absl::StatusOr<std::vector<Action>> Records::actions_in(ActionState state) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_, "SELECT document FROM actions WHERE state = ? ORDER BY proposed_at, id");
  select.bind(word(state));
  return read_all(select, codec_.decode_action);
}

absl::StatusOr<std::vector<Ticket>> Records::tickets(TimeRange range, int limit) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_,
                   "SELECT document FROM tickets WHERE opened_at >= ? AND opened_at < ? ORDER BY opened_at DESC, id "
                   "DESC LIMIT ?");
  select.bind(range.start).bind(range.end).bind(std::int64_t{limit});
  return read_all(select, codec_.decode_ticket);
}

absl::StatusOr<std::vector<Ticket>> Records::tickets_of(IncidentId incident) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_, "SELECT document FROM tickets WHERE incident = ? ORDER BY opened_at, id LIMIT 100");
  select.bind(incident.value);
  return read_all(select, codec_.decode_ticket);
}

absl::StatusOr<std::vector<NotificationRecord>> Records::notifications(TimeRange range, int limit) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_,
                   "SELECT document, at, coalesce(reported_at, 0), delivered, external_ref, url, error FROM deliveries "
                   "WHERE at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?");
  select.bind(range.start).bind(range.end).bind(std::int64_t{limit});
  std::vector<NotificationRecord> notifications;
  for (;;) {
    const auto row = select.step();
    if (!row.ok()) return row.status();
    if (!*row) return notifications;
    auto delivery = codec_.decode_delivery(select.text(0));
    if (!delivery.ok()) return delivery.status();
    NotificationRecord& record = notifications.emplace_back();
    record.delivery = *std::move(delivery);
    record.at = select.time(1);
    if (const Timestamp reported = select.time(2)) record.reported = reported;
    record.delivered = select.integer(3) != 0;
    record.external_ref = select.text(4);
    record.url = select.text(5);
    record.error = select.text(6);
  }
}

absl::StatusOr<std::vector<Delivery>> Records::unreported_deliveries() const {
  const std::lock_guard lock(reading_);
  Statement select(reader_, "SELECT document FROM deliveries WHERE reported_at IS NULL ORDER BY at, id");
  return read_all(select, codec_.decode_delivery);
}

absl::StatusOr<Incident> Records::incident(IncidentId id) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_, "SELECT document FROM incidents WHERE id = ?");
  select.bind(id.value);
  return only(read_all(select, codec_.decode_incident), to_string(id));
}

absl::StatusOr<Change> Records::change(ChangeId id) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_, "SELECT document FROM changes WHERE id = ?");
  select.bind(id.value);
  return only(read_all(select, codec_.decode_change), to_string(id));
}

absl::StatusOr<Change> Records::change_with_key(const std::string& key) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_, "SELECT document FROM changes WHERE key = ? ORDER BY id DESC LIMIT 1");
  select.bind(key);
  return only(read_all(select, codec_.decode_change), fmt::format("a change with the key \"{}\"", cut(key, 100)));
}

absl::StatusOr<Action> Records::action(ActionId id) const {
  const std::lock_guard lock(reading_);
  Statement select(reader_, "SELECT document FROM actions WHERE id = ?");
  select.bind(id.value);
  return only(read_all(select, codec_.decode_action), to_string(id));
}

absl::StatusOr<NightCounts> Records::counts(TimeRange range) const {
  const std::lock_guard lock(reading_);
  NightCounts counts;
  Statement alerts(reader_, "SELECT count(*) FROM alerts WHERE first_heard_at >= ? AND first_heard_at < ?");
  if (const auto row = alerts.bind(range.start).bind(range.end).step(); !row.ok()) return row.status();
  counts.alerts = static_cast<std::uint64_t>(alerts.integer(0));
  Statement incidents(reader_, "SELECT count(*) FROM incidents WHERE opened_at >= ? AND opened_at < ?");
  if (const auto row = incidents.bind(range.start).bind(range.end).step(); !row.ok()) return row.status();
  counts.incidents = static_cast<std::uint64_t>(incidents.integer(0));
  Statement messages(
      reader_,
      "SELECT destination, count(*) FROM deliveries WHERE at >= ? AND at < ? AND delivered = 1 AND operation "
      "= 'create' GROUP BY destination");
  messages.bind(range.start).bind(range.end);
  for (;;) {
    const auto row = messages.step();
    if (!row.ok()) return row.status();
    if (!*row) return counts;
    counts.messages[std::string(messages.text(0))] = static_cast<std::uint64_t>(messages.integer(1));
  }
}

absl::StatusOr<KillSwitchRecord> Records::kill_switch() const {
  const std::lock_guard lock(reading_);
  Statement select(reader_, "SELECT number, text, at FROM state WHERE name = 'kill_switch'");
  const auto row = select.step();
  if (!row.ok()) return row.status();
  if (!*row) return KillSwitchRecord{};
  return KillSwitchRecord{select.integer(0) != 0, std::string(select.text(1)), select.time(2)};
}

}  // namespace nightjar
