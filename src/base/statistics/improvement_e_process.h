// base/statistics/improvement_e_process.h
// Verification: did the error rate fall after an action, or rise? Both e-values compare what was counted before (a
// fixed sample) with what is counted after, at any time: the mixture likelihood of both samples, each with a rate of
// its own, over the best likelihood the null allows ("after >= before" for improved, "after <= before" for worse).
// Exact at every sample size, so few counts give a small e-value and the answer "inconclusive", never "fine".
// `before` should cover the trouble, not be picked for its worst moment: a sample chosen for being bad looks improved
// by itself. Called by remediate on the DecisionEngine's thread. Trivially copyable.
// Source: universal inference (Wasserman, Ramdas, Balakrishnan, PNAS 2020) with the Krichevsky-Trofimov mixture.
#pragma once

#include <cstdint>

namespace nightjar {

class ImprovementEProcess {
 public:
  // phi >= 1: variance / mean of errors per bucket in healthy time.
  ImprovementEProcess(std::uint64_t errors_before, std::uint64_t requests_before, double phi = 1);

  void observe(std::uint64_t errors, std::uint64_t requests);  // counted after the action, since the last call

  // Natural logarithms. The largest values so far are what a decision may use: Ville's inequality holds for them.
  double log_e_improved() const { return improved_; }
  double log_e_improved_max() const { return improved_max_; }
  double log_e_worse() const { return worse_; }
  double log_e_worse_max() const { return worse_max_; }

 private:
  double errors_before_, requests_before_, phi_;
  double errors_after_ = 0, requests_after_ = 0;
  double improved_ = 0, improved_max_ = 0, worse_ = 0, worse_max_ = 0;
};

}  // namespace nightjar
