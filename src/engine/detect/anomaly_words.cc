#include "engine/detect/anomaly_words.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace nightjar {
namespace {

std::string subject(const SeriesKey& series) {
  std::string text = series.service.empty() ? "everything" : series.service.value;
  if (!series.operation.empty()) text += " " + series.operation;
  if (!series.instance.empty()) text += " instance " + series.instance.value;
  return text;
}

std::string quantity(Measure measure, double value) {
  switch (measure) {
    case Measure::requests:
      return three_digits(value) + " requests/s";
    case Measure::error_ratio:
      return percent(value);
    case Measure::p95:
    case Measure::self_time:
      return three_digits(value) + " ms";
    case Measure::calls:
    case Measure::metric:
      return three_digits(value);
    case Measure::log_lines:
      return three_digits(value) + " lines";
  }
  return {};
}

std::string_view measured(Measure measure) {
  switch (measure) {
    case Measure::requests:
      return "traffic";
    case Measure::error_ratio:
      return "failures";
    case Measure::p95:
      return "p95";
    case Measure::self_time:
      return "own time";
    case Measure::calls:
      return "calls";
    case Measure::metric:
    case Measure::log_lines:
      return "";
  }
  return {};
}

std::string expected_range(const Anomaly& anomaly) {
  const Measure measure = anomaly.series.measure;
  return fmt::format("expected {} to {}", quantity(measure, anomaly.expected.low),
                     quantity(measure, anomaly.expected.high));
}

std::string within(Duration span) {
  if (span == minutes(1)) return "within a minute";
  return "within " + for_people(span);
}

}  // namespace

std::string anomaly_text(const Anomaly& anomaly, const CountedText& counted, const std::string& pattern_text) {
  const SeriesKey& series = anomaly.series;
  const std::string who = subject(series);
  if (anomaly.kind == AnomalyKind::silence)
    return fmt::format("{}: silent for {}; about {} requests were expected in that time", who,
                       for_people(anomaly.window.end - anomaly.onset),
                       three_digits(anomaly.expected.centre * (anomaly.window.end - anomaly.onset).seconds()));
  if (series.measure == Measure::log_lines) {
    const std::string pattern = cut(pattern_text, 160);
    const std::string lines =
        fmt::format("{:.0f} line{} {}", counted.events, counted.events == 1 ? "" : "s", within(counted.span));
    if (anomaly.kind == AnomalyKind::new_pattern)
      return fmt::format("{}: an error never logged before, {}: {}", who, lines, pattern);
    return fmt::format("{}: an error logged more than ever, {}, expected up to {}: {}", who, lines,
                       three_digits(std::ceil(anomaly.expected.high)), pattern);
  }
  if (series.measure == Measure::error_ratio && counted.exposure > 0)
    return fmt::format("{}: {:.0f} of {:.0f} requests failed {} ({}), {}", who, counted.events, counted.exposure,
                       within(counted.span), percent(anomaly.value), expected_range(anomaly));
  const std::string what =
      series.measure == Measure::metric ? cut(series.name, 160) : std::string(measured(series.measure));
  const std::string now = quantity(series.measure, anomaly.value);
  switch (anomaly.kind) {
    case AnomalyKind::level_shift:
      return fmt::format("{}: {} has a new level, {} for a day now, before {}", who, what, now,
                         quantity(series.measure, anomaly.expected.centre));
    case AnomalyKind::new_pattern:
      return fmt::format("{}: {} moves as it never did before; now {}, {}", who, what, now, expected_range(anomaly));
    case AnomalyKind::spike:
    case AnomalyKind::drop:
    case AnomalyKind::shift:
    case AnomalyKind::silence:
    case AnomalyKind::creep:
      break;
  }
  return fmt::format("{}: {} {}, {}", who, what, now, expected_range(anomaly));
}

}  // namespace nightjar
