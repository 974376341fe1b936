#include "engine/signal_engine.h"

namespace nightjar {

SignalEngine::SignalEngine(std::size_t lane, std::size_t lanes, const ObserveSettings& settings)
    : observer_(settings), series_({.lane = lane, .lanes = lanes}) {}

void SignalEngine::observe(const std::vector<Signals>& signals, Timestamp engine_time) {
  for (const Signals& part : signals) observer_.observe(part, engine_time);
}

std::vector<WindowRollups> SignalEngine::close_windows(Timestamp engine_time) {
  return observer_.close_windows(engine_time);
}

WindowJudgement SignalEngine::judge(const WindowRollups& merged) {
  return series_.judge(merged, observer_.take_series(merged.window.start));
}

}  // namespace nightjar
