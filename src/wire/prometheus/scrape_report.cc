#include "wire/prometheus/scrape_report.h"

#include <algorithm>
#include <set>

#include <absl/container/flat_hash_set.h>

#include "base/hash.h"
#include "base/text.h"
#include "wire/prometheus/exposition_line.h"
#include "wire/prometheus/owner.h"

namespace nightjar {
namespace {

using namespace prometheus;

// The same series, however its labels are ordered and spaced.
std::uint64_t series_key(const ExpositionLine& line, std::deque<std::string>& arena) {
  arena.clear();
  std::vector<Label> labels;
  for (const Label& label : line.labels) labels.push_back({unescape(label.name, arena), unescape(label.value, arena)});
  const Attributes sorted = attributes_of(labels);
  std::uint64_t key = stable_hash(unescape(line.name, arena));
  for (const auto& [name, value] : sorted) key = combine_hash(combine_hash(key, stable_hash(name)), stable_hash(value));
  return key;
}

template <class Each>
void each_sample(const ScrapedPage& page, Each each) {
  ExpositionReader reader(page.encoding, page.body, SIZE_MAX - 1);
  while (reader.next())
    if (reader.line().kind == LineKind::sample && !reader.line().time) each(reader.line());
}

bool is_of(std::string_view name, std::string_view family) {
  if (!name.starts_with(family)) return false;
  const std::string_view ending = name.substr(family.size());
  constexpr std::string_view kEndings[] = {"",         "_bucket", "_sum",  "_count", "_total",
                                           "_created", "_info",   "_gsum", "_gcount"};
  return std::find(std::begin(kEndings), std::end(kEndings), ending) != std::end(kEndings);
}

// Heads of the series of `before` that `now` does not have, each behind the TYPE line that was said of it.
std::string ended_series(const ScrapedPage& before, const ScrapedPage& now) {
  if (before.body.empty()) return {};
  std::deque<std::string> arena;
  absl::flat_hash_set<std::uint64_t> present;
  each_sample(now, [&](const ExpositionLine& line) { present.insert(series_key(line, arena)); });
  std::string text;
  std::string_view announced, type_line;  // the last TYPE line, and the family it is of
  std::set<std::string_view> written;     // families whose TYPE line is out
  std::string_view rest = before.body;
  ExpositionReader reader(before.encoding, before.body, SIZE_MAX - 1);
  while (reader.next()) {
    const std::string_view raw = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(raw.size() + 1, rest.size()));
    const ExpositionLine& line = reader.line();
    if (line.kind == LineKind::type) {
      announced = line.name;
      type_line = raw;
    }
    if (line.kind != LineKind::sample || line.time || present.contains(series_key(line, arena))) continue;
    if (!announced.empty() && is_of(line.name, announced) && written.insert(announced).second)
      text += fmt::format("{}\n", type_line);
    text += fmt::format("{} StaleNaN\n", line.head);
  }
  return text;
}

}  // namespace

ScrapedPage scrape_report(const std::optional<ScrapeOutcome>& outcome, const ScrapedPage& before,
                          const ScrapedPage& now) {
  ScrapedPage report{before.body.empty() ? now.encoding : before.encoding, {}};
  if (outcome) {
    report.body = fmt::format(
        "# TYPE up gauge\nup {}\n# TYPE scrape_duration_seconds gauge\nscrape_duration_seconds {}\n"
        "# TYPE scrape_samples_scraped gauge\nscrape_samples_scraped {}\n",
        outcome->up ? 1 : 0, outcome->took.seconds(), outcome->samples);
  } else {
    report.body =
        "# TYPE up gauge\nup StaleNaN\n# TYPE scrape_duration_seconds gauge\nscrape_duration_seconds StaleNaN\n"
        "# TYPE scrape_samples_scraped gauge\nscrape_samples_scraped StaleNaN\n";
  }
  report.body += ended_series(before, now);
  if (report.encoding == Encoding::openmetrics_text) report.body += "# EOF\n";
  return report;
}

}  // namespace nightjar
