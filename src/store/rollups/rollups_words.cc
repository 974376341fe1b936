#include "store/rollups/rollups.h"

namespace nightjar {

std::string_view word(ChartMeasure measure) {
  switch (measure) {
    case ChartMeasure::requests:
      return "requests";
    case ChartMeasure::errors:
      return "errors";
    case ChartMeasure::error_ratio:
      return "error_ratio";
    case ChartMeasure::p95_ms:
      return "p95_ms";
    case ChartMeasure::mean_self_ms:
      return "mean_self_ms";
  }
  return {};
}

}  // namespace nightjar
