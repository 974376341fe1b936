#include "wire/changes/gitea.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/changes/forge_events.h"
#include "wire/changes/named_version.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr Forge kGitea = {"Gitea", ChangeSource::gitea};

// A tag made in Gitea is told as `create` and as `push`: one key for both.
absl::StatusOr<ChangeDelivery> read_create(const Json& whole, std::string_view delivery, Timestamp received_at) {
  ChangeEvent event = forge_event(kGitea, whole, delivery);
  const std::string ref = foreign::text(whole, {"ref"});
  event.commit = foreign::text(whole, {"sha"}, 64);
  if (ref.empty() || event.repository.empty())
    return invalid_argument("Gitea create: ref or repository.full_name is missing; is this Gitea's own body?");
  if (foreign::text(whole, {"ref_type"}) != "tag") return ignored_because(ChangeIgnored::other_branch);
  const ServiceVersion named = read_ref(ref);
  event.kind = ChangeKind::push;
  event.status = ChangeStatus::succeeded;
  event.service = {named.service};
  event.version = named.version;
  event.key = fmt::format("gitea {} push refs/tags/{} {}", event.repository, ref, event.commit);
  event.started_at = received_at;
  event.finished_at = received_at;
  return one_change(std::move(event));
}

}  // namespace

absl::StatusOr<ChangeDelivery> parse_gitea(std::string_view event, std::string_view delivery, std::string_view body,
                                           Timestamp received_at) {
  if (event != "push" && event != "create" && event != "release" && event != "pull_request")
    return ignored_because(ChangeIgnored::event_not_watched);
  const auto whole = parse_json(body, "Gitea webhook");
  if (!whole.ok())
    return body.starts_with("payload=")
               ? invalid_argument(
                     "Gitea webhook: the body is a form; set its content type to application/json in Gitea")
               : whole.status();
  if (!whole->is_object()) return invalid_argument("Gitea webhook: expected an object, found {}", whole->type_name());
  if (event == "push") return read_push(kGitea, *whole, delivery, received_at);
  if (event == "release") return read_release(kGitea, *whole, delivery, received_at);
  if (event == "pull_request") return read_pull_request(kGitea, *whole, delivery, received_at);
  return read_create(*whole, delivery, received_at);
}

}  // namespace nightjar
