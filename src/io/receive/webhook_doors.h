// io/receive/webhook_doors.h
// Webhooks of the tools that deploy, hold the source, or keep tickets: POST /api/v1/webhooks/{github, gitlab, gitea,
// jenkins, argocd, flux, cdevents, jira, servicenow}. Each is a Door with its own secret; without one it answers 403
// and says what opens it. 202 when everything in the body is durable; events of no interest are a success too.
#pragma once

#include <map>
#include <string>

#include "io/receive/doorway.h"

namespace nightjar {

using WebhookSecrets = std::map<Door, std::string>;
// The doors that have one, by Door.
inline constexpr Door kWebhookDoors[] = {Door::github, Door::gitlab,   Door::gitea, Door::jenkins,   Door::argocd,
                                         Door::flux,   Door::cdevents, Door::jira,  Door::servicenow};

void add_webhook_routes(Router& router, Doorway& doorway, const WebhookSecrets& secrets);

}  // namespace nightjar
