#include "wire/prometheus/query_answer.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"
#include "wire/prometheus/exposition_line.h"
#include "wire/prometheus/file_sd.h"
#include "wire/prometheus/metric_kind.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

absl::StatusOr<Json> success(std::string_view answer, std::string_view what) {
  auto whole = parse_json(answer, what, {.body_bytes = kQueryAnswerBytes, .depth = 16});
  if (!whole.ok()) return whole.status();
  if (foreign::text(*whole, {"status"}) == "success") return whole;
  const std::string error = foreign::text(*whole, {"error"}, 500);
  return invalid_argument("{}: {}", what, error.empty() ? "not an answer of Prometheus' API" : error);
}

bool read_labels(const Json& metric, Attributes& labels) {
  if (!metric.is_object()) return false;
  for (const auto& [name, value] : metric.items()) {
    if (!value.is_string()) return false;
    labels.emplace_back(name, value.get<std::string>());
  }
  return true;  // sorted: so are the keys of an object
}

bool read_samples(const Json& values, std::vector<QuerySample>& samples) {
  if (!values.is_array()) return false;
  for (const Json& pair : values) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_string()) return false;
    const double seconds = pair[0].get<double>();
    const auto value = prometheus::parse_go_float(pair[1].get_ref<const std::string&>());
    if (!value || !(std::fabs(seconds) < 9e9)) return false;
    samples.push_back({{std::llround(seconds * 1e3) * 1'000'000}, *value});
  }
  return std::is_sorted(samples.begin(), samples.end(),
                        [](const QuerySample& a, const QuerySample& b) { return a.at < b.at; });
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\' || c == '"') result += '\\';
    result += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return result;
}

std::string go_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

// Metric names that need no quotes may hold colons.
bool is_plain_metric(std::string_view name) {
  std::string without(name);
  std::replace(without.begin(), without.end(), ':', '_');
  return is_label_name(without);
}

}  // namespace

absl::StatusOr<std::vector<QuerySeries>> parse_matrix(std::string_view answer) {
  const auto whole = success(answer, "query_range");
  if (!whole.ok()) return whole.status();
  const Json& result = foreign::at(*whole, {"data", "result"});
  if (foreign::text(*whole, {"data", "resultType"}) != "matrix" || !result.is_array())
    return invalid_argument("query_range: the answer is no matrix");
  std::vector<QuerySeries> all;
  for (const Json& one : result) {
    QuerySeries series;
    const Json& values = foreign::at(one, {"values"});
    const bool readable = read_labels(foreign::at(one, {"metric"}), series.labels) &&
                          (values.is_null() || read_samples(values, series.samples));
    if (!readable) return invalid_argument("query_range: series {} of the answer cannot be read", all.size());
    all.push_back(std::move(series));  // one of native histograms alone has no values
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.labels < b.labels; });
  return all;
}

absl::StatusOr<std::size_t> count_series(std::string_view answer) {
  const auto whole = success(answer, "series");
  if (!whole.ok()) return whole.status();
  const Json& data = foreign::at(*whole, {"data"});
  if (!data.is_array()) return invalid_argument("series: the answer is no list");
  return data.size();
}

absl::StatusOr<std::map<std::string, std::string>> parse_types(std::string_view answer) {
  const auto whole = success(answer, "metadata");
  if (!whole.ok()) return whole.status();
  std::map<std::string, std::string> types;
  const Json& data = foreign::at(*whole, {"data"});
  if (!data.is_object()) return types;
  for (const auto& [family, said] : data.items()) {
    std::set<std::string> different;
    if (said.is_array())
      for (const Json& one : said) different.insert(foreign::text(one, {"type"}, 32));
    if (different.size() == 1 && is_plain_metric(family)) types.emplace(family, *different.begin());
  }
  return types;
}

std::string moment_as_page(const std::vector<QuerySeries>& series, Timestamp at,
                           const std::map<std::string, std::string>& types) {
  std::string samples, announced;
  std::set<std::string_view> families;
  for (const QuerySeries& one : series) {
    const auto sample = std::lower_bound(one.samples.begin(), one.samples.end(), at,
                                         [](const QuerySample& a, Timestamp b) { return a.at < b; });
    if (sample == one.samples.end() || sample->at != at) continue;
    const std::string_view name = find_attribute(one.labels, "__name__");
    if (name.empty()) continue;
    std::string labels;
    if (!is_plain_metric(name)) labels = fmt::format("\"{}\"", escaped(name));
    for (const auto& [label, value] : one.labels) {
      if (label == "__name__") continue;
      const bool plain = is_label_name(label);
      labels += fmt::format("{}{}=\"{}\"", labels.empty() ? "" : ",",
                            plain ? label : fmt::format("\"{}\"", escaped(label)), escaped(value));
    }
    samples += fmt::format("{}{{{}}} {} {}\n", is_plain_metric(name) ? name : "", labels, go_float(sample->value),
                           at.ns / 1'000'000);
    auto type = types.find(std::string(name));
    if (type == types.end()) type = types.find(std::string(prometheus::family_of(name)));
    if (type != types.end() && families.insert(type->first).second)
      announced += fmt::format("# TYPE {} {}\n", type->first, type->second);
  }
  return samples.empty() ? samples : announced + samples;
}

}  // namespace nightjar
