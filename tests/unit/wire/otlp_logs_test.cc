#include "oracle.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

constexpr Encoding kLogs = Encoding::otlp_logs_protobuf;

std::vector<Signals> decoded_logs(std::string_view body) {
  const auto verdict = judge(kLogs, body, {}, oracle::kNow);
  EXPECT_TRUE(verdict.ok()) << verdict.status();
  return decode(kLogs, body, *verdict).value();
}

TEST(OtlpLogs, everything_a_record_brings) {
  const std::string none = "00000000000000000000000000000000 0000000000000000";
  const std::string text = oracle::describe(decoded_logs(oracle::logs().SerializeAsString()));
  EXPECT_EQ(text.substr(text.find('\n') + 1),
            "  log 1795560599000000000 severity 17 payment 42 failed: köln {absent=, bytes=AP8Q, "
            "http.request.method=POST, http.response.status_code=503, "
            "list=[\"a \\\"b\\\"\\n\",-7,{\"deep\":false}], ratio=0.25, retry=true, twice=second, zebra=last} "
            "54545454545454545454545454545454 5353535353535353\n"
            "  log 1795560599000000002 severity 13 {\"msg\":\"slow\"} {} " +
                none + "\n" + "  log 0 severity 0  {} " + none + "\n");
}

TEST(OtlpLogs, order_of_fields_does_not_matter) {
  const auto request = oracle::logs();
  EXPECT_EQ(oracle::describe(decoded_logs(oracle::reversed(request))),
            oracle::describe(decoded_logs(request.SerializeAsString())));
}

// The Collector writes absent ids as empty fields: 4a 00 52 00.
TEST(OtlpLogs, empty_ids_are_absent) {
  const std::string record("\x4a\x00\x52\x00", 4);
  const std::string body = std::string("\x0a\x08\x12\x06\x12\x04", 6) + record;
  const auto signals = decoded_logs(body);
  EXPECT_EQ(signals.at(0).logs.at(0).trace_id, TraceIdBytes{});
  EXPECT_EQ(signals.at(0).resource.service.value, "unknown_service");
}

TEST(OtlpLogs, long_lines_and_values_are_cut_and_marked) {
  auto request = oracle::logs();
  auto& record = *request.mutable_resource_logs(0)->mutable_scope_logs(0)->mutable_log_records(0);
  std::string line(kLogLineBytes - 1, 'x');
  line += "ö and more";  // two bytes, the first of which is the last that fits
  record.mutable_body()->set_string_value(line);
  record.clear_attributes();
  oracle::set(*record.mutable_attributes(), "long", std::string(kValueBytes + 1, 'y'));
  oracle::set(*record.mutable_attributes(), "short", std::string(kValueBytes, 'z'));
  const auto signals = decoded_logs(request.SerializeAsString());
  const LogRecord& decoded_record = signals.at(0).logs.at(0);
  EXPECT_EQ(decoded_record.body, std::string(kLogLineBytes - 1, 'x') + "…");
  EXPECT_EQ(find_attribute(decoded_record.attributes, "long"), std::string(kValueBytes, 'y') + "…");
  EXPECT_EQ(find_attribute(decoded_record.attributes, "short"), std::string(kValueBytes, 'z'));
}

TEST(OtlpLogs, structured_body_is_cut_too) {
  auto request = oracle::logs();
  auto& values = *request.mutable_resource_logs(0)
                      ->mutable_scope_logs(0)
                      ->mutable_log_records(0)
                      ->mutable_body()
                      ->mutable_array_value();
  for (int i = 0; i < 100'000; ++i) values.add_values()->set_int_value(i);
  const auto signals = decoded_logs(request.SerializeAsString());
  const std::string& body = signals.at(0).logs.at(0).body;
  EXPECT_EQ(body.size(), kLogLineBytes + std::string("…").size());
  EXPECT_TRUE(body.ends_with("…"));
  EXPECT_TRUE(body.starts_with("[0,1,2,"));
}

TEST(OtlpLogs, numbers_json_has_no_word_for) {
  auto request = oracle::logs();
  auto& body = *request.mutable_resource_logs(0)->mutable_scope_logs(0)->mutable_log_records(0)->mutable_body();
  body.mutable_array_value()->add_values()->set_double_value(std::numeric_limits<double>::infinity());
  body.mutable_array_value()->add_values();
  body.mutable_array_value()->add_values()->set_bytes_value("abcd");
  EXPECT_EQ(decoded_logs(request.SerializeAsString()).at(0).logs.at(0).body, "[\"Infinity\",null,\"YWJjZA==\"]");
}

}  // namespace
}  // namespace nightjar
