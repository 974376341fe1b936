// model/ids.h
// The names of things. Numbers come from the journal sequence of the Input that made the thing
// (engine/world/id_source.h), natural keys from the data; so the same journal gives the same ids.
#pragma once

#include "base/id.h"

namespace nightjar {

struct IncidentTag {
  static constexpr std::string_view prefix = "inc";
};
struct ChangeTag {
  static constexpr std::string_view prefix = "chg";
};
struct ActionTag {
  static constexpr std::string_view prefix = "act";
};
struct SymptomTag {
  static constexpr std::string_view prefix = "sym";
};
struct NotificationTag {
  static constexpr std::string_view prefix = "ntf";
};
struct TicketTag {
  static constexpr std::string_view prefix = "tkt";
};
struct PatternTag {
  static constexpr std::string_view prefix = "pat";
};  // hash of service and canonical form
struct StatementTag {
  static constexpr std::string_view prefix = "stm";
};  // hash of the normalised statement text
struct SeriesTag {
  static constexpr std::string_view prefix = "ser";
};  // hash of the canonical label set

using IncidentId = Id<IncidentTag>;
using ChangeId = Id<ChangeTag>;
using ActionId = Id<ActionTag>;
using SymptomId = Id<SymptomTag>;
using NotificationId = Id<NotificationTag>;
using TicketId = Id<TicketTag>;
using PatternId = Id<PatternTag>;
using StatementId = Id<StatementTag>;
using SeriesId = Id<SeriesTag>;

struct ServiceNameTag {};
struct InstanceNameTag {};
// "payment", or "shop/payment" when service.namespace is set. Databases and outside hosts that only clients tell of
// are services too: "postgresql shop", "external cards.example.com".
using ServiceName = Name<ServiceNameTag>;
using InstanceName = Name<InstanceNameTag>;  // service.instance.id; "" unknown

// "payment" of "shop/payment": what people and deploy tools call it.
inline std::string_view short_name(const ServiceName& service) {
  const std::string_view all = service.value;
  return all.substr(all.rfind('/') == std::string_view::npos ? 0 : all.rfind('/') + 1);
}

// Position of an Input in the journals: 1, 2, 3, … across both; 0 none.
using Sequence = std::uint64_t;

}  // namespace nightjar
