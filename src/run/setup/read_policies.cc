#include "run/setup/read_policies.h"

#include <set>

#include "base/text.h"

namespace nightjar {
namespace {

void read_words(YamlReader& reader, const YAML::Node& map, std::string_view key,
                const std::vector<std::string>& known) {
  for (const std::string& value : reader.texts(map, key)) {
    if (std::find(known.begin(), known.end(), value) != known.end()) continue;
    const std::string_view near = nearest_word(value, known);
    reader.fail(map, near.empty()
                         ? fmt::format("{} \"{}\" is not known; known are: {}", key, value, fmt::join(known, ", "))
                         : fmt::format("{} \"{}\" is not known; did you mean \"{}\"?", key, value, near));
  }
}

PolicyWhen read_when(YamlReader& reader, const YAML::Node& node) {
  PolicyWhen when;
  if (!node || !reader.mapping(node, {"verdict", "e_value_at_least", "confidence_at_least", "times_second_at_least",
                                      "blast_score_at_most"}))
    return when;
  const std::string verdict = reader.text(node, "verdict", "harmful");
  if (verdict != "harmful" && verdict != "any") reader.fail(node["verdict"], "verdict must be harmful or any");
  when.harmful_verdict = verdict == "harmful";
  when.e_value_at_least = read_number(reader, node, "e_value_at_least", when.e_value_at_least, 1, 1e12);
  when.confidence_at_least = read_number(reader, node, "confidence_at_least", when.confidence_at_least, 0, 1);
  when.times_second_at_least = read_number(reader, node, "times_second_at_least", when.times_second_at_least, 0, 1e6);
  when.blast_score_at_most = read_number(reader, node, "blast_score_at_most", when.blast_score_at_most, 0, 100);
  return when;
}

void read_approvals(YamlReader& reader, const YAML::Node& node, PolicyConfig& policy) {
  if (!node || !reader.mapping(node, {"auto_if", "count", "ttl"})) return;
  policy.approvals = static_cast<int>(read_number(reader, node, "count", 1, 1, 5));
  policy.approval_ttl = reader.duration(node, "ttl", policy.approval_ttl);
  const YAML::Node automatic = node["auto_if"];
  if (!automatic || !reader.mapping(automatic, {"design", "blast_score_at_most"})) return;
  policy.auto_allowed = true;
  const std::string design = reader.text(automatic, "design", "any");
  if (design != "concurrent_control" && design != "any")
    reader.fail(automatic["design"], "design must be concurrent_control or any");
  policy.auto_needs_concurrent_control = design == "concurrent_control";
  policy.auto_blast_score_at_most =
      read_number(reader, automatic, "blast_score_at_most", policy.auto_blast_score_at_most, 0, 100);
}

}  // namespace

double read_number(YamlReader& reader, const YAML::Node& map, const char* key, double otherwise, double low,
                   double high) {
  const std::string text = reader.text(map, key);
  if (text.empty() || !reader.status().ok()) return otherwise;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || !(value >= low && value <= high)) {
    reader.fail(map[key], fmt::format("\"{}\" must be a number from {} to {}", key, low, high));
    return otherwise;
  }
  return value;
}

std::vector<PolicyConfig> read_policies(YamlReader& reader, const YAML::Node& list) {
  std::vector<PolicyConfig> policies;
  if (!list) return policies;
  if (!list.IsSequence()) reader.fail(list, "policies must be a list");
  std::set<std::string> names;
  for (const auto& node : list) {
    if (!reader.mapping(node, {"name", "effect", "actions", "services", "when", "approvals", "verify", "cooldown"}))
      break;
    PolicyConfig policy;
    policy.name = reader.required_text(node, "name");
    if (!names.insert(policy.name).second)
      reader.fail(node["name"], fmt::format("two policies are named \"{}\"", policy.name));
    const std::string effect = reader.required_text(node, "effect");
    if (effect != "permit" && effect != "forbid") reader.fail(node["effect"], "effect must be permit or forbid");
    policy.effect = effect == "forbid" ? PolicyEffect::forbid : PolicyEffect::permit;
    read_words(reader, node, "actions", {"*", "rollback", "restart", "scale", "script"});
    policy.actions = reader.texts(node, "actions");
    policy.services = reader.texts(node, "services");
    if (policy.actions.empty() || policy.services.empty())
      reader.fail(node, "a policy names its actions and its services; [\"*\"] for all");
    policy.when = read_when(reader, node["when"]);
    read_approvals(reader, node["approvals"], policy);
    if (const YAML::Node verify = node["verify"]; verify && reader.mapping(verify, {"window", "max"})) {
      policy.verify_window = reader.duration(verify, "window", policy.verify_window);
      policy.verify_max = reader.duration(verify, "max", policy.verify_max);
    }
    policy.cooldown = reader.duration(node, "cooldown", policy.cooldown);
    policies.push_back(std::move(policy));
  }
  return policies;
}

}  // namespace nightjar
