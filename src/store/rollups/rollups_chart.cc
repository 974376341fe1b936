// Charts: windows into at most so many points, and the band that was expected.
#include "base/check.h"
#include "store/bytes/bytes.h"
#include "store/rollups/rollup_values.h"
#include "store/rollups/rollups_sweep.h"

namespace nightjar {
namespace {

// What falls into one point.
struct Slot {
  RequestCounts counts;
  std::int64_t observed_ns = 0;
};

std::optional<double> value_of(const Slot& slot, ChartMeasure measure) {
  if (slot.observed_ns == 0) return std::nullopt;
  const double seconds = static_cast<double>(slot.observed_ns) * 1e-9;
  const auto requests = static_cast<double>(slot.counts.requests);
  switch (measure) {
    case ChartMeasure::requests:
      return requests / seconds;
    case ChartMeasure::errors:
      return static_cast<double>(slot.counts.errors) / seconds;
    case ChartMeasure::error_ratio:
      return requests == 0 ? std::nullopt : std::optional(static_cast<double>(slot.counts.errors) / requests);
    case ChartMeasure::p95_ms:
      return requests == 0 ? std::nullopt : std::optional(slot.counts.durations.quantile_ns(0.95) * 1e-6);
    case ChartMeasure::mean_self_ms:
      return requests == 0 ? std::nullopt
                           : std::optional(static_cast<double>(slot.counts.self_time_ns) / requests * 1e-6);
  }
  return std::nullopt;
}

std::optional<Measure> learnt_as(ChartMeasure measure) {
  switch (measure) {
    case ChartMeasure::requests:
      return Measure::requests;
    case ChartMeasure::error_ratio:
      return Measure::error_ratio;
    case ChartMeasure::p95_ms:
      return Measure::p95;
    case ChartMeasure::mean_self_ms:
      return Measure::self_time;
    case ChartMeasure::errors:
      return std::nullopt;
  }
  return std::nullopt;
}

// A step people can read that gives at most `max_points`, never finer than ten seconds.
Duration step_for(TimeRange range, std::size_t max_points) {
  for (const std::int64_t step : {10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400})
    if (static_cast<std::size_t>((range.end - range.start).ns / seconds(step).ns) <= max_points) return seconds(step);
  return days(7);
}

}  // namespace

absl::StatusOr<Chart> Rollups::chart(const ChartQuery& query) const {
  CHECK(query.max_points > 0);
  Chart chart;
  const TimeRange range{std::max(query.range.start, Timestamp{0}), std::max(query.range.end, Timestamp{0})};
  chart.step = step_for(range, query.max_points);
  const std::int64_t step = chart.step.ns;
  // Aligned to the step, so that the same moment is in the same point whenever it is asked for; and not into the
  // future.
  const Timestamp first{range.start.ns / step * step};
  const Timestamp last{std::min(range.end.ns, last_end_.load())};
  if (first >= last) return chart;
  const auto how = plan({first, last}, chart.step);
  if (!how.ok()) return how.status();
  std::vector<Slot> slots(static_cast<std::size_t>((last.ns - first.ns + step - 1) / step));
  const auto slot_of = [&](Timestamp start) -> Slot& {
    return slots[std::min(slots.size() - 1, static_cast<std::size_t>((start.ns - first.ns) / step))];
  };

  absl::Status status = read(Kind::window, "", *how, [&](const Found& found) {
    slot_of(found.window.start).observed_ns += static_cast<std::int64_t>(ByteReader(found.bytes).varint());
    return true;
  });
  const bool whole = query.operation.empty() && query.version.empty() && query.instance.empty();
  if (status.ok() && whole) {
    status = read(Kind::total, query.service.value, *how, [&](const Found& found) {
      RequestCounts counts;
      if (!decode_counts(found.bytes, counts)) return false;
      slot_of(found.window.start).counts.add(counts);
      return true;
    });
  } else if (status.ok()) {
    status = read_lists<RequestRollup>(Kind::requests, query.service.value, *how,
                                       [&](const RequestRollup& one, TimeRange window) {
                                         if ((query.operation.empty() || one.key.operation == query.operation) &&
                                             (query.version.empty() || one.key.version == query.version) &&
                                             (query.instance.empty() || one.key.instance == query.instance))
                                           slot_of(window.start).counts.add(one.counts);
                                       });
  }
  if (!status.ok()) return status;
  for (std::size_t i = 0; i < slots.size(); ++i)
    chart.points.push_back({first + Duration{static_cast<std::int64_t>(i) * step}, value_of(slots[i], query.measure)});
  status = fill_bands(query, *how, chart.step, chart);
  if (!status.ok()) return status;
  return chart;
}

// Nothing is learnt per version.
absl::Status Rollups::fill_bands(const ChartQuery& query, const Plan& plan, Duration step, Chart& chart) const {
  const std::optional<Measure> measure = learnt_as(query.measure);
  if (!measure || !query.version.empty()) return absl::OkStatus();
  struct Sum {
    double low = 0, high = 0;
    int count = 0;
  };
  std::map<std::int64_t, Sum> sums;
  absl::Status status = read_lists<ExpectedValue>(
      Kind::expected, query.service.value, plan, [&](const ExpectedValue& one, TimeRange window) {
        if (one.series.measure != *measure || one.series.operation != query.operation ||
            one.series.instance != query.instance || !one.series.name.empty())
          return;
        Sum& sum = sums[window.start.ns / step.ns * step.ns];
        sum.low += one.expected.low, sum.high += one.expected.high, ++sum.count;
      });
  for (const auto& [start, sum] : sums) chart.expected.push_back({{start}, sum.low / sum.count, sum.high / sum.count});
  return status;
}

}  // namespace nightjar
