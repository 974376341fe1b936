#include "wire/alerts/pagerduty_keys.h"

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {

std::string read_key(const nlohmann::json& whole, std::string_view key, std::vector<std::string>& errors) {
  const nlohmann::json& found = foreign::at(whole, {key});
  if (found.is_null()) return {};
  const auto* text = found.get_ptr<const std::string*>();
  if (!text) {
    errors.push_back(fmt::format("'{}' must be text, not {}", key, found.type_name()));
  } else if (text->size() > kPagerDutyKeyBytes) {
    errors.push_back(fmt::format("'{}' is {} bytes long; at most {} are taken", key, text->size(), kPagerDutyKeyBytes));
  } else {
    return std::string(said::trimmed(*text));
  }
  return {};
}

std::string integration_of(std::string_view routing_key) { return to_hex(sha256(routing_key)).substr(0, 12); }

}  // namespace nightjar
