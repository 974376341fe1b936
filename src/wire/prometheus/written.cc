#include "base/text.h"
#include "wire/item_filter.h"
#include "wire/prometheus/remote_write.h"
#include "wire/prometheus/series.h"

namespace nightjar {

absl::StatusOr<Written> count_written(RemoteWriteVersion version, std::string_view body, const Verdict& verdict) {
  Written written;
  ItemFilter filter(verdict);
  const auto count_series = [&](std::string_view series) {
    std::uint64_t kept = 0, refused = 0, exemplars = 0;
    const auto count = [&](std::uint64_t& of_kind) {
      if (filter.keep_next()) {
        ++of_kind;
        ++kept;
      } else {
        ++refused;
      }
    };
    prometheus::walk_items(
        version, series, [&](std::string_view) { count(written.samples); },
        [&](std::string_view) { count(written.histograms); }, [&] { ++exemplars; });
    if (kept > 0 || refused == 0) written.exemplars += exemplars;
  };
  try {
    prometheus::walk_request(version, body, count_series, [](std::string_view) {});
  } catch (const protozero::exception& e) {
    return invalid_argument("remote write body cannot be read as protobuf: {}; its verdict is another body's",
                            e.what());
  }
  return written;
}

}  // namespace nightjar
