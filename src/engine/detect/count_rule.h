// engine/detect/count_rule.h
// Anomalies of counts: failures out of requests, lines of an error pattern, requests of quiet endpoints, and silence.
// Never a fixed ratio: the tail probability of the count under what learn expects, for single windows, minutes and five
// minutes. Saying so takes p < 1e-9 once or p < 1e-6 in two of the last three, so even six windows of learning are
// enough to begin. Called by SeriesTable on the lane's thread, once per window and in time order.
#pragma once

#include <optional>

#include "base/statistics/negative_binomial.h"
#include "base/time.h"
#include "engine/world/series_state.h"
#include "model/anomaly.h"

namespace nightjar {

struct CountScores {
  double up = 0, down = 0;  // minus log10 p, of the span that says most; 0: nothing to say
  bool up_is_rare = false;  // passes the rule above
  bool down_is_rare = false;
  std::uint32_t up_windows = 1;  // how far back the loudest upward span reaches, this window included
  // What was counted in it: in this window, or in the minute or five minutes that have just ended.
  std::uint32_t span_windows = 1;
  double up_events = 0, up_exposure = 0, up_expected = 0;
  bool calm_minute = false;  // a minute has just ended in which the count was as expected
  bool minute_ended = false;
};

// Fewer failures or lines than this are nobody's anomaly, however rare.
inline constexpr std::uint64_t kLeastEvents = 5;

// `expected` is what learn says of this window. Keeps the recent tails and block sums in `state`.
CountScores score_count(CountState& state, std::uint64_t events, double exposure, const NegativeBinomial& expected);

// Empties the sums and recent tails: an anomaly is over and the next one is to be judged by what comes.
void forget_spans(CountState& state);

// Silence of something that used to have events. Called once per window, with its events; `expected` as above.
// Returns minus log10 P(nothing for so long) once it is silent: below 1e-6, at least three windows, and twice the
// longest gap it has ever made.
std::optional<double> score_silence(CountState& state, Timestamp window_start, std::uint64_t events,
                                    const NegativeBinomial& expected);

// weak from 6, clear from 9, strong from 12.
Grade grade_of_count(double score);

}  // namespace nightjar
