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
#include "io/receive/door_token.h"
#include "io/receive/inbox.h"
#include "io/receive/series_allowance.h"
#include "io/receive/source_table.h"
#include "wire/limits.h"

namespace nightjar {

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
  SeriesAllowance allowance = {};
  SourceTable sources = {};
};

// The principal of these bearer bytes: a token's name; "anonymous" when no tokens are configured. unauthenticated
// otherwise, also when it has expired. Takes the same time wherever a token differs.
absl::StatusOr<std::string> principal_of(const Doorway& doorway, std::string_view bearer_token);
// The same for who brings this kind of thing: PERMISSION_DENIED, in a line that says what the token is for, when it is
// for others.
absl::StatusOr<std::string> principal_for(const Doorway& doorway, std::string_view bearer_token, SentKind kind);
// By its name; nullptr for "anonymous" and for names that are no token's.
const DoorToken* token_named(const Doorway& doorway, std::string_view principal);

// PERMISSION_DENIED for a web page when no tokens are configured: then the loopback address is the only guard, and a
// page open on this machine could post to it. Every door asks this first.
absl::Status refuse_web_pages(const Doorway& doorway, const HttpRequest& request);

// An HTTP route of a door: asks for a token that may bring what the door takes before the body is read, counts and
// keeps what is refused, and says it in the door's own words (`refuse`; answer_for when empty).
Route door_route(Doorway& doorway, Door door, std::string method, std::string pattern, std::size_t body_limit_bytes,
                 HttpHandler handle, std::function<HttpAnswer(const HttpRequest&, const absl::Status&)> refuse = {});
// Notes the refusal and answers it, for what a handler finds out later. `beginning`: of the body as sent.
void refuse_at_door(Doorway& doorway, Door door, const HttpRequest& request, std::string_view beginning,
                    const absl::Status& status, const Responder& responder,
                    const std::function<HttpAnswer(const HttpRequest&, const absl::Status&)>& refuse = {});
// Who sent this request: the token's name, the door's when it has a secret of its own, "unknown" when nobody vouches
// for it.
SourceKey source_of(const Doorway& doorway, Door door, const HttpRequest& request);
// Counts a body that was taken, for the door and for its source.
void note_taken(Doorway& doorway, Door door, const HttpRequest& request, std::uint64_t items,
                std::uint64_t rejected_items, std::size_t bytes, Timestamp newest = {},
                std::string_view first_reason = {});

// 503s say how full we are.
void set_retry_after(const Doorway& doorway, HttpAnswer& answer);

}  // namespace nightjar
