// Scraped pages: the first byte chooses the format, the rest is the page. What the report says of it must be a page
// too.
#include "tests/fuzz/judged.h"
#include "wire/prometheus/scrape_report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nightjar;
  if (size == 0) return 0;
  const Encoding encoding = bytes[0] % 2 == 0 ? Encoding::exposition_text : Encoding::openmetrics_text;
  const std::string page(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  judge_then_decode(encoding, page);
  const ScrapedPage report = scrape_report(ScrapeOutcome{}, {encoding, page}, {});
  CHECK(judge(report.encoding, report.body, {}, {1'795'560'600'000'000'000}).ok());
  return 0;
}
