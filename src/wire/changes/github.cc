#include "wire/changes/github.h"

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "wire/changes/github_deployment.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSignaturePrefix = "sha256=";

ChangeEvent common(const Json& whole, std::string_view delivery) {
  ChangeEvent event;
  event.source = ChangeSource::github;
  event.delivery = cut(delivery, 128);
  event.repository = foreign::text(whole, {"repository", "full_name"});
  event.author = foreign::text(whole, {"sender", "login"});
  return event;
}

absl::StatusOr<GithubDelivery> read_push(const Json& whole, std::string_view delivery, Timestamp received_at) {
  ChangeEvent event = common(whole, delivery);
  const std::string ref = foreign::text(whole, {"ref"}, 512),
                    branch = foreign::text(whole, {"repository", "default_branch"});
  event.commit = foreign::text(whole, {"after"}, 64);
  if (ref.empty() || event.commit.empty() || event.repository.empty())
    return invalid_argument("GitHub push: ref, after or repository.full_name is missing; is this GitHub's own body?");
  if (foreign::at(whole, {"deleted"}) == Json(true)) return GithubDelivery{{}, GithubIgnored::branch_deleted};
  const bool tag = ref.starts_with("refs/tags/");
  if (!tag && (branch.empty() || ref != "refs/heads/" + branch)) return GithubDelivery{{}, GithubIgnored::other_branch};
  event.kind = ChangeKind::push;
  event.status = ChangeStatus::succeeded;
  const ServiceVersion named = read_ref(tag ? ref : std::string());
  event.service = {named.service};
  event.version = named.version;
  event.key = fmt::format("github {} push {} {}", event.repository, ref, event.commit);
  if (const std::string pusher = foreign::text(whole, {"pusher", "name"}); !pusher.empty()) event.author = pusher;
  // The first line of the newest message.
  event.title = foreign::text(whole, {"head_commit", "message"}, 4096);
  event.title = cut(std::string_view(event.title).substr(0, event.title.find('\n')), 200);
  event.url = foreign::text(whole, {"head_commit", "url"}, 2048);
  if (event.url.empty()) event.url = foreign::text(whole, {"compare"}, 2048);
  // Not the commit's own time: it may have been written days before it was pushed.
  event.started_at = foreign::time(whole, {"repository", "pushed_at"}).value_or(received_at);
  event.finished_at = event.started_at;
  return GithubDelivery{std::move(event), GithubIgnored::none};
}

// Both `deployment` and `deployment_status`: the same change, told of several times.
absl::StatusOr<GithubDelivery> read_deployment(const Json& whole, std::string_view delivery, Timestamp received_at) {
  ChangeEvent event = common(whole, delivery);
  const Json& deployment = foreign::at(whole, {"deployment"});
  const std::string id = foreign::number_text(deployment, {"id"});
  if (id.empty() || event.repository.empty())
    return invalid_argument(
        "GitHub deployment: deployment.id or repository.full_name is missing; is this GitHub's own body?");
  event.kind = ChangeKind::deploy;
  event.key = fmt::format("github {} deployment {}", event.repository, id);
  event.commit = foreign::text(deployment, {"sha"}, 64);
  event.title = foreign::text(deployment, {"description"}, 200);
  if (const std::string creator = foreign::text(deployment, {"creator", "login"}); !creator.empty())
    event.author = creator;
  read_deployment_target(deployment, event);
  event.started_at = foreign::time(deployment, {"created_at"}).value_or(received_at);

  const Json& status = foreign::at(whole, {"deployment_status"});
  if (!status.is_object()) return GithubDelivery{std::move(event), GithubIgnored::none};
  const std::string state = foreign::text(status, {"state"});
  const Timestamp said_at = foreign::time(status, {"created_at"}).value_or(received_at);
  event.url = foreign::text(status, {"log_url"}, 2048);
  if (event.url.empty()) event.url = foreign::text(status, {"target_url"}, 2048);
  if (state == "inactive") return GithubDelivery{{}, GithubIgnored::deployment_inactive};
  if (state == "success" || state == "failure" || state == "error") {
    event.status = state == "success" ? ChangeStatus::succeeded : ChangeStatus::failed;
    event.finished_at = std::max(said_at, event.started_at);
  } else if (state == "in_progress") {
    event.started_at = said_at;  // it may have waited in a queue since it was created
  }                              // queued, pending, waiting, and what GitHub may yet invent: not done
  return GithubDelivery{std::move(event), GithubIgnored::none};
}

}  // namespace

std::string_view word(GithubIgnored reason) {
  switch (reason) {
    case GithubIgnored::none:
      return "none";
    case GithubIgnored::ping:
      return "ping";
    case GithubIgnored::event_not_watched:
      return "event_not_watched";
    case GithubIgnored::other_branch:
      return "other_branch";
    case GithubIgnored::branch_deleted:
      return "branch_deleted";
    case GithubIgnored::deployment_inactive:
      return "deployment_inactive";
  }
  return {};
}

absl::Status check_github_signature(std::string_view header, std::string_view body, std::string_view secret) {
  if (secret.empty())
    return unauthenticated(
        "GitHub: no secret is configured; set doors.github.secret_file and the same secret at GitHub");
  if (header.empty())
    return unauthenticated("GitHub: X-Hub-Signature-256 is missing; set a secret for the webhook at GitHub");
  if (header.size() != kSignaturePrefix.size() + 64 || !header.starts_with(kSignaturePrefix))
    return unauthenticated("GitHub: X-Hub-Signature-256 is malformed; expected sha256= and 64 hexadecimal digits");
  if (!equal_in_constant_time(header.substr(kSignaturePrefix.size()), to_hex(hmac_sha256(secret, body))))
    return unauthenticated("GitHub: X-Hub-Signature-256 does not fit the body; is the secret the same at both ends?");
  return absl::OkStatus();
}

absl::StatusOr<GithubDelivery> parse_github(std::string_view event, std::string_view delivery, std::string_view body,
                                            Timestamp received_at) {
  if (event == "ping") return GithubDelivery{{}, GithubIgnored::ping};
  if (event != "push" && event != "deployment" && event != "deployment_status")
    return GithubDelivery{{}, GithubIgnored::event_not_watched};
  const auto whole = parse_json(body, "GitHub webhook");
  if (!whole.ok())
    return body.starts_with("payload=")
               ? invalid_argument(
                     "GitHub webhook: the body is a form; set its content type to application/json at GitHub")
               : whole.status();
  if (!whole->is_object()) return invalid_argument("GitHub webhook: expected an object, found {}", whole->type_name());
  return event == "push" ? read_push(*whole, delivery, received_at) : read_deployment(*whole, delivery, received_at);
}

}  // namespace nightjar
