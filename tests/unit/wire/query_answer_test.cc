// Answers of Prometheus' HTTP API, and the pages made of them.
#include "wire/prometheus/query_answer.h"

#include "oracle.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

const std::string kMatrix =
    R"({"status":"success","data":{"resultType":"matrix","result":[
      {"metric":{"__name__":"b_total","x":"say \"hi\"\n"},"values":[[1795560000.781,"1"],[1795560060.781,"NaN"]]},
      {"metric":{"__name__":"a.b","job":"web"},"values":[[1795560060.781,"+Inf"]]},
      {"metric":{"__name__":"native"},"histograms":[[1795560000,{}]]}]}})";

TEST(QueryAnswer, matrix_in_order_of_labels) {
  const auto all = parse_matrix(kMatrix);
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[0].labels, (Attributes{{"__name__", "a.b"}, {"job", "web"}}));
  EXPECT_EQ((*all)[1].samples[0].at, Timestamp{1'795'560'000'781'000'000});
  EXPECT_EQ((*all)[1].samples[0].value, 1);
}

TEST(QueryAnswer, moment_is_a_page_that_reads_back_as_it_was) {
  const auto all = parse_matrix(kMatrix);
  const Timestamp at{1'795'560'060'781'000'000};
  const std::string page = moment_as_page(*all, at, {{"b", "counter"}, {"other", "gauge"}});
  EXPECT_EQ(page,
            "# TYPE b counter\n"
            "{\"a.b\",job=\"web\"} +Inf 1795560060781\n"
            "b_total{x=\"say \\\"hi\\\"\\n\"} NaN 1795560060781\n");
  const auto verdict = judge(Encoding::exposition_text, page, {}, oracle::kNow);
  EXPECT_EQ(verdict->accepted, 2u);
  EXPECT_THAT(oracle::describe(*decode(Encoding::exposition_text, page, *verdict)),
              HasSubstr("point b_total [] kind 1 temporality 2 {x=say \"hi\"\n} 0..1795560060781000000 nan"));
  EXPECT_EQ(moment_as_page(*all, {1}, {}), "");
}

// What is learnt from the past must be the same series that a scrape brings from now on.
TEST(QueryAnswer, past_and_scraped_series_are_the_same) {
  const Attributes target = {{"instance", "web-1:80"}, {"job", "web"}};
  const std::string scraped =
      "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 3\nh_sum 4\nh_count 3\n# TYPE q "
      "gauge\nq{a=\"b\"} 7\n";
  std::string result;
  for (const auto& [name, label, value] :
       std::vector<std::tuple<std::string, std::string, int>>{{"h_bucket", R"("le":"1",)", 2},
                                                              {"h_bucket", R"("le":"+Inf",)", 3},
                                                              {"h_sum", "", 4},
                                                              {"h_count", "", 3},
                                                              {"q", R"("a":"b",)", 7}})
    result += fmt::format(
        R"({}{{"metric":{{"__name__":"{}",{}"instance":"web-1:80","job":"web"}},"values":[[1795560570,"{}"]]}})",
        result.empty() ? "" : ",", name, label, value);
  const auto past = parse_matrix(R"({"status":"success","data":{"resultType":"matrix","result":[)" + result + "]}}");
  ASSERT_TRUE(past.ok()) << past.status();
  const Timestamp at{1'795'560'570'000'000'000};
  const std::string page = moment_as_page(*past, at, {{"h", "histogram"}, {"q", "gauge"}});
  auto from_past = *decode(Encoding::exposition_text, page, *judge(Encoding::exposition_text, page, {}, oracle::kNow));
  auto from_scrape =
      *decode(Encoding::exposition_text, scraped, *judge(Encoding::exposition_text, scraped, {}, oracle::kNow), target);
  for (Signals& one : from_scrape)
    for (MetricPoint& point : one.metrics) point.time = at;
  EXPECT_EQ(oracle::describe(from_past), oracle::describe(from_scrape));
}

TEST(QueryAnswer, what_is_no_answer) {
  EXPECT_EQ(parse_matrix(R"({"status":"error","errorType":"bad_data","error":"parse error: x"})").status().message(),
            "query_range: parse error: x");
  for (const char* bad :
       {"", "<html>", "{}", R"({"status":"success"})",
        R"({"status":"success","data":{"resultType":"vector","result":[]}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[7]}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":7},"values":[]}]}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1]]}]}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[2,"1"],[1,"1"]]}]}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1e300,"1"]]}]}})"})
    EXPECT_FALSE(parse_matrix(bad).ok()) << bad;
  for (std::size_t length = 0; length < kMatrix.size(); ++length)
    EXPECT_FALSE(parse_matrix(kMatrix.substr(0, length)).ok());
}

TEST(QueryAnswer, counts_and_types) {
  EXPECT_EQ(*count_series(R"({"status":"success","data":[{"a":"b"},{"a":"c"}]})"), 2u);
  EXPECT_EQ(*parse_types(R"({"status":"success","data":{"a":[{"type":"counter","help":""},{"type":"counter"}],
                                                        "b":[{"type":"gauge"},{"type":"counter"}]}})"),
            (std::map<std::string, std::string>{{"a", "counter"}}));
}

}  // namespace
}  // namespace nightjar
