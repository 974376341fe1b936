// Lines that belong together, as the runtimes print them, and lines that do not.
#include <gtest/gtest.h>

#include "base/text.h"
#include "wire/limits.h"
#include "wire/logs/exception_text.h"
#include "wire/logs/line_batch.h"
#include "wire/logs/line_text.h"
#include "wire/logs/record_joiner.h"

namespace nightjar::logs {
namespace {

std::vector<LogRecord> join(std::string_view text, LineEdge edge = LineEdge::unknown) {
  std::vector<LogRecord> records;
  RecordJoiner joiner;
  std::size_t attributes = 1000;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    LogRecord record;
    read_line(text.substr(0, end), {{}, false, attributes}, record);
    joiner.add(records, std::move(record), edge);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  joiner.finish(records);
  return records;
}

struct Expected {
  std::string_view text, type, message;
  int severity;
};

TEST(TraceJoining, OneTraceIsOneRecordThatNamesItsException) {
  const Expected traces[] = {
      {"2026-11-24 22:50:39 ERROR [main] cart - order failed\n"
       "java.lang.IllegalStateException: no stock: item 7\n"
       "\tat shop.Cart.add(Cart.java:12)\n"
       "\tat shop.Main.main(Main.java:3)\n"
       "Caused by: java.io.IOException: reset\n"
       "\tat shop.Net.read(Net.java:9)\n"
       "\t... 12 more",
       "java.lang.IllegalStateException", "no stock: item 7", 17},
      {"Exception in thread \"main\" java.lang.NullPointerException\n\tat a.B.c(B.java:1)\n\tSuppressed: x.Y: "
       "z\n\t\tat a.B.d(B.java:2)",
       "java.lang.NullPointerException", "", 17},
      {"ERROR:shop:order failed\n"
       "Traceback (most recent call last):\n"
       "  File \"/app/shop.py\", line 3, in <module>\n"
       "    total()\n"
       "  File \"/app/shop.py\", line 9, in total\n"
       "    return prices['discount']\n"
       "KeyError: 'discount'\n"
       "\n"
       "During handling of the above exception, another exception occurred:\n"
       "\n"
       "Traceback (most recent call last):\n"
       "  File \"/app/shop.py\", line 4, in <module>\n"
       "shop.errors.OutOfStock: item 7",
       "shop.errors.OutOfStock", "item 7", 17},
      {"Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nZeroDivisionError: division by zero",
       "ZeroDivisionError", "division by zero", 17},
      {"panic: runtime error: index out of range [5] with length 3\n"
       "\n"
       "goroutine 1 [running]:\n"
       "main.total(0xc000012345, 0x3)\n"
       "\t/app/main.go:12 +0x1d\n"
       "main.main()\n"
       "\t/app/main.go:5 +0x25\n"
       "created by main.start\n"
       "exit status 2",
       "panic", "runtime error: index out of range [5] with length 3", 21},
      {"TypeError: Cannot read properties of undefined (reading 'id')\n"
       "    at total (/app/shop.js:3:9)\n"
       "    at Object.<anonymous> (/app/shop.js:9:1)",
       "TypeError", "Cannot read properties of undefined (reading 'id')", 17},
      {"Unhandled exception. System.InvalidOperationException: no stock\n"
       "   at Shop.Cart.Add(Int32 id) in /app/Cart.cs:line 12\n"
       "   --- End of inner exception stack trace ---\n"
       "   at Shop.Main()",
       "System.InvalidOperationException", "no stock", 17},
      {"WARN retrying\n  because the peer\n  was away", "", "", 13},
  };
  for (const Expected& expected : traces) {
    const std::string text = "INFO before\n" + std::string(expected.text) + "\nINFO after";
    const std::vector<LogRecord> records = join(text);
    ASSERT_EQ(records.size(), 3u) << expected.text;
    EXPECT_EQ(records[0].body, "INFO before");
    EXPECT_EQ(records[1].body, expected.text);
    EXPECT_EQ(records[2].body, "INFO after");
    EXPECT_EQ(find_attribute(records[1].attributes, "exception.type"), expected.type);
    EXPECT_EQ(find_attribute(records[1].attributes, "exception.message"), expected.message);
    EXPECT_EQ(records[1].severity, expected.severity);
  }
}

TEST(TraceJoining, WhatOnlyLooksAlikeStaysApart) {
  EXPECT_EQ(join("INFO started\nINFO ready\nat the end").size(), 3u);
  EXPECT_EQ(join("INFO served\nTraceback (most recent call last):\n  File \"a\"\nKeyError: 1").size(), 2u);
  EXPECT_EQ(join("KeyError: 1\nKeyError: 2").size(), 2u);
  EXPECT_EQ(join("main.total(1)\nmain.total(2)").size(), 2u);
  EXPECT_EQ(join("panic: x\nnext request").size(), 2u);
  // After a traceback's last line the program goes on.
  EXPECT_EQ(join("Traceback (most recent call last):\n  File \"a\"\nKeyError: 1\nworker: restarted").size(), 2u);
}

TEST(TraceJoining, AnEdgeThatTheDoorKnowsIsStronger) {
  EXPECT_EQ(join("a\n  b\n  c", LineEdge::begins).size(), 3u);
  EXPECT_EQ(join("a\nb\nc", LineEdge::goes_on).size(), 1u);
}

TEST(TraceJoining, ARecordHasAnEnd) {
  std::string many = "ERROR x";
  for (int i = 0; i < 1000; ++i) many += "\n\tat a.B.c(B.java:1)";
  std::vector<LogRecord> records = join(many);
  EXPECT_EQ(records.size(), 4u);
  std::string wide = "ERROR x";
  for (int i = 0; i < 10; ++i) wide += "\n " + std::string(20'000, 'a');
  for (const LogRecord& record : join(wide)) EXPECT_LE(record.body.size(), kLogLineBytes);
}

TEST(TraceJoining, FramesThatCameInTheNextBatchBeginARecord) {
  const std::vector<LogRecord> records = join("\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)");
  ASSERT_EQ(records.size(), 1u);
}

}  // namespace
}  // namespace nightjar::logs
