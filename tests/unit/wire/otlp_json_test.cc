#include "base/text.h"
#include "oracle.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

std::string decoded_json(Encoding encoding, std::string_view body) {
  const auto verdict = judge(encoding, body, {}, oracle::kNow);
  if (!verdict.ok()) return std::string(message_of(verdict.status()));
  return oracle::describe(decode(encoding, body, *verdict).value()) +
         fmt::format("{} accepted, {} rejected", verdict->accepted, verdict->rejected.size());
}

TEST(OtlpJson, says_the_same_as_protobuf) {
  const auto traces = oracle::traces();
  EXPECT_EQ(decoded_json(Encoding::otlp_traces_json, oracle::otlp_json(traces)),
            decoded_json(Encoding::otlp_traces_protobuf, traces.SerializeAsString()));
  const auto metrics = oracle::metrics();
  EXPECT_EQ(decoded_json(Encoding::otlp_metrics_json, oracle::otlp_json(metrics)),
            decoded_json(Encoding::otlp_metrics_protobuf, metrics.SerializeAsString()));
  const auto logs = oracle::logs();
  EXPECT_EQ(decoded_json(Encoding::otlp_logs_json, oracle::otlp_json(logs)),
            decoded_json(Encoding::otlp_logs_protobuf, logs.SerializeAsString()));
}

// As the Node SDK writes it: enums and ints as numbers, times as strings, keys we do not know.
TEST(OtlpJson, body_of_a_node_process) {
  const std::string body = R"({"resourceSpans":[{"resource":{"attributes":[
      {"key":"service.name","value":{"stringValue":"cart"}},
      {"key":"process.pid","value":{"intValue":4711}},
      {"key":"process.command_args","value":{"arrayValue":{"values":[{"stringValue":"node"},{"stringValue":"a.js"}]}}}],
      "droppedAttributesCount":0},
    "scopeSpans":[{"scope":{"name":"@opentelemetry/instrumentation-http","version":"0.2"},"spans":[
      {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174","traceState":null,
       "name":"GET","kind":2,"startTimeUnixNano":"1795560599000000000","endTimeUnixNano":1795560599012000000,
       "attributes":[{"key":"http.response.status_code","value":{"intValue":"503"}},
                     {"key":"ratio","value":{"doubleValue":1}},{"key":"nan","value":{"doubleValue":"NaN"}}],
       "droppedAttributesCount":0,"events":[],"links":[],"status":{"code":2},
       "fromTheFuture":{"deeply":[{"nested":[1,2,{"a":null}]}]}}]}]}]})";
  EXPECT_EQ(decoded_json(Encoding::otlp_traces_json, body),
            "cart    scope=@opentelemetry/instrumentation-http {process.command_args=[\"node\",\"a.js\"], "
            "process.pid=4711, service.name=cart}\n"
            "  span 5b8efff798038103d269b633813fc60c eee19b7ec3c1b174 parent 0000000000000000 kind 2 "
            "1795560599000000000+12000000 GET failed \"\" {http.response.status_code=503, nan=NaN, ratio=1} \"\" \"\" "
            "links\n1 accepted, 0 rejected");
}

TEST(OtlpJson, refuses_with_the_place_and_the_type_it_wants) {
  struct Case {
    const char* body;
    const char* reason;
  };
  const Case cases[] = {
      {"", "body is not JSON at byte 1; nothing of it was kept"},
      {"[]", "body is not OTLP/JSON: it is an array, not a traces request; nothing of it was kept"},
      {"7", "body is not OTLP/JSON: it is a bare value, not a traces request; nothing of it was kept"},
      {"{} {}", "body is not JSON at byte 4; nothing of it was kept"},
      {R"({"resourceSpans":{}})",
       "body is not OTLP/JSON: resourceSpans of traces request must be an array; nothing of it was kept"},
      {R"({"resourceSpans":[7]})",
       "body is not OTLP/JSON: resourceSpans of traces request must be an object; nothing of it was kept"},
      {R"({"resourceSpans":[null]})",
       "body is not OTLP/JSON: resourceSpans of traces request must be a value, not null; nothing of it was kept"},
      {R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"SPAN_KIND_SERVER"}]}]}]})",
       "body is not OTLP/JSON: kind of span must be a whole number, also for enums; nothing of it was kept"},
      {R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"not hex"}]}]}]})",
       "body is not OTLP/JSON: traceId of span must be hex digits; nothing of it was kept"},
      {R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":1.5}]}]}]})",
       "body is not OTLP/JSON: startTimeUnixNano of span must be a whole number, also for enums; nothing of it was "
       "kept"},
      {R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"name":5}]}]}]})",
       "body is not OTLP/JSON: name of span must be a string; nothing of it was kept"},
      {"{\"unknown\":\"\xff\"}", "body is not JSON at byte 13; nothing of it was kept"},
  };
  for (const Case& c : cases) EXPECT_EQ(decoded_json(Encoding::otlp_traces_json, c.body), c.reason) << c.body;
}

TEST(OtlpJson, every_truncation_is_refused) {
  const std::string whole = oracle::otlp_json(oracle::metrics());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto verdict = judge(Encoding::otlp_metrics_json, std::string_view(whole).substr(0, size), {}, oracle::kNow);
    ASSERT_FALSE(verdict.ok()) << "cut at " << size;
    EXPECT_EQ(verdict.status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(OtlpJson, depth_is_bounded_also_where_nobody_looks) {
  std::string deep = "{\"unknown\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_EQ(decoded_json(Encoding::otlp_traces_json, deep),
            "body is nested more than 256 deep; nothing of it was kept");
}

TEST(OtlpJson, long_lists_of_nothing_do_not_grow_without_bound) {
  std::string body =
      R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"n","histogram":{"dataPoints":[{"bucketCounts":[0)";
  for (int i = 0; i < 9'000'000; ++i) body += ",0";
  body += "]}]}}]}]}]}";
  const auto verdict = judge(Encoding::otlp_metrics_json, body, {}, oracle::kNow);
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.status().code(), absl::StatusCode::kResourceExhausted) << verdict.status();
}

TEST(OtlpJson, empty_requests_are_fine) {
  EXPECT_EQ(decoded_json(Encoding::otlp_traces_json, "{}"), "0 accepted, 0 rejected");
  EXPECT_EQ(decoded_json(Encoding::otlp_logs_json, R"({"resourceLogs":[]})"), "0 accepted, 0 rejected");
}

}  // namespace
}  // namespace nightjar
