// engine/learn/tables.h
// The three seasonal tables of a SeriesState: which slot a time falls into, how a slot reads and learns. Used by
// baseline.cc only. Times are seconds since 1970, UTC.
#pragma once

#include <array>
#include <cstdint>

#include "engine/world/series_state.h"

namespace nightjar {

inline constexpr double kLeastGain = 0.15;  // after six weeks a week still weighs 0.85^6 = 0.38

double scale_of(const TableSlot& slot);  // units
// The slots of day, day type and week for a time.
std::array<TableSlot*, 3> slots_at(SeriesState& state, std::uint32_t second);
std::array<const TableSlot*, 3> slots_at(const SeriesState& state, std::uint32_t second);

// Takes in the ten-minute mean `value`. `residual`: the series-wide mean absolute residual, what a slot starts with.
void update_slot(TableSlot& slot, double value, double residual);

// Rewrites every slot for u' = u * factor + offset.
void rescale_tables(SeriesState& state, double factor, double offset);
// A new epoch begins: halves what the slots think they know.
void halve_visits(SeriesState& state);

}  // namespace nightjar
