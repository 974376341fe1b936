// engine/notify/message.h
// The words of a notification and of a ticket: what, where, since when, who is hurt; the likely cause; what you can do.
// Plain structure; each destination escapes and marks it up.
#pragma once

#include "engine/world/world.h"
#include "model/notification.h"

namespace nightjar {

Message message_of(const World& world, const Incident& incident, const RouteConfig& route);
// The ticket's body: the same with evidence, what was ruled out and the whole timeline.
Message ticket_of(const World& world, const Incident& incident);
// A comment: what has been settled since.
Message comment_of(const World& world, const Incident& incident, NotifyReason reason);

// Link that lets `person` decide about the action without a token; io/serve signs it when it is delivered, so that no
// secret reaches the engine. "{public_url}/approve?action=act-7&person=ada"
std::string approval_link(const World& world, const Action& action, const std::string& person);

}  // namespace nightjar
