#include "io/receive/webhook_doors.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/receive/door_proof.h"
#include "wire/changes/argocd.h"
#include "wire/changes/cdevents.h"
#include "wire/changes/flux.h"
#include "wire/changes/gitea.h"
#include "wire/changes/github.h"
#include "wire/changes/gitlab.h"
#include "wire/changes/jenkins.h"
#include "wire/tickets/issues.h"
#include "wire/tickets/jira.h"
#include "wire/tickets/servicenow.h"

namespace nightjar {
namespace {

constexpr std::size_t kWebhookBytes = 1 << 20;

// What a body told: inputs, or why there are none.
struct WebhookNews {
  std::vector<InputBody> inputs;
  std::string_view ignored;
};

absl::StatusOr<WebhookNews> news_of(absl::StatusOr<ChangeDelivery> delivery) {
  if (!delivery.ok()) return delivery.status();
  WebhookNews news{{}, word(delivery->ignored)};
  for (ChangeEvent& event : delivery->changes) news.inputs.emplace_back(ChangeArrived{std::move(event)});
  return news;
}
absl::StatusOr<WebhookNews> news_of(absl::StatusOr<TicketDelivery> delivery) {
  if (!delivery.ok()) return delivery.status();
  WebhookNews news{{}, word(delivery->ignored)};
  if (delivery->ticket) news.inputs.emplace_back(TicketArrived{*std::move(delivery->ticket)});
  return news;
}

absl::StatusOr<WebhookNews> read_github(const HttpRequest& request, Timestamp now) {
  const std::string_view event = request.header("x-github-event"), delivery = request.header("x-github-delivery");
  if (is_issue_event(event)) return news_of(parse_issue(TicketSystem::github, event, delivery, request.body, now));
  return news_of(parse_github(event, delivery, request.body, now));
}
absl::StatusOr<WebhookNews> read_gitea(const HttpRequest& request, Timestamp now) {
  const std::string_view event = request.header("x-gitea-event"), delivery = request.header("x-gitea-delivery");
  if (is_issue_event(event)) return news_of(parse_issue(TicketSystem::gitea, event, delivery, request.body, now));
  return news_of(parse_gitea(event, delivery, request.body, now));
}
absl::StatusOr<WebhookNews> read_gitlab(const HttpRequest& request, Timestamp now) {
  const std::string_view key = request.header("idempotency-key");
  return news_of(parse_gitlab(key.empty() ? request.header("x-gitlab-event-uuid") : key, request.body, now));
}
absl::StatusOr<WebhookNews> read_jenkins(const HttpRequest& request, Timestamp now) {
  return news_of(parse_jenkins(request.body, now));
}
absl::StatusOr<WebhookNews> read_argocd(const HttpRequest& request, Timestamp now) {
  return news_of(parse_argocd(request.body, now));
}
absl::StatusOr<WebhookNews> read_flux(const HttpRequest& request, Timestamp now) {
  return news_of(parse_flux(request.body, now));
}
absl::StatusOr<WebhookNews> read_cdevents(const HttpRequest& request, Timestamp now) {
  const std::string media_type = request.media_type();
  return news_of(parse_cdevent({media_type, request.header("ce-type"), request.header("ce-id")}, request.body, now));
}
absl::StatusOr<WebhookNews> read_jira(const HttpRequest& request, Timestamp now) {
  return news_of(parse_jira(request.header("x-atlassian-webhook-identifier"), request.body, now));
}
absl::StatusOr<WebhookNews> read_servicenow(const HttpRequest& request, Timestamp now) {
  return news_of(parse_servicenow(request.body, now));
}

struct Webhook {
  Door door = Door::github;
  const char* path = "";
  DoorProof proof;
  absl::StatusOr<WebhookNews> (*read)(const HttpRequest&, Timestamp) = nullptr;
};

const Webhook kWebhooks[] = {
    {Door::github,
     "/api/v1/webhooks/github",
     {"GitHub", "doors.github.secret_file", "X-Hub-Signature-256", "sha256=", "", false, false},
     read_github},
    {Door::gitlab,
     "/api/v1/webhooks/gitlab",
     {"GitLab", "doors.gitlab.token_file", "", "", "X-Gitlab-Token", false, false},
     read_gitlab},
    {Door::gitea,
     "/api/v1/webhooks/gitea",
     {"Gitea", "doors.gitea.secret_file", "X-Gitea-Signature", "", "", false, false},
     read_gitea},
    {Door::jenkins,
     "/api/v1/webhooks/jenkins",
     {"Jenkins", "doors.jenkins.token_file", "", "", "", true, true},
     read_jenkins},
    // The plugin has one field for the URL; some of its versions escape what is behind a '?'.
    {Door::jenkins,
     "/api/v1/webhooks/jenkins/{token}",
     {"Jenkins", "doors.jenkins.token_file", "", "", "", true, true},
     read_jenkins},
    {Door::argocd,
     "/api/v1/webhooks/argocd",
     {"Argo CD", "doors.argocd.token_file", "", "", "", true, false},
     read_argocd},
    {Door::flux,
     "/api/v1/webhooks/flux",
     {"Flux", "doors.flux.secret_file", "X-Signature", "sha256=", "", true, false},
     read_flux},
    {Door::cdevents,
     "/api/v1/webhooks/cdevents",
     {"your sender of CDEvents", "doors.cdevents.token_file", "", "", "", true, true},
     read_cdevents},
    // Jira Cloud signs; Data Center cannot, and has only the URL.
    {Door::jira,
     "/api/v1/webhooks/jira",
     {"Jira", "doors.jira.secret_file", "X-Hub-Signature", "sha256=", "", false, true},
     read_jira},
    {Door::servicenow,
     "/api/v1/webhooks/servicenow",
     {"ServiceNow", "doors.servicenow.token_file", "", "", "", true, false},
     read_servicenow},
};

// One body on its way into the journal: its inputs one after the other, answered when the last is durable. What was
// taken before one is refused stays: the sender sends all again, and the same message twice is one.
struct Offering {
  Doorway& doorway;
  Door door;
  std::shared_ptr<HttpRequest> request;
  Responder responder;
  std::vector<InputBody> inputs;
  std::size_t next = 0;
};

void offer_next(const std::shared_ptr<Offering>& offering, Sequence last) {
  if (offering->next == offering->inputs.size()) {
    note_taken(offering->doorway, offering->door, *offering->request, offering->inputs.size(), 0,
               offering->request->body.size());
    return offering->responder.answer(json_answer(202, nlohmann::json{{"status", "taken"}, {"sequence", last}}.dump()));
  }
  InputBody input = std::move(offering->inputs[offering->next++]);
  offering->doorway.inbox.offer(std::move(input), Priority::control,
                                [offering](absl::Status status, Sequence sequence) {
                                  if (!status.ok())
                                    return refuse_at_door(offering->doorway, offering->door, *offering->request,
                                                          offering->request->body, status, offering->responder);
                                  offer_next(offering, sequence);
                                });
}

void take_webhook(Doorway& doorway, const Webhook& webhook, const std::string& secret,
                  const std::shared_ptr<HttpRequest>& request, const Responder& responder) {
  const auto refuse = [&](const absl::Status& status) {
    refuse_at_door(doorway, webhook.door, *request, request->body, status, responder);
  };
  // Before anything looks into the body.
  if (absl::Status status = check_signature(webhook.proof, secret, *request); !status.ok()) return refuse(status);
  if (request->media_type() == "application/x-www-form-urlencoded")
    return refuse(
        {absl::StatusCode::kUnimplemented,
         to_absl(fmt::format("set the webhook's content type to application/json in {}", webhook.proof.sender))});
  auto news = webhook.read(*request, doorway.clock.now());
  if (!news.ok()) return refuse(news.status());
  if (news->inputs.empty()) {
    doorway.ledger.note_ignored(webhook.door);
    return responder.answer(json_answer(202, nlohmann::json{{"status", "ignored"}, {"reason", news->ignored}}.dump()));
  }
  offer_next(std::make_shared<Offering>(Offering{doorway, webhook.door, request, responder, std::move(news->inputs)}),
             0);
}

}  // namespace

void add_webhook_routes(Router& router, Doorway& doorway, const WebhookSecrets& secrets) {
  for (const Webhook& webhook : kWebhooks) {
    const auto found = secrets.find(webhook.door);
    const std::string secret = found == secrets.end() ? std::string() : found->second;
    Route route =
        door_route(doorway, webhook.door, "POST", webhook.path, kWebhookBytes,
                   [&doorway, &webhook, secret](std::shared_ptr<HttpRequest> request, Responder responder) {
                     if (doorway.control_pool.post([&doorway, &webhook, secret, request, responder] {
                           take_webhook(doorway, webhook, secret, request, responder);
                         }))
                       return;
                     refuse_at_door(doorway, webhook.door, *request, {},
                                    unavailable("too many webhooks are waiting; send this again later"), responder);
                   });
    // Its secret is its token: doors.tokens does not open it.
    route.admit = [&webhook, secret](const HttpRequest& request) {
      return admit_by_proof(webhook.proof, secret, request);
    };
    router.add(std::move(route));
  }
}

}  // namespace nightjar
