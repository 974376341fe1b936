// Pages as targets write them: what of them is taken, and what becomes of it.
#include "wire/prometheus/exposition.h"

#include <fstream>
#include <random>

#include "oracle.h"
#include "wire/decode.h"
#include "wire/prometheus/scrape_report.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

const Attributes kTarget = {{"instance", "web-1:9090"}, {"job", "web"}};

std::string decoded(Encoding encoding, std::string_view page, const Attributes& target = kTarget) {
  const auto verdict = judge(encoding, page, {}, oracle::kNow);
  if (!verdict.ok()) return std::string(verdict.status().message());
  return oracle::describe(decode(encoding, page, *verdict, target).value());
}
std::string text(std::string_view page, const Attributes& target = kTarget) {
  return decoded(Encoding::exposition_text, page, target);
}
std::string openmetrics(std::string_view page) { return decoded(Encoding::openmetrics_text, page); }

// The points alone, without the line of their resource.
std::string points(const std::string& described) {
  const std::size_t first = described.find('\n');
  return first == std::string::npos ? described : described.substr(first + 1);
}

TEST(Exposition, counters_gauges_and_what_they_are_told_apart_by) {
  EXPECT_EQ(text("# HELP http_requests_total All of them.\n"
                 "# TYPE http_requests_total counter\n"
                 "http_requests_total{code=\"200\",method=\"get\"} 1027\n"
                 "\n"
                 "# TYPE queue gauge\n"
                 "queue\t7.5e-1 1795560570000\n"
                 "no_type_total 3\n"
                 "no_type 4\n"),
            "web web-1:9090\n"
            "  point http_requests_total [] kind 1 temporality 2 {code=200, instance=web-1:9090, job=web, method=get} "
            "0..0 1027\n"
            "  point queue [] kind 0 temporality 0 {instance=web-1:9090, job=web} 0..1795560570000000000 0.75\n"
            "  point no_type_total [] kind 1 temporality 2 {instance=web-1:9090, job=web} 0..0 3\n"
            "  point no_type [] kind 0 temporality 0 {instance=web-1:9090, job=web} 0..0 4\n");
}

TEST(Exposition, histogram_lines_become_one_point_wherever_they_stand) {
  const std::string one =
      "  point rpc_seconds [] kind 2 temporality 2 {instance=web-1:9090, job=web, way=in} 0..0 0 count 9 sum 17.5 "
      "bounds [0.1 1] counts [2 4 3]\n";
  EXPECT_EQ(points(text("# TYPE rpc_seconds histogram\n"
                        "rpc_seconds_bucket{way=\"in\",le=\"0.1\"} 2\n"
                        "rpc_seconds_bucket{way=\"in\",le=\"1\"} 6\n"
                        "rpc_seconds_bucket{way=\"in\",le=\"+Inf\"} 9\n"
                        "rpc_seconds_sum{way=\"in\"} 17.5\n"
                        "rpc_seconds_count{way=\"in\"} 9\n")),
            one);
  // Out of order, split by another family, announced behind.
  EXPECT_EQ(points(text("rpc_seconds_sum{way=\"in\"} 17.5\n"
                        "rpc_seconds_bucket{le=\"+Inf\",way=\"in\"} 9\n"
                        "rpc_seconds_bucket{le=\"1.0\",way=\"in\"} 6\n"
                        "rpc_seconds_count{way=\"in\"} 9\n"
                        "rpc_seconds_bucket{way=\"in\",le=\"1e-1\"} 2\n"
                        "# TYPE rpc_seconds histogram\n")),
            one);
}

TEST(Exposition, histogram_without_a_total_says_nothing) {
  EXPECT_EQ(text("# TYPE rpc histogram\nrpc_bucket{le=\"1\"} 2\nrpc_sum 3\n"), "");
  EXPECT_EQ(points(text("# TYPE rpc histogram\nrpc_bucket{le=\"1\"} 2\nrpc_bucket{le=\"+Inf\"} 5\n")),
            "  point rpc [] kind 2 temporality 2 {instance=web-1:9090, job=web} 0..0 0 count 5 sum 0 bounds [1] counts "
            "[2 3]\n");
  EXPECT_EQ(points(text("# TYPE rpc histogram\nrpc_bucket{le=\"1\"} 2\nrpc_count 5\n")),
            "  point rpc [] kind 2 temporality 2 {instance=web-1:9090, job=web} 0..0 0 count 5 sum 0 bounds [1] counts "
            "[2 3]\n");
}

TEST(Exposition, summary_is_its_sum_and_count_and_gauges) {
  EXPECT_EQ(points(text("# TYPE gc summary\ngc{quantile=\"0.5\"} 4.9e-05\ngc_sum 2.5\ngc_count 8\n")),
            "  point gc [] kind 0 temporality 0 {instance=web-1:9090, job=web, quantile=0.5} 0..0 4.9e-05\n"
            "  point gc [] kind 3 temporality 2 {instance=web-1:9090, job=web} 0..0 0 count 8 sum 2.5 bounds [] counts "
            "[8]\n");
}

TEST(Exposition, openmetrics_units_created_exemplars_and_seconds) {
  EXPECT_EQ(
      openmetrics("# TYPE jobs counter\n"
                  "# HELP jobs What was done.\n"
                  "jobs_total{kind=\"a\"} 17 1795560570.5 # {trace_id=\"KOO5S4vxi0o\"} 0.67 1795560570.0\n"
                  "jobs_created{kind=\"a\"} 1795557000.25\n"
                  "# TYPE rpc_seconds histogram\n"
                  "# UNIT rpc_seconds seconds\n"
                  "rpc_seconds_bucket{le=\"+Inf\"} 3 # {} 0.5\n"
                  "rpc_seconds_created 1795557001\n"
                  "# TYPE build info\n"
                  "build_info{version=\"1.2\"} 1\n"
                  "# EOF\n"),
      "web web-1:9090\n"
      "  point jobs_total [] kind 1 temporality 2 {instance=web-1:9090, job=web, kind=a} "
      "1795557000250000000..1795560570500000000 17\n"
      "  point rpc_seconds [seconds] kind 2 temporality 2 {instance=web-1:9090, job=web} 1795557001000000000..0 0 "
      "count 3 sum 0 bounds [] counts [3]\n"
      "  point build_info [] kind 0 temporality 0 {instance=web-1:9090, job=web, version=1.2} 0..0 1\n");
}

TEST(Exposition, escapes_and_names_in_quotes) {
  EXPECT_EQ(
      points(text("{\"my.metric\", \"a.b\" = \"c\"} 1\n"
                  "x{path=\"C:\\\\DIR\",text=\"say \\\"hi\\\"\\nGrüße \\d\",} 2\n"
                  "# TYPE \"other.metric\" counter\n"
                  "{\"other.metric\"} 3\n")),
      "  point my.metric [] kind 0 temporality 0 {a.b=c, instance=web-1:9090, job=web} 0..0 1\n"
      "  point x [] kind 0 temporality 0 {instance=web-1:9090, job=web, path=C:\\DIR, text=say \"hi\"\nGrüße \\d} "
      "0..0 2\n"
      "  point other.metric [] kind 1 temporality 2 {instance=web-1:9090, job=web} 0..0 3\n");
}

TEST(Exposition, values_as_go_writes_them) {
  EXPECT_EQ(points(text("a NaN\na +Inf\na -Inf\na 1e-999\na 0.1\na 1.7976931348623157e+308\na +5\n", {})),
            "  point a [] kind 0 temporality 0 {} 0..0 nan\n"
            "  point a [] kind 0 temporality 0 {} 0..0 inf\n"
            "  point a [] kind 0 temporality 0 {} 0..0 -inf\n"
            "  point a [] kind 0 temporality 0 {} 0..0 0\n"
            "  point a [] kind 0 temporality 0 {} 0..0 0.1\n"
            "  point a [] kind 0 temporality 0 {} 0..0 1.7976931348623157e+308\n"
            "  point a [] kind 0 temporality 0 {} 0..0 5\n");
}

TEST(Exposition, labels_of_the_target_win) {
  const std::string page = "x{job=\"mine\",exported_job=\"older\",instance=\"\",z=\"1\"} 1\n";
  EXPECT_EQ(points(text(page)),
            "  point x [] kind 0 temporality 0 {exported_exported_job=mine, exported_job=older, instance=web-1:9090, "
            "job=web, z=1} 0..0 1\n");
  EXPECT_EQ(text(page, {{"__honor_labels__", "true"}, {"instance", "web-1:9090"}, {"job", "web"}}),
            "mine web-1:9090\n"
            "  point x [] kind 0 temporality 0 {exported_job=older, instance=web-1:9090, job=mine, z=1} 0..0 1\n");
}

// What a bad line costs, and what is said of it.
TEST(Exposition, a_bad_line_costs_itself) {
  struct Case {
    std::string line, reason;
  };
  const Case cases[] = {
      {"x", "line 2: it has no value"},
      {"x{} ", "line 2: it has no value"},
      {"x{a=\"b\" 1", "line 2: a label was expected, such as path=\"/metrics\""},
      {"x{a=\"b", "line 2: its labels do not end"},
      {"x{a=\"b\"", "line 2: its labels do not end"},
      {"x{a=b} 1", "line 2: a label was expected, such as path=\"/metrics\""},
      {"x{__name__=\"b\"} 1", "line 2: a label was expected, such as path=\"/metrics\""},
      {"x{a=\"1\",a=\"2\"} 1", "line 2: a label name comes twice"},
      {"{a=\"b\"} 1", "line 2: it has no metric name"},
      {"x-y 1", "line 2: a metric name was expected"},
      {"9x 1", "line 2: a metric name was expected"},
      {"x 0x10", "line 2: its value is not a number"},
      {"x 1e999", "line 2: its value is not a number"},
      {"x ++1", "line 2: its value is not a number"},
      {"x nan(1)", "line 2: its value is not a number"},
      {"x 1 1.5", "line 2: its timestamp cannot be read"},
      {"x 1 99999999999999999999", "line 2: its timestamp cannot be read"},
      {"x 1 0", "line 2: its timestamp is not after 1970"},
      {"x 1 1795561800000", "line 2: its time is more than 10 min ahead"},
      {"x 1 1795560600000 y", "line 2: there is more behind its value"},
      {"x 1 # {a=\"b\"} 1", "line 2: there is more behind its value"},
      {"x{a=\"\xc3\"} 1", "line 2: it is not UTF-8"},
      {std::string(257, 'x') + " 1", "line 2: a name is longer than 256 bytes"},
  };
  for (const Case& one : cases) {
    const std::string page = "good 1\n" + one.line + "\nalso_good 2\n";
    const auto verdict = judge(Encoding::exposition_text, page, {}, oracle::kNow);
    ASSERT_TRUE(verdict.ok()) << one.line;
    EXPECT_EQ(verdict->accepted, 2u) << one.line;
    EXPECT_EQ(verdict->rejected, std::vector<std::uint32_t>{1}) << one.line;
    EXPECT_THAT(verdict->first_reason, HasSubstr(one.reason)) << one.line;
    EXPECT_EQ(oracle::count_items(decode(Encoding::exposition_text, page, *verdict).value()), 2u) << one.line;
  }
}

TEST(Exposition, what_is_no_page_is_refused_whole) {
  EXPECT_THAT(text("<!DOCTYPE html>\n<html><body>Log in</body></html>\n"), HasSubstr("not a page of metrics"));
  EXPECT_THAT(text("{\"error\": \"not found\"}"), HasSubstr("not a page of metrics"));
  EXPECT_THAT(openmetrics("# TYPE jobs counter\njobs_total 17\n"), HasSubstr("does not end with # EOF"));
  EXPECT_EQ(text(""), "");
  EXPECT_EQ(text("# only words\n\n"), "");
  EXPECT_EQ(openmetrics("# EOF\n"), "");
  EXPECT_EQ(points(text("cut_off 1")),
            "  point cut_off [] kind 0 temporality 0 {instance=web-1:9090, job=web} 0..0 1\n");
}

TEST(Exposition, limits) {
  Limits limits;
  limits.items = 3;
  EXPECT_EQ(judge(Encoding::exposition_text, "a 1\nb 1\nc 1\n", limits, oracle::kNow)->accepted, 3u);
  EXPECT_EQ(judge(Encoding::exposition_text, "a 1\nb 1\nc 1\nd 1\n", limits, oracle::kNow).status().code(),
            absl::StatusCode::kResourceExhausted);
  limits = {};
  limits.labels_per_item = 2;
  EXPECT_EQ(judge(Encoding::exposition_text, "a{b=\"1\",c=\"2\",d=\"3\"} 1\nb 1\n", limits, oracle::kNow)->rejected,
            std::vector<std::uint32_t>{0});
  limits = {};
  limits.other_bytes = 8;
  EXPECT_EQ(judge(Encoding::exposition_text, "metric_name 1\n", limits, oracle::kNow).status().code(),
            absl::StatusCode::kResourceExhausted);
}

const std::string kRichPage =
    "# HELP a b\n# TYPE rpc_seconds histogram\n# UNIT rpc_seconds seconds\nrpc_seconds_bucket{way=\"in\",le=\"0.1\"} "
    "2\n"
    "rpc_seconds_bucket{way=\"in\",le=\"+Inf\"} 9 # {trace_id=\"a\\\"b\"} 0.5 "
    "1795560570.1\nrpc_seconds_sum{way=\"in\"} "
    "17.5\nrpc_seconds_count{way=\"in\"} 9\nrpc_seconds_created{way=\"in\"} 1795557000\n# TYPE \"o.m\" counter\n"
    "{\"o.m\",\"x y\"=\"z\\n\"} 3 1795560570\n# TYPE s summary\ns{quantile=\"0.5\"} NaN\ns_sum 1\ns_count StaleNaN\n"
    "# EOF\n";

TEST(Exposition, truncated_and_spoilt_pages_cost_what_they_must) {
  std::mt19937 random(7);
  for (const Encoding encoding : {Encoding::exposition_text, Encoding::openmetrics_text}) {
    const auto try_page = [&](const std::string& page) {
      const auto verdict = judge(encoding, page, {}, oracle::kNow);
      if (!verdict.ok()) return;
      ASSERT_EQ(verdict->rejected.empty(), verdict->first_reason.empty());
      const auto signals = decode(encoding, page, *verdict, kTarget);
      ASSERT_TRUE(signals.ok());
      ASSERT_LE(oracle::count_items(*signals), verdict->accepted);
      // What ends has been there: as many series at most.
      const ScrapedPage report = scrape_report(ScrapeOutcome{}, {encoding, page}, {});
      ASSERT_TRUE(judge(report.encoding, report.body, {}, oracle::kNow).ok()) << report.body;
    };
    for (std::size_t length = 0; length <= kRichPage.size(); ++length) try_page(kRichPage.substr(0, length));
    for (int i = 0; i < 20'000; ++i) {
      std::string page = kRichPage;
      for (int change = 0; change < 3; ++change) page[random() % page.size()] = "\n\"{}\\=, #x1\xff\0"[random() % 13];
      try_page(page);
    }
  }
}

// What the fuzzer starts from is read as it is meant.
TEST(Exposition, corpus) {
  const auto read = [](const std::string& name) {
    std::ifstream file(std::string(NIGHTJAR_SOURCE_DIR) + "/tests/fuzz/corpus/exposition/" + name);
    return std::string(std::istreambuf_iterator<char>(file), {}).substr(1);
  };
  EXPECT_EQ(judge(Encoding::exposition_text, read("text"), {}, oracle::kNow)->accepted, 8u);
  EXPECT_EQ(judge(Encoding::openmetrics_text, read("openmetrics"), {}, oracle::kNow)->accepted, 5u);
}

TEST(ScrapeReport, series_that_are_no_longer_there_end) {
  const ScrapedPage before{Encoding::exposition_text,
                           "# TYPE a_total counter\na_total{x=\"1\",y=\"2\"} 1\na_total{x=\"2\"} 1\n"
                           "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\ntimed 1 1795560570000\n"};
  const ScrapedPage now{Encoding::exposition_text, "# TYPE a_total counter\na_total{ y=\"2\", x=\"1\" } 5\n"};
  const ScrapedPage report = scrape_report(ScrapeOutcome{true, milliseconds(250), 1}, before, now);
  EXPECT_EQ(report.body,
            "# TYPE up gauge\nup 1\n# TYPE scrape_duration_seconds gauge\nscrape_duration_seconds 0.25\n"
            "# TYPE scrape_samples_scraped gauge\nscrape_samples_scraped 1\n"
            "# TYPE a_total counter\na_total{x=\"2\"} StaleNaN\n"
            "# TYPE h histogram\nh_bucket{le=\"+Inf\"} StaleNaN\nh_sum StaleNaN\nh_count StaleNaN\n");
  EXPECT_THAT(text(report.body),
              HasSubstr("  point a_total [] kind 1 temporality 2 {instance=web-1:9090, job=web, x=2} 0..0 0 stale\n"
                        "  point h [] kind 2 temporality 2 {instance=web-1:9090, job=web} 0..0 0 stale count 0"));
}

TEST(ScrapeReport, a_target_that_is_gone_takes_all_with_it) {
  const ScrapedPage report =
      scrape_report(std::nullopt, {Encoding::openmetrics_text, "# TYPE a counter\na_total 1\n# EOF\n"}, {});
  EXPECT_EQ(report.encoding, Encoding::openmetrics_text);
  EXPECT_THAT(report.body, HasSubstr("up StaleNaN\n"));
  EXPECT_THAT(report.body, HasSubstr("# TYPE a counter\na_total StaleNaN\n# EOF\n"));
  EXPECT_TRUE(judge(report.encoding, report.body, {}, oracle::kNow).ok());
}

TEST(ScrapeReport, one_lost_bucket_does_not_end_its_histogram) {
  const ScrapedPage before{Encoding::exposition_text,
                           "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_count 1\n"};
  const ScrapedPage now{Encoding::exposition_text, "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 1\n"};
  EXPECT_THAT(text(scrape_report(ScrapeOutcome{}, before, now).body), ::testing::Not(HasSubstr("point h ")));
}

}  // namespace
}  // namespace nightjar
