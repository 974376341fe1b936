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

TEST(QueryAnswer, what_is_no_answer) {
  EXPECT_EQ(parse_matrix(R"({"status":"error","errorType":"bad_data","error":"parse error: x"})").status().message(),
            "query_range: parse error: x");
  for (const char* bad : {"", "<html>", "{}", R"({"status":"success"})", R"({"status":"success","data":{"resultType":"vector","result":[]}})",
                          R"({"status":"success","data":{"resultType":"matrix","result":[7]}})",
                          R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":7},"values":[]}]}})",
                          R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1]]}]}})",
                          R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[2,"1"],[1,"1"]]}]}})",
                          R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1e300,"1"]]}]}})"})
    EXPECT_FALSE(parse_matrix(bad).ok()) << bad;
  for (std::size_t length = 0; length < kMatrix.size(); ++length) EXPECT_FALSE(parse_matrix(kMatrix.substr(0, length)).ok());
}

TEST(QueryAnswer, counts_and_types) {
  EXPECT_EQ(*count_series(R"({"status":"success","data":[{"a":"b"},{"a":"c"}]})"), 2u);
  EXPECT_EQ(*parse_types(R"({"status":"success","data":{"a":[{"type":"counter","help":""},{"type":"counter"}],
                                                        "b":[{"type":"gauge"},{"type":"counter"}]}})"),
            (std::map<std::string, std::string>{{"a", "counter"}}));
}

}  // namespace
}  // namespace nightjar
