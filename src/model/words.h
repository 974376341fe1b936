// model/words.h
// All enums of the model as words and back. `word` is the API's spelling too.
#pragma once

#include <optional>
#include <string_view>

#include "model/action.h"
#include "model/alert.h"
#include "model/anomaly.h"
#include "model/change.h"
#include "model/incident.h"
#include "model/notification.h"
#include "model/rollup.h"
#include "model/ticket.h"

namespace nightjar {

std::string_view word(DependencyKind kind);

// The value whose word this is; nullopt for a word nobody knows.
template <class Enum>
std::optional<Enum> parse_word(std::string_view text) {
  for (int i = 0; i < 64; ++i) {
    const auto value = static_cast<Enum>(i);
    const std::string_view known = word(value);
    if (known.empty()) return std::nullopt;
    if (known == text) return value;
  }
  return std::nullopt;
}

}  // namespace nightjar
