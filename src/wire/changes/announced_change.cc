#include "wire/changes/announced_change.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "model/words.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kFields[] = {"service", "version",    "previous_version", "commit",      "kind",
                                        "status",  "started_at", "finished_at",      "environment", "author",
                                        "url",     "title",      "repository",       "id",          "caused_by"};

constexpr std::size_t kFieldsAtMost = 64;

// A field nobody knows is left alone, since a pipeline may send what it has; but one that is nearly ours is a mistake
// that would otherwise go unnoticed.
absl::Status find_misspelt(const Json& object) {
  // Comparing costs: a body of a hundred thousand names would take seconds.
  if (object.size() > kFieldsAtMost)
    return invalid_argument("change: {} fields, at most {} are taken", object.size(), kFieldsAtMost);
  for (const auto& [key, value] : object.items()) {
    if (std::find(std::begin(kFields), std::end(kFields), key) != std::end(kFields) || key.size() > 30) continue;
    for (std::string_view field : kFields)
      if (field.size() > 3 && edit_distance(key, field) <= 2)
        return invalid_argument("change: unknown field \"{}\"; did you mean \"{}\"?", key, field);
  }
  return absl::OkStatus();
}

absl::Status read_text(const Json& object, std::string_view key, std::size_t limit, std::string& into) {
  const Json& found = foreign::at(object, {key});
  if (found.is_null()) return absl::OkStatus();
  if (!found.is_string()) return invalid_argument("change: \"{}\" must be text, found {}", key, found.type_name());
  into = cut(found.get_ref<const std::string&>(), limit);
  return absl::OkStatus();
}

template <class Enum>
absl::Status read_word(const Json& object, std::string_view key, std::string_view choices, Enum& into) {
  std::string text;
  if (absl::Status status = read_text(object, key, 60, text); !status.ok() || text.empty()) return status;
  const auto value = parse_word<Enum>(text);
  if (!value) return invalid_argument("change: \"{}\" is \"{}\"; expected one of {}", key, text, choices);
  into = *value;
  return absl::OkStatus();
}

absl::Status read_time(const Json& object, std::string_view key, std::optional<Timestamp>& into) {
  if (foreign::at(object, {key}).is_null()) return absl::OkStatus();
  into = foreign::time(object, {key});
  if (into) return absl::OkStatus();
  return invalid_argument("change: \"{}\" is not an RFC 3339 time such as 2026-11-24T22:50:40Z", key);
}

// Without an id of the sender's, two messages speak of the same change when they agree in all that tells one deploy
// from another: going back to a version is not the deploy that brought it.
std::string key_of(const ChangeEvent& event, const std::optional<Timestamp>& started_at) {
  std::string key = fmt::format("{} {}@{}", word(event.kind), event.service.value, event.version);
  if (!event.environment.empty()) key += " in " + event.environment;
  if (!event.previous_version.empty()) key += " from " + event.previous_version;
  if (event.caused_by) key += " by " + to_string(*event.caused_by);
  if (started_at) key += " at " + to_rfc3339(*started_at);
  return key;
}

}  // namespace

absl::StatusOr<ChangeEvent> parse_announced_change(std::string_view body, Timestamp received_at) {
  const auto object = parse_json(body, "change");
  if (!object.ok()) return object.status();
  if (!object->is_object()) return invalid_argument("change: expected an object, found {}", object->type_name());
  ChangeEvent event;
  event.source = ChangeSource::api;
  // Who says nothing about the outcome tells of a change that is done.
  event.status = ChangeStatus::succeeded;
  std::optional<Timestamp> started_at;
  std::string id, caused_by;
  const std::pair<std::string_view, std::string*> texts[] = {{"service", &event.service.value},
                                                             {"version", &event.version},
                                                             {"previous_version", &event.previous_version},
                                                             {"commit", &event.commit},
                                                             {"environment", &event.environment},
                                                             {"author", &event.author},
                                                             {"title", &event.title},
                                                             {"repository", &event.repository},
                                                             {"id", &id},
                                                             {"caused_by", &caused_by}};
  absl::Status status = find_misspelt(*object);
  for (const auto& [key, into] : texts)
    if (status.ok()) status = read_text(*object, key, 256, *into);
  if (status.ok()) status = read_text(*object, "url", 2048, event.url);
  if (status.ok()) status = read_word(*object, "kind", "deploy, config, flag, migration, scaling, push", event.kind);
  if (status.ok()) status = read_word(*object, "status", "running, succeeded, failed", event.status);
  if (status.ok()) status = read_time(*object, "started_at", started_at);
  if (status.ok()) status = read_time(*object, "finished_at", event.finished_at);
  if (!status.ok()) return status;
  if (event.service.empty()) return invalid_argument("change: \"service\" is missing: whose change is it?");
  if (event.version.empty()) return invalid_argument("change: \"version\" is missing: what runs after it?");
  if (!caused_by.empty()) {
    event.caused_by = parse_id<ActionTag>(caused_by);
    if (!*event.caused_by)
      return invalid_argument("change: \"caused_by\" is \"{}\"; expected an id like act-7", caused_by);
  }
  event.key = id.empty() ? key_of(event, started_at) : "api " + id;
  event.started_at = started_at ? *started_at : event.finished_at ? *event.finished_at : received_at;
  if (event.finished_at && *event.finished_at < event.started_at)
    return invalid_argument("change: \"finished_at\" is before \"started_at\"");
  if (!event.finished_at && event.status != ChangeStatus::running && !started_at) event.finished_at = received_at;
  return event;
}

}  // namespace nightjar
