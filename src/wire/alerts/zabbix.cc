#include "wire/alerts/zabbix.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kProblemTagsAtMost = 64;

void read_tag_list(AlertDraft& draft, const Json& tags, const AlertLimits& limits) {
  for (std::size_t i = 0; i < tags.size() && i < kProblemTagsAtMost; ++i) {
    const std::string value = said::text(tags[i], {"value"}, limits.value_bytes);
    draft.label(said::text(tags[i], {"tag"}), value.empty() ? "true" : value);
  }
}

// {EVENT.TAGSJSON} is JSON as text, [{"tag":"service","value":"payment"}]; a script may have parsed it already, or have
// sent {EVENT.TAGS}, "service:payment, env:prod".
void read_tags(AlertDraft& draft, const Json& tags, const AlertLimits& limits) {
  if (tags.is_array()) return read_tag_list(draft, tags, limits);
  const auto* text = tags.get_ptr<const std::string*>();
  if (!text) return;
  if (!said::trimmed(*text).starts_with('[')) return draft.tags(said::text(tags, limits.body_bytes));
  const auto parsed = parse_json(*text, "tags", {limits.body_bytes, 4});
  if (parsed.ok() && parsed->is_array()) read_tag_list(draft, *parsed, limits);
}

}  // namespace

absl::StatusOr<ReceivedAlerts> parse_zabbix(std::string_view body, Timestamp received_at, const AlertLimits& limits) {
  const auto whole = said::object(body, "Zabbix webhook", limits);
  if (!whole.ok()) return whole.status();
  if (said::is_one_of(said::text(*whole, {"update"}), {"1", "true"}))
    return ignored_because("an update of a problem that goes on: acknowledged, commented or its severity changed");
  AlertDraft draft("zabbix", limits);
  const std::string host = said::text(*whole, {"hostName"}), trigger = said::text(*whole, {"triggerId"});
  if (!trigger.empty()) {
    draft.identity("trigger_id", trigger);
    draft.identity("host", host);
  } else {
    draft.identity("event_id", said::text(*whole, {"id"}));
  }
  if (!draft.has_identity())
    return invalid_argument(
        "Zabbix webhook: \"triggerId\" and \"id\" are missing; take the parameters and the script of docs/senders.md "
        "(macros are not filled in by the media type's own test)");
  const std::string status = said::text(*whole, {"status"});
  // {EVENT.STATUS} and {EVENT.VALUE} have not always meant the same in a recovery's message; {EVENT.RECOVERY.ID} is
  // filled in only there.
  draft.over = said::is_one_of(status, {"OK", "RESOLVED", "0"}) || !said::text(*whole, {"recoveryId"}).empty();
  draft.began = said::time(*whole, {"startedAt"});
  draft.ended = said::time(*whole, {"endedAt"});
  draft.label("status", status);
  draft.label("host", host);
  read_tags(draft, foreign::at(*whole, {"tags"}), limits);
  draft.annotation("message", said::text(*whole, {"message"}, limits.value_bytes));
  draft.annotation("description", said::text(*whole, {"description"}, limits.value_bytes));
  draft.annotation("event_id", said::text(*whole, {"id"}));
  draft.annotation("host_ip", said::text(*whole, {"hostIp"}));
  draft.entity = host;
  draft.alert.name = said::text(*whole, {"name"});
  draft.alert.severity = said::text(*whole, {"severity"});
  draft.alert.summary = said::text(*whole, {"opdata"}, limits.value_bytes);
  if (draft.alert.summary.empty()) draft.alert.summary = said::text(*whole, {"message"}, limits.value_bytes);
  draft.alert.generator_url = said::text(*whole, {"url"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

}  // namespace nightjar
