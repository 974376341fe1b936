#include "engine/learn/baseline.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.h"
#include "base/statistics/half.h"
#include "base/statistics/theil_sen.h"
#include "engine/learn/tables.h"

namespace nightjar {
namespace {

constexpr std::uint32_t kDay = 86'400;
constexpr std::uint32_t kPointsBeforeExpecting = 6;
constexpr float kLeastErrorWeight = 12;  // errors a table must have collected before it competes
constexpr std::size_t kLong = 4, kShort = 5;

std::uint32_t second_of(Timestamp t) { return static_cast<std::uint32_t>(t.ns / 1'000'000'000); }

// How the experts would answer for the slots of a time. A table without a visit there has no say.
struct Experts {
  std::array<double, kLong> long_value{};
  std::array<double, kShort> short_value{};
  std::array<bool, kLong> has_say{true, false, false, false};
  std::array<const TableSlot*, 3> slots{};
};

Experts ask(const SeriesState& state, std::uint32_t second) {
  Experts experts;
  experts.slots = slots_at(state, second);
  experts.long_value[0] = state.level64;
  experts.short_value[0] = state.level6;
  experts.short_value[1] = state.previous_minute;
  for (std::size_t i = 0; i < 3; ++i) {
    const TableSlot& slot = *experts.slots[i];
    experts.has_say[i + 1] = slot.visits > 0;
    experts.long_value[i + 1] = from_half(slot.mean);
    experts.short_value[i + 2] = experts.long_value[i + 1] + state.bias[i];
  }
  return experts;
}

double mean_error(float error, float weight) { return weight > 0 ? error / weight : 0; }

struct Choice {
  std::size_t long_expert = 0, short_expert = 0;
};

Choice choose(const SeriesState& state, const Experts& experts) {
  Choice choice;
  double least_long = mean_error(state.long_error[0], state.error_weight[0]);
  double least_short = mean_error(state.short_error[0], state.error_weight[0]);
  const double previous = mean_error(state.short_error[1], state.error_weight[0]);
  if (previous < least_short) least_short = previous, choice.short_expert = 1;
  for (std::size_t i = 1; i < kLong; ++i) {
    if (!experts.has_say[i] || state.error_weight[i] < kLeastErrorWeight) continue;
    const double long_error = mean_error(state.long_error[i], state.error_weight[i]);
    const double short_error = mean_error(state.short_error[i + 1], state.error_weight[i]);
    if (long_error < least_long) least_long = long_error, choice.long_expert = i;
    if (short_error < least_short) least_short = short_error, choice.short_expert = i + 1;
  }
  return choice;
}

ExpectedLevels levels_at(const SeriesState& state, std::uint32_t second) {
  const Experts experts = ask(state, second);
  const Choice choice = choose(state, experts);
  ExpectedLevels levels;
  levels.centre = experts.long_value[choice.long_expert];
  levels.next = experts.short_value[choice.short_expert];
  levels.season = state.level64;
  for (std::size_t i = 1; i < kLong; ++i)
    if (experts.has_say[i]) levels.season = experts.long_value[i];
  double slot_share = 1;  // how much wider or narrower this slot is than the series as a whole
  levels.visits = state.minutes;
  if (choice.long_expert > 0) {
    const TableSlot& slot = *experts.slots[choice.long_expert - 1];
    levels.visits = slot.visits;
    if (state.table_residual > 0) slot_share = std::clamp(scale_of(slot) / state.table_residual, 0.3, 3.0);
  }
  levels.point_scale = state.point_residual * (0.5 + 0.5 * slot_share);
  levels.minute_scale = state.minute_residual * (0.5 + 0.5 * slot_share);
  return levels;
}

// The normaliser must fit what the series does now: a series that was constant for its first 120 points, or grew a
// thousandfold, would leave the range of the 16-bit tables.
void renormalise_if_needed(SeriesState& state) {
  const double wanted = state.point_residual;
  if (wanted == 0 || (wanted > 1.0 / 64 && wanted < 64)) return;
  const double factor = 1 / wanted;  // u' = (u - level64) / wanted
  const double offset = -state.level64 * factor;
  rescale_tables(state, factor, offset);
  state.m0 = static_cast<float>(state.m0 + static_cast<double>(state.level64) * state.s0);
  state.s0 = static_cast<float>(state.s0 * wanted);
  for (float* level : {&state.level64, &state.level6, &state.previous_minute, &state.previous_point,
                       &state.closed_minute, &state.closed_expected, &state.block_low, &state.block_high})
    *level = static_cast<float>(*level * factor + offset);
  for (float* width : {&state.bias[0], &state.bias[1], &state.bias[2], &state.table_residual, &state.point_residual,
                       &state.minute_residual, &state.mean_deviation4, &state.mean_deviation16})
    *width = static_cast<float>(*width * factor);
  for (float& error : state.long_error) error = static_cast<float>(error * factor);
  for (float& error : state.short_error) error = static_cast<float>(error * factor);
  state.minute_sum = static_cast<float>(state.minute_sum * factor + offset * state.minute_parts);
  state.ten_sum = static_cast<float>(state.ten_sum * factor + offset * state.ten_parts);
  state.block_sum = static_cast<float>(state.block_sum * factor + offset * (state.minutes % 8));
  for (std::uint16_t& block : state.block_ring) block = to_half(from_half(block) * factor + offset);
  // Channels 0-3, 5 and 6 hold differences, 4 holds -u, 7 and 8 have no unit.
  for (std::size_t channel = 0; channel < 7; ++channel)
    for (std::uint16_t& top : state.tail[channel]) top = to_half(from_half(top) * factor - (channel == 4 ? offset : 0));
}

void update_errors(SeriesState& state, const Experts& experts, double u) {
  const double points = std::max(64.0, 3.0 * kDay / std::max<double>(60, state.interval_s));
  const auto keep = static_cast<float>(1 - 1 / points);
  const auto add = [&](float& error, double expected) {
    error = keep * error + static_cast<float>(std::fabs(u - expected));
  };
  state.error_weight[0] = keep * state.error_weight[0] + 1;
  add(state.long_error[0], experts.long_value[0]);
  add(state.short_error[0], experts.short_value[0]);
  add(state.short_error[1], experts.short_value[1]);
  for (std::size_t i = 0; i < 3; ++i) {
    if (!experts.has_say[i + 1]) continue;
    state.error_weight[i + 1] = keep * state.error_weight[i + 1] + 1;
    add(state.long_error[i + 1], experts.long_value[i + 1]);
    add(state.short_error[i + 2], experts.short_value[i + 2]);
    state.bias[i] += static_cast<float>((u - experts.long_value[i + 1] - state.bias[i]) / 6);
  }
}

// A mean absolute residual that one outlier cannot blow up and that follows a true change within its memory.
void update_residual(float& residual, double seen, std::uint32_t count, double memory) {
  const double gain = std::max(1 / memory, 1.0 / (count + 1));
  const double capped = count > 30 && residual > 0 ? std::min(seen, 6.0 * residual) : seen;
  residual += static_cast<float>(gain * (capped - residual));
}

void close_ten_minutes(SeriesState& state, std::uint32_t second, double expected) {
  const double mean = state.ten_sum / state.ten_parts;
  state.ten_sum = 0;
  state.ten_parts = 0;
  for (TableSlot* slot : slots_at(state, second)) update_slot(*slot, mean, state.table_residual);
  update_residual(state.table_residual, std::fabs(mean - expected), state.minutes / 10, 1000);
}

void close_minute(SeriesState& state, std::uint32_t second, Times times) {
  const double mean = state.minute_sum / state.minute_parts;
  state.minute_sum = 0;
  state.minute_parts = 0;
  const Experts experts = ask(state, second);
  const ExpectedLevels levels = levels_at(state, second);
  state.closed_minute = static_cast<float>(mean);
  state.closed_expected = static_cast<float>(levels.centre);
  state.minute_just_closed = 1;
  ++state.minutes;

  update_errors(state, experts, mean);
  update_residual(state.minute_residual, std::fabs(mean - levels.centre), state.minutes, 2000);

  double step = mean - state.level64;
  const bool far_out = levels.minute_scale > 0 && std::fabs(mean - levels.centre) > 6 * levels.minute_scale;
  if (times == Times::disturbed || far_out) {
    const double limit = 3.0 * std::max<double>(state.minute_residual, state.table_residual);
    step = std::clamp(step, -limit, limit);
  }
  state.level64 += static_cast<float>(step * std::max(1.0 / 64, 1.0 / (state.minutes + 1)));
  state.level6 += static_cast<float>((mean - state.level6) / std::min(6.0, state.minutes + 1.0));
  state.previous_minute = static_cast<float>(mean);

  state.ten_sum += static_cast<float>(mean);
  ++state.ten_parts;
  const std::uint32_t pace = std::max<std::uint32_t>(60, state.interval_s);
  if (second / 600 != (second + pace) / 600 || state.ten_parts == 255) close_ten_minutes(state, second, levels.centre);
  renormalise_if_needed(state);
}

// The pace of the source: falls quickly to what is seen, rises slowly, so that a gap is not taken for a slower source.
void follow_interval(SeriesState& state, std::uint32_t gap_s) {
  if (gap_s == 0) return;
  std::uint32_t interval = state.interval_s;
  if (state.points == 1) {
    interval = gap_s;
  } else if (gap_s < interval) {
    interval -= (interval - gap_s + 3) / 4;
  } else if (gap_s > interval) {
    interval += (std::min(gap_s, 4 * interval) - interval + 15) / 16;
  }
  state.interval_s = static_cast<std::uint16_t>(std::clamp<std::uint32_t>(interval, 1, 65'000));
}

Expectation young_expectation(const SeriesState& state) {
  std::vector<double> points(state.first_points.begin(), state.first_points.begin() + state.points);
  const double centre = median_of(points);
  double deviation = 0;
  for (double point : points) deviation += std::fabs(point - centre);
  const double scale = deviation / state.points * (1 + 4 / std::sqrt(1.0 + state.points));
  const double middle = state.m0 + centre;
  return {middle, middle - 2.1 * scale, middle + 2.1 * scale, state.points};
}

}  // namespace

Expectation expectation(const SeriesState& state, Timestamp window_start) {
  if (!state.settled) {
    if (state.points < kPointsBeforeExpecting) return {.points = state.points};
    return young_expectation(state);
  }
  return expectation(state, expected_levels(state, window_start), window_start);
}

Expectation expectation(const SeriesState& state, const ExpectedLevels& levels, Timestamp window_start) {
  double scale = levels.point_scale;
  if (second_of(window_start) - state.first_window < 7 * kDay) scale *= 1 + 4 / std::sqrt(1.0 + levels.visits);
  const double centre = state.m0 + levels.centre * state.s0, reach = 2.1 * scale * state.s0;
  return {centre, centre - reach, centre + reach, state.points};
}

ExpectedLevels expected_levels(const SeriesState& state, Timestamp window_start) {
  CHECK(state.settled);
  return levels_at(state, second_of(window_start));
}

void learn(SeriesState& state, Timestamp window_start, double value, Times times) {
  const std::uint32_t second = second_of(window_start);
  state.minute_just_closed = 0;
  if (!state.settled) {
    CHECK(state.points < kFirstPoints);
    if (state.points == 0) {
      state.m0 = static_cast<float>(value);
      state.first_window = state.epoch_start = second;
    } else {
      follow_interval(state, second - state.last_window);
    }
    state.first_points[state.points++] = static_cast<float>(value - state.m0);
    state.last_window = second;
    return;
  }

  const double u = to_units(state, value);
  if (state.points > 0) {
    const std::uint32_t gap = second - state.last_window;
    if (state.minute_parts > 0 && second / 60 != state.last_window / 60) close_minute(state, state.last_window, times);
    if (gap > 3u * state.interval_s) {
      state.level6 = state.previous_minute = static_cast<float>(u);
      state.mean_deviation4 = state.mean_deviation16 = 0;
    }
    follow_interval(state, gap);
  }
  update_residual(state.point_residual, std::fabs(u - levels_at(state, second).centre), state.points, 10'000);
  state.previous_point = static_cast<float>(u);
  state.minute_sum += static_cast<float>(u);
  ++state.minute_parts;
  ++state.points;
  state.last_window = second;
  if (second / 60 != (second + state.interval_s) / 60 || state.minute_parts == 255) close_minute(state, second, times);
}

bool ready_to_settle(const SeriesState& state) { return !state.settled && state.points == kFirstPoints; }

std::array<double, kFirstPoints> settle(SeriesState& state) {
  CHECK(ready_to_settle(state));
  std::array<double, kFirstPoints> points{};
  for (std::size_t i = 0; i < kFirstPoints; ++i)
    points[i] = static_cast<double>(state.m0) + static_cast<double>(state.first_points[i]);
  std::vector<double> copy(points.begin(), points.end());
  const double median = median_of(copy);
  double deviation = 0;
  for (double point : points) deviation += std::fabs(point - median);
  deviation /= kFirstPoints;

  state.m0 = static_cast<float>(median);
  // A constant series needs some unit; the first change will bring its own (renormalise_if_needed).
  state.s0 = static_cast<float>(std::max({deviation, std::fabs(median) * 1e-6, 1e-12}));
  state.table = {};
  state.points = 0;
  state.settled = 1;
  return points;
}

void begin_epoch(SeriesState& state, Timestamp window_start, double shift) {
  rescale_tables(state, 1, shift);
  halve_visits(state);
  state.level64 = state.level6;
  for (float& bias : state.bias) bias -= static_cast<float>(shift);
  state.cusum_up = state.cusum_down = 0;
  state.epoch_start = second_of(window_start);
}

}  // namespace nightjar
