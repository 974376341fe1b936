// base/statistics/wilson.h
// Score interval of a proportion: stays inside 0..1 and is honest at zero successes, where the textbook interval has
// no width. Pure, any thread. Source: E. B. Wilson, JASA 22 (1927).
#pragma once

namespace nightjar {

struct ProportionInterval {
  double low = 0, high = 1;
};

// `z` = 1.645: 90 % two-sided; 2.326: each side alone 99 %. trials <= 0: 0..1, nothing is known.
ProportionInterval wilson_interval(double successes, double trials, double z);

}  // namespace nightjar
