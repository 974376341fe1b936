// base/statistics/onset_mixture.h
// A mixture of test martingales over "which effect" (K alternatives) and "since when" (onsets): the e-value stays valid
// although nobody knows when the harm began. Onset 0 has weight 1/2; the others start at 60 s and grow by 25 %, the
// j-th with weight 1/2 * 1/((j+1)(j+2)). A component that has not started holds its weight in cash (value 1), so the
// mixture is a martingale from the first look on. Used by contrast_e_process and excess_e_process; trivially copyable,
// its bytes may go into a snapshot. 3 KiB at K = 7. Source: Ville 1939; Shin, Ramdas, Rinaldo, NEJSDS 2024.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "base/check.h"
#include "base/statistics/log_sum_exp.h"

namespace nightjar {

template <std::size_t K>
class OnsetMixture {
 public:
  static constexpr std::size_t kLateOnsets = 40;  // 60 s * 1.25^39 = 100 h: longer than any watch

  // `increments[k]`: log likelihood ratio of this bucket under alternative k; only the first `active` count and share
  // the weight evenly. `seconds` of the bucket's start since the change, never going back.
  void observe(const std::array<double, K>& increments, std::size_t active, double seconds) {
    CHECK(active <= K && seconds >= last_seconds_);
    last_seconds_ = seconds;
    while (started_ < kLateOnsets && seconds >= onset_seconds(started_)) began_[started_++] = seconds;
    for (std::size_t onset = 0; onset <= started_; ++onset)
      for (std::size_t k = 0; k < active; ++k) log_ratio_[onset][k] += increments[k];
    active_ = active;
    weigh();
  }
  // Natural logarithm of the e-value now, and the largest it has been: Ville's inequality bounds the latter too.
  double log_e() const { return log_e_; }
  double log_e_max() const { return log_e_max_; }
  // Start, in seconds since the change, of the component that holds most of the evidence.
  double best_onset_seconds() const { return best_ == 0 ? 0 : began_[best_ - 1]; }

  template <class Archive>
  void carry(Archive& archive) {
    archive(log_ratio_, began_, started_, active_, best_, last_seconds_, log_e_, log_e_max_);
  }

 private:
  static double onset_seconds(std::size_t late) { return 60 * std::pow(1.25, static_cast<double>(late)); }

  void weigh() {
    std::array<double, kLateOnsets + 2> terms{};
    double largest = -1e300;
    const double share = active_ == 0 ? 0 : std::log(static_cast<double>(active_));
    for (std::size_t onset = 0; onset <= started_; ++onset) {
      const auto j = static_cast<double>(onset) - 1;
      const double log_weight = onset == 0 ? std::log(0.5) : std::log(0.5 / ((j + 1) * (j + 2)));
      const double evidence =
          active_ == 0 ? 0 : log_sum_exp(std::span<const double>(log_ratio_[onset].data(), active_)) - share;
      terms[onset] = log_weight + evidence;
      if (terms[onset] > largest) largest = terms[onset], best_ = onset;
    }
    terms[started_ + 1] = std::log(0.5 / static_cast<double>(started_ + 1));  // the cash of all later onsets
    log_e_ = log_sum_exp(std::span<const double>(terms.data(), started_ + 2));
    log_e_max_ = std::max(log_e_max_, log_e_);
  }

  std::array<std::array<double, K>, kLateOnsets + 1> log_ratio_{};
  std::array<double, kLateOnsets> began_{};  // when a late onset really began: the first bucket at or after its time
  std::size_t started_ = 0, active_ = 0, best_ = 0;
  double last_seconds_ = 0;
  double log_e_ = 0, log_e_max_ = 0;
};

}  // namespace nightjar
