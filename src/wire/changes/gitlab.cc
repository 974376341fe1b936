#include "wire/changes/gitlab.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/changes/named_version.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kJobsAtMost = 100;

ChangeEvent gitlab_event(const Json& whole, std::string_view delivery) {
  ChangeEvent event;
  event.source = ChangeSource::gitlab;
  event.delivery = cut(delivery, 128);
  event.repository = foreign::text(whole, {"project", "path_with_namespace"});
  event.author = foreign::text(whole, {"user", "username"});
  return event;
}

// nullopt: nothing has been started. What GitLab may yet invent counts as not done.
std::optional<ChangeStatus> status_of(std::string_view said) {
  if (said == "success") return ChangeStatus::succeeded;
  if (said == "failed" || said == "canceled") return ChangeStatus::failed;
  constexpr std::string_view kNotStarted[] = {"blocked",   "approved",  "rejected",
                                              "skipped",   "manual",    "pending",
                                              "scheduled", "preparing", "waiting_for_resource"};
  if (std::find(std::begin(kNotStarted), std::end(kNotStarted), said) != std::end(kNotStarted)) return std::nullopt;
  return ChangeStatus::running;  // running, created
}

// "production/payment" -> "payment": whether that is a service, the engine knows.
std::string last_part(const std::string& environment) {
  const std::size_t slash = environment.rfind('/');
  return slash == std::string::npos ? std::string() : environment.substr(slash + 1);
}

void take_target(ChangeEvent& event, const std::string& ref) {
  const ServiceVersion named = read_ref(ref);
  event.version = named.version.empty() ? event.commit : named.version;
  event.application = named.service.empty() ? last_part(event.environment) : named.service;
}

// The job tells of the same deployment, so it names the key when there is one.
std::string deployment_key(const ChangeEvent& event, const std::string& job, const std::string& deployment) {
  return job.empty() ? fmt::format("gitlab {} deployment {}", event.repository, deployment)
                     : fmt::format("gitlab {} job {}", event.repository, job);
}

absl::StatusOr<ChangeDelivery> read_gitlab_deployment(const Json& whole, std::string_view delivery,
                                                      Timestamp received_at) {
  ChangeEvent event = gitlab_event(whole, delivery);
  const std::string id = foreign::number_text(whole, {"deployment_id"}), said = foreign::text(whole, {"status"});
  if (id.empty() || said.empty() || event.repository.empty())
    return invalid_argument(
        "GitLab deployment: deployment_id, status or project.path_with_namespace is missing; is this GitLab's own "
        "body?");
  const auto status = status_of(said);
  if (!status) return ignored_because(ChangeIgnored::not_started);
  event.kind = ChangeKind::deploy;
  event.status = *status;
  event.key = deployment_key(event, foreign::number_text(whole, {"deployable_id"}), id);
  event.environment = foreign::text(whole, {"environment"});
  // The whole commit is only in its URL: …/-/commit/<sha>.
  const std::string commit_url = foreign::text(whole, {"commit_url"}, 2048);
  event.commit = cut(std::string_view(commit_url).substr(commit_url.rfind('/') + 1), 64);
  if (event.commit.size() < 40) event.commit = foreign::text(whole, {"short_sha"}, 64);
  event.title = first_line(foreign::text(whole, {"commit_title"}));
  event.url = foreign::text(whole, {"deployable_url"}, 2048);
  if (event.url.empty()) event.url = commit_url;
  take_target(event, foreign::text(whole, {"ref"}));
  event.started_at = foreign::loose_time(whole, {"status_changed_at"}).value_or(received_at);
  if (event.status != ChangeStatus::running) event.finished_at = event.started_at;
  return one_change(std::move(event));
}

// One job of a pipeline; false when it deploys nothing, or not yet.
bool read_job(const Json& job, const ChangeEvent& common, const std::string& ref, Timestamp received_at,
              ChangeEvent& event) {
  event = common;
  event.environment = foreign::text(job, {"environment", "name"});
  const std::string action = foreign::text(job, {"environment", "action"}), id = foreign::number_text(job, {"id"});
  const auto status = status_of(foreign::text(job, {"status"}));
  if (event.environment.empty() || id.empty() || (!action.empty() && action != "start")) return false;
  // A pipeline tells of all its jobs; those without a start have not done anything.
  const auto started_at = foreign::loose_time(job, {"started_at"});
  if (!status || !started_at) return false;
  event.kind = ChangeKind::deploy;
  event.status = *status;
  event.key = deployment_key(event, id, "");
  if (const std::string who = foreign::text(job, {"user", "username"}); !who.empty()) event.author = who;
  take_target(event, ref);
  event.started_at = *started_at;
  if (event.status != ChangeStatus::running)
    event.finished_at = std::max(foreign::loose_time(job, {"finished_at"}).value_or(received_at), event.started_at);
  return true;
}

absl::StatusOr<ChangeDelivery> read_pipeline(const Json& whole, std::string_view delivery, Timestamp received_at) {
  ChangeEvent common = gitlab_event(whole, delivery);
  const Json& pipeline = foreign::at(whole, {"object_attributes"});
  const std::string id = foreign::number_text(pipeline, {"id"}), ref = foreign::text(pipeline, {"ref"});
  if (id.empty() || common.repository.empty())
    return invalid_argument(
        "GitLab pipeline: object_attributes.id or project.path_with_namespace is missing; is this GitLab's own body?");
  common.commit = foreign::text(pipeline, {"sha"}, 64);
  common.title = first_line(foreign::text(whole, {"commit", "title"}));
  common.url = foreign::text(pipeline, {"url"}, 2048);
  if (common.url.empty())
    if (const std::string project = foreign::text(whole, {"project", "web_url"}, 2000); !project.empty())
      common.url = fmt::format("{}/-/pipelines/{}", project, id);
  ChangeDelivery result;
  const Json& jobs = foreign::at(whole, {"builds"});
  std::size_t looked_at = 0;
  if (jobs.is_array())
    for (const Json& job : jobs) {
      if (++looked_at > kJobsAtMost) break;
      if (ChangeEvent event; read_job(job, common, ref, received_at, event)) result.changes.push_back(std::move(event));
    }
  if (result.changes.empty()) result.ignored = ChangeIgnored::not_a_deploy;
  return result;
}

// `push` and `tag_push`.
absl::StatusOr<ChangeDelivery> read_gitlab_push(const Json& whole, std::string_view delivery, Timestamp received_at) {
  ChangeEvent event = gitlab_event(whole, delivery);
  const std::string ref = foreign::text(whole, {"ref"}, 512),
                    branch = foreign::text(whole, {"project", "default_branch"});
  event.commit = foreign::text(whole, {"after"}, 64);
  if (ref.empty() || event.commit.empty() || event.repository.empty())
    return invalid_argument(
        "GitLab push: ref, after or project.path_with_namespace is missing; is this GitLab's own body?");
  if (event.commit.find_first_not_of('0') == std::string::npos) return ignored_because(ChangeIgnored::branch_deleted);
  const bool tag = ref.starts_with("refs/tags/");
  if (!tag && (branch.empty() || ref != "refs/heads/" + branch)) return ignored_because(ChangeIgnored::other_branch);
  event.kind = ChangeKind::push;
  event.status = ChangeStatus::succeeded;
  event.key = fmt::format("gitlab {} push {} {}", event.repository, ref, event.commit);
  const ServiceVersion named = read_ref(tag ? ref : std::string());
  event.application = named.service;
  event.version = named.version;
  event.author = foreign::text(whole, {"user_username"});
  if (const Json& commits = foreign::at(whole, {"commits"}); commits.is_array() && !commits.empty()) {
    event.title = first_line(foreign::text(commits.back(), {"title"}));
    event.url = foreign::text(commits.back(), {"url"}, 2048);
  }
  event.started_at = received_at;  // commits carry the time they were written, not the time of the push
  event.finished_at = received_at;
  return one_change(std::move(event));
}

}  // namespace

absl::StatusOr<ChangeDelivery> parse_gitlab(std::string_view delivery, std::string_view body, Timestamp received_at) {
  const auto whole = parse_json(body, "GitLab webhook");
  if (!whole.ok()) return whole.status();
  if (!whole->is_object()) return invalid_argument("GitLab webhook: expected an object, found {}", whole->type_name());
  const std::string kind = foreign::text(*whole, {"object_kind"});
  if (kind == "deployment") return read_gitlab_deployment(*whole, delivery, received_at);
  if (kind == "pipeline") return read_pipeline(*whole, delivery, received_at);
  if (kind == "push" || kind == "tag_push") return read_gitlab_push(*whole, delivery, received_at);
  if (kind.empty()) return invalid_argument("GitLab webhook: object_kind is missing; is this GitLab's own body?");
  return ignored_because(ChangeIgnored::event_not_watched);
}

}  // namespace nightjar
