// engine/signal_engine.h
// One lane: observe what belongs to it, then, once all lanes have closed a window and their sums are merged, learn and
// judge the series it owns. Many of them; each on one thread at a time. The number of lanes must not change what they
// say together. Called by run/driver.
#pragma once

#include <vector>

#include "engine/observe/observer.h"
#include "engine/series/series_table.h"
#include "model/anomaly.h"
#include "model/rollup.h"

namespace nightjar {

class SignalEngine {
 public:
  // `lane` of `lanes`, from 0.
  SignalEngine(std::size_t lane, std::size_t lanes, const ObserveSettings& settings);

  // This lane's share of decoded signals (engine/observe/split.h).
  void observe(const std::vector<Signals>& signals, Timestamp engine_time);
  // Partial sums of the windows that closed, oldest first.
  std::vector<WindowRollups> close_windows(Timestamp engine_time);
  // What the series of this lane say about a merged window that close_windows() has just given its part of. In window
  // order.
  WindowJudgement judge(const WindowRollups& merged);

  template <class Archive>
  void carry(Archive& archive) {
    archive(observer_, series_);
  }

 private:
  Observer observer_;
  SeriesTable series_;
};

}  // namespace nightjar
