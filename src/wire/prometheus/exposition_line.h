// wire/prometheus/exposition_line.h
// One line of a scraped page, read the same way by judge, decoder and scrape report: what one of them would refuse and
// another not cannot exist. Views point into the body; names and values keep their escapes until somebody needs them
// (unescape). Used inside wire/prometheus only. Pure; nothing is built but a vector that is used again.
// Source: Prometheus text format 0.0.4 and its UTF-8 names; OpenMetrics 1.0.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/signals.h"
#include "wire/prometheus/metric_kind.h"
#include "wire/prometheus/series.h"

namespace nightjar::prometheus {

enum class LineKind : std::uint8_t {
  nothing,  // blank, a comment, HELP, or metadata that cannot be read
  type,
  unit,
  end,  // "# EOF" of OpenMetrics
  sample,
  fault  // meant as a sample, and is none
};

enum class LineFault : std::uint8_t {
  none,
  not_utf8,
  no_name,
  bad_name,
  labels_not_closed,
  bad_label,
  too_many_labels,
  name_too_long,
  label_repeated,
  no_value,
  bad_value,
  bad_timestamp,
  bad_exemplar,
  text_behind,
  behind_the_end
};

struct ExpositionLine {
  std::uint32_t number = 0;  // from 1
  LineKind kind = LineKind::nothing;
  LineFault fault = LineFault::none;
  std::string_view head;      // of a sample: name and labels as they stand
  std::string_view name;      // of the metric, of the family for type and unit; raw
  std::vector<Label> labels;  // raw
  double value = 0;
  bool stale = false;             // "StaleNaN", a word of our own: see scrape_report.h
  std::optional<Timestamp> time;  // what the page says
  MetricType type = MetricType::unknown;
  std::string_view unit;
};

// Reads a body line by line. `labels_limit`: one more shows that there were more.
class ExpositionReader {
 public:
  ExpositionReader(Encoding encoding, std::string_view body, std::size_t labels_limit)
      : openmetrics_(encoding == Encoding::openmetrics_text), rest_(body), labels_limit_(labels_limit) {}
  // False: the body is over. The line is valid until the next call.
  bool next();
  const ExpositionLine& line() const { return line_; }
  bool ended() const { return ended_; }  // "# EOF" was there

 private:
  const bool openmetrics_;
  std::string_view rest_;
  const std::size_t labels_limit_;
  bool ended_ = false;
  ExpositionLine line_;
};

// A number as Go's ParseFloat takes it in decimal, with NaN and infinities in any case. nullopt: none.
std::optional<double> parse_go_float(std::string_view text);

// Undoes \\, \" and \n. Text that had none is returned as it is; else it lives in `arena`.
std::string_view unescape(std::string_view raw, std::deque<std::string>& arena);

// What TYPE and UNIT lines said of a family.
struct Family {
  MetricType type = MetricType::unknown;
  std::string_view unit;
};

}  // namespace nightjar::prometheus
