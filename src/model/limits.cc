#include "model/limits.h"

#include <algorithm>

namespace nightjar {
namespace {

struct Ending {
  std::string_view text;
  LimitRole role;
  std::string_view unit;
  std::optional<double> fixed_limit = std::nullopt;
};
// Longer endings first: "_max_connections" also ends in "_connections".
const Ending kEndings[] = {
    {"_used_bytes", LimitRole::level, "bytes"},        {"_avail_bytes", LimitRole::remaining, "bytes"},
    {"_size_bytes", LimitRole::limit, "bytes"},        {"_limit_bytes", LimitRole::limit, "bytes"},
    {"_usage_ratio", LimitRole::level, "ratio", 1.0},  {"_max_connections", LimitRole::limit, "connections"},
    {"_connections", LimitRole::level, "connections"}, {"_max_fds", LimitRole::limit, "files"},
    {"_open_fds", LimitRole::level, "files"},
};

}  // namespace

std::optional<LimitedMetric> limited_metric(std::string_view name) {
  std::string plain(name);
  std::replace(plain.begin(), plain.end(), '.', '_');
  for (const Ending& ending : kEndings) {
    if (plain.size() <= ending.text.size() || !plain.ends_with(ending.text)) continue;
    std::string resource = plain.substr(0, plain.size() - ending.text.size());
    return LimitedMetric{ending.role, resource + ' ' + std::string(ending.unit), ending.fixed_limit};
  }
  return std::nullopt;
}

}  // namespace nightjar
