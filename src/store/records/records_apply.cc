// What a step of the engine changes in the records.
#include "base/text.h"
#include "model/words.h"
#include "store/records/records.h"

namespace nightjar {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace

absl::Status Records::apply(const Input& input, const Effects& effects) {
  const RecordStep step{&input, &effects};
  return apply({&step, 1});
}

absl::Status Records::apply(std::span<const RecordStep> steps) {
  const std::lock_guard lock(writing_);
  bool wrote = false;
  Sequence last = last_sequence_;
  absl::Status status = writer_.run("BEGIN IMMEDIATE");
  if (!status.ok()) return status;
  for (const RecordStep& step : steps) {
    if (step.input->sequence <= last_sequence_) continue;
    bool wrote_step = false;
    if (status = write_step(step, wrote_step); !status.ok()) break;
    if (wrote_step) wrote = true, last = step.input->sequence;
  }
  if (status.ok() && wrote)
    status =
        Statement(writer_,
                  "INSERT INTO state(name, number) VALUES ('sequence', ?) ON CONFLICT(name) DO UPDATE SET number = "
                  "excluded.number")
            .bind(last)
            .run();
  if (status.ok()) status = writer_.run("COMMIT");
  if (status.ok())
    last_sequence_ = last;
  else
    (void)writer_.run("ROLLBACK");  // the failure before is what matters
  return status;
}

absl::Status Records::write_step(const RecordStep& step, bool& wrote) {
  const Timestamp time = step.input->time;
  if (const auto* arrived = std::get_if<AlertsArrived>(&step.input->body)) {
    for (const Alert& alert : arrived->alerts) {
      wrote = true;
      Statement insert(writer_,
                       "INSERT OR IGNORE INTO alerts(fingerprint, starts_at, first_heard_at) VALUES (?, ?, ?)");
      if (absl::Status status = insert.bind(alert.fingerprint).bind(alert.starts_at).bind(time).run(); !status.ok())
        return status;
    }
  }
  if (const auto* reported = std::get_if<DeliveryReported>(&step.input->body)) {
    wrote = true;
    const DeliveryReport& report = reported->report;
    Statement update(
        writer_,
        "UPDATE deliveries SET reported_at = ?, delivered = ?, external_ref = ?, url = ?, error = ? WHERE id "
        "= ?");
    update.bind(time).bind(std::int64_t{report.delivered}).bind(report.external_ref).bind(report.url);
    if (absl::Status status = update.bind(report.error).bind(report.id.value).run(); !status.ok()) return status;
  }
  for (const Effect& effect : *step.effects) {
    if (std::holds_alternative<CloseWindow>(effect) || std::holds_alternative<DispatchAction>(effect)) continue;
    wrote = true;
    if (absl::Status status = write_effect(effect, time); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Records::write_effect(const Effect& effect, Timestamp time) {
  const auto save_incident = [&](const SaveIncident& save) {
    const Incident& incident = save.incident;
    return Statement(writer_,
                     "REPLACE INTO incidents(id, service, opened_at, resolved_at, document) VALUES (?, ?, ?, ?, ?)")
        .bind(incident.id.value)
        .bind(incident.service.value)
        .bind(incident.opened_at)
        .bind(incident.resolved_at)
        .bind(codec_.encode_incident(incident))
        .run();
  };
  const auto save_change = [&](const SaveChange& save) {
    const Change& change = save.change;
    return Statement(writer_, "REPLACE INTO changes(id, service, started_at, document, key) VALUES (?, ?, ?, ?, ?)")
        .bind(change.id.value)
        .bind(change.event.service.value)
        .bind(change.event.started_at)
        .bind(codec_.encode_change(change))
        .bind(change.event.key)
        .run();
  };
  const auto save_action = [&](const SaveAction& save) {
    const Action& action = save.action;
    return Statement(writer_, "REPLACE INTO actions(id, incident, state, proposed_at, document) VALUES (?, ?, ?, ?, ?)")
        .bind(action.id.value)
        .bind(action.incident.value)
        .bind(word(action.state))
        .bind(action.proposed_at)
        .bind(codec_.encode_action(action))
        .run();
  };
  const auto save_ticket = [&](const SaveTicket& save) {
    const Ticket& ticket = save.ticket;
    return Statement(writer_, "REPLACE INTO tickets(id, incident, opened_at, document) VALUES (?, ?, ?, ?)")
        .bind(ticket.id.value)
        .bind(ticket.incident.value_or(IncidentId{}).value)
        .bind(ticket.event.opened_at)
        .bind(codec_.encode_ticket(ticket))
        .run();
  };
  const auto deliver = [&](const Deliver& save) {
    const Delivery& delivery = save.delivery;
    return Statement(
               writer_,
               "INSERT OR IGNORE INTO deliveries(id, destination, operation, at, document) VALUES (?, ?, ?, ?, ?)")
        .bind(delivery.id.value)
        .bind(delivery.destination)
        .bind(word(delivery.operation))
        .bind(time)
        .bind(codec_.encode_delivery(delivery))
        .run();
  };
  const auto set_kill_switch = [&](const KillSwitchSet& set) {
    return Statement(writer_, "REPLACE INTO state(name, number, text, at) VALUES ('kill_switch', ?, ?, ?)")
        .bind(std::int64_t{set.on})
        .bind(set.person)
        .bind(time)
        .run();
  };
  const auto nothing = [](const auto&) { return absl::OkStatus(); };
  return std::visit(
      Overloaded{save_incident, save_change, save_action, save_ticket, deliver, set_kill_switch,
                 [&](const DispatchAction& e) { return nothing(e); }, [&](const CloseWindow& e) { return nothing(e); }},
      effect);
}

absl::Status Records::drop_before(Timestamp limit) {
  const std::lock_guard lock(writing_);
  const char* statements[] = {
      "DELETE FROM actions WHERE incident IN (SELECT id FROM incidents WHERE resolved_at < ?)",
      "DELETE FROM incidents WHERE resolved_at < ?",
      "DELETE FROM changes WHERE started_at < ?",
      "DELETE FROM tickets WHERE opened_at < ?",
      "DELETE FROM deliveries WHERE at < ? AND reported_at IS NOT NULL",
      "DELETE FROM alerts WHERE first_heard_at < ?",
  };
  absl::Status status = writer_.run("BEGIN IMMEDIATE");
  for (const char* sql : statements)
    if (status.ok()) status = Statement(writer_, sql).bind(limit).run();
  if (status.ok()) return writer_.run("COMMIT");
  (void)writer_.run("ROLLBACK");
  return status;
}

}  // namespace nightjar
