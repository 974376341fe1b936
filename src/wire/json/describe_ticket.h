// wire/json/describe_ticket.h
// Fields of tickets.
// Read by the walks of wire/json/fields.h.
#pragma once

#include "model/ticket.h"

#include "wire/json/fields.h"

namespace nightjar::fields {

template <class Walk>
void describe(Walk& walk, Of<Walk, TicketEvent>& v) {
  walk("key", v.key);
  walk("delivery", v.delivery);
  walk("system", v.system);
  walk("news", v.news);
  walk("resolved", v.resolved);
  walk("title", v.title);
  walk("url", v.url);
  walk("priority", v.priority);
  walk("text", v.text);
  walk("author", v.author);
  walk("labels", v.labels);
  walk("services", v.services);
  walk("repository", v.repository);
  walk("incident", v.incident);
  walk("by_us", v.by_us);
  walk("opened_at", v.opened_at);
  walk("at", v.at);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Ticket>& v) {
  walk("id", v.id);
  walk("event", v.event);
  walk("services", v.services);
  walk("incident", v.incident);
  walk("ours", v.ours);
  walk("comments", v.comments);
}

}  // namespace nightjar::fields
