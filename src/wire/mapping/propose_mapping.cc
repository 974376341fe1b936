#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/said.h"
#include "wire/json/parse.h"
#include "wire/mapping/mapping.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

// What tools call the things we look for, most telling first; in lower case, without separators. "a.b": b within a.
struct Guess {
  const char* field;
  std::vector<std::string_view> names;
};
const std::vector<Guess>& guesses(MappedKind kind) {
  static const std::vector<Guess> change = {
      {"service",
       {"service.name", "servicename", "service", "app.name", "application.name", "component", "appname", "app",
        "application", "deployment.name", "project.name", "project", "workload", "microservice", "module"}},
      {"version",
       {"version", "newversion", "toversion", "releaseversion", "tag", "release.tag", "imagetag", "release.version",
        "release", "revision", "buildnumber", "build.number"}},
      {"previous_version", {"previousversion", "fromversion", "oldversion", "previoustag"}},
      {"commit",
       {"commit.id", "commit.sha", "commitsha", "commit", "sha", "gitsha", "gitcommit", "revision.sha", "after"}},
      {"repository",
       {"repository.fullname", "repository.name", "repository", "repo.fullname", "repo", "gitrepository"}},
      {"author",
       {"author.name", "author", "deployedby", "triggeredby", "user.name", "username", "actor", "user", "creator"}},
      {"environment", {"environment.name", "environment", "env", "stage", "cluster", "target.environment"}},
      {"url", {"url", "htmlurl", "link", "buildurl", "weburl", "href"}},
      {"title", {"title", "summary", "message", "description", "subject"}},
      {"status", {"status", "state", "result", "outcome", "conclusion", "phase"}},
      {"id", {"deploymentid", "deployment.id", "eventid", "id", "uuid", "uid", "key"}},
      {"at",
       {"startedat", "starttime", "start", "deployedat", "timestamp", "time", "at", "createdat", "date", "eventtime",
        "datetime"}},
      {"finished_at", {"finishedat", "completedat", "endedat", "endtime", "finishtime"}}};
  static const std::vector<Guess> alert = {
      {"name",
       {"alertname", "alert.name", "rulename", "rule.name", "alert.title", "title", "name", "check.name", "checkname",
        "check", "monitor.name", "monitorname", "subject", "event", "alert", "message", "summary"}},
      {"service", {"service.name", "servicename", "service", "app.name", "application", "app", "component", "job"}},
      {"instance", {"instance", "hostname", "host.name", "host", "node", "server", "device"}},
      {"severity", {"severity", "priority", "level", "urgency", "criticality"}},
      {"summary", {"summary", "description", "message", "details", "output", "text", "body"}},
      {"status", {"status", "state", "alertstate", "transition", "action", "currentstate"}},
      {"id",
       {"alertid", "alert.id", "incidentid", "incident.id", "dedupkey", "fingerprint", "key", "id", "uuid", "eventid"}},
      {"at",
       {"startsat", "startedat", "triggeredat", "firedat", "timestamp", "time", "createdat", "date", "at",
        "eventtime"}},
      {"ended_at", {"endsat", "endedat", "resolvedat", "closedat"}},
      {"url", {"url", "link", "alerturl", "incidenturl", "generatorurl", "href", "permalink"}},
      {"labels", {"labels", "tags"}}};
  return kind == MappedKind::alert ? alert : change;
}

struct Leaf {
  std::string path, name, parent_and_name;  // the names as they are compared
  const Json* value = nullptr;
  std::size_t depth = 0;
};

std::string compared(std::string_view key) {
  std::string result;
  for (const char c : key) {
    if (c == '_' || c == '-' || c == ' ' || c == '.') continue;
    result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

bool is_plain(std::string_view key) {
  return !key.empty() && key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
                             std::string_view::npos;
}

// Every place of the sample that has a value, from the outside in. A stack of our own: the sample is anybody's.
std::vector<Leaf> leaves_of(const Json& root) {
  constexpr std::size_t kLeaves = 2000, kDepth = 6;
  std::vector<Leaf> leaves;
  std::vector<Leaf> level = {{"$", "", "", &root, 0}};
  while (!level.empty() && leaves.size() < kLeaves) {
    std::vector<Leaf> next;
    for (const Leaf& node : level) {
      if (node.depth > 0 && !node.value->is_null()) leaves.push_back(node);
      if (node.depth == kDepth || leaves.size() >= kLeaves) continue;
      if (node.value->is_object()) {
        for (const auto& [key, value] : node.value->items()) {
          // A key with both kinds of quotes has no path.
          const bool has_path = key.find('\'') == std::string::npos && key.find_first_of("\"\n\r") == std::string::npos;
          if (!has_path || node.path.size() + key.size() > 300) continue;
          const std::string name = compared(key);
          next.push_back({node.path + (is_plain(key) ? "." + key : fmt::format("['{}']", key)), name,
                          node.name.empty() ? name : node.name + "." + name, &value, node.depth + 1});
        }
      } else if (node.value->is_array() && !node.value->empty()) {
        next.push_back({node.path + "[0]", node.name, node.parent_and_name, &node.value->front(), node.depth + 1});
      }
    }
    level = std::move(next);
  }
  return leaves;
}

const Leaf* find(const std::vector<Leaf>& leaves, const Guess& guess, const std::set<std::string>& taken) {
  const bool structure = std::string_view(guess.field) == "labels";
  const bool time = std::string_view(guess.field) == "at" || std::string_view(guess.field).ends_with("_at");
  for (const std::string_view name : guess.names)
    for (const Leaf& leaf : leaves) {  // from the outside in
      const bool same = name.find('.') == std::string_view::npos ? leaf.name == name : leaf.parent_and_name == name;
      if (!same || taken.contains(leaf.path)) continue;
      const std::string text = said::text(*leaf.value);
      if (structure ? !leaf.value->is_structured() : text.empty()) continue;
      if (time && !said::time(text)) continue;
      return &leaf;
    }
  return nullptr;
}

bool looks_like_an_alert(const std::vector<Leaf>& leaves) {
  static const std::set<std::string_view> kTelling = {"severity", "alert",     "alertname",  "alerts", "alertid",
                                                      "priority", "startsat",  "resolvedat", "firing", "incident",
                                                      "monitor",  "threshold", "alertstate", "urgency"};
  return std::any_of(leaves.begin(), leaves.end(), [](const Leaf& leaf) { return kTelling.contains(leaf.name); });
}

std::string in_comment(std::string_view text) {
  std::string shown = cut(text, 60);
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return shown;
}

// In YAML's double quotes, for what could be read as something else.
std::string in_quotes(std::string_view text) { return canonical(Json(std::string(text))); }
std::string path_in_yaml(const std::string& path) {
  return path.find_first_of("[' ") == std::string::npos ? path : in_quotes(path);
}

}  // namespace

absl::StatusOr<std::string> propose_mapping(std::string_view source, std::string_view sample,
                                            std::optional<MappedKind> kind) {
  const auto whole = parse_json(sample, "sample");
  if (!whole.ok()) return whole.status();
  const Json* item = &*whole;
  std::string each;
  if (whole->is_array() && !whole->empty()) {
    each = "$";
    item = &whole->front();
  } else if (whole->is_object()) {
    for (const char* list : {"items", "events", "alerts", "records", "deployments", "data", "results", "changes"}) {
      const auto found = whole->find(list);
      if (found == whole->end() || !found->is_array() || found->empty() || !found->front().is_object()) continue;
      each = fmt::format("$.{}", list);
      item = &found->front();
      break;
    }
  }
  if (!item->is_object()) return invalid_argument("sample: an object was expected, or a list of them");
  const std::vector<Leaf> leaves = leaves_of(*item);
  const MappedKind is = kind ? *kind : looks_like_an_alert(leaves) ? MappedKind::alert : MappedKind::change;

  std::set<std::string> taken;
  std::string fields, missing, words;
  for (const Guess& guess : guesses(is)) {
    const Leaf* const leaf = find(leaves, guess, taken);
    if (leaf == nullptr) {
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", guess.field);
      continue;
    }
    taken.insert(leaf->path);
    const std::string value =
        leaf->value->is_structured() ? std::string(leaf->value->type_name()) : said::text(*leaf->value);
    fields += fmt::format("      {}: {}  # {}\n", guess.field, path_in_yaml(leaf->path), in_comment(value));
    if (std::string_view(guess.field) == "status")
      words = fmt::format(
          "    # words:  # only for what is not understood by itself (success, failed, running, resolved, …)\n"
          "    #   status: {{{}: {}}}\n",
          in_comment(in_quotes(value)), is == MappedKind::alert ? "firing" : "succeeded");
  }
  const bool has_subject =
      fields.find(is == MappedKind::alert ? "      name: " : "      service: ") != std::string::npos;
  std::string yaml =
      fmt::format("events:\n  {}:\n    kind: {}  # {}\n", source, is == MappedKind::alert ? "alert" : "change",
                  kind ? "as asked for"
                       : "a guess, from the names of its keys; the other is " +
                             std::string(is == MappedKind::alert ? "change" : "alert"));
  if (!each.empty()) yaml += fmt::format("    each: {}\n", each);
  yaml += "    fields:  # guesses, with what the sample holds there\n" + fields;
  if (!has_subject)
    yaml += is == MappedKind::alert
                ? fmt::format("      name: {}  # nothing looked like it: a literal, change it\n", source)
                : fmt::format("      service: {}  # nothing looked like it: a literal, change it\n", source);
  const bool has_matter = fields.find("      version: ") != std::string::npos ||
                          fields.find("      commit: ") != std::string::npos ||
                          fields.find("      title: ") != std::string::npos;
  if (is == MappedKind::change && !has_matter)
    yaml += fmt::format("      title: change by {}  # no version, commit or title was found: a literal, change it\n",
                        source);
  yaml += words;
  if (!missing.empty()) yaml += fmt::format("    # not found in the sample: {}\n", missing);
  return yaml;
}

}  // namespace nightjar
