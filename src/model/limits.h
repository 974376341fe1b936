// model/limits.h
// Which metrics have a limit and where it stands, by the names people give them: `X_used_bytes` with `X_size_bytes` or
// `X_limit_bytes`, `X_avail_bytes` with `X_size_bytes`, `X_usage_ratio` with 1, `X_connections` with
// `X_max_connections`, `X_open_fds` with `X_max_fds`. Dots count as underscores. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nightjar {

enum class LimitRole : std::uint8_t { level, remaining, limit };
struct LimitedMetric {
  LimitRole role = LimitRole::level;
  std::string resource;               // what level and limit have in common: "shop_volume bytes"
  std::optional<double> fixed_limit;  // a ratio brings its own
};
// nullopt: a metric without a limit.
std::optional<LimitedMetric> limited_metric(std::string_view name);

}  // namespace nightjar
