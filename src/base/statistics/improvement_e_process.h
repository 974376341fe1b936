// base/statistics/improvement_e_process.h
// Verification: did the error rate fall after an action, or rise? What was counted before is paired with what is
// counted after, a piece of the past with each new window. Given the errors of a pair together, under "the rate before
// is r times the rate after" those of the past piece are Binomial(errors, r*rho / (r*rho + 1 - rho)), rho its share of
// the pair's requests: the rate itself drops out, which is what makes few counts speak. Each piece of the past is used
// once, so both e-values are test martingales and may be looked at after every window; when the past is used up they
// stand still. "improved" tests r <= 1, "worse" r >= 1, each against {1.25, 1.5, 2, 3, 5, 10, 30} times or one over it,
// mixed evenly. Few counts give a small e-value and the answer "inconclusive", never "fine". The past should cover the
// trouble, not be picked for its worst moment: a sample chosen for being bad looks improved by itself. Called by
// remediate on the DecisionEngine's thread. Trivially copyable. Source: Lindon and Malek, NeurIPS 2022; Ville 1939.
// Overdispersion as in contrast_e_process.h.
#pragma once

#include <array>
#include <cstdint>

namespace nightjar {

class ImprovementEProcess {
 public:
  struct Pair {
    std::uint64_t errors_before = 0, requests_before = 0;
    std::uint64_t errors_after = 0, requests_after = 0;
  };
  // phi >= 1: variance / mean of errors per window in healthy time.
  explicit ImprovementEProcess(double phi = 1);

  // A pair in which one side had no request says nothing and is passed over.
  void observe(const Pair& pair);

  // Natural logarithms. The largest values so far are what a decision may use: Ville's inequality holds for them.
  double log_e_improved() const { return improved_; }
  double log_e_improved_max() const { return improved_max_; }
  double log_e_worse() const { return worse_; }
  double log_e_worse_max() const { return worse_max_; }

 private:
  static constexpr std::array<double, 7> kRatios = {1.25, 1.5, 2, 3, 5, 10, 30};

  double phi_;
  std::array<double, 7> improved_log_ratio_{}, worse_log_ratio_{};
  double improved_ = 0, improved_max_ = 0, worse_ = 0, worse_max_ = 0;
};

}  // namespace nightjar
