#include "io/serve/commands.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/serve/api_request.h"
#include "io/serve/signed_link.h"
#include "wire/json/api_json.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;
using Request = std::shared_ptr<HttpRequest>;
// Each handler holds it: answers come late, from other threads.
using Routes = std::shared_ptr<const CommandRoutes>;

enum class Vote { approve, reject };

absl::StatusOr<Json> body_of(const HttpRequest& request) {
  if (request.body.empty()) return Json::object();
  Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return invalid_argument("the body is not a JSON object");
  return body;
}

std::string text_field(const Json& body, const char* name, std::size_t limit = 1000) {
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? cut(found->get_ref<const std::string&>(), limit) : std::string();
}

// The console and the command line say who they are; anybody else is "api". A word for the record, no power in it.
ApprovalVia via_of(const HttpRequest& request) {
  const std::string_view client = request.header("x-nightjar-client");
  if (client == "console") return ApprovalVia::console;
  if (client == "cli") return ApprovalVia::cli;
  return ApprovalVia::api;
}

// Would the engine hear this vote at all?
absl::Status check_votable(const Action& action, std::string_view plan_hash, Timestamp now) {
  if (plan_hash.empty()) {
    return invalid_argument("plan_hash is missing: a vote binds to the exact plan, take it from GET /api/v1/actions");
  }
  if (plan_hash != action.plan_hash) {
    return failed_precondition("the plan of {} has changed since you read it: read it again and decide again",
                               to_string(action.id));
  }
  if (action.state != ActionState::awaiting_approval) {
    return failed_precondition("{} is {}, it does not wait for approval", to_string(action.id), word(action.state));
  }
  if (action.expires_at && now >= action.expires_at) {
    return failed_precondition("{} expired at {}: a new proposal will come if it is still needed", to_string(action.id),
                               to_rfc3339(action.expires_at));
  }
  return absl::OkStatus();
}

// The engine says the same; said here, the person hears why.
absl::Status check_second_pair_of_eyes(const Records& records, const Action& action, const std::string& person) {
  const auto change = action.change ? records.change(*action.change) : not_found("no change");
  if (!change.ok() || change->event.author != person) return absl::OkStatus();
  return permission_denied("{} {} is your own change: another person must approve taking it back",
                           change->event.service.value, change->event.version);
}

// The engine had the last word: did it take the vote?
absl::Status check_taken(const Action& action, const std::string& person, Vote vote) {
  if (vote == Vote::reject) {
    if (action.state == ActionState::rejected) return absl::OkStatus();
  } else {
    for (const Approval& approval : action.approvals) {
      if (approval.person == person) return absl::OkStatus();
    }
  }
  return failed_precondition("{} is {} now and did not take this vote: look at it again", to_string(action.id),
                             word(action.state));
}

void offer(const Routes& routes, Command command, Responder responder, std::function<HttpAnswer()> answer_applied) {
  routes->offer(std::move(command), [routes, responder, answer_applied = std::move(answer_applied)](absl::Status status,
                                                                                                    Sequence sequence) {
    if (!status.ok()) return responder.answer(answer_for(status));
    const bool posted = routes->pool.post([routes, responder, answer_applied, sequence] {
      if (routes->status.wait_applied(sequence, routes->patience)) return responder.answer(answer_applied());
      responder.answer(json_answer(
          202, R"({"status":"taken","message":"it is stored and will be carried out; the engine is behind"})"));
    });
    if (!posted) responder.answer(json_answer(202, R"({"status":"taken"})"));
  });
}

void vote(const Routes& routes, const Action& action, const Person& person, Vote vote, ApprovalVia via, std::string why,
          const Responder& responder) {
  if (vote == Vote::approve) {
    const absl::Status other = check_second_pair_of_eyes(routes->records, action, person.name);
    if (!other.ok()) return responder.answer(answer_for(other));
  }
  Command command{person.name, ApproveAction{action.id, action.plan_hash, via}};
  if (vote == Vote::reject) command.what = RejectAction{action.id, action.plan_hash, std::move(why)};
  offer(routes, std::move(command), responder, [routes, id = action.id, name = person.name, vote]() -> HttpAnswer {
    auto now = routes->records.action(id);
    if (!now.ok()) return answer_for(now.status());
    if (absl::Status taken = check_taken(*now, name, vote); !taken.ok()) return answer_for(taken);
    return json_answer(202, to_text(api_action(*now)));
  });
}

void take_vote(const Routes& routes, const Request& request, Vote which, const Responder& responder) {
  const auto person = routes->people.with_token(request->bearer_token());
  if (!person.ok()) return responder.answer(answer_for(person.status()));
  if (absl::Status may = check_power(*person, Power::decide); !may.ok()) return responder.answer(answer_for(may));
  const auto body = body_of(*request);
  if (!body.ok()) return responder.answer(answer_for(body.status()));
  const auto action = routes->records.action(parse_id<ActionTag>(request->parameters.at("id")));
  if (!action.ok()) return responder.answer(answer_for(action.status()));
  const absl::Status votable = check_votable(*action, text_field(*body, "plan_hash"), routes->clock.now());
  if (!votable.ok()) return responder.answer(answer_for(votable));
  vote(routes, *action, *person, which, via_of(*request), text_field(*body, "reason"), responder);
}

void take_link(const Routes& routes, const Request& request, const Responder& responder) {
  const auto refuse = [&](const absl::Status& status) { responder.answer(answer_for(status)); };
  const auto body = body_of(*request);
  if (!body.ok()) return refuse(body.status());
  const std::string decision = text_field(*body, "decision");
  if (decision != "approve" && decision != "reject")
    return refuse(invalid_argument("decision is neither approve nor reject"));
  const auto expires = body->find("expires");
  if (expires == body->end() || !expires->is_number_integer())
    return refuse(invalid_argument("expires is not a whole number"));
  const auto action = routes->records.action(parse_id<ActionTag>(text_field(*body, "action")));
  if (!action.ok()) return refuse(action.status());
  const std::string name = text_field(*body, "person");
  const absl::Status genuine =
      check_approval_signature(routes->link_secret, *action, name, expires->get<std::int64_t>(),
                               text_field(*body, "signature"), routes->clock.now());
  if (!genuine.ok()) return refuse(genuine);
  // Their roles as they are today, not as they were when the link was sent.
  const auto person = routes->people.with_name(name);
  if (!person.ok()) return refuse(permission_denied("{}", message_of(person.status())));
  if (absl::Status may = check_power(*person, Power::decide); !may.ok()) return refuse(may);
  if (absl::Status votable = check_votable(*action, action->plan_hash, routes->clock.now()); !votable.ok())
    return refuse(votable);
  vote(routes, *action, *person, decision == "approve" ? Vote::approve : Vote::reject, ApprovalVia::link,
       text_field(*body, "reason"), responder);
}

void take_acknowledge(const Routes& routes, const Request& request, const Responder& responder) {
  const auto person = routes->people.with_token(request->bearer_token());
  if (!person.ok()) return responder.answer(answer_for(person.status()));
  if (absl::Status may = check_power(*person, Power::acknowledge); !may.ok()) return responder.answer(answer_for(may));
  const auto incident = routes->records.incident(parse_id<IncidentTag>(request->parameters.at("id")));
  if (!incident.ok()) return responder.answer(answer_for(incident.status()));
  offer(routes, {person->name, AcknowledgeIncident{incident->id}}, responder,
        [routes, id = incident->id]() -> HttpAnswer {
          const auto now = routes->records.incident(id);
          if (!now.ok()) return answer_for(now.status());
          return json_answer(202, to_text(api_incident_summary(*now)));
        });
}

void take_kill_switch(const Routes& routes, const Request& request, const Responder& responder) {
  const auto person = routes->people.with_token(request->bearer_token());
  if (!person.ok()) return responder.answer(answer_for(person.status()));
  const auto body = body_of(*request);
  if (!body.ok()) return responder.answer(answer_for(body.status()));
  const auto on = body->find("on");
  if (on == body->end() || !on->is_boolean())
    return responder.answer(answer_for(invalid_argument("'on' is neither true nor false")));
  const bool wanted = on->get<bool>();
  if (absl::Status may = check_power(*person, wanted ? Power::stop : Power::go_on); !may.ok())
    return responder.answer(answer_for(may));
  // Answered when it is on disk: from then on it holds at hand, however far the engine is behind.
  routes->offer({person->name, SetKillSwitch{wanted, text_field(*body, "reason")}}, [responder, wanted](
                                                                                        absl::Status status, Sequence) {
    responder.answer(status.ok() ? json_answer(202, to_text(Json{{"kill_switch", wanted}})) : answer_for(status));
  });
}

using Take = std::function<void(const Routes&, const Request&, const Responder&)>;

void add(Router& router, const Routes& routes, std::string pattern, Take take) {
  router.add({"POST", std::move(pattern), [routes, take = std::move(take)](Request request, Responder responder) {
                if (routes->pool.post([routes, take, request, responder] { take(routes, request, responder); })) return;
                responder.answer(answer_for(unavailable("too much is waiting; ask again in a moment")));
              }});
}

}  // namespace

void add_command_routes(Router& router, CommandRoutes all) {
  const auto routes = std::make_shared<const CommandRoutes>(std::move(all));
  add(router, routes, "/api/v1/actions/{id}/approve", [](const auto& r, const auto& request, const auto& responder) {
    take_vote(r, request, Vote::approve, responder);
  });
  add(router, routes, "/api/v1/actions/{id}/reject", [](const auto& r, const auto& request, const auto& responder) {
    take_vote(r, request, Vote::reject, responder);
  });
  add(router, routes, "/api/v1/links/approve", take_link);
  add(router, routes, "/api/v1/incidents/{id}/acknowledge", take_acknowledge);
  add(router, routes, "/api/v1/kill-switch", take_kill_switch);
  router.add({"GET", "/api/v1/whoami", [routes](Request request, Responder responder) {
                const auto person = routes->people.with_token(request->bearer_token());
                if (!person.ok()) return responder.answer(answer_for(person.status()));
                HttpAnswer answer = json_answer(200, to_text(Json{{"name", person->name}, {"roles", person->roles}}));
                answer.headers.emplace_back("Cache-Control", "no-store");
                responder.answer(std::move(answer));
              }});
}

}  // namespace nightjar
