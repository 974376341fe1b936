#include "run/driver/driver.h"

#include <iterator>

#include "engine/observe/merge.h"
#include "engine/observe/split.h"
#include "wire/decode.h"

namespace nightjar {

Driver::Driver(const DriverSettings& settings) : pool_(settings.lanes, settings.threads), observe_(settings.observe) {
  for (std::size_t lane = 0; lane < settings.lanes; ++lane)
    lanes_.push_back(std::make_unique<SignalEngine>(lane, settings.lanes, settings.observe));
}

Effects Driver::step(const Input& input) {
  if (const auto* signals = std::get_if<SignalsArrived>(&input.body)) {
    take_signals(*signals, input.time);
    return {};
  }
  Effects effects;
  if (std::holds_alternative<Tick>(input.body)) effects = close_windows(input);
  Effects decided = decisions_.step(input);
  std::move(decided.begin(), decided.end(), std::back_inserter(effects));
  return effects;
}

void Driver::take_signals(const SignalsArrived& arrived, Timestamp engine_time) {
  absl::StatusOr<std::vector<Signals>> signals =
      decode(arrived.encoding, arrived.body, arrived.verdict, arrived.labels, catalogue_);
  if (!signals.ok()) {
    ++undecodable_;
    return;
  }
  // An item without a time of its own happened when it came.
  for (Signals& part : *signals) {
    for (LogRecord& line : part.logs)
      if (!line.time) line.time = engine_time;
    for (MetricPoint& point : part.metrics)
      if (!point.time) point.time = engine_time;
  }
  const std::vector<std::vector<Signals>> parts = split(*std::move(signals), lanes_.size());
  pool_.run([&](std::size_t lane) { lanes_[lane]->observe(parts[lane], engine_time); });
}

Effects Driver::close_windows(const Input& input) {
  std::vector<std::vector<WindowRollups>> partials(lanes_.size());
  pool_.run([&](std::size_t lane) { partials[lane] = lanes_[lane]->close_windows(input.time); });
  Effects effects;
  for (WindowRollups& merged : merge_lanes(partials, addresses_, observe_.fold)) {
    std::vector<WindowJudgement> judgements(lanes_.size());
    pool_.run([&](std::size_t lane) { judgements[lane] = lanes_[lane]->judge(merged); });
    Effects decided = decisions_.close_window(input, std::move(merged), join_judgements(std::move(judgements)));
    std::move(decided.begin(), decided.end(), std::back_inserter(effects));
  }
  return effects;
}

}  // namespace nightjar
