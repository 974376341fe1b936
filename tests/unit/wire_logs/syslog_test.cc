// Syslog as it is really sent, and streams cut anywhere.
#include <gtest/gtest.h>

#include <random>

#include "base/text.h"
#include "wire/syslog/syslog_framer.h"
#include "wire/syslog/syslog_message.h"

namespace nightjar::syslog {
namespace {

constexpr Timestamp kReceived{1'795'560'640'000'000'000};  // 2026-11-24T22:50:40Z

struct Expected {
  std::string_view bytes;
  int facility, severity;
  std::string_view time, host, app, process, id, text;
};

TEST(SyslogMessage, AsTheyAreSent) {
  const Expected messages[] = {
      {"<34>1 2026-11-24T22:14:15.003Z mymachine.example.com su 77 ID47 - 'su root' failed", 4, 2,
       "2026-11-24T22:14:15.003Z", "mymachine.example.com", "su", "77", "ID47", "'su root' failed"},
      {"<165>1 2026-11-24T22:14:15.003+01:00 h evntslog - ID47 [ex@32473 iut=\"3\" s=\"a\\\"b\\]\"][o ip=\"1\"] "
       "\xEF\xBB\xBF"
       "An event",
       20, 5, "2026-11-24T21:14:15.003Z", "h", "evntslog", "", "ID47", "An event"},
      {"<13>1 - - - - - -", 1, 5, "", "", "", "", "", ""},
      {"<34>Nov 24 22:14:15 mymachine su: 'su root' failed", 4, 2, "2026-11-24T22:14:15.000Z", "mymachine", "su", "",
       "", "'su root' failed"},
      {"<13>Nov  4 02:14:15 web-1 nginx[812]:  two blanks", 1, 5, "2026-11-04T02:14:15.000Z", "web-1", "nginx", "812",
       "", "two blanks"},
      {"<13>1 - h a - - -  as rsyslog relays", 1, 5, "", "h", "a", "", "", "as rsyslog relays"},
      {"<13>1 - h a - - -   indented", 1, 5, "", "h", "a", "", "", "  indented"},
      {"<13>Nov 24 22:14:15 sshd[12]: no host", 1, 5, "2026-11-24T22:14:15.000Z", "", "sshd", "12", "", "no host"},
      {"<13>2026-11-24T22:14:15.123456+01:00 web-1 app[3]: iso", 1, 5, "2026-11-24T21:14:15.123Z", "web-1", "app", "3",
       "", "iso"},
      {"Nov 24 22:14:15 web-1 app: no priority\r\n", -1, -1, "2026-11-24T22:14:15.000Z", "web-1", "app", "", "",
       "no priority"},
      {"<13>app: no time", 1, 5, "", "", "app", "", "", "no time"},
      {"<13>just words of text", 1, 5, "", "", "", "", "", "just words of text"},
      {"<189>*Nov 24 2026 22:14:15.123: %LINK-3-UPDOWN: Interface down", 23, 5, "2026-11-24T22:14:15.123Z", "",
       "%LINK-3-UPDOWN", "", "", "Interface down"},
      {"<999>not a priority", -1, -1, "", "", "", "", "", "<999>not a priority"},
      {"<34>1 yesterday h a - - - x", 4, 2, "", "", "", "", "", "1 yesterday h a - - - x"},
      {"<13>1 2026-11-24T22:14:15Z h a - - [broken x=1 text", 1, 5, "2026-11-24T22:14:15.000Z", "h", "a", "", "",
       "[broken x=1 text"},
      {"", -1, -1, "", "", "", "", "", ""},
      {"plain", -1, -1, "", "", "", "", "", "plain"},
  };
  for (const Expected& expected : messages) {
    const Message message = read_message(expected.bytes, kReceived);
    EXPECT_EQ(message.facility, expected.facility) << expected.bytes;
    EXPECT_EQ(message.severity, expected.severity) << expected.bytes;
    EXPECT_EQ(message.time ? to_rfc3339(*message.time) : "", expected.time) << expected.bytes;
    EXPECT_EQ(message.host, expected.host) << expected.bytes;
    EXPECT_EQ(message.app, expected.app) << expected.bytes;
    EXPECT_EQ(message.process, expected.process) << expected.bytes;
    EXPECT_EQ(message.id, expected.id) << expected.bytes;
    EXPECT_EQ(message.text, expected.text) << expected.bytes;
  }
}

TEST(SyslogMessage, StructuredDataIsUnescaped) {
  const Message message =
      read_message("<165>1 - h a - - [ex@1 iut=\"3\" s=\"a\\\"b\\]c\\n\"][o ip=\"1\"] x", kReceived);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"ex@1.iut", "3"}, {"ex@1.s", "a\"b]c\\n"}, {"o.ip", "1"}};
  EXPECT_EQ(message.parameters, expected);
}

TEST(SyslogMessage, TheYearIsTheNearest) {
  const Timestamp january = *parse_rfc3339("2027-01-01T00:00:05Z"), december = *parse_rfc3339("2026-12-31T23:59:58Z");
  EXPECT_EQ(to_rfc3339(*read_message("<13>Dec 31 23:59:59 h a: x", january).time), "2026-12-31T23:59:59.000Z");
  EXPECT_EQ(to_rfc3339(*read_message("<13>Jan  1 00:00:01 h a: x", december).time), "2027-01-01T00:00:01.000Z");
}

TEST(SyslogMessage, CutAnywhereAndChangedAnywhereIsStillAMessage) {
  const std::string whole = "<165>1 2026-11-24T22:14:15.003Z h evntslog 7 ID47 [ex@32473 iut=\"3\"] An event";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string bytes = whole.substr(0, size);
    const Message message = read_message(bytes, kReceived);
    EXPECT_LE(message.text.size(), bytes.size());
  }
  std::mt19937 random(20261124);
  for (int run = 0; run < 20'000; ++run) {
    std::string bytes = run % 2 ? whole : "<13>Nov 24 22:14:15 web-1 nginx[812]: text";
    for (int n = 0; n < 3; ++n) bytes[random() % bytes.size()] = static_cast<char>(random());
    const Message message = read_message(bytes, kReceived);
    EXPECT_LE(message.text.size(), bytes.size());
  }
}

std::vector<std::string> frames_of(std::string_view stream, std::size_t step) {
  Framer framer;
  std::vector<std::string> frames;
  for (std::size_t at = 0; at < stream.size(); at += step) {
    framer.push(stream.substr(at, step));
    while (auto frame = framer.next()) frames.push_back(frame->bytes);
  }
  while (auto frame = framer.last()) frames.push_back(frame->bytes);
  return frames;
}

TEST(SyslogFramer, BothFramingsHoweverTheBytesArrive) {
  const std::string counted = "9 <13>a\nb c10 <13>second";
  const std::string lines = "<13>one\n<13>two\r\n<13>three\0<13>four";
  const std::string both = "7 <13>one\n<13>two\n8 <13>three\n2026 plain\n";
  using Frames = std::vector<std::string>;
  for (std::size_t step = 1; step < 40; ++step) {
    EXPECT_EQ(frames_of(counted, step), (Frames{"<13>a\nb c", "<13>second"})) << step;
    EXPECT_EQ(frames_of(std::string_view("<13>one\n<13>two\r\n<13>three\0<13>four", 36), step),
              (Frames{"<13>one", "<13>two", "<13>three", "<13>four"}))
        << step;
    EXPECT_EQ(frames_of("2026-11-24 no priority\n17 geese\n", step), (Frames{"2026-11-24 no priority", "17 geese"}))
        << step;
    EXPECT_EQ(frames_of("7 <13>one\n7 <13>two\n", step), (Frames{"<13>one", "<13>two"})) << step;
  }
}

TEST(SyslogFramer, LongFramesAreCutAndTheNextIsFound) {
  for (std::size_t step : {1000ul, 65536ul, 1'000'000ul}) {
    const std::string text = "<13>" + std::string(200'000, 'a');
    for (const std::string& stream : {text + "\n<13>next\n", fmt::format("{} {}8 <13>next", text.size(), text)}) {
      Framer framer;
      std::vector<Frame> frames;
      for (std::size_t at = 0; at < stream.size(); at += step) {
        framer.push(std::string_view(stream).substr(at, step));
        while (auto frame = framer.next()) frames.push_back(*frame);
        EXPECT_LE(framer.pending_bytes(), kFrameBytes + step + 16);
      }
      while (auto frame = framer.last()) frames.push_back(*frame);
      ASSERT_EQ(frames.size(), 2u) << step;
      EXPECT_TRUE(frames[0].cut);
      EXPECT_EQ(frames[1].bytes, "<13>next");
      EXPECT_FALSE(frames[1].cut);
    }
  }
}

TEST(SyslogFramer, ACountThatIsCutOffIsGivenAtTheEnd) {
  Framer framer;
  framer.push("50 <13>half");
  EXPECT_FALSE(framer.next());
  const auto frame = framer.last();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->bytes, "<13>half");
  EXPECT_TRUE(frame->cut);
  EXPECT_FALSE(framer.last());
}

}  // namespace
}  // namespace nightjar::syslog
