#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/client.h"

namespace nightjar {
namespace {

void print_list(const nlohmann::json& list, const char* heading, const char* mark) {
  if (!list.is_array() || list.empty()) return;
  fmt::print("\n{}\n", heading);
  for (const auto& item : list) fmt::print("  {} {}\n", mark, text_of(item, "text"));
}

void print_action(const nlohmann::json& action) {
  fmt::print("\nAction {}: {}\n  state    {}\n", text_of(action, "id"), text_of(action, "text"),
             text_of(action, "state"));
  if (action.contains("blast_radius"))
    fmt::print("  blast    {}: {}\n", three_digits(action["blast_radius"].value("score", 0.0)),
               text_of(action["blast_radius"], "text"));
  if (action.contains("decision"))
    for (const auto& reason : action["decision"].value("reasons", nlohmann::json::array()))
      fmt::print("  because  {}\n", text_of(reason, "text"));
  if (const auto verification = action.find("verification"); verification != action.end() && verification->is_object())
    fmt::print("  checked  {}: {}\n", text_of(*verification, "outcome"), text_of(*verification, "text"));
  if (text_of(action, "state") == "awaiting_approval")
    fmt::print("  to decide: nightjar approve {} --token-file FILE\n", text_of(action, "id"));
}

}  // namespace

int command_incidents(const Remote& remote) {
  const auto answer = ask(remote, "/api/v1/incidents");
  if (!answer.ok()) return fail(answer.status());
  if (remote.json) {
    fmt::print("{}\n", answer->dump());
    return 0;
  }
  const auto incidents = answer->value("incidents", nlohmann::json::array());
  if (incidents.empty()) fmt::print("No incident in the last 24 hours.\n");
  for (const auto& incident : incidents)
    fmt::print("{:<12} {:<10} {:<9} {}  {}\n", text_of(incident, "id"), text_of(incident, "state"),
               text_of(incident, "severity"), text_of(incident, "opened_at"), text_of(incident, "title"));
  return 0;
}

int command_incident(const Remote& remote, const std::string& id) {
  const auto incident = ask(remote, "/api/v1/incidents/" + id);
  if (!incident.ok()) return fail(incident.status());
  if (remote.json) {
    fmt::print("{}\n", incident->dump());
    return 0;
  }
  fmt::print("{} {} {}: {}\n{}\n", text_of(*incident, "id"), text_of(*incident, "severity"),
             text_of(*incident, "state"), text_of(*incident, "title"), text_of(*incident, "sentence"));
  const auto findings = incident->value("findings", nlohmann::json::array());
  if (findings.empty()) fmt::print("\nNo confident cause.\n");
  for (const auto& finding : findings) {
    fmt::print("\nCause, confidence {}: {}\n", certainty(finding.value("confidence", 0.0)), text_of(finding, "text"));
    for (const auto& evidence : finding.value("evidence", nlohmann::json::array()))
      fmt::print("  + {}\n", text_of(evidence, "text"));
  }
  print_list(incident->value("ruled_out", nlohmann::json::array()), "Ruled out", "-");
  for (const auto& action : incident->value("actions", nlohmann::json::array())) print_action(action);
  fmt::print("\nTimeline\n");
  for (const auto& entry : incident->value("timeline", nlohmann::json::array()))
    fmt::print("  {}  {:<12} {}\n", text_of(entry, "at"), text_of(entry, "kind"), text_of(entry, "text"));
  return 0;
}

}  // namespace nightjar
