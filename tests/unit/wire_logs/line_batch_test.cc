// The body of gathered lines: written, judged, decoded; broken in every place.
#include <gtest/gtest.h>

#include <random>

#include "base/text.h"
#include "wire/decode.h"
#include "wire/logs/line_batch.h"

namespace nightjar {
namespace {

constexpr Timestamp kNow{1'795'560'640'000'000'000};  // 2026-11-24T22:50:40Z

void add(std::string& batch, LineKind kind, std::string_view source, std::string_view text) {
  append_line(batch, {kind, false, false, false, kNow, source, text});
}

std::vector<Signals> decoded(std::string_view batch, const Attributes& labels = {}) {
  const auto verdict = judge(Encoding::log_lines, batch, {}, kNow);
  EXPECT_TRUE(verdict.ok()) << verdict.status();
  if (!verdict.ok()) return {};
  const auto signals = decode(Encoding::log_lines, batch, *verdict, labels);
  EXPECT_TRUE(signals.ok()) << signals.status();
  return signals.ok() ? *signals : std::vector<Signals>{};
}

TEST(LineBatch, SyslogLinesFindTheirServiceAndTheirTime) {
  std::string batch;
  add(batch, LineKind::syslog, "10.0.0.7", "<11>1 2026-11-24T22:50:39Z web-1 cart 12 ID1 [o ip=\"10.1.1.1\"] no stock");
  add(batch, LineKind::syslog, "10.0.0.7", "<14>1 2026-11-24T22:50:39Z web-1 nginx 7 - - served");
  add(batch, LineKind::syslog, "10.0.0.7", "<11>1 2026-11-24T22:50:39Z web-1 cart 12 - - \tat Cart.add(Cart.java:3)");
  const std::vector<Signals> all = decoded(batch);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].resource.service.value, "cart");
  EXPECT_EQ(all[0].resource.instance.value, "web-1");
  ASSERT_EQ(all[0].logs.size(), 1u);  // another program's line between them does not part them
  EXPECT_EQ(all[0].logs[0].body, "no stock\n\tat Cart.add(Cart.java:3)");
  EXPECT_EQ(all[0].logs[0].severity, 17);
  EXPECT_EQ(all[0].logs[0].time.ns, kNow.ns - 1'000'000'000);
  EXPECT_EQ(find_attribute(all[0].logs[0].attributes, "syslog.o.ip"), "10.1.1.1");
  EXPECT_EQ(find_attribute(all[0].logs[0].attributes, "syslog.facility"), "user");
  EXPECT_EQ(find_attribute(all[0].logs[0].attributes, "client.address"), "10.0.0.7");
  EXPECT_EQ(all[1].resource.service.value, "nginx");
}

TEST(LineBatch, TracesThatRsyslogHasEscapedAreJoined) {
  std::string batch;
  add(batch, LineKind::syslog, "10.0.0.7", "<11>1 - h cart 12 - -  java.lang.IllegalStateException: no stock");
  add(batch, LineKind::syslog, "10.0.0.7", "<11>1 - h cart 12 - -  #011at shop.Cart.add(Cart.java:3)");
  add(batch, LineKind::syslog, "10.0.0.7", "<14>1 - h cart 12 - -  next order, see #012");
  add(batch, LineKind::syslog, "10.0.0.7", "<11>1 - h cart 12 - -  x.YException: z#012#011at a.B.c(B.java:1)");
  const std::vector<Signals> all = decoded(batch);
  ASSERT_EQ(all.at(0).logs.size(), 3u);
  EXPECT_EQ(all[0].logs[0].body, "java.lang.IllegalStateException: no stock\n\tat shop.Cart.add(Cart.java:3)");
  EXPECT_EQ(find_attribute(all[0].logs[0].attributes, "exception.message"), "no stock");
  EXPECT_EQ(all[0].logs[1].body, "next order, see #012");
  EXPECT_EQ(all[0].logs[2].body, "x.YException: z\n\tat a.B.c(B.java:1)");
}

TEST(LineBatch, ATimeWithoutAZoneIsTheSendersLocalOne) {
  const std::pair<std::string_view, std::string_view> times[] = {
      {"<13>Nov 24 23:50:38 h a: x", "2026-11-24T22:50:38.000Z"},  // one hour east
      {"<13>Nov 24 17:20:38 h a: x", "2026-11-24T22:50:38.000Z"},  // five and a half west
      {"<13>Nov 24 22:48:00 h a: x", "2026-11-24T22:48:00.000Z"},  // late by minutes
      {"<13>Nov 20 22:50:38 h a: x", "2026-11-24T22:50:40.000Z"},  // days: when it came
      {"<13>1 2031-11-24T22:50:38Z h a - - - x", "2026-11-24T22:50:40.000Z"},
  };
  for (const auto& [text, expected] : times) {
    std::string batch;
    add(batch, LineKind::syslog, "10.0.0.7", text);
    EXPECT_EQ(to_rfc3339(decoded(batch).at(0).logs.at(0).time), expected) << text;
  }
}

TEST(LineBatch, FilesCarryTheDoorsLabels) {
  std::string batch;
  add(batch, LineKind::plain, "/var/log/a.log", "one");
  add(batch, LineKind::plain, "/var/log/b.log", "ERROR two");
  append_line(batch, {LineKind::plain, true, false, false, kNow, "/var/log/b.log", "Gr\xFC\xDF"});
  const std::vector<Signals> all = decoded(batch, {{"service.name", "app"}, {"team", "blue"}});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].resource.service.value, "app");
  EXPECT_EQ(find_attribute(all[0].resource.attributes, "team"), "blue");
  EXPECT_EQ(find_attribute(all[1].resource.attributes, "log.file.path"), "/var/log/b.log");
  ASSERT_EQ(all[1].logs.size(), 2u);
  EXPECT_EQ(all[1].logs[0].severity, 17);
  EXPECT_EQ(find_attribute(all[1].logs[1].attributes, "log.cut"), "true");
  EXPECT_TRUE(is_utf8(all[1].logs[1].body));
  EXPECT_EQ(all[1].logs[1].time, kNow);
}

TEST(LineBatch, WhatJudgeTookDecodeTakesHoweverItIsCut) {
  std::string batch;
  add(batch, LineKind::syslog, "10.0.0.7", "<11>1 2026-11-24T22:50:39Z web-1 cart 12 ID1 - no stock");
  add(batch, LineKind::plain, "/a", R"({"msg":"x","level":"warn"})");
  int taken = 0;
  for (std::size_t size = 0; size <= batch.size(); ++size) {
    const auto verdict = judge(Encoding::log_lines, batch.substr(0, size), {}, kNow);
    if (!verdict.ok()) {
      EXPECT_EQ(verdict.status().code(), absl::StatusCode::kInvalidArgument);
      continue;
    }
    ++taken;
    EXPECT_TRUE(decode(Encoding::log_lines, batch.substr(0, size), *verdict).ok());
  }
  EXPECT_EQ(taken, 3);  // no line, one, both
  std::mt19937 random(20261124);
  for (int run = 0; run < 20'000; ++run) {
    std::string body = batch;
    for (int n = 0; n < 2; ++n) body[random() % body.size()] = static_cast<char>(random());
    const auto verdict = judge(Encoding::log_lines, body, {}, kNow);
    if (verdict.ok()) {
      ASSERT_TRUE(decode(Encoding::log_lines, body, *verdict).ok());
    }
  }
}

TEST(LineBatch, LimitsAndRejectedLines) {
  std::string batch;
  for (int i = 0; i < 5; ++i) add(batch, LineKind::plain, i == 2 ? "\xFF" : "/a", "x");
  append_line(batch, {LineKind::plain, false, false, false, kNow + days(1), "/a", "from the future"});
  const auto verdict = judge(Encoding::log_lines, batch, {}, kNow);
  ASSERT_TRUE(verdict.ok());
  EXPECT_EQ(verdict->accepted, 5u);  // append_line repairs the source
  EXPECT_EQ(verdict->rejected, std::vector<std::uint32_t>{5});
  Limits limits;
  limits.items = 3;
  EXPECT_EQ(judge(Encoding::log_lines, batch, limits, kNow).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace nightjar
