// Loki pushes: protobuf written from push.proto, JSON as the clients write it, and hostile ones.
#include <gtest/gtest.h>

#include <protozero/pbf_writer.hpp>
#include <random>

#include "base/text.h"
#include "wire/decode.h"
#include "wire/loki/label_text.h"

namespace nightjar {
namespace {

constexpr Timestamp kPushed{1'795'560'640'000'000'000};

std::string entry(Timestamp time, std::string_view line,
                  const std::vector<std::pair<std::string, std::string>>& metadata = {}) {
  std::string stamp, out;
  protozero::pbf_writer stamp_writer(stamp);
  stamp_writer.add_int64(1, time.ns / 1'000'000'000);
  stamp_writer.add_int32(2, static_cast<std::int32_t>(time.ns % 1'000'000'000));
  protozero::pbf_writer writer(out);
  writer.add_message(1, stamp);
  writer.add_bytes(2, line.data(), line.size());
  for (const auto& [name, value] : metadata) {
    std::string pair;
    protozero::pbf_writer pair_writer(pair);
    pair_writer.add_string(1, name);
    pair_writer.add_string(2, value);
    writer.add_message(3, pair);
  }
  return out;
}
std::string push(std::string_view labels, const std::vector<std::string>& entries) {
  std::string stream, out;
  protozero::pbf_writer writer(stream);
  writer.add_bytes(1, labels.data(), labels.size());
  for (const std::string& one : entries) writer.add_message(2, one);
  protozero::pbf_writer(out).add_message(1, stream);
  return out;
}

std::vector<Signals> decoded(Encoding encoding, std::string_view body, const Attributes& labels = {}) {
  const auto verdict = judge(encoding, body, {}, kPushed);
  EXPECT_TRUE(verdict.ok()) << verdict.status();
  if (!verdict.ok()) return {};
  EXPECT_EQ(verdict->first_reason, "");
  const auto signals = decode(encoding, body, *verdict, labels);
  EXPECT_TRUE(signals.ok()) << signals.status();
  return signals.ok() ? *signals : std::vector<Signals>{};
}

void expect_two_streams(const std::vector<Signals>& all) {
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].resource.service.value, "cart");
  EXPECT_EQ(all[0].resource.instance.value, "cart-1");
  EXPECT_EQ(find_attribute(all[0].resource.attributes, "region"), "eu \"west\"");
  ASSERT_EQ(all[0].logs.size(), 2u);
  EXPECT_EQ(all[0].logs[0].body, "no stock\n\tat a.B.c(B.java:1)");
  EXPECT_EQ(all[0].logs[0].severity, 17);
  EXPECT_EQ(all[0].logs[0].time.ns, kPushed.ns - 999'999'999);
  EXPECT_EQ(all[0].logs[0].trace_id[15], 16);
  EXPECT_EQ(find_attribute(all[0].logs[0].attributes, "user"), "7");
  EXPECT_EQ(all[0].logs[1].body, "slow");
  EXPECT_EQ(all[0].logs[1].severity, 13);
  EXPECT_EQ(all[1].resource.service.value, "shop/pay");
}

TEST(Loki, Protobuf) {
  const std::string body =
      push(R"({app="cart", pod="cart-1", region="eu \"west\""})",
           {entry(kPushed - Duration{999'999'999}, "no stock",
                  {{"detected_level", "error"}, {"trace_id", "0102030405060708090a0b0c0d0e0f10"}, {"user", "7"}}),
            entry(kPushed, "\tat a.B.c(B.java:1)"), entry(kPushed, R"({"msg":"slow","level":"warn"})")}) +
      push(R"({job="shop/pay"})", {entry(kPushed, "x")});
  expect_two_streams(decoded(Encoding::loki_protobuf, body));
}

TEST(Loki, Json) {
  expect_two_streams(decoded(Encoding::loki_json, R"json({"streams": [
    {"values": [["1795560639000000001", "no stock", {"detected_level": "error", "trace_id": "0102030405060708090a0b0c0d0e0f10", "user": "7"}],
                ["1795560640000000000", "\tat a.B.c(B.java:1)"], ["1795560640000000000", "{\"msg\":\"slow\",\"level\":\"warn\"}"]],
     "other": {"x": [1, {}]}, "stream": {"app": "cart", "pod": "cart-1", "region": "eu \"west\""}},
    {"stream": {"job": "shop/pay"}, "values": [["1795560640000000000", "x"]]}], "more": null})json"));
}

TEST(Loki, LevelOfTheStreamAndLabelsOfTheDoor) {
  const auto all = decoded(Encoding::loki_protobuf, push(R"({app="cart",level="error"})", {entry(kPushed, "x")}),
                           {{"service.name", "real"}});
  EXPECT_EQ(all.at(0).logs.at(0).severity, 17);
  EXPECT_EQ(all.at(0).resource.service.value, "real");
}

TEST(Loki, ABadStreamCostsItsEntriesOnly) {
  const std::string long_name(300, 'n');
  const std::string good = push(R"({app="a"})", {entry(kPushed, "good")});
  for (const std::string& bad :
       {push("app=\"a\"", {entry(kPushed, "x")}), push("{app=\"a", {entry(kPushed, "x")}),
        push("{=\"a\"}", {entry(kPushed, "x")}), push("{" + long_name + "=\"a\"}", {entry(kPushed, "x")}),
        push("{a=\"\xFF\"}", {entry(kPushed, "x")}), push("{a=\"b\"} x", {entry(kPushed, "x")}),
        push("{a=\"b\"}", {entry(kPushed + hours(1), "x")}), push("{a=\"b\"}", {entry(kPushed, "x", {{"", "v"}})})}) {
    const std::string body = good + bad + good;
    const auto verdict = judge(Encoding::loki_protobuf, body, {}, kPushed);
    ASSERT_TRUE(verdict.ok()) << verdict.status();
    EXPECT_EQ(verdict->rejected, std::vector<std::uint32_t>{1}) << verdict->first_reason;
    EXPECT_EQ(verdict->accepted, 2u);
    EXPECT_NE(verdict->first_reason, "");
    const auto signals = decode(Encoding::loki_protobuf, body, *verdict);
    ASSERT_TRUE(signals.ok());
    EXPECT_EQ(signals->size(), 2u);
  }
}

TEST(Loki, LinesThatAreNotUtf8AreRepaired) {
  const auto all = decoded(Encoding::loki_protobuf, push(R"({app="a"})", {entry(kPushed, "Gr\xFC\xDF")}));
  EXPECT_EQ(all.at(0).logs.at(0).body, "Gr\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Loki, LimitsOfAPush) {
  Limits limits;
  limits.items = 2;
  std::vector<std::string> entries(3, entry(kPushed, "x"));
  EXPECT_EQ(judge(Encoding::loki_protobuf, push("{a=\"b\"}", entries), limits, kPushed).status().code(),
            absl::StatusCode::kResourceExhausted);
  limits = {};
  limits.series = 2;
  std::string streams;
  for (int i = 0; i < 3; ++i) streams += push("{a=\"b\"}", {});
  EXPECT_EQ(judge(Encoding::loki_protobuf, streams, limits, kPushed).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(Loki, WhatIsNotLokisJsonIsRefusedWhole) {
  for (const char* body :
       {"", "[]", "1", "{", R"({"streams": {}})", R"({"streams": [1]})", R"({"streams": [{"stream": []}]})",
        R"({"streams": [{"values": [["1"]]}]})", R"({"streams": [{"values": [["x", "line"]]}]})",
        R"({"streams": [{"values": [["1", 2]]}]})", R"({"streams": [{"values": [["1", "l", {}, 1]]}]})",
        R"({"streams": [{"stream": {"a": {}}}]})", R"({"streams": [{"values": [["-1", "line"]]}]})"}) {
    EXPECT_EQ(judge(Encoding::loki_json, body, {}, kPushed).status().code(), absl::StatusCode::kInvalidArgument)
        << body;
  }
  EXPECT_EQ(judge(Encoding::loki_json, std::string(100'000, '['), {}, kPushed).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(judge(Encoding::loki_json, "{\"x\":" + std::string(100'000, '['), {}, kPushed).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(judge(Encoding::loki_json, R"({"streams": []})", {}, kPushed).ok());
}

TEST(Loki, CutAndChangedAnywhere) {
  const std::string protobuf =
      push(R"({app="cart", pod="x\n"})", {entry(kPushed, "one", {{"a", "b"}}), entry(kPushed, " two")});
  const std::string json =
      R"({"streams":[{"stream":{"app":"cart"},"values":[["1795560640000000000","one",{"a":"b"}],["1795560640000000000"," two"]]}]})";
  std::mt19937 random(20261124);
  for (const auto& [encoding, whole] : {std::pair{Encoding::loki_protobuf, protobuf}, {Encoding::loki_json, json}}) {
    for (std::size_t run = 0; run < whole.size() + 20'000; ++run) {
      std::string body = whole.substr(0, run);
      if (run >= whole.size())
        for (int n = 0; n < 2; ++n) body[random() % body.size()] = static_cast<char>(random());
      const auto verdict = judge(encoding, body, {}, kPushed);
      if (!verdict.ok()) {
        ASSERT_EQ(verdict.status().code(), absl::StatusCode::kInvalidArgument);
        continue;
      }
      const auto signals = decode(encoding, body, *verdict);
      ASSERT_TRUE(signals.ok()) << signals.status();
      for (const Signals& one : *signals) ASSERT_FALSE(one.logs.empty());
    }
  }
}

TEST(LokiLabels, EscapesOfGo) {
  EXPECT_EQ(loki::unquoted(R"("a\"\\\n\t\x41\u00fc\U0001F600\q")"), "a\"\\\n\tAü😀\\q");
  EXPECT_EQ(loki::unquoted("`a\\n`"), "a\\n");
  EXPECT_EQ(loki::unquoted(R"("\u00")"), "\\u00");
  loki::LabelReader reader(R"( { a = "1" , b.c="2",} )");
  loki::LabelPair pair;
  ASSERT_TRUE(reader.next(pair));
  EXPECT_EQ(pair.name, "a");
  ASSERT_TRUE(reader.next(pair));
  EXPECT_EQ(pair.name, "b.c");
  EXPECT_FALSE(reader.next(pair));
  EXPECT_EQ(reader.fault(), loki::LabelFault::none);
}

}  // namespace
}  // namespace nightjar
