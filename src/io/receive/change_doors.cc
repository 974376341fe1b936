#include "io/receive/change_doors.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/changes/announced_change.h"
#include "wire/changes/github.h"

namespace nightjar {
namespace {

constexpr std::size_t kBodyBytes = 1 << 20;
// How long an answer waits for the engine to name the change; the change itself is durable long before.
constexpr Duration kNamePatience = seconds(2);

// Fields without a value stay away, so that "id" is there exactly when it is known.
HttpAnswer taken_answer(std::optional<ChangeId> id, Sequence sequence) {
  nlohmann::json body = {{"status", "taken"}, {"sequence", sequence}};
  if (id) body["id"] = to_string(*id);
  return json_answer(202, body.dump());
}

using ChangeOf = std::function<std::optional<ChangeId>(const std::string&)>;

void offer_change(Doorway& doorway, Door door, const std::shared_ptr<HttpRequest>& request, ChangeEvent event,
                  const ChangeOf& change_of, const Responder& responder) {
  const std::string key = event.key;
  doorway.inbox.offer(ChangeArrived{std::move(event)}, Priority::control,
                      [&doorway, door, request, key, change_of, responder](absl::Status status, Sequence sequence) {
                        if (!status.ok())
                          return refuse_at_door(doorway, door, *request, request->body, status, responder);
                        doorway.ledger.note_taken(door, 1, 0, request->body.size());
                        // GitHub does not read the answer; it only wants it soon.
                        const bool waits =
                            change_of && door == Door::changes &&
                            doorway.control_pool.post([&doorway, key, change_of, responder, sequence] {
                              const bool applied = doorway.status.wait_applied(sequence, kNamePatience);
                              responder.answer(taken_answer(applied ? change_of(key) : std::nullopt, sequence));
                            });
                        if (!waits) responder.answer(taken_answer(std::nullopt, sequence));
                      });
}

void take_announced(Doorway& doorway, const std::shared_ptr<HttpRequest>& request, const ChangeOf& change_of,
                    const Responder& responder) {
  auto event = parse_announced_change(request->body, doorway.clock.now());
  if (!event.ok()) return refuse_at_door(doorway, Door::changes, *request, request->body, event.status(), responder);
  offer_change(doorway, Door::changes, request, *std::move(event), change_of, responder);
}

void take_github(Doorway& doorway, const std::shared_ptr<HttpRequest>& request, const std::string& secret,
                 const Responder& responder) {
  const auto refuse = [&](const absl::Status& status) {
    refuse_at_door(doorway, Door::github, *request, request->body, status, responder);
  };
  // Before anything looks into the body.
  if (absl::Status status = check_github_signature(request->header("x-hub-signature-256"), request->body, secret);
      !status.ok()) {
    return refuse(status);
  }
  if (request->media_type() != "application/json") {
    return refuse({absl::StatusCode::kUnimplemented,
                   to_absl("set the webhook's content type to application/json in GitHub's settings")});
  }
  auto delivery = parse_github(request->header("x-github-event"), request->header("x-github-delivery"), request->body,
                               doorway.clock.now());
  if (!delivery.ok()) return refuse(delivery.status());
  if (delivery->change)
    return offer_change(doorway, Door::github, request, *std::move(delivery->change), {}, responder);
  doorway.ledger.note_ignored(Door::github);
  responder.answer(json_answer(202, nlohmann::json{{"status", "ignored"}, {"reason", word(delivery->ignored)}}.dump()));
}

}  // namespace

void add_change_routes(Router& router, Doorway& doorway, ChangeDoorSettings settings) {
  const auto on_pool = [&doorway](Door door,
                                  std::function<void(const std::shared_ptr<HttpRequest>&, const Responder&)> take) {
    return [&doorway, door, take = std::move(take)](std::shared_ptr<HttpRequest> request, Responder responder) {
      if (doorway.control_pool.post([take, request, responder] { take(request, responder); })) return;
      refuse_at_door(doorway, door, *request, {}, unavailable("too many changes are waiting; send this again later"),
                     responder);
    };
  };
  router.add(door_route(doorway, Door::changes, "POST", "/api/v1/changes", kBodyBytes,
                        on_pool(Door::changes, [&doorway, change_of = settings.change_of](const auto& request,
                                                                                          const Responder& responder) {
                          take_announced(doorway, request, change_of, responder);
                        })));
  Route github = door_route(doorway, Door::github, "POST", "/api/v1/webhooks/github", kBodyBytes,
                            on_pool(Door::github, [&doorway, secret = settings.github_secret](
                                                      const auto& request, const Responder& responder) {
                              take_github(doorway, request, secret, responder);
                            }));
  // Its signature is its token. What lacks one is refused before the body is read.
  github.admit = [open = !settings.github_secret.empty()](const HttpRequest& request) -> absl::Status {
    if (!open)
      return permission_denied(
          "this door is closed: set doors.github.secret_file in nightjar.yaml and the same secret in GitHub");
    if (request.header("x-hub-signature-256").empty()) {
      return unauthenticated("no X-Hub-Signature-256: set a secret in the webhook's settings in GitHub");
    }
    return absl::OkStatus();
  };
  router.add(std::move(github));
}

}  // namespace nightjar
