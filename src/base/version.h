// base/version.h
// The version of this source; the only place that says it.
#pragma once

#include <string_view>

namespace nightjar {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace nightjar
