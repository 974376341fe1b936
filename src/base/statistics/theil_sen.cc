#include "base/statistics/theil_sen.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nightjar {

double median_of(std::vector<double>& values) {
  if (values.empty()) return 0;
  const std::size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle), values.end());
  const double upper = values[middle];
  if (values.size() % 2 == 1) return upper;
  return (upper + *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle))) / 2;
}

RobustLine theil_sen(std::span<const Point> points, double z) {
  std::vector<double> slopes;
  slopes.reserve(points.size() * points.size() / 2);
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = i + 1; j < points.size(); ++j)
      if (points[i].x != points[j].x) slopes.push_back((points[j].y - points[i].y) / (points[j].x - points[i].x));
  RobustLine line;
  if (slopes.empty()) {
    line.slope_low = -std::numeric_limits<double>::infinity();
    line.slope_high = std::numeric_limits<double>::infinity();
    return line;
  }
  std::sort(slopes.begin(), slopes.end());
  const std::size_t count = slopes.size(), middle = count / 2;
  line.slope = count % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
  // Kendall's S has variance n(n-1)(2n+5)/18; the ranks (N -+ z*sd)/2 bound the slope.
  const auto n = static_cast<double>(points.size());
  const double reach = z * std::sqrt(n * (n - 1) * (2 * n + 5) / 18);
  const double low_rank = std::floor((static_cast<double>(count) - reach) / 2);
  const double high_rank = std::ceil((static_cast<double>(count) + reach) / 2);
  line.slope_low = low_rank < 0 ? slopes.front() : slopes[static_cast<std::size_t>(low_rank)];
  line.slope_high =
      high_rank >= static_cast<double>(count) ? slopes.back() : slopes[static_cast<std::size_t>(high_rank)];
  std::vector<double> levels;
  levels.reserve(points.size());
  for (const Point& point : points) levels.push_back(point.y - line.slope * point.x);
  line.level = median_of(levels);
  return line;
}

}  // namespace nightjar
