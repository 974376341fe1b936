#include "wire/changes/cdevents.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/changes/named_version.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kServicePrefix = "dev.cdevents.service.";

// "dev.cdevents.service.deployed.0.2.0" -> "deployed"; "" for events of other subjects.
std::string_view predicate_of(std::string_view type) {
  if (!type.starts_with(kServicePrefix)) return {};
  type.remove_prefix(kServicePrefix.size());
  return type.substr(0, type.find('.'));
}

ChangeDelivery read_service_event(const Json& event_json, std::string_view type, std::string_view id,
                                  Timestamp received_at) {
  const std::string_view predicate = predicate_of(type);
  const bool deploys = predicate == "deployed" || predicate == "upgraded";
  if (!deploys && predicate != "rolledback" && predicate != "removed" && predicate != "published")
    return ignored_because(ChangeIgnored::event_not_watched);
  const Json& content = foreign::at(event_json, {"subject", "content"});
  ChangeEvent event;
  event.source = ChangeSource::cdevents;
  event.delivery = cut(id, 128);
  event.application = foreign::text(event_json, {"subject", "id"});
  const ServiceVersion artifact = read_artifact(foreign::text(content, {"artifactId"}, 1024));
  event.version = artifact.version;
  event.environment = foreign::text(content, {"environment", "name"});
  if (event.environment.empty()) event.environment = foreign::text(content, {"environment", "id"});
  // Removing or exposing a service changes no code that serves, but it may well be what hurts.
  event.kind = deploys || predicate == "rolledback" ? ChangeKind::deploy : ChangeKind::config;
  event.status = ChangeStatus::succeeded;
  event.title = fmt::format("{} {}", event.application, predicate);
  event.started_at = foreign::time(event_json, {"context", "timestamp"}).value_or(received_at);
  event.finished_at = event.started_at;
  const std::string chain = foreign::text(event_json, {"context", "chainId"}, 128);
  // Deployed, upgraded and published are told of one going forward; back and away are changes of their own.
  const std::string_view way = predicate == "rolledback" || predicate == "removed" ? predicate : "forward";
  event.key = chain.empty() ? fmt::format("cdevents {} {}", foreign::text(event_json, {"context", "source"}), id)
                            : fmt::format("cdevents chain {} {} {}", chain, event.application, way);
  return one_change(std::move(event));
}

}  // namespace

absl::StatusOr<ChangeDelivery> parse_cdevent(const CloudEventHeaders& headers, std::string_view body,
                                             Timestamp received_at) {
  if (headers.media_type == "application/cloudevents-batch+json")
    return invalid_argument("CDEvents: batches are not taken; send one event a request");
  const auto whole = parse_json(body, "CDEvents");
  if (!whole.ok()) return whole.status();
  if (!whole->is_object()) return invalid_argument("CDEvents: expected an object, found {}", whole->type_name());
  const bool structured = headers.media_type == "application/cloudevents+json" || whole->contains("specversion");
  const Json& data = structured ? foreign::at(*whole, {"data"}) : *whole;
  if (!data.is_object())
    return invalid_argument(
        "CDEvents: `data` must be the event itself as an object, found {}; data_base64 is not taken", data.type_name());
  // The event says its own type and id; the envelope repeats them.
  std::string type = foreign::text(data, {"context", "type"}), id = foreign::text(data, {"context", "id"});
  if (type.empty()) type = structured ? foreign::text(*whole, {"type"}) : cut(headers.type, 256);
  if (id.empty()) id = structured ? foreign::text(*whole, {"id"}) : cut(headers.id, 256);
  if (type.empty() || id.empty())
    return invalid_argument("CDEvents: no type or id: neither ce-type and ce-id nor context.type and context.id");
  if (predicate_of(type).empty()) return ignored_because(ChangeIgnored::event_not_watched);
  if (foreign::text(data, {"subject", "id"}).empty())
    return invalid_argument("CDEvents: subject.id is missing: whose change is it?");
  return read_service_event(data, type, id, received_at);
}

}  // namespace nightjar
