// model/ticket.h
// What people write down elsewhere: issues of Jira, ServiceNow, GitHub, Gitea. They are told to us by webhooks; what we
// write ourselves is a Delivery (model/notification.h) and comes back here as one of these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/ids.h"

namespace nightjar {

enum class TicketSystem : std::uint8_t { jira, servicenow, github, gitea };
enum class TicketNews : std::uint8_t { opened, updated, commented, resolved, reopened };
std::string_view word(TicketSystem system);
std::string_view word(TicketNews news);

// A message about a ticket as a door received it. `system` and `key` say which ticket; the same message twice is one.
struct TicketEvent {
  std::string key;       // "OPS-12", "INC0010023", "shop/payment#7"
  std::string delivery;  // the message itself: a delivery id, or the comment's; "" none
  TicketSystem system = TicketSystem::jira;
  TicketNews news = TicketNews::opened;
  bool resolved = false;  // after this message
  std::string title, url, priority;
  std::string text;    // beginning of the description, or of the comment; untrusted
  std::string author;  // who did this, not who opened it
  std::vector<std::string> labels;
  // Named as such, by a component, a field or a label "service:payment"; the engine finds more in labels and words.
  std::vector<std::string> services;
  std::string repository;              // of issues that live in one
  std::optional<IncidentId> incident;  // our own marker was found in it
  bool by_us = false;                  // our own comment coming back
  Timestamp opened_at, at;
};

struct Ticket {
  TicketId id;
  TicketEvent event;  // newest knowledge, merged over its messages
  std::vector<ServiceName> services;
  std::optional<IncidentId> incident;  // the one it is about
  bool ours = false;                   // we wrote it
  std::uint64_t comments = 0;          // of people, since we know it
};

}  // namespace nightjar
