// model/anomaly.h
// What a lane's learn and detect say about one Series: its Expectation and, when it leaves it, an Anomaly. An anomaly
// is evidence, not a page.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/ids.h"

namespace nightjar {

enum class Measure : std::uint8_t { requests, error_ratio, p95, self_time, calls, metric, log_lines };
std::string_view word(Measure measure);

// Which series an expectation or anomaly is about. Empty parts: all of them.
struct SeriesKey {
  ServiceName service;
  std::string operation;
  InstanceName instance;
  Measure measure = Measure::requests;
  std::string name;  // the metric's name and labels, or the pattern id; "" otherwise
  auto operator<=>(const SeriesKey&) const = default;
  SeriesId id() const;  // stable hash of the above
};

// What is normal now. `low`..`high` is the 90 % band that is drawn. Ratios 0..1, durations in milliseconds, requests
// per second.
struct Expectation {
  double centre = 0, low = 0, high = 0;
  std::uint32_t points = 0;  // how many it has learnt from; below 6: nothing is expected yet
};

enum class AnomalyKind : std::uint8_t { spike, drop, shift, level_shift, new_pattern, silence, creep };
enum class Grade : std::uint8_t { weak, clear, strong };
std::string_view word(AnomalyKind kind);
std::string_view word(Grade grade);

struct Anomaly {
  SeriesKey series;
  AnomalyKind kind = AnomalyKind::spike;
  Grade grade = Grade::weak;
  TimeRange window;  // where it was seen first
  Timestamp onset;   // best estimate of the beginning, <= window.start
  double value = 0;
  Expectation expected;
  double score = 0;                   // minus log10 of the tail probability, as calibrated in engine/detect
  double false_alarms_per_month = 0;  // how often this series says so by itself
  bool open = true;                   // false: this report ends it
  std::string text;                   // in words, with the numbers
};

struct ExpectedValue {
  SeriesKey series;
  double value = 0;
  Expectation expected;
};

// Exhaustion and traffic forecasts.
enum class ForecastKind : std::uint8_t { exhaustion, traffic };
struct Forecast {
  SeriesKey series;
  ForecastKind kind = ForecastKind::exhaustion;
  Timestamp made_at;
  Timestamp eta, eta_low, eta_high;  // when the limit is met, with its interval
  double value = 0, limit = 0;
  std::string text;
};

// How an objective stands; made by engine/account when a window closes.
enum class SloState : std::uint8_t { ok, burning, exhausted, not_enough_data };
std::string_view word(SloState state);
struct SloStatus {
  std::string name;
  ServiceName service;
  double objective = 0;
  double budget_left = 1;  // share of the window's error budget; negative when overspent
  double burn_1h = 0;      // 1: spends exactly the budget
  SloState state = SloState::not_enough_data;
};

// How far the service's telemetry can be trusted, 0..1, and what is wrong with it.
struct DataQuality {
  ServiceName service;
  double score = 1;
  std::vector<std::string> findings;
};

// What is said about one closed window. The lanes fill the first three lists, ascending by series; engine/account the
// last two.
struct WindowJudgement {
  std::vector<ExpectedValue> expected;
  std::vector<Anomaly> anomalies;
  std::vector<Forecast> forecasts;
  std::vector<SloStatus> slos;
  std::vector<DataQuality> data_quality;
};

}  // namespace nightjar
