// The OTLP/gRPC contract, asked by a real gRPC client over raw bytes.
#include "tests/unit/io_receive/door_fixture.h"
#include "tests/unit/io_receive/grpc_client.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

class OtlpGrpc : public DoorTest {
 protected:
  void open_grpc(std::vector<DoorToken> tokens = {}) {
    doorway_.tokens = std::move(tokens);
    auto server = OtlpGrpcServer::start("127.0.0.1:0", doorway_);
    ASSERT_TRUE(server.ok()) << server.status();
    grpc_ = *std::move(server);
    client_ = std::make_unique<GrpcClient>(grpc_->port());
  }
  GrpcReply call(const std::string& method, const std::string& body, bool compressed = false,
                 const std::string& token = "") {
    return client_->call(method, body, compressed, token);
  }
  std::unique_ptr<OtlpGrpcServer> grpc_;
  std::unique_ptr<GrpcClient> client_;
};

TEST_F(OtlpGrpc, ThreeMethodsAnswerOk) {
  open_grpc();
  const std::string body = traces_request({span_bytes()});
  const GrpcReply reply = call(kTraces, body);
  EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(inbox_.last<SignalsArrived>().body, body);
  EXPECT_TRUE(call(kMetrics, "").status.ok());
  EXPECT_TRUE(call(kLogs, "").status.ok());
  EXPECT_EQ(inbox_.count(), 1u);
  EXPECT_EQ(ledger_.counts(Door::otlp_grpc).requests, 3u);
}

TEST_F(OtlpGrpc, GzipMessagesAreInflatedByUs) {
  open_grpc();
  std::vector<std::string> spans(200, span_bytes());
  const std::string body = traces_request(spans);
  EXPECT_TRUE(call(kTraces, body, true).status.ok());
  EXPECT_EQ(inbox_.last<SignalsArrived>().body, body);
  EXPECT_LT(ledger_.counts(Door::otlp_grpc).bytes, body.size());  // it did arrive compressed
}

TEST_F(OtlpGrpc, PartialSuccessIsOkWithAMessage) {
  open_grpc();
  const GrpcReply reply = call(kTraces, traces_request({span_bytes(), span_bytes(kNow + hours(24))}));
  EXPECT_TRUE(reply.status.ok());
  EXPECT_EQ(reply.body.substr(0, 1), "\x0a");
}

TEST_F(OtlpGrpc, UndecodableAndUnknown) {
  open_grpc();
  EXPECT_EQ(call(kTraces, "\x0a\xff").status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(call(kTraces, "\x1f\x8bzzzz").status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(
      call("/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export", "").status.error_code(),
      grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(OtlpGrpc, OverloadIsUnavailableWithRetryInfo) {
  open_grpc();
  inbox_.refuse = unavailable("the journal is behind");
  const GrpcReply reply = call(kTraces, traces_request({span_bytes()}));
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(reply.status.error_message(), "the journal is behind");
  EXPECT_THAT(reply.status.error_details(), HasSubstr("type.googleapis.com/google.rpc.RetryInfo"));
}

TEST_F(OtlpGrpc, TooLargeIsResourceExhaustedWithoutRetryInfo) {
  open_grpc();
  const GrpcReply plain = call(kTraces, std::string((20u << 20) + 1, 'x'));
  EXPECT_EQ(plain.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << plain.status.error_message();
  EXPECT_EQ(plain.status.error_details(), "");
  const GrpcReply bomb = call(kTraces, std::string(100u << 20, '\0'), true);
  EXPECT_EQ(bomb.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << bomb.status.error_message();
  EXPECT_EQ(bomb.status.error_details(), "");
  EXPECT_TRUE(call(kTraces, "").status.ok());
  grpc_->stop();  // what the last call held goes a moment after its answer
  EXPECT_EQ(budget_.used_bytes(), 0u);
}

TEST_F(OtlpGrpc, Tokens) {
  open_grpc({{"collector", to_hex(sha256("nj_good"))}});
  EXPECT_EQ(call(kTraces, "").status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(call(kTraces, "", false, "nj_bad").status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(call(kTraces, traces_request({span_bytes()}), false, "nj_good").status.ok());
  EXPECT_EQ(inbox_.last<SignalsArrived>().principal, "collector");
}

TEST_F(OtlpGrpc, APortInUseIsALineThatSaysWhatToDo) {
  open_grpc();
  const auto second = OtlpGrpcServer::start(fmt::format("127.0.0.1:{}", grpc_->port()), doorway_);
  EXPECT_THAT(std::string(message_of(second.status())), HasSubstr("another listen.otlp_grpc"));
  EXPECT_FALSE(OtlpGrpcServer::start("4317", doorway_).ok());
}

}  // namespace
}  // namespace nightjar
