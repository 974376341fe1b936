// One line to a LogRecord: JSON, logfmt and plain text, and what nobody should write.
#include <gtest/gtest.h>

#include "base/text.h"
#include "wire/limits.h"
#include "wire/logs/line_text.h"
#include "wire/logs/log_source.h"
#include "wire/logs/severity.h"
#include "wire/logs/utf8_repair.h"
#include "wire/otlp/attributes.h"

namespace nightjar::logs {
namespace {

constexpr Timestamp kReceived{1'795'560'640'000'000'000};  // 2026-11-24T22:50:40Z

LogRecord read(std::string_view line, std::size_t attributes = kAttributesPerBody) {
  LogRecord record;
  read_line(line, {kReceived, false, attributes}, record);
  otlp::finish_attributes(record.attributes);
  return record;
}
std::string attribute(const LogRecord& record, std::string_view name) {
  return std::string(find_attribute(record.attributes, name));
}

TEST(LineText, JsonGivesItsMessageLevelTimeIdsAndTheRestAsAttributes) {
  const LogRecord record =
      read(R"({"time":"2026-11-24T22:50:39.5Z","level":"warn","msg":"slow query","db":{"table":"items","rows":[1,2]},)"
           R"("trace_id":"0102030405060708090a0b0c0d0e0f10","span_id":"0102030405060708","ok":false,"none":null})");
  EXPECT_EQ(record.body, "slow query");
  EXPECT_EQ(record.severity, 13);
  EXPECT_EQ(record.time.ns, kReceived.ns - 500'000'000);
  EXPECT_EQ(record.trace_id[0], 1);
  EXPECT_EQ(record.span_id[7], 8);
  EXPECT_EQ(attribute(record, "db.table"), "items");
  EXPECT_EQ(attribute(record, "db.rows"), "[1,2]");
  EXPECT_EQ(attribute(record, "ok"), "false");
  EXPECT_EQ(record.attributes.size(), 3u);
}

TEST(LineText, LevelsOfPinoGelfAndWords) {
  EXPECT_EQ(read(R"({"level":50,"msg":"x"})").severity, 17);
  EXPECT_EQ(read(R"({"level":3,"short_message":"x"})").severity, 17);
  EXPECT_EQ(read(R"({"PRIORITY":"4","MESSAGE":"x"})").severity, 13);
  EXPECT_EQ(read(R"({"severity":"CRITICAL","message":"x"})").severity, 18);
  EXPECT_EQ(attribute(read(R"({"level":"odd","message":"x"})"), "level"), "odd");  // unknown: kept
}

TEST(LineText, NumbersAsTimeAreUnderstoodByTheirSize) {
  for (const char* ts : {"1795560639.5", "1795560639500", "1795560639500000", "1795560639500000000"}) {
    const LogRecord record = read(fmt::format(R"({{"ts":{},"msg":"x"}})", ts));
    EXPECT_NEAR(static_cast<double>(record.time.ns), static_cast<double>(kReceived.ns) - 5e8, 1000) << ts;
  }
}

TEST(LineText, ATimeFarFromWhenItCameIsNotBelieved) {
  EXPECT_EQ(read(R"({"ts":"2031-01-01T00:00:00Z","msg":"x"})").time, kReceived);
  EXPECT_EQ(read(R"({"ts":"2020-01-01T00:00:00Z","msg":"x"})").time, kReceived);
  EXPECT_EQ(read("2026-11-24T22:50:39Z hello").time.ns, kReceived.ns - 1'000'000'000);
}

TEST(LineText, WrappingOfContainerRuntimesIsOpenedOnce) {
  const LogRecord record =
      read(R"({"log":"{\"level\":\"error\",\"msg\":\"no stock\"}\n","stream":"stderr","time":"2026-11-24T22:50:39Z"})");
  EXPECT_EQ(record.body, "no stock");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(attribute(record, "stream"), "stderr");
}

TEST(LineText, StackOfAJsonLineNamesTheException) {
  const LogRecord record = read(
      R"json({"level":"error","message":"order failed","stack_trace":"java.lang.IllegalStateException: no stock\n\tat a.B.c(B.java:1)"})json");
  EXPECT_EQ(record.body, "order failed\njava.lang.IllegalStateException: no stock\n\tat a.B.c(B.java:1)");
  EXPECT_EQ(attribute(record, "exception.type"), "java.lang.IllegalStateException");
  EXPECT_EQ(attribute(record, "exception.message"), "no stock");
}

TEST(LineText, JsonWithoutAMessageStaysAndGivesAttributes) {
  const LogRecord record = read(R"({"a":1,"level":"info"})");
  EXPECT_EQ(record.body, R"({"a":1,"level":"info"})");
  EXPECT_EQ(attribute(record, "a"), "1");
  EXPECT_EQ(record.severity, 9);
}

TEST(LineText, Logfmt) {
  const LogRecord record = read(R"(ts=2026-11-24T22:50:39Z level=error msg="no \"stock\"" item=7 retry)");
  EXPECT_EQ(record.body, R"(no "stock")");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(attribute(record, "item"), "7");
  EXPECT_EQ(attribute(record, "retry"), "true");
  EXPECT_EQ(record.time.ns, kReceived.ns - 1'000'000'000);
  EXPECT_EQ(read("a=1 b=2").body, "a=1 b=2");                              // no message, no level
  EXPECT_EQ(read("level=info msg=\"open").body, "level=info msg=\"open");  // never closed
  EXPECT_EQ(read("set x=1 level=info").attributes.size(), 0u);             // begins with a word
}

TEST(LineText, SeverityStandsAtTheStart) {
  EXPECT_EQ(severity_at_start("ERROR: no stock"), 17);
  EXPECT_EQ(severity_at_start("ERROR:root:no stock"), 17);
  EXPECT_EQ(severity_at_start("[warn] slow"), 13);
  EXPECT_EQ(severity_at_start("2026/11/24 22:50:39 [error] 12#0: upstream"), 17);
  EXPECT_EQ(severity_at_start("2026-11-24 22:50:39,123 - shop.cart - CRITICAL - out"), 18);
  EXPECT_EQ(severity_at_start("2026-11-24 22:50:39.123 UTC [71] FATAL:  no role"), 21);
  EXPECT_EQ(severity_at_start("E1124 22:50:39.123456       1 main.go:5] lost"), 17);
  EXPECT_EQ(severity_at_start("<4>slow"), 13);
  EXPECT_EQ(severity_at_start("no ERROR here"), 0);
  EXPECT_EQ(severity_at_start("error budget is fine"), 0);
  EXPECT_EQ(severity_at_start(""), 0);
}

TEST(LineText, BytesThatAreNotUtf8AreShownAndTheRestIsKept) {
  EXPECT_EQ(repaired_utf8("Gr\xFC\xDF"
                          "e"),
            "Gr\xEF\xBF\xBD\xEF\xBF\xBD"
            "e");
  EXPECT_EQ(repaired_utf8("Grüße 世界 😀"), "Grüße 世界 😀");
  EXPECT_EQ(repaired_utf8("\xE4\xB8"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b) {
      const std::string text{static_cast<char>(a), static_cast<char>(b), 'x'};
      ASSERT_TRUE(is_utf8(repaired_utf8(text)));
      ASSERT_EQ(repaired_utf8(text).back(), 'x');
    }
}

TEST(LineText, HostileLinesStayWithinTheirLimits) {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "{\"a\":";
  EXPECT_EQ(read(deep + "1" + std::string(5000, '}')).attributes.size(), 0u);
  std::string wide = "{";
  for (int i = 0; i < 5000; ++i) wide += fmt::format("\"k{}\":1,", i);
  wide.back() = '}';
  EXPECT_LE(read(wide).attributes.size(), 64u);
  EXPECT_EQ(read(R"({"msg":"x","a":1,"b":2,"c":3})", 2).attributes.size(), 2u);
  EXPECT_EQ(read(R"({"msg":"x","a":1})", 0).body, R"({"msg":"x","a":1})");
  EXPECT_LE(read(std::string(200'000, 'a')).body.size(), kLogLineBytes + 3);
  EXPECT_LE(attribute(read(R"({"msg":"x","a":")" + std::string(50'000, 'b') + "\"}"), "a").size(), kValueBytes + 3);
}

TEST(LogSource, NamesInTheirOrderAndTheDoorsFirst) {
  const Attributes labels{{"app", "cart"}, {"env", "prod"}, {"job", "shop/cart-job"}, {"pod", "cart-1"}};
  Resource resource = resource_of_labels(labels, {});
  EXPECT_EQ(resource.service.value, "cart");
  EXPECT_EQ(resource.instance.value, "cart-1");
  EXPECT_EQ(resource.environment, "prod");
  EXPECT_EQ(find_attribute(resource.attributes, "service.name"), "cart");
  resource = resource_of_labels({{"service_name", "claimed"}}, {{"service.name", "real"}, {"team", "a"}});
  EXPECT_EQ(resource.service.value, "real");
  EXPECT_EQ(find_attribute(resource.attributes, "team"), "a");
  EXPECT_EQ(resource_of_labels({{"container", "c"}, {"service_name", "unknown_service"}}, {}).service.value, "c");
  EXPECT_EQ(resource_of_labels({}, {}).service.value, "unknown_service");
  EXPECT_EQ(resource_of_labels({{"service_name", "cart"}, {"service_namespace", "shop"}}, {}).service.value,
            "shop/cart");
}

}  // namespace
}  // namespace nightjar::logs
