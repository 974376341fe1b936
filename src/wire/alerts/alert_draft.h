// wire/alerts/alert_draft.h
// An alert in the making, for senders that have no label set: the decoder says what identifies it, what is known about
// it and when it began or ended, and finish() makes an Alert whose fingerprint is the same from the first message to
// the last. Too many labels or too long a name never cost the alert: what does not fit is left out and counted in the
// annotation "left_out". Used only inside the .cc files of this room and of
// wire/mapping; one per alert, pure.
#pragma once

#include <optional>
#include <string_view>

#include "wire/alerts/received.h"

namespace nightjar {

class AlertDraft {
 public:
  AlertDraft(std::string_view sender, const AlertLimits& limits);

  // Values that are empty are not set, here and below. An identity is a label too; it makes the fingerprint.
  void identity(std::string_view name, std::string_view value);
  void label(std::string_view name, std::string_view value);
  void annotation(std::string_view name, std::string_view value);
  // "service:payment, env:prod, urgent": labels service, env and urgent ("true"). Of equal names the first stays.
  void tags(std::string_view list);

  bool has_identity() const { return !identity_.empty(); }

  // Set directly. What stays empty is found at the end: the service in the labels "service", "service_name",
  // "service.name", "app", "application" or "job", else `entity`; the instance in "instance", "host" or "hostname"; the
  // severity in "severity" or "priority"; the summary is the name.
  Alert alert;
  std::string entity;  // what the sender says is hurt, when nothing names a service
  bool over = false;
  std::optional<Timestamp> began, ended;

  // A beginning or end that lies ahead of `received_at` is the sender's clock: it becomes `received_at`, since an alert
  // is worth more than its time.
  Alert finish(Timestamp received_at) &&;

 private:
  void add(Attributes& into, std::string_view name, std::string_view value);

  AlertLimits limits_;
  Attributes identity_;
  std::size_t left_out_ = 0;
};

// Sorted by name; of equal names the one that came first.
void sort_by_name(Attributes& attributes);
// The value of the first of these labels that is there; "" when none is.
std::string first_of(const Attributes& sorted, std::initializer_list<std::string_view> names);
std::string service_in(const Attributes& sorted);

}  // namespace nightjar
