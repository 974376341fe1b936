// wire/prometheus/exposition.h
// Pages that Prometheus scrapes: text format 0.0.4 and OpenMetrics 1.0. Called through wire/decode.h. Pure; any thread.
//
// Items are the lines meant as samples, in body order; a bad one costs itself. Not a page at all, and refused whole:
// one without a single good sample among bad ones (an HTML login page), and OpenMetrics without "# EOF", which is cut
// short.
//
// Decoding: what belongs to one classic histogram (`_bucket`, `_sum`, `_count` of a family that TYPE calls histogram)
// or to one summary (`_sum`, `_count`) becomes one MetricPoint, wherever its lines stand; quantiles stay gauges with a
// label `quantile`, as in remote write. `_created` becomes the start of its counter, histogram or summary. A histogram
// whose total (`_count` or le="+Inf") is not there says nothing and is left out. So there are at most as many points as
// items.
//
// `labels` are those of the target, and win: a label of the page with the same name is kept as exported_<name>. The
// label __honor_labels__="true" among them turns that round (what the page says wins), as honor_labels does in
// Prometheus.
#pragma once

#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "model/signals.h"
#include "wire/limits.h"
#include "wire/series_catalogue.h"

namespace nightjar {

inline constexpr std::string_view kHonorLabels = "__honor_labels__";

absl::StatusOr<Verdict> judge_exposition(Encoding encoding, std::string_view body, const Limits& limits,
                                         Timestamp wall_now);
std::vector<Signals> decode_exposition(Encoding encoding, std::string_view body, const Verdict& verdict,
                                       const Attributes& labels, SeriesCatalogue& catalogue);

}  // namespace nightjar
