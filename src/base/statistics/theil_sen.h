// base/statistics/theil_sen.h
// A slope that half of the points cannot spoil: the median of the slopes of all pairs, and an interval from the ranks.
// Pure, any thread. O(n^2): callers pass at most a few hundred points. Source: Theil 1950; Sen, JASA 63 (1968).
#pragma once

#include <span>
#include <vector>

namespace nightjar {

struct Point {
  double x = 0, y = 0;
};
struct RobustLine {
  double slope = 0, slope_low = 0, slope_high = 0;  // y per x; the interval at the z asked for
  double level = 0;                                 // median of y - slope * x
};

// Points need distinct x in pairs that count; fewer than two usable points give slope 0 with an infinite interval.
// `z` = 1.645: 90 % interval.
RobustLine theil_sen(std::span<const Point> points, double z);

// Median; 0 for an empty vector. Reorders its argument.
double median_of(std::vector<double>& values);

}  // namespace nightjar
