// engine/detect/channels.h
// The nine channels through which a series can look odd, each with its own tail, and their fusion into one score.
// Called by SeriesTable on the lane's thread, around learn(): score_point before it, score_minute after it.
//   0, 1  up and down against the point before     5, 6  how far off lately (4 and 16 minutes)
//   2, 3  above and below the short expectation     7     CUSUM upwards
//   4     a new low                                 8     a pattern never seen
// Channels 4 to 8 speak of what the series has never done: they are silent until a whole day has been seen.
// The score ranks well and is not a probability: channels depend on each other and tails are fitted. Grades, not
// p-values, go to people (gate.h).
#pragma once

#include <array>

#include "base/time.h"
#include "engine/world/series_state.h"

namespace nightjar {

// Minus log10 of the tail probability per five minutes, 0: in the body. Per five minutes, not per point: a series with
// thirty points in that time has thirty chances to surprise, and the stated false-alarm rates (gate.h) are per month.
using ChannelScores = std::array<double, kChannels>;

// Which movements of a series mean trouble. Latency that falls is not worth an anomaly.
enum class Direction : std::uint8_t { both, up };

// Channels 0-4 for `value` (units), before it is learnt.
void score_point(SeriesState& state, const ExpectedLevels& levels, Timestamp window_start, double value,
                 ChannelScores& scores);
// Channels 5-8, when the last learn() completed a minute; else nothing. `levels` as before that learn().
void score_minute(SeriesState& state, const ExpectedLevels& levels, ChannelScores& scores);

// (sum of l^3)^(1/3) over the channels the direction allows.
double fuse(const ChannelScores& scores, Direction direction);
// The channel with the largest score among those allowed.
std::uint8_t loudest_channel(const ChannelScores& scores, Direction direction);

}  // namespace nightjar
