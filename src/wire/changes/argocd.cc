#include "wire/changes/argocd.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/changes/named_version.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kImagesAtMost = 50;

// The image that is the application; side-cars come with their own.
std::string version_of_images(const Json& images, const ChangeEvent& event) {
  if (!images.is_array()) return {};
  const std::string_view application = std::string_view(event.application).substr(event.application.rfind('/') + 1);
  ServiceVersion best;
  std::size_t best_size = 0;
  for (std::size_t i = 0; i < std::min(images.size(), kImagesAtMost); ++i) {
    const auto* text = images[i].get_ptr<const std::string*>();
    if (!text) continue;
    ServiceVersion image = read_artifact(*text);
    // "payment-production" runs "payment"; of "pay" and "payment" the longer name is the nearer one.
    const bool named_like = !image.service.empty() &&
                            (image.service == short_name(event.service) || application.starts_with(image.service));
    if ((named_like && image.service.size() > best_size) || images.size() == 1)
      best_size = image.service.size(), best = std::move(image);
  }
  return best.version;
}

}  // namespace

absl::StatusOr<ChangeDelivery> parse_argocd(std::string_view body, Timestamp received_at) {
  const auto whole = parse_json(body, "Argo CD notification");
  if (!whole.ok()) return whole.status();
  if (!whole->is_object())
    return invalid_argument("Argo CD notification: expected an object, found {}", whole->type_name());
  ChangeEvent event;
  event.source = ChangeSource::argocd;
  event.kind = ChangeKind::deploy;
  event.application = foreign::text(*whole, {"application"});
  const std::string phase = foreign::text(*whole, {"phase"}), revision = foreign::text(*whole, {"revision"});
  if (event.application.empty() || phase.empty())
    return invalid_argument(
        "Argo CD notification: \"application\" or \"phase\" is missing; take the template from "
        "docs/senders/changes.md");
  event.service = {foreign::text(*whole, {"service"})};
  event.environment = foreign::text(*whole, {"environment"});
  event.repository = repository_of(foreign::text(*whole, {"repository"}, 1024));
  event.url = foreign::text(*whole, {"url"}, 2048);
  event.author = foreign::text(*whole, {"author"});
  event.title = fmt::format("{} synced to {}", event.application, cut(revision, 60));
  const ServiceVersion named = read_ref(revision);
  const bool commit = revision.size() == 40 && revision.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (commit) event.commit = revision;
  event.version = version_of_images(foreign::at(*whole, {"images"}), event);
  if (event.version.empty()) event.version = commit ? revision : named.version;
  const auto started_at = foreign::time(*whole, {"startedAt"}), finished_at = foreign::time(*whole, {"finishedAt"});
  event.started_at = started_at.value_or(received_at);
  event.key =
      fmt::format("argocd {} {} {}", event.application, revision, started_at ? to_rfc3339(*started_at) : std::string());
  if (phase == "Running" || phase == "Terminating") return one_change(std::move(event));
  event.status = phase == "Succeeded" ? ChangeStatus::succeeded : ChangeStatus::failed;
  event.finished_at = std::max(finished_at.value_or(received_at), event.started_at);
  return one_change(std::move(event));
}

}  // namespace nightjar
