#include "wire/otlp/response.h"

#include <nlohmann/json.hpp>

#include "oracle.h"
#include "rpc_status.pb.h"

namespace nightjar {
namespace {

const Verdict kAllKept{.accepted = 3};
const Verdict kSomeRefused{.accepted = 1, .rejected = {0, 2}, .first_reason = "span 0: a text in it is not UTF-8"};

TEST(OtlpResponse, nothing_is_said_when_all_was_kept) {
  EXPECT_EQ(encode_export_response(Encoding::otlp_traces_protobuf, kAllKept), "");
  EXPECT_EQ(encode_export_response(Encoding::otlp_logs_json, kAllKept), "{}");
}

template <class Response>
Response parsed(Encoding encoding) {
  Response response;
  EXPECT_TRUE(response.ParseFromString(encode_export_response(encoding, kSomeRefused)));
  EXPECT_EQ(response.partial_success().error_message(), kSomeRefused.first_reason);
  return response;
}

TEST(OtlpResponse, partial_success_counts_the_refused) {
  using namespace opentelemetry::proto::collector;
  EXPECT_EQ(
      parsed<trace::v1::ExportTraceServiceResponse>(Encoding::otlp_traces_protobuf).partial_success().rejected_spans(),
      2);
  EXPECT_EQ(parsed<metrics::v1::ExportMetricsServiceResponse>(Encoding::otlp_metrics_protobuf)
                .partial_success()
                .rejected_data_points(),
            2);
  EXPECT_EQ(parsed<logs::v1::ExportLogsServiceResponse>(Encoding::otlp_logs_protobuf)
                .partial_success()
                .rejected_log_records(),
            2);
  EXPECT_EQ(encode_export_response(Encoding::otlp_metrics_json, kSomeRefused),
            R"({"partialSuccess":{"errorMessage":"span 0: a text in it is not UTF-8","rejectedDataPoints":"2"}})");
}

TEST(OtlpResponse, status_in_both_formats) {
  google::rpc::Status status;
  ASSERT_TRUE(
      status.ParseFromString(encode_rpc_status(BodyFormat::protobuf, absl::StatusCode::kInvalidArgument, "bad")));
  EXPECT_EQ(status.code(), 3);
  EXPECT_EQ(status.message(), "bad");
  const auto json =
      nlohmann::json::parse(encode_rpc_status(BodyFormat::json, absl::StatusCode::kUnavailable, "q\"\xff"));
  EXPECT_EQ(json["code"], 14);
  EXPECT_EQ(json["message"], "q\"\uFFFD");
}

}  // namespace
}  // namespace nightjar
