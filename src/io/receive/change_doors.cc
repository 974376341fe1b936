#include "io/receive/change_doors.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/changes/announced_change.h"

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

void offer_change(Doorway& doorway, const std::shared_ptr<HttpRequest>& request, ChangeEvent event,
                  const ChangeOf& change_of, const Responder& responder) {
  const std::string key = event.key;
  doorway.inbox.offer(ChangeArrived{std::move(event)}, Priority::control,
                      [&doorway, request, key, change_of, responder](absl::Status status, Sequence sequence) {
                        if (!status.ok())
                          return refuse_at_door(doorway, Door::changes, *request, request->body, status, responder);
                        note_taken(doorway, Door::changes, *request, 1, 0, request->body.size());
                        const bool waits =
                            change_of && doorway.control_pool.post([&doorway, key, change_of, responder, sequence] {
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
  offer_change(doorway, request, *std::move(event), change_of, responder);
}

}  // namespace

void add_change_routes(Router& router, Doorway& doorway, ChangeDoorSettings settings) {
  router.add(door_route(
      doorway, Door::changes, "POST", "/api/v1/changes", kBodyBytes,
      [&doorway, change_of = std::move(settings.change_of)](std::shared_ptr<HttpRequest> request, Responder responder) {
        if (doorway.control_pool.post(
                [&doorway, change_of, request, responder] { take_announced(doorway, request, change_of, responder); }))
          return;
        refuse_at_door(doorway, Door::changes, *request, {},
                       unavailable("too many changes are waiting; send this again later"), responder);
      }));
}

}  // namespace nightjar
