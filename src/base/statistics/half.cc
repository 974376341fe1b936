#include "base/statistics/half.h"

#include <cmath>

namespace nightjar {

std::uint16_t to_half(double value) {
  if (std::isnan(value)) return 0;
  const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  const double magnitude = std::fabs(value);
  if (magnitude >= 65504) return sign | 0x7BFF;
  if (magnitude < 6.103515625e-05) {  // subnormal: units of 2^-24
    return sign | static_cast<std::uint16_t>(std::nearbyint(magnitude * 16777216.0));
  }
  int exponent = 0;
  const double fraction = std::frexp(magnitude, &exponent);  // 0.5 <= fraction < 1
  // Rounding may carry into the exponent; the addition below does the right thing then.
  const auto mantissa = static_cast<std::uint32_t>(std::nearbyint(fraction * 2048));  // 1024..2048
  const std::uint32_t bits = (static_cast<std::uint32_t>(exponent + 14) << 10) + (mantissa - 1024);
  return sign | static_cast<std::uint16_t>(bits > 0x7BFF ? 0x7BFF : bits);
}

double from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31, mantissa = bits & 1023;
  const double magnitude =
      exponent == 0 ? mantissa * 0x1p-24 : std::ldexp(static_cast<double>(1024 + mantissa), exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

}  // namespace nightjar
