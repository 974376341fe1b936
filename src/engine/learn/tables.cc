#include "engine/learn/tables.h"

#include <algorithm>
#include <cmath>

#include "base/statistics/half.h"

namespace nightjar {
namespace {

std::uint8_t encode_scale(double scale) {
  if (scale <= 0x1p-16) return 0;
  return static_cast<std::uint8_t>(std::clamp(std::lround(8 * std::log2(scale)) + 128, 1L, 255L));
}

template <class Do>
void for_each_slot(SeriesState& state, Do&& act) {
  for (TableSlot& slot : state.table.day) act(slot);
  for (TableSlot& slot : state.table.day_type) act(slot);
  for (TableSlot& slot : state.table.week) act(slot);
}

struct SlotIndexes {
  std::size_t day, day_type, week;
};
SlotIndexes indexes_at(std::uint32_t second) {
  const std::uint32_t in_day = second % 86'400;
  const std::uint32_t weekday = (second / 86'400 + 3) % 7;  // 1970-01-01 was a Thursday; Monday is 0
  return {in_day / 900, (weekday >= 5 ? 48u : 0u) + in_day / 1800, weekday * 24 + in_day / 3600};
}

}  // namespace

double scale_of(const TableSlot& slot) { return slot.scale == 0 ? 0 : std::exp2((slot.scale - 128) / 8.0); }

std::array<TableSlot*, 3> slots_at(SeriesState& state, std::uint32_t second) {
  const SlotIndexes at = indexes_at(second);
  return {&state.table.day[at.day], &state.table.day_type[at.day_type], &state.table.week[at.week]};
}

std::array<const TableSlot*, 3> slots_at(const SeriesState& state, std::uint32_t second) {
  const SlotIndexes at = indexes_at(second);
  return {&state.table.day[at.day], &state.table.day_type[at.day_type], &state.table.week[at.week]};
}

void update_slot(TableSlot& slot, double value, double residual) {
  if (slot.visits == 0) {
    slot = {to_half(value), encode_scale(residual), 1};
    return;
  }
  const double gain = std::max(kLeastGain, 1.0 / (slot.visits + 1));
  const double mean = from_half(slot.mean), scale = scale_of(slot);
  const double limit = 3 * std::max(scale, residual);
  slot.mean = to_half(mean + gain * std::clamp(value - mean, -limit, limit));
  slot.scale = encode_scale(scale + gain * (std::min(std::fabs(value - mean), 2 * limit) - scale));
  if (slot.visits < 255) ++slot.visits;
}

void rescale_tables(SeriesState& state, double factor, double offset) {
  for_each_slot(state, [&](TableSlot& slot) {
    if (slot.visits == 0) return;
    slot.mean = to_half(from_half(slot.mean) * factor + offset);
    slot.scale = encode_scale(scale_of(slot) * factor);
  });
}

void halve_visits(SeriesState& state) {
  for_each_slot(state, [](TableSlot& slot) { slot.visits = static_cast<std::uint8_t>((slot.visits + 1) / 2); });
}

}  // namespace nightjar
