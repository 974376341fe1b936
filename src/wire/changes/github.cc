#include "wire/changes/github.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/changes/forge_events.h"
#include "wire/changes/github_deployment.h"
#include "wire/changes/named_version.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr Forge kGithub = {"GitHub", ChangeSource::github};

// Both `deployment` and `deployment_status`: the same change, told of several times.
absl::StatusOr<ChangeDelivery> read_deployment(const Json& whole, std::string_view delivery, Timestamp received_at) {
  ChangeEvent event = forge_event(kGithub, whole, delivery);
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
  if (!status.is_object()) return one_change(std::move(event));
  const std::string state = foreign::text(status, {"state"});
  const Timestamp said_at = foreign::time(status, {"created_at"}).value_or(received_at);
  event.url = foreign::text(status, {"log_url"}, 2048);
  if (event.url.empty()) event.url = foreign::text(status, {"target_url"}, 2048);
  if (state == "inactive") return ignored_because(ChangeIgnored::deployment_inactive);
  if (state == "success" || state == "failure" || state == "error") {
    event.status = state == "success" ? ChangeStatus::succeeded : ChangeStatus::failed;
    event.finished_at = std::max(said_at, event.started_at);
  } else if (state == "in_progress") {
    event.started_at = said_at;  // it may have waited in a queue since it was created
  }                              // queued, pending, waiting, and what GitHub may yet invent: not done
  return one_change(std::move(event));
}

bool says_deploy(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
  });
  for (const std::string_view part : {"deploy", "rollout"})
    if (text.find(part) != std::string::npos) return true;
  return false;
}

absl::StatusOr<ChangeDelivery> read_workflow_run(const Json& whole, std::string_view delivery, Timestamp received_at) {
  const Json& run = foreign::at(whole, {"workflow_run"});
  ChangeEvent event = forge_event(kGithub, whole, delivery);
  const std::string id = foreign::number_text(run, {"id"});
  if (id.empty() || event.repository.empty())
    return invalid_argument(
        "GitHub workflow_run: workflow_run.id or repository.full_name is missing; is this GitHub's own body?");
  const std::string path = foreign::text(run, {"path"});
  if (!says_deploy(foreign::text(run, {"name"})) && !says_deploy(path.substr(path.rfind('/') + 1)))
    return ignored_because(ChangeIgnored::not_a_deploy);
  const std::string status = foreign::text(run, {"status"}), conclusion = foreign::text(run, {"conclusion"});
  if (foreign::text(whole, {"action"}) == "requested" || conclusion == "skipped" || conclusion == "action_required")
    return ignored_because(ChangeIgnored::not_started);
  // A second attempt deploys a second time.
  const std::string attempt = foreign::number_text(run, {"run_attempt"});
  event.key = fmt::format("github {} workflow_run {}{}", event.repository, id,
                          attempt.empty() || attempt == "1" ? "" : " attempt " + attempt);
  event.kind = ChangeKind::deploy;
  event.commit = foreign::text(run, {"head_sha"}, 64);
  const ServiceVersion named = read_ref(foreign::text(run, {"head_branch"}));
  event.application = named.service;
  event.version = named.version.empty() ? event.commit : named.version;
  event.title = first_line(foreign::text(run, {"display_title"}));
  event.url = foreign::text(run, {"html_url"}, 2048);
  if (const std::string actor = foreign::text(run, {"actor", "login"}); !actor.empty()) event.author = actor;
  event.started_at = foreign::time(run, {"run_started_at"}).value_or(received_at);
  if (status != "completed") return one_change(std::move(event));
  event.status = conclusion == "success" ? ChangeStatus::succeeded : ChangeStatus::failed;
  event.finished_at = std::max(foreign::time(run, {"updated_at"}).value_or(received_at), event.started_at);
  return one_change(std::move(event));
}

}  // namespace

absl::StatusOr<ChangeDelivery> parse_github(std::string_view event, std::string_view delivery, std::string_view body,
                                            Timestamp received_at) {
  if (event == "ping") return ignored_because(ChangeIgnored::ping);
  constexpr std::string_view kWatched[] = {"push",         "deployment", "deployment_status",
                                           "workflow_run", "release",    "pull_request"};
  if (std::find(std::begin(kWatched), std::end(kWatched), event) == std::end(kWatched))
    return ignored_because(ChangeIgnored::event_not_watched);
  const auto whole = parse_json(body, "GitHub webhook");
  if (!whole.ok())
    return body.starts_with("payload=")
               ? invalid_argument(
                     "GitHub webhook: the body is a form; set its content type to application/json at GitHub")
               : whole.status();
  if (!whole->is_object()) return invalid_argument("GitHub webhook: expected an object, found {}", whole->type_name());
  if (event == "push") return read_push(kGithub, *whole, delivery, received_at);
  if (event == "release") return read_release(kGithub, *whole, delivery, received_at);
  if (event == "pull_request") return read_pull_request(kGithub, *whole, delivery, received_at);
  if (event == "workflow_run") return read_workflow_run(*whole, delivery, received_at);
  return read_deployment(*whole, delivery, received_at);
}

}  // namespace nightjar
