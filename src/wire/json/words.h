// wire/json/words.h
// Words for the enums that only the journal and the API spell out; the rest is in model/words.h.
#pragma once

#include <string_view>

#include "model/anomaly.h"
#include "model/config.h"
#include "model/signals.h"
#include "model/words.h"

namespace nightjar {

std::string_view word(Encoding encoding);
std::string_view word(MetricKind kind);
std::string_view word(ForecastKind kind);
std::string_view word(PolicyEffect effect);

}  // namespace nightjar
