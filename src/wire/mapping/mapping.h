// wire/mapping/mapping.h
// How the bodies of a tool nobody knows become changes or alerts: declared in nightjar.yaml (`events`), applied to what
// is posted to /api/v1/events/{source}. No code, no expressions: paths, literals, words. Pure; any thread.
//
//   my-tool:
//     kind: change
//     each: $.items                               # one event for each; absent: the body is the event
//     when: {$.type: [deploy, release]}           # else the next mapping of this source is tried
//     fields: {service: [$.app.name, $.app.id], version: $.tag, at: $.time, environment: production}
//     words: {status: {ok: succeeded}}            # what they say: what we say
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>

#include "model/alert.h"
#include "model/change.h"
#include "wire/alerts/received.h"
#include "wire/mapping/json_path.h"

namespace nightjar {

enum class MappedKind : std::uint8_t { change, alert, ignore };  // ignore: understood, and of no interest

// A path or a literal.
struct MappedSource {
  std::optional<JsonPath> path;
  std::string literal;
  // What begins with $ is a path.
  static absl::StatusOr<MappedSource> parse(std::string_view text);
};

struct MappedCondition {
  JsonPath path;
  std::vector<std::string> texts;  // one of them, whatever the case; "*": anything that is there
};

struct Mapping {
  MappedKind kind = MappedKind::change;
  std::optional<JsonPath> each;
  std::vector<MappedCondition> when;                                // all of them
  std::map<std::string, std::vector<MappedSource>> fields;          // by our field; the first that is there
  std::map<std::string, std::map<std::string, std::string>> words;  // by our field; theirs in lower case: ours
};

// As in nightjar.yaml.
struct EventSource {
  std::string token_sha256;  // of this source alone; "": doors.tokens
  std::vector<Mapping> mappings;
};
using EventSources = std::map<std::string, EventSource>;
// [a-z0-9._-], at most 64: it stands in a URL.
bool is_source_name(std::string_view name);

// The names that `fields` and `words` may use.
std::vector<std::string> mapped_fields(MappedKind kind);
// INVALID_ARGUMENT: what the mapping lacks to make anything at all.
absl::Status check_mapping(const Mapping& mapping);
// The words a field must come to, when there are only these: of `status` and `kind`. Empty: any text.
std::vector<std::string> words_of_field(MappedKind kind, std::string_view field);

struct MappedEvents {
  std::vector<ChangeEvent> changes;
  std::vector<Alert> alerts;
  std::vector<RefusedAlert> refused;  // items that did not fit, and why
  std::size_t ignored = 0;
};
// Of several mappings the first whose `when` holds is taken, item by item. INVALID_ARGUMENT: nothing of the body fits
// any of them, and why; RESOURCE_EXHAUSTED: over a limit. A time that cannot be read is `received_at`.
absl::StatusOr<MappedEvents> apply_mappings(const std::vector<Mapping>& mappings, std::string_view source,
                                            std::string_view body, Timestamp received_at);

// A mapping for bodies like `sample`, as YAML with its guesses as comments, for `events` of nightjar.yaml. No kind: it
// is guessed as well. INVALID_ARGUMENT: not JSON, or nothing in it looks like anything.
absl::StatusOr<std::string> propose_mapping(std::string_view source, std::string_view sample,
                                            std::optional<MappedKind> kind);

}  // namespace nightjar
