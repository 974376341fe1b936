#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/client.h"

namespace nightjar {
namespace {

double number_of(const nlohmann::json& source, const char* key) {
  const auto found = source.find(key);
  return found == source.end() || !found->is_number() ? 0 : found->get<double>();
}

std::string lag_of(const nlohmann::json& source) {
  const auto found = source.find("behind_seconds");
  if (found == source.end() || !found->is_number()) return "-";
  return three_digits(found->get<double>()) + " s";
}

std::uint64_t refused_of(const nlohmann::json& source) {
  std::uint64_t all = 0;
  for (const auto& [why, count] : source.value("refused", nlohmann::json::object()).items())
    if (count.is_number_unsigned()) all += count.get<std::uint64_t>();
  return all;
}

}  // namespace

int command_sources(const Remote& remote) {
  const auto answer = ask(remote, "/api/v1/sources");
  if (!answer.ok()) return fail(answer.status());
  if (remote.json) {
    fmt::print("{}\n", answer->dump());
    return 0;
  }
  const auto sources = answer->value("sources", nlohmann::json::array());
  if (sources.empty()) fmt::print("Nobody has sent anything since nightjar was started.\n");
  if (!sources.empty())
    fmt::print("{:<20} {:<20} {:<24} {:<24} {:>9} {:>9} {:>9} {:>8}  {}\n", "SENDER", "DOOR", "LAST HEARD", "AGENT",
               "ITEMS/S", "BYTES/S", "REJECTED", "REFUSED", "BEHIND");
  for (const auto& source : sources) {
    fmt::print("{:<20} {:<20} {:<24} {:<24} {:>9} {:>9} {:>9} {:>8}  {}\n", text_of(source, "principal"),
               text_of(source, "door"), text_of(source, "last_heard"), cut(text_of(source, "agent"), 24),
               three_digits(number_of(source, "items_per_second")), three_digits(number_of(source, "bytes_per_second")),
               three_digits(number_of(source, "rejected_items")), refused_of(source), lag_of(source));
    if (const auto sample = source.find("sample"); sample != source.end() && sample->is_object())
      fmt::print("    {}: {}\n", text_of(*sample, "why"), text_of(*sample, "text"));
  }
  return 0;
}

}  // namespace nightjar
