#include "oracle.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

constexpr Encoding kTracesProtobuf = Encoding::otlp_traces_protobuf;

std::string decoded_traces(std::string_view body, const Limits& limits = {}) {
  const auto verdict = judge(kTracesProtobuf, body, limits, oracle::kNow);
  if (!verdict.ok()) return std::string(verdict.status().ToString());
  const auto signals = decode(kTracesProtobuf, body, *verdict);
  return signals.ok() ? oracle::describe(*signals) : std::string(signals.status().ToString());
}

TEST(OtlpTraces, everything_a_span_brings) {
  const std::string resource =
      "{deployment.environment.name=production, service.instance.id=checkout-1, service.name=checkout, "
      "service.namespace=shop, service.version=2.4.1, telemetry.sdk.language=cpp}";
  std::string payment = resource;
  for (std::size_t at; (at = payment.find("checkout")) != payment.npos;) payment.replace(at, 8, "payment");
  const std::string no_parent = "0000000000000000";
  const std::string times = "1795560599000000000+12000000 GET /products/{id}";
  const std::string trace = "54545454545454545454545454545454";
  EXPECT_EQ(decoded_traces(oracle::traces().SerializeAsString()),
            "shop/checkout 2.4.1 checkout-1 production scope=http " + resource + "\n" + "  span " + trace +
                " 5353535353535353 parent 5050505050505050 kind 2 " + times +
                " failed \"it broke\" {absent=, bytes=AP8Q, http.request.method=POST, http.response.status_code=503, "
                "list=[\"a \\\"b\\\"\\n\",-7,{\"deep\":false}], ratio=0.25, retry=true, twice=second, zebra=last} "
                "\"TimeoutError\" \"no answer in 2 s\" links 4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c/4d4d4d4d4d4d4d4d\n" +
                "  span " + trace + " 5555555555555555 parent " + no_parent + " kind 2 " + times +
                " \"\" {} \"\" \"\" links\n" + "shop/checkout 2.4.1 checkout-1 production scope=database " + resource +
                "\n" + "  span " + trace + " 5656565656565656 parent " + no_parent + " kind 3 " + times +
                " \"\" {} \"\" \"\" links\n" + "shop/payment 2.4.1 payment-1 production scope= " + payment + "\n" +
                "  span 58585858585858585858585858585858 5959595959595959 parent " + no_parent + " kind 2 " + times +
                " \"\" {} \"\" \"\" links\n");
}

TEST(OtlpTraces, order_of_fields_does_not_matter) {
  const auto request = oracle::traces();
  EXPECT_EQ(decoded_traces(oracle::reversed(request)), decoded_traces(request.SerializeAsString()));
}

TEST(OtlpTraces, empty_request_is_fine) { EXPECT_EQ(decoded_traces(""), ""); }

TEST(OtlpTraces, resource_without_spans_leaves_nothing) {
  auto request = oracle::traces();
  for (auto& resource : *request.mutable_resource_spans()) resource.clear_scope_spans();
  EXPECT_EQ(decoded_traces(request.SerializeAsString()), "");
}

Resource resource_of(std::vector<std::pair<std::string, std::string>> attributes) {
  auto request = oracle::traces();
  request.mutable_resource_spans()->RemoveLast();
  auto& kept = *request.mutable_resource_spans(0)->mutable_resource()->mutable_attributes();
  kept.Clear();
  for (const auto& [key, value] : attributes) oracle::set(kept, key, value);
  const std::string body = request.SerializeAsString();
  return decode(kTracesProtobuf, body, *judge(kTracesProtobuf, body, {}, oracle::kNow)).value().at(0).resource;
}

TEST(OtlpTraces, resource_names_its_service) {
  EXPECT_EQ(resource_of({}).service.value, "unknown_service");
  EXPECT_EQ(resource_of({{"service.name", "cart"}}).service.value, "cart");
  EXPECT_EQ(resource_of({{"service.name", "cart"}, {"service.namespace", "shop"}}).service.value, "shop/cart");
  EXPECT_EQ(resource_of({{"host.name", "node-1"}}).instance.value, "node-1");
  EXPECT_EQ(resource_of({{"host.name", "node-1"}, {"k8s.pod.name", "cart-x"}}).instance.value, "cart-x");
  EXPECT_EQ(resource_of({{"k8s.pod.name", "cart-x"}, {"service.instance.id", "i"}}).instance.value, "i");
  EXPECT_EQ(resource_of({{"deployment.environment", "old"}}).environment, "old");
  EXPECT_EQ(resource_of({{"deployment.environment", "old"}, {"deployment.environment.name", "new"}}).environment,
            "new");
}

// Length 0 means absent, as the Collector writes it; any other wrong length is worth no more.
TEST(OtlpTraces, span_without_ids_is_rejected_alone) {
  auto request = oracle::traces();
  auto& spans = *request.mutable_resource_spans(0)->mutable_scope_spans(0)->mutable_spans();
  spans[0].set_trace_id("");
  spans[1].set_span_id("short");
  const std::string body = request.SerializeAsString();
  const auto verdict = judge(kTracesProtobuf, body, {}, oracle::kNow);
  ASSERT_TRUE(verdict.ok());
  EXPECT_EQ(verdict->accepted, 2u);
  EXPECT_EQ(verdict->rejected, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(verdict->first_reason, "span 0: its trace id is absent, zero or not 16 bytes");
  EXPECT_EQ(oracle::count_items(*decode(kTracesProtobuf, body, *verdict)), 2u);
}

TEST(OtlpTraces, parent_of_wrong_length_counts_as_none) {
  auto request = oracle::traces();
  request.mutable_resource_spans(0)->mutable_scope_spans(0)->mutable_spans(0)->set_parent_span_id("short");
  const std::string body = request.SerializeAsString();
  const auto signals = decode(kTracesProtobuf, body, *judge(kTracesProtobuf, body, {}, oracle::kNow));
  EXPECT_EQ(signals->at(0).spans.at(0).parent_span_id, SpanIdBytes{});
}

TEST(OtlpTraces, unknown_kind_and_fields_are_kept_or_skipped) {
  auto request = oracle::traces();
  auto& span = *request.mutable_resource_spans(0)->mutable_scope_spans(0)->mutable_spans(0);
  span.set_kind(static_cast<opentelemetry::proto::trace::v1::Span::SpanKind>(77));
  span.GetReflection()->MutableUnknownFields(&span)->AddLengthDelimited(900, "from the future");
  const std::string body = request.SerializeAsString();
  const auto signals = decode(kTracesProtobuf, body, *judge(kTracesProtobuf, body, {}, oracle::kNow));
  EXPECT_EQ(signals->at(0).spans.at(0).kind, SpanKind::unspecified);
  EXPECT_EQ(signals->at(0).spans.size(), 2u);
}

// 0x0b: field 1, group start. libprotobuf would skip a closed group; this door does not take any.
TEST(OtlpTraces, groups_are_refused) {
  const auto verdict = judge(kTracesProtobuf, std::string("\x7b\x7c", 2), {}, oracle::kNow);
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(OtlpTraces, one_byte_bodies_never_crash) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string body(1, static_cast<char>(byte));
    EXPECT_FALSE(judge(kTracesProtobuf, body, {}, oracle::kNow).ok()) << byte;
  }
}

}  // namespace
}  // namespace nightjar
