// wire/alerts/pagerduty_keys.h
// What PagerDuty's alert and change events have in common: their keys. Internal to this room; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace nightjar {

inline constexpr std::size_t kPagerDutyKeyBytes = 255;

// The text at `key`; "" and one more error when it is no text or longer than kPagerDutyKeyBytes, "" alone when absent.
std::string read_key(const nlohmann::json& whole, std::string_view key, std::vector<std::string>& errors);
// Which integration a routing key belongs to, without telling the key: the first 12 hex digits of its SHA-256.
std::string integration_of(std::string_view routing_key);

}  // namespace nightjar
