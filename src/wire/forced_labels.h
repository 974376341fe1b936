// wire/forced_labels.h
// What the door says about a body is stronger than what the body says of itself: labels that a token forces, applied to
// what was decoded. Each replaces the resource attribute of its name (of remote write: the series label too, where a
// dot becomes an underscore), what the payload claimed stays beside it as claimed_<key>, and who sent it is derived
// again. Called by wire/decode.cc only, so that live and replay agree; never called without labels. Applying the same
// labels twice is as good as once. Pure.
#pragma once

#include <vector>

#include "model/signals.h"
#include "wire/series_catalogue.h"

namespace nightjar {

// `labels` are sorted by key, each once.
void force_labels(Encoding encoding, const Attributes& labels, std::vector<Signals>& all, SeriesCatalogue& catalogue);

}  // namespace nightjar
