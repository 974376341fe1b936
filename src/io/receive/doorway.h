// io/receive/doorway.h
// What all doors share, and who may come in. Made by run/setup, outlives every server; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "io/net/byte_budget.h"
#include "io/net/clock.h"
#include "io/net/http_message.h"
#include "io/net/live_status.h"
#include "io/net/router.h"
#include "io/net/work_pool.h"
#include "io/receive/door_ledger.h"
#include "io/receive/inbox.h"
#include "wire/limits.h"

namespace nightjar {

// A machine's token. The file holds its SHA-256, never the token.
struct DoorToken {
  std::string name;          // the principal that is journalled with a body
  std::string token_sha256;  // lower-case hex
};

struct Doorway {
  Inbox& inbox;
  const Clock& clock;
  DoorLedger& ledger;
  LiveStatus& status;
  WorkPool& pool;          // inflates and judges telemetry
  WorkPool& control_pool;  // alerts, changes, webhooks: a flood of telemetry does not hold them up
  ByteBudget& budget;      // of bodies as sent and inflated, all doors together
  Limits limits;
  std::vector<DoorToken> tokens;  // empty: every sender may come in, for a loopback address
};

// The principal of these bearer bytes: a token's name; "anonymous" when no tokens are configured. unauthenticated
// otherwise. Takes the same time wherever a token differs.
absl::StatusOr<std::string> principal_of(const Doorway& doorway, std::string_view bearer_token);

// PERMISSION_DENIED for a web page when no tokens are configured: then the loopback address is the only guard, and a
// page open on this machine could post to it. Every door asks this first.
absl::Status refuse_web_pages(const Doorway& doorway, const HttpRequest& request);

// An HTTP route of a door: asks for a token before the body, counts and keeps what is refused, and says it in the
// door's own words (`refuse`; answer_for when empty).
Route door_route(Doorway& doorway, Door door, std::string method, std::string pattern, std::size_t body_limit_bytes,
                 HttpHandler handle, std::function<HttpAnswer(const HttpRequest&, const absl::Status&)> refuse = {});
// Notes the refusal and answers it, for what a handler finds out later. `beginning`: of the body as sent.
void refuse_at_door(Doorway& doorway, Door door, const HttpRequest& request, std::string_view beginning,
                    const absl::Status& status, const Responder& responder,
                    const std::function<HttpAnswer(const HttpRequest&, const absl::Status&)>& refuse = {});
// 503s say how full we are.
void set_retry_after(const Doorway& doorway, HttpAnswer& answer);

}  // namespace nightjar
