#include "base/statistics/half.h"

#include <bit>
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
  const std::uint32_t magnitude = bits & 0x7FFFu;
  // A half's exponent and mantissa, moved to where a float has them; the bias differs by 112.
  const double value = magnitude < 0x400 ? magnitude * 0x1p-24
                                         : static_cast<double>(std::bit_cast<float>((magnitude << 13) + (112u << 23)));
  return (bits & 0x8000) != 0 ? -value : value;
}

}  // namespace nightjar
