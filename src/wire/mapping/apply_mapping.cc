#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "model/words.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/said.h"
#include "wire/json/parse.h"
#include "wire/mapping/mapping.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kItems = 10'000;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// What other tools say for our few words.
std::string_view usual_word(MappedKind kind, std::string_view said) {
  using said::is_one_of;
  if (kind == MappedKind::change) {
    if (is_one_of(said, {"success", "succeeded", "ok", "passed", "done", "finished", "completed", "complete",
                         "deployed", "healthy", "successful", "0"}))
      return "succeeded";
    if (is_one_of(said, {"failure", "failed", "fail", "error", "errored", "aborted", "cancelled", "canceled", "timeout",
                         "rolled_back"}))
      return "failed";
    if (is_one_of(said, {"running", "started", "start", "in_progress", "in progress", "pending", "queued", "created",
                         "begin", "progressing"}))
      return "running";
    return {};
  }
  if (is_one_of(said, {"resolved", "ok", "closed", "close", "recovered", "recovery", "resolve", "normal", "cleared",
                       "up", "inactive", "up again", "0"}))
    return "resolved";
  return "firing";  // what nobody knows is an alert
}

// One event of a body, seen through a mapping.
class Item {
 public:
  Item(const Mapping& mapping, const Json& whole, const Json& item) : mapping_(mapping), whole_(whole), item_(item) {}

  bool fits() const {
    return std::all_of(mapping_.when.begin(), mapping_.when.end(), [&](const MappedCondition& condition) {
      const std::string found = said::text(condition.path.in(whole_, item_));
      if (found.empty()) return false;
      return std::any_of(condition.texts.begin(), condition.texts.end(),
                         [&](const std::string& wanted) { return wanted == "*" || said::is_one_of(found, {wanted}); });
    });
  }

  std::string text(const char* field, std::size_t limit = 256) const {
    const auto sources = mapping_.fields.find(field);
    if (sources == mapping_.fields.end()) return {};
    for (const MappedSource& source : sources->second) {
      std::string found = source.path ? said::text(source.path->in(whole_, item_), limit) : source.literal;
      if (found.empty()) continue;
      const auto words = mapping_.words.find(field);
      if (words == mapping_.words.end()) return found;
      const auto ours = words->second.find(lower_case(found));
      return ours == words->second.end() ? found : ours->second;
    }
    return {};
  }
  std::optional<Timestamp> time(const char* field) const { return said::time(text(field)); }
  // Objects and lists, as they are; nullptr: none.
  const Json* structure(const char* field) const {
    const auto sources = mapping_.fields.find(field);
    if (sources == mapping_.fields.end()) return nullptr;
    for (const MappedSource& source : sources->second) {
      if (!source.path) continue;
      const Json& found = source.path->in(whole_, item_);
      if (!found.is_null()) return &found;
    }
    return nullptr;
  }

 private:
  const Mapping& mapping_;
  const Json& whole_;
  const Json& item_;
};

// Without an id of the sender's, messages that agree in all that tells one change from another speak of the same.
std::string key_of(std::string_view source, const ChangeEvent& event, const std::optional<Timestamp>& at) {
  std::string key = fmt::format("{} {} {}@{}", source, word(event.kind),
                                event.service.empty() ? event.application : event.service.value, event.version);
  if (event.version.empty()) key += event.commit.empty() ? event.title : event.commit;
  if (!event.environment.empty()) key += " in " + event.environment;
  if (at) key += " at " + to_rfc3339(*at);
  return key;
}

// Returns what is wrong, or "".
std::string read_change(const Item& item, std::string_view source, Timestamp received_at, ChangeEvent& event) {
  event.source = ChangeSource::api;
  event.service.value = item.text("service");
  event.application = item.text("application");
  event.version = item.text("version");
  event.previous_version = item.text("previous_version");
  event.commit = item.text("commit");
  event.repository = item.text("repository");
  event.author = item.text("author");
  event.environment = item.text("environment");
  event.url = item.text("url", 2048);
  event.title = item.text("title");
  if (event.service.empty() && event.application.empty()) return "nothing stands where service is looked for";
  if (event.version.empty() && event.commit.empty() && event.title.empty())
    return "nothing stands where version, commit or title are looked for";
  if (const std::string kind = item.text("kind"); !kind.empty())
    if (const auto known = parse_word<ChangeKind>(lower_case(kind)))
      event.kind = *known;  // else: a deploy, as most are
  const std::string said = item.text("status");
  const auto known = parse_word<ChangeStatus>(usual_word(MappedKind::change, said));
  // Who says nothing of the outcome tells of a change that is done; of a word nobody knows, that it is under way.
  event.status = known ? *known : said.empty() ? ChangeStatus::succeeded : ChangeStatus::running;
  const std::optional<Timestamp> at = item.time("at");
  event.finished_at = item.time("finished_at");
  event.started_at = std::min(at ? *at : event.finished_at.value_or(received_at), received_at);
  if (event.finished_at && *event.finished_at < event.started_at) event.finished_at = event.started_at;
  if (!event.finished_at && event.status != ChangeStatus::running) event.finished_at = event.started_at;
  const std::string id = item.text("id");
  event.key = id.empty() ? key_of(source, event, at) : fmt::format("{} {}", source, id);
  return {};
}

void add_labels(const Json& labels, AlertDraft& draft) {
  if (labels.is_string()) return draft.tags(labels.get_ref<const std::string&>());
  for (const auto& [key, value] : labels.items()) {
    if (labels.is_object()) draft.label(key, said::text(value));
    if (labels.is_array() && value.is_string()) draft.tags(value.get_ref<const std::string&>());
  }
}

std::string read_alert(const Item& item, std::string_view source, Timestamp received_at, Alert& alert) {
  AlertDraft draft(source, AlertLimits{});
  draft.alert.name = item.text("name");
  if (draft.alert.name.empty()) return "nothing stands where name is looked for";
  draft.alert.service.value = item.text("service");
  draft.alert.instance.value = item.text("instance");
  draft.alert.severity = item.text("severity");
  draft.alert.summary = item.text("summary", 4096);
  draft.alert.generator_url = item.text("url", 2048);
  const std::string id = item.text("id");
  draft.identity("id", id);
  if (id.empty()) {
    draft.identity("alertname", draft.alert.name);
    draft.identity("service", draft.alert.service.value);
    draft.identity("instance", draft.alert.instance.value);
  }
  if (const Json* labels = item.structure("labels")) add_labels(*labels, draft);
  const std::string status = item.text("status");
  draft.over = !status.empty() && usual_word(MappedKind::alert, status) == "resolved";
  draft.began = item.time("at");
  draft.ended = item.time("ended_at");
  alert = std::move(draft).finish(received_at);
  return {};
}

// The items of a body through one mapping; "" when they are not where `each` says.
std::vector<const Json*> items_of(const Mapping& mapping, const Json& whole) {
  if (!mapping.each) return {&whole};
  const Json& list = mapping.each->in(whole, whole);
  std::vector<const Json*> items;
  if (list.is_array())
    for (const Json& item : list) items.push_back(&item);
  if (list.is_object()) items.push_back(&list);  // a tool that leaves the list out when there is one
  return items;
}

}  // namespace

absl::StatusOr<MappedEvents> apply_mappings(const std::vector<Mapping>& mappings, std::string_view source,
                                            std::string_view body, Timestamp received_at) {
  const auto whole = parse_json(body, source);
  if (!whole.ok()) return whole.status();
  MappedEvents events;
  std::string last_reason = mappings.empty() ? fmt::format("there is no mapping events.{} in nightjar.yaml", source)
                                             : "no mapping's `when` and `each` fit";
  bool anything = false;
  for (const Mapping& mapping : mappings) {
    const std::vector<const Json*> items = items_of(mapping, *whole);
    if (items.size() > kItems) return too_large("{}: {} items, at most {}", source, items.size(), kItems);
    // An empty list is a body that fits and says nothing.
    const bool empty_list = items.empty() && mapping.each && mapping.each->in(*whole, *whole).is_array();
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Item item(mapping, *whole, *items[i]);
      if (!item.fits()) continue;
      anything = true;
      std::string reason;
      if (mapping.kind == MappedKind::ignore) {
        ++events.ignored;
      } else if (mapping.kind == MappedKind::change) {
        ChangeEvent event;
        reason = read_change(item, source, received_at, event);
        if (reason.empty()) events.changes.push_back(std::move(event));
      } else {
        Alert alert;
        reason = read_alert(item, source, received_at, alert);
        if (reason.empty()) events.alerts.push_back(std::move(alert));
      }
      if (!reason.empty()) events.refused.push_back({i, reason});
    }
    if (anything || empty_list)
      return events.changes.empty() && events.alerts.empty() && !events.refused.empty()
                 ? absl::StatusOr<MappedEvents>(invalid_argument("{}: {}", source, events.refused[0].reason))
                 : absl::StatusOr<MappedEvents>(std::move(events));
  }
  return invalid_argument("{}: {}", source, last_reason);
}

}  // namespace nightjar
