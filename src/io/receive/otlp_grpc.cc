#include "io/receive/otlp_grpc.h"

#include <grpc/support/log.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/resource_quota.h>

#include <optional>

#include "base/text.h"
#include "io/net/http_server.h"
#include "io/receive/retry_info.h"
#include "io/receive/signals_intake.h"
#include "wire/otlp/response.h"

namespace nightjar {
namespace {

std::optional<Encoding> encoding_of_method(std::string_view method) {
  if (method == "/opentelemetry.proto.collector.trace.v1.TraceService/Export") return Encoding::otlp_traces_protobuf;
  if (method == "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")
    return Encoding::otlp_metrics_protobuf;
  if (method == "/opentelemetry.proto.collector.logs.v1.LogsService/Export") return Encoding::otlp_logs_protobuf;
  return std::nullopt;
}

// The flag and the header that name the coding are not shown to us once gRPC's own decompression is off. A protobuf
// message of these services cannot begin so: 1f is a field of wire type 7, 28 b5 one that does not exist.
Compression compression_of(std::string_view bytes) {
  if (bytes.starts_with("\x1f\x8b")) return Compression::gzip;
  if (bytes.starts_with("\x28\xb5\x2f\xfd")) return Compression::zstd;
  return Compression::none;
}

std::string_view bearer_of(const grpc::CallbackServerContext& context) {
  const auto found = context.client_metadata().find("authorization");
  if (found == context.client_metadata().end()) return {};
  const std::string_view value(found->second.data(), found->second.length());
  constexpr std::string_view scheme = "bearer ";
  if (value.size() <= scheme.size() || !equal_without_case(value.substr(0, scheme.size()), scheme)) return {};
  return value.substr(scheme.size());
}

std::string bytes_of(const grpc::ByteBuffer& buffer) {
  std::string bytes;
  bytes.reserve(buffer.Length());
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

// One call. Lives until gRPC says OnDone; Finish is called exactly once, by whoever ends it.
class ExportCall : public grpc::ServerGenericBidiReactor {
 public:
  ExportCall(Doorway& doorway, grpc::GenericCallbackServerContext& context) : doorway_(doorway), context_(context) {
    const auto encoding = encoding_of_method(context.method());
    if (!encoding) {
      Finish({grpc::StatusCode::UNIMPLEMENTED,
              "there is no " + context.method() + "; this port takes OTLP traces, metrics and logs"});
      return;
    }
    encoding_ = *encoding;
    auto principal = principal_for(doorway_, bearer_of(context), sent_kind(encoding_));
    if (!principal.ok()) {
      refuse(principal.status(), {}, 0);
      return;
    }
    principal_ = *std::move(principal);
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish({grpc::StatusCode::INVALID_ARGUMENT, "the call came without a message"});
    const std::size_t bytes = request_.Length();
    ByteHold hold(&doorway_.budget);
    if (!hold.grow(bytes)) {
      return refuse(
          unavailable("too much is waiting to be stored; nothing of this request was kept: send it again later"), {},
          bytes);
    }
    SignalsBody body{
        encoding_,      Compression::none, bytes_of(request_), std::move(principal_), doorway_.limits.otlp_bytes,
        std::move(hold)};
    request_.Clear();
    body.compression = compression_of(body.bytes);
    if (body.compression != Compression::none && bytes > doorway_.limits.compressed_bytes) {
      return refuse(too_large("the compressed message is longer than {} bytes; send less at a time",
                              doorway_.limits.compressed_bytes),
                    body.bytes, bytes);
    }
    take_signals(doorway_, std::move(body), [this, bytes](SignalsOutcome outcome) {
      if (!outcome.status.ok()) return refuse(outcome.status, outcome.beginning, bytes);
      doorway_.ledger.note_taken(Door::otlp_grpc, outcome.verdict.accepted, outcome.verdict.rejected.size(), bytes);
      doorway_.sources.note_taken(source(), doorway_.clock.now(), outcome.verdict.accepted,
                                  outcome.verdict.rejected.size(), bytes, outcome.newest, outcome.verdict.first_reason);
      const std::string reply = encode_export_response(encoding_, outcome.verdict);
      grpc::Slice slice(reply);
      response_ = grpc::ByteBuffer(&slice, 1);
      StartWriteAndFinish(&response_, {}, grpc::Status::OK);
    });
  }
  void OnDone() override { delete this; }

 private:
  SourceKey source() const {
    const auto principal = principal_of(doorway_, bearer_of(context_));
    if (!principal.ok()) return {"unknown", Door::otlp_grpc, ""};
    const auto agent = context_.client_metadata().find("user-agent");
    if (agent == context_.client_metadata().end()) return {*principal, Door::otlp_grpc, ""};
    return {*principal, Door::otlp_grpc, cut(std::string_view(agent->second.data(), agent->second.length()), 100)};
  }
  void refuse(const absl::Status& status, std::string_view beginning, std::size_t bytes) {
    RefusedBody refused{
        Door::otlp_grpc, doorway_.clock.now(),  refused_why(status), std::string(message_of(status)), context_.peer(),
        bytes,           std::string(beginning)};
    doorway_.sources.note_refused(source(), refused);
    doorway_.ledger.note_refused(std::move(refused));
    const std::string message(message_of(status));
    if (status.code() == absl::StatusCode::kUnavailable) {
      const double pressure =
          static_cast<double>(doorway_.budget.used_bytes()) / static_cast<double>(doorway_.budget.limit_bytes() + 1);
      Finish({grpc::StatusCode::UNAVAILABLE, message,
              encode_status_with_retry(static_cast<int>(grpc::StatusCode::UNAVAILABLE), message,
                                       retry_after_seconds(pressure))});
      return;
    }
    Finish({static_cast<grpc::StatusCode>(status.code()), message});  // the two enums are one, by number
  }

  Doorway& doorway_;
  grpc::GenericCallbackServerContext& context_;
  Encoding encoding_ = Encoding::otlp_traces_protobuf;
  std::string principal_;
  grpc::ByteBuffer request_, response_;
};

class ExportService : public grpc::CallbackGenericService {
 public:
  explicit ExportService(Doorway& doorway) : doorway_(doorway) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    return new ExportCall(doorway_, *context);
  }

 private:
  Doorway& doorway_;
};

}  // namespace

struct OtlpGrpcServer::Core {
  explicit Core(Doorway& doorway) : service(doorway) {}
  ExportService service;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
};

absl::StatusOr<std::unique_ptr<OtlpGrpcServer>> OtlpGrpcServer::start(const std::string& address, Doorway& doorway) {
  if (auto host_port = parse_host_port(address); !host_port.ok()) return host_port.status();
  // gRPC writes lines of its own to stderr, paths of its sources included; what an operator needs is in our Status.
  static std::once_flag silenced;
  std::call_once(silenced, [] { gpr_set_log_function([](gpr_log_func_args*) {}); });
  auto core = std::make_unique<Core>(doorway);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &core->port);
  builder.RegisterCallbackGenericService(&core->service);
  builder.SetMaxReceiveMessageSize(static_cast<int>(doorway.limits.otlp_bytes));
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // else two processes would share the port without a word
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 100);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Messages still arriving are not in our budget yet; gRPC stops reading when they pass this.
  grpc::ResourceQuota quota("otlp_grpc");
  quota.Resize(doorway.budget.limit_bytes());
  builder.SetResourceQuota(quota);
  core->server = builder.BuildAndStart();
  if (!core->server || core->port == 0) {
    return invalid_argument(
        "otlp_grpc: cannot listen on {}: in use by another process, or not an address of this machine; stop it, or set "
        "another "
        "listen.otlp_grpc in nightjar.yaml",
        address);
  }
  return std::unique_ptr<OtlpGrpcServer>(new OtlpGrpcServer(std::move(core)));
}

OtlpGrpcServer::OtlpGrpcServer(std::unique_ptr<Core> core) : core_(std::move(core)) {}
OtlpGrpcServer::~OtlpGrpcServer() { stop(); }

std::uint16_t OtlpGrpcServer::port() const { return static_cast<std::uint16_t>(core_->port); }

void OtlpGrpcServer::stop(Duration grace) {
  if (!core_->server) return;
  core_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::nanoseconds(grace.ns));
  core_->server.reset();
}

}  // namespace nightjar
