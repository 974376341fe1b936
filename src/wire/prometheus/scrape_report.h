// wire/prometheus/scrape_report.h
// What the scraper says about a scrape beside what the page says, as a small page of its own: `up`,
// `scrape_duration_seconds`, `scrape_samples_scraped`, and the series that have ended. io/receive/scrape journals it
// behind the page, with the target's labels, so that a replay sees what was seen. Pure; any thread.
//
// Prometheus marks the end of a series with a NaN of certain bits (0x7ff0000000000002), which text cannot say. In our
// own pages it is the value StaleNaN:
//
//   # TYPE http_requests_total counter
//   http_requests_total{code="500"} StaleNaN
//
// A page of a target that says so ends its own series and nobody else's: the target's labels are on it as on any.
// Source: Prometheus scrape/scrape.go, "report" and "staleness".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/signals.h"

namespace nightjar {

struct ScrapedPage {
  Encoding encoding = Encoding::exposition_text;
  std::string body;  // "": the last scrape failed, or there was none
};

struct ScrapeOutcome {
  bool up = false;
  Duration took;
  std::uint64_t samples = 0;  // of the page, also those that were refused
};

// In the encoding of `before` when it has a body (its TYPE lines are repeated), else in that of `now`. No outcome: the
// target is gone, and the report's own series end as well. Series with a timestamp of their own are not ended: the page
// may bring an older value later.
ScrapedPage scrape_report(const std::optional<ScrapeOutcome>& outcome, const ScrapedPage& before,
                          const ScrapedPage& now);

}  // namespace nightjar
