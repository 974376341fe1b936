// wire/json/describe_notification.h
// Fields of deliveries and their reports.
// Read by the walks of wire/json/fields.h.
#pragma once

#include "model/notification.h"

#include "wire/json/fields.h"

namespace nightjar::fields {

template <class Walk>
void describe(Walk& walk, Of<Walk, MessageLink>& v) {
  walk("label", v.label);
  walk("url", v.url);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Message>& v) {
  walk("title", v.title);
  walk("paragraphs", v.paragraphs);
  walk("facts", v.facts);
  walk("links", v.links);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Delivery>& v) {
  walk("id", v.id);
  walk("incident", v.incident);
  walk("destination", v.destination);
  walk("operation", v.operation);
  walk("reason", v.reason);
  walk("thread", v.thread);
  walk("external_ref", v.external_ref);
  walk("message", v.message);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, DeliveryReport>& v) {
  walk("id", v.id);
  walk("delivered", v.delivered);
  walk("external_ref", v.external_ref);
  walk("url", v.url);
  walk("error", v.error);
}

}  // namespace nightjar::fields
