// base/statistics/excess_e_process.h
// Is the error rate after a change above what it was before, when no instance without the change is left to compare
// with? The null is p <= p0 with p0 the upper 99 % Wilson bound of the rate before (never below `floor`), the
// alternatives p0 * {1.5, 2, 3, 5, 10, 30}, mixed over onsets. Valid at any time for p <= p0; that the world stood
// still apart from the change is an assumption, so callers ask for a larger e-value and let a person decide
// (WatchDesign::before_after). The dual tests p >= no_harm_ratio * max(rate before, floor): large means "no harm above
// that margin". Called by the change watch on the DecisionEngine's thread. Trivially copyable. Source: Wald 1945; Ville
// 1939.
#pragma once

#include <array>
#include <cstdint>

#include "base/statistics/onset_mixture.h"

namespace nightjar {

struct ExcessSettings {
  double floor = 0.001;  // errors below one in a thousand are nobody's alarm when nothing is known
  double no_harm_ratio = 1.5;
  double phi = 1;  // variance / mean of errors per bucket before the change, >= 1
};

class ExcessEProcess {
 public:
  struct Bucket {
    std::uint64_t errors = 0, requests = 0;  // errors <= requests
    double seconds_since_change = 0;         // of the bucket's start, >= 0, never going back
  };
  // What was counted before the change. requests_before 0: nothing is known, p0 becomes 1 and the e-value stays 1.
  ExcessEProcess(std::uint64_t errors_before, std::uint64_t requests_before, const ExcessSettings& settings = {});

  void observe(const Bucket& bucket);

  double log_e() const { return harm_.log_e(); }
  double log_e_max() const { return harm_.log_e_max(); }
  double log_e_no_harm() const { return log_e_no_harm_; }
  double log_e_no_harm_max() const { return log_e_no_harm_max_; }
  double onset_seconds() const { return harm_.best_onset_seconds(); }
  double null_rate() const { return null_rate_; }  // p0

  template <class Archive>
  void carry(Archive& archive) {
    archive(null_rate_, rate_before_, harmful_rate_, phi_, harm_, no_harm_log_ratio_, log_e_no_harm_,
            log_e_no_harm_max_);
  }

 private:
  static constexpr std::array<double, 6> kRatios = {1.5, 2, 3, 5, 10, 30};
  static constexpr std::array<double, 3> kHarmless = {0.2, 0.6, 1};  // times the rate before

  double null_rate_ = 1, rate_before_ = 1, harmful_rate_ = 1, phi_ = 1;
  OnsetMixture<6> harm_;
  std::array<double, 3> no_harm_log_ratio_{};
  double log_e_no_harm_ = 0, log_e_no_harm_max_ = 0;
};

}  // namespace nightjar
