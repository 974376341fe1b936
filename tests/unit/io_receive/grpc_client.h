// A real gRPC client that sends raw bytes to the OTLP/gRPC server. Tests only.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace nightjar {

inline constexpr char kTraces[] = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
inline constexpr char kMetrics[] = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
inline constexpr char kLogs[] = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

struct GrpcReply {
  grpc::Status status;
  std::string body;
};

class GrpcClient {
 public:
  explicit GrpcClient(std::uint16_t port,
                      std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials(),
                      const std::string& host = "127.0.0.1") {
    grpc::ChannelArguments arguments;
    arguments.SetMaxSendMessageSize(-1);
    // A server that has gone and come back is another server: no channel is shared behind our back.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channel_ = grpc::CreateCustomChannel(fmt::format("{}:{}", host, port), std::move(credentials), arguments);
  }

  GrpcReply call(const std::string& method, const std::string& body, bool compressed = false,
                 const std::string& token = "") {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    if (compressed) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
    grpc::Slice slice(body);
    grpc::ByteBuffer request(&slice, 1), response;
    grpc::CompletionQueue queue;
    auto rpc = stub.PrepareUnaryCall(&context, method, request, &queue);
    GrpcReply reply;
    rpc->StartCall();
    rpc->Finish(&response, &reply.status, nullptr);
    void* tag;
    bool ok = false;
    queue.Next(&tag, &ok);
    std::vector<grpc::Slice> slices;
    if (reply.status.ok() && response.Valid() && response.Dump(&slices).ok()) {
      for (const auto& part : slices) reply.body.append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
    return reply;
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace nightjar
