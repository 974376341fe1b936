#include "wire/alerts/pagerduty_change.h"

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "model/words.h"
#include "wire/alerts/pagerduty_keys.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

std::string detail(const Json& details, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names)
    if (std::string value = said::text(details, {name}); !value.empty()) return value;
  return {};
}

ChangeEvent read_change(const Json& whole, std::string_view body, Timestamp received_at) {
  const Json& payload = foreign::at(whole, {"payload"});
  const Json& details = foreign::at(payload, {"custom_details"});
  ChangeEvent event;
  event.source = ChangeSource::api;
  event.status = ChangeStatus::succeeded;
  event.service = {detail(details, {"service", "service_name", "service.name", "app", "application"})};
  event.version = detail(details, {"version", "release", "tag", "image_tag"});
  event.previous_version = detail(details, {"previous_version", "previous_release"});
  event.commit = detail(details, {"commit", "sha", "git_sha", "revision", "commit_sha"});
  event.environment = detail(details, {"environment", "env"});
  event.repository = detail(details, {"repository", "repo"});
  event.author = detail(details, {"author", "actor", "user", "deployed_by"});
  event.kind = event.service.empty() ? ChangeKind::push
                                     : parse_word<ChangeKind>(detail(details, {"kind"})).value_or(ChangeKind::deploy);
  if (said::is_one_of(detail(details, {"status", "build_state", "state"}), {"failed", "failure", "error"}))
    event.status = ChangeStatus::failed;
  event.title = said::text(payload, {"summary"}, 200);
  if (const Json& links = foreign::at(whole, {"links"}); links.is_array() && !links.empty())
    event.url = said::text(links[0], {"href"}, 2048);
  event.delivery = to_hex(sha256(body)).substr(0, 32);
  event.key = "pagerduty " + event.delivery;
  event.started_at = std::min(said::time(payload, {"timestamp"}).value_or(received_at), received_at);
  event.finished_at = event.started_at;
  return event;
}

}  // namespace

absl::StatusOr<PagerDutyChange> parse_pagerduty_change(std::string_view body, Timestamp received_at,
                                                       const AlertLimits& limits) {
  const auto whole = said::object(body, "PagerDuty change event", limits);
  if (!whole.ok()) return whole.status();
  PagerDutyChange change;
  change.routing_key = read_key(*whole, "routing_key", change.errors);
  if (change.routing_key.empty() && change.errors.empty()) change.errors.push_back("'routing_key' is missing or blank");
  if (said::text(*whole, {"payload", "summary"}).empty())
    change.errors.push_back("'payload.summary' is missing or blank");
  if (change.errors.empty()) change.event = read_change(*whole, body, received_at);
  return change;
}

}  // namespace nightjar
