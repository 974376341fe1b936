// io/receive/webhook_token.h
// Where a webhook's sender can put its token. Not all can set headers: Azure Monitor and Google Cloud know only a URL,
// others a user and a password. Any thread; pure.
#pragma once

#include <string>

#include "io/receive/doorway.h"

namespace nightjar {

// Of "Authorization: Bearer …", of "Authorization: Basic …" the password, else of the query "token" or "auth_token"
// (what Google Cloud calls it). "" when there is none.
std::string webhook_token(const HttpRequest& request);

// OK, or why not: a web page, no token, an unknown one, one for something else.
absl::Status admit_webhook(const Doorway& doorway, const HttpRequest& request, SentKind kind = SentKind::alerts);

}  // namespace nightjar
