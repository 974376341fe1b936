// Answers of a Prometheus' API: what is read of one makes pages that the judge takes.
#include "base/check.h"
#include "base/text.h"
#include "wire/decode.h"
#include "wire/prometheus/query_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nightjar;
  const std::string_view answer(reinterpret_cast<const char*>(bytes), size);
  const auto types = parse_types(answer);
  const auto series = parse_matrix(answer);
  count_series(answer).status().IgnoreError();
  if (!series.ok()) return 0;
  for (const QuerySeries& one : *series)
    for (const QuerySample& sample : one.samples) {
      const std::string page =
          moment_as_page(*series, sample.at, types.ok() ? *types : std::map<std::string, std::string>{});
      const auto verdict = judge(Encoding::exposition_text, page, {}, {1'795'560'660'000'000'000});
      // A page whose every line is refused is no page.
      CHECK(verdict.ok() || verdict.status().code() == absl::StatusCode::kInvalidArgument);
      if (verdict.ok()) CHECK(decode(Encoding::exposition_text, page, *verdict).ok());
    }
  return 0;
}
