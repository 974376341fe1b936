// engine/diagnose/change_watch.h
// Is this change doing harm? Each deploy is watched from its first request on, by counts only: requests that failed by
// the service's own fault, and requests slower than nearly all were before. Two designs, both valid however often one
// looks (Ville's inequality):
//
// * Concurrent control: new and old instances side by side in the same seconds; whatever hits both cancels. Harmful at
//   1,000 : 1.
// * Before and after: when nothing old is left to compare with. The past is only an estimate, so harmful at 10,000 : 1,
//   and nothing is done without a person. While old instances still serve beside the new ones the past waits two
//   minutes for them: nobody is asked at night what the control will answer by itself.
//
// What is slow is measured against the pace of the services that have nothing to do with this one (a crowded machine
// slows them too).
//
// A change that is not harmful is "no harm" when the opposite has been shown, after 15 minutes and 2,000 requests; else
// it stays watched for 24 hours. Called by DecisionEngine when a window closes, on its thread. Sources: see
// base/statistics/contrast_e_process.h.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "base/statistics/contrast_e_process.h"
#include "base/statistics/excess_e_process.h"
#include "engine/world/slow_requests.h"
#include "engine/world/world.h"

namespace nightjar {

class ChangeWatches {
 public:
  void observe(World& world, const WindowRollups& rollups);

  template <class Archive>
  void carry(Archive& archive) {
    archive(watches_);
  }

 private:
  // What was normal before the change, frozen when it began to serve.
  struct Before {
    std::uint64_t requests = 0, errors = 0, slow = 0;
    SlowLimits slow_limit_ns;
    double dispersion = 1;  // variance over mean of errors per window
  };
  struct Arms {
    std::uint64_t requests_new = 0, errors_new = 0, slow_new = 0, timed_new = 0;
    std::uint64_t requests_old = 0, errors_old = 0, slow_old = 0, timed_old = 0;
  };
  struct Watch {
    Timestamp began;  // first window in which the new version served
    Before before;
    Pace others;  // of services that neither call this one nor are called by it
    ContrastEProcess errors_contrast, slow_contrast;
    ExcessEProcess errors_excess, slow_excess;
    // Largest so far of the average over both streams: the average is an e-process, the average of two maxima is none.
    double concurrent = 1, before_after = 1;
    Timestamp control_seen;                      // last window in which both arms served
    std::optional<Timestamp> surpassed_past_at;  // when before_after first passed its bar
    Arms total;
    Watch() : Watch(Before{}) {}  // to be read into
    explicit Watch(Before frozen);
    template <class Archive>
    void carry(Archive& archive) {
      archive(began, before, others, errors_contrast, slow_contrast, errors_excess, slow_excess, concurrent,
              before_after, control_seen, surpassed_past_at, total);
    }
  };

  static Before freeze(const World& world, const ServiceName& service, Timestamp until);
  static Arms count(const Watch& watch, const World& world, const Change& change, const WindowRollups& rollups);
  void begin(World& world, const Change& change, const WindowRollups& rollups);
  void advance(World& world, Change& change, Watch& watch, const WindowRollups& rollups);
  static void judge(World& world, Change& change, const Watch& watch, const WindowRollups& rollups);

  std::map<ChangeId, Watch> watches_;
};

}  // namespace nightjar
