// base/statistics/contrast_e_process.h
// Does the treated arm fail more than the arm beside it? Given the errors of both arms in a bucket, under "the rate is
// r times the control's" those of the treated arm are Binomial(errors, r*rho / (r*rho + 1 - rho)) with rho its share of
// the requests. What hits both arms cancels; rho may change with every bucket. The e-value tests r <= 1 + epsilon
// against r in {1.25, 1.5, 2, 3, 5, 10, 30}, mixed over onsets; P(it ever reaches 1/alpha) <= alpha however often it is
// looked at. The dual tests r >= no_harm_ratio: large means "no harm above that margin".
// Called by the change watch and by verification with a control, on the DecisionEngine's thread. Trivially copyable.
// Source: Lindon and Malek, NeurIPS 2022; Ville 1939. Overdispersion: the log ratios are divided by phi >= 1 (a
// tempered likelihood ratio stays an e-value by Jensen; how large phi must be is measured, not proved).
#pragma once

#include <array>
#include <cstdint>

#include "base/statistics/onset_mixture.h"

namespace nightjar {

struct ContrastSettings {
  double epsilon = 0.1;        // relative risk up to 1 + epsilon is no harm
  double no_harm_ratio = 1.5;  // the dual rejects harm of at least this ratio
  double phi = 1;              // variance / mean of errors per bucket in healthy time, >= 1
};

class ContrastEProcess {
 public:
  struct Bucket {
    std::uint64_t errors_new = 0, requests_new = 0, errors_old = 0, requests_old = 0;
    double seconds_since_change = 0;  // of the bucket's start, >= 0, never going back
  };
  explicit ContrastEProcess(const ContrastSettings& settings = {});

  // A bucket in which one arm had no request says nothing and is passed over.
  void observe(const Bucket& bucket);

  double log_e() const { return harm_.log_e(); }  // natural logarithm; 6.9 is 1,000 : 1
  double log_e_max() const { return harm_.log_e_max(); }
  double log_e_no_harm() const { return log_e_no_harm_; }
  double log_e_no_harm_max() const { return log_e_no_harm_max_; }
  // Best estimate of when the harm began; meaningful once log_e is well above 0.
  double onset_seconds() const { return harm_.best_onset_seconds(); }

  template <class Archive>
  void carry(Archive& archive) {
    archive(settings_, harm_, no_harm_log_ratio_, log_e_no_harm_, log_e_no_harm_max_);
  }

 private:
  static constexpr std::array<double, 7> kRatios = {1.25, 1.5, 2, 3, 5, 10, 30};
  // Alternatives of the dual, all below no_harm_ratio; it has no onsets: "no harm" speaks of the whole watch.
  static constexpr std::array<double, 4> kHarmless = {0.25, 0.6, 0.9, 1.1};

  ContrastSettings settings_;
  OnsetMixture<7> harm_;
  std::array<double, 4> no_harm_log_ratio_{};
  double log_e_no_harm_ = 0, log_e_no_harm_max_ = 0;
};

}  // namespace nightjar
