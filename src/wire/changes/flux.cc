#include "wire/changes/flux.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/changes/named_version.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

std::string metadata(const Json& whole, std::string_view group, std::string_view name) {
  const Json& all = foreign::at(whole, {"metadata"});
  const std::string with_group = fmt::format("{}.toolkit.fluxcd.io/{}", group, name);
  const std::string found = foreign::text(all, {with_group});
  return found.empty() ? foreign::text(all, {name}) : found;
}

// nullopt: nothing of the running system was changed.
std::optional<ChangeStatus> status_of_reason(bool helm, std::string_view reason) {
  if (helm) {
    if (reason == "InstallSucceeded" || reason == "UpgradeSucceeded" || reason == "RollbackSucceeded")
      return ChangeStatus::succeeded;
    if (reason == "InstallFailed" || reason == "UpgradeFailed" || reason == "RollbackFailed")
      return ChangeStatus::failed;
    return std::nullopt;
  }
  if (reason == "ReconciliationSucceeded") return ChangeStatus::succeeded;
  if (reason == "ReconciliationFailed" || reason == "HealthCheckFailed") return ChangeStatus::failed;
  // "Deployment/shop/payment configured": told when something was applied, before the health checks.
  return reason == "Progressing" ? std::optional(ChangeStatus::running) : std::nullopt;
}

// "main@sha1:3f2a…", "v2.4.1@sha1:…", "6.6.1+0cc9a8446c95", and before Flux 2 "main/3f2a…".
void take_revision(const std::string& revision, bool helm, ChangeEvent& event) {
  const std::string_view all = revision;
  if (helm) {
    if (event.version.empty()) event.version = cut(all.substr(0, all.find('+')), 128);
    return;
  }
  const std::size_t at = all.find('@'), colon = all.find(':', at == std::string_view::npos ? 0 : at);
  if (colon != std::string_view::npos)
    event.commit = cut(all.substr(colon + 1), 64);
  else if (const std::size_t slash = all.rfind('/'); slash != std::string_view::npos)
    event.commit = cut(all.substr(slash + 1), 64);
  event.version = read_ref(all.substr(0, at)).version;
  if (event.version.empty()) event.version = event.commit;
}

}  // namespace

absl::StatusOr<ChangeDelivery> parse_flux(std::string_view body, Timestamp received_at) {
  const auto whole = parse_json(body, "Flux event");
  if (!whole.ok()) return whole.status();
  if (!whole->is_object()) return invalid_argument("Flux event: expected an object, found {}", whole->type_name());
  const std::string kind = foreign::text(*whole, {"involvedObject", "kind"}),
                    name = foreign::text(*whole, {"involvedObject", "name"}),
                    space = foreign::text(*whole, {"involvedObject", "namespace"}),
                    reason = foreign::text(*whole, {"reason"});
  if (kind.empty() || name.empty() || reason.empty())
    return invalid_argument(
        "Flux event: involvedObject.kind, involvedObject.name or reason is missing; is the provider's type generic or "
        "generic-hmac?");
  const bool helm = kind == "HelmRelease";
  if (!helm && kind != "Kustomization") return ignored_because(ChangeIgnored::other_object);
  const auto status = status_of_reason(helm, reason);
  const std::string revision = metadata(*whole, helm ? "helm" : "kustomize", "revision");
  if (!status || revision.empty()) return ignored_because(ChangeIgnored::not_a_deploy);
  ChangeEvent event;
  event.source = ChangeSource::flux;
  event.kind = ChangeKind::deploy;
  event.status = *status;
  event.application = space.empty() ? name : space + "/" + name;
  event.service = {metadata(*whole, "event", "service")};
  event.environment = metadata(*whole, "event", "environment");
  if (event.environment.empty()) event.environment = metadata(*whole, "event", "env");
  if (helm) event.version = metadata(*whole, "helm", "app-version");
  take_revision(revision, helm, event);
  event.title = first_line(foreign::text(*whole, {"message"}, 4096));
  const auto said_at = foreign::time(*whole, {"timestamp"});
  event.started_at = said_at.value_or(received_at);
  if (event.status != ChangeStatus::running) event.finished_at = event.started_at;
  // A commit is applied once and told of several times; a chart's version may come back by a roll-back, and each action
  // on it is told once.
  event.key = fmt::format("flux {} {} {}{}", kind, event.application, revision,
                          helm ? fmt::format(" {} {}", reason, said_at ? to_rfc3339(*said_at) : std::string()) : "");
  return one_change(std::move(event));
}

}  // namespace nightjar
