// base/statistics/half.h
// IEEE 754 binary16 as bits, for tables of many small numbers: 11 bits of precision, +-65,504. Integer code, so the
// same bits everywhere. Rounds to nearest even; what is too large becomes +-65,504 (a table must not hold infinity);
// NaN becomes 0. Pure, any thread.
#pragma once

#include <cstdint>

namespace nightjar {

std::uint16_t to_half(double value);
double from_half(std::uint16_t bits);
// What remains of a value after a trip through binary16. Compare rounded with rounded.
inline double round_to_half(double value) { return from_half(to_half(value)); }

}  // namespace nightjar
