// bench/ingest/load.cc
// ingest_load KIND ADDRESS: sends bodies of bench/ingest/world to one server for a while and says in JSON what was
// acknowledged and how long that took. Each connection has series of its own, so that samples of a series come in
// order; a connection waits for its answer before it sends again, and sends a refused body again after the time the
// server asked for.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <snappy.h>
#include <CLI/CLI.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "bench/ingest/world.h"

namespace nightjar::bench {
namespace {

namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;

struct Options {
  std::string kind, host = "127.0.0.1", port, path;
  std::uint64_t series = 100'000;
  std::size_t batch = 2'000, connections = 4;
  double seconds = 20;
  double rounds_every_s = 0;                  // 0: as fast as it is answered
  std::uint64_t first_round = 1, rounds = 0;  // 0: no end but `seconds`
  bool gzip = false;
};

struct Told {
  std::uint64_t items = 0, bodies = 0, refused = 0, failed = 0, bytes = 0;
  std::vector<float> milliseconds;
  std::string first_failure;
};

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Sends one body until it is acknowledged; false: it never will be.
class Sender {
 public:
  virtual ~Sender() = default;
  enum class Answer { taken, later, never };
  virtual Answer send(const std::string& body, std::string& why) = 0;
};

class HttpSender : public Sender {
 public:
  HttpSender(const Options& options, bool remote_write) : options_(options), remote_write_(remote_write) { connect(); }

  Answer send(const std::string& body, std::string& why) override {
    std::string sent;
    if (remote_write_)
      snappy::Compress(body.data(), body.size(), &sent);
    else
      sent = body;
    http::request<http::string_body> request(http::verb::post, options_.path, 11);
    request.set(http::field::host, options_.host);
    request.set(http::field::content_type, "application/x-protobuf");
    if (remote_write_) {
      request.set(http::field::content_encoding, "snappy");
      request.set("X-Prometheus-Remote-Write-Version", "0.1.0");
    }
    request.body() = std::move(sent);
    request.prepare_payload();
    bytes_ = request.body().size();
    http::write(*stream_, request);
    http::response<http::string_body> response;
    http::read(*stream_, buffer_, response);
    const unsigned status = response.result_int();
    if (!response.keep_alive()) connect();
    if (status / 100 == 2) return Answer::taken;
    why = fmt::format("{} {}", status, response.body());
    if (status != 503 && status != 429) return Answer::never;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return Answer::later;
  }
  std::size_t bytes() const { return bytes_; }

 private:
  void connect() {
    boost::asio::ip::tcp::resolver resolver(context_);
    stream_ = std::make_unique<boost::asio::ip::tcp::socket>(context_);
    boost::asio::connect(*stream_, resolver.resolve(options_.host, options_.port));
    stream_->set_option(boost::asio::ip::tcp::no_delay(true));
    buffer_.clear();
  }
  const Options& options_;
  bool remote_write_;
  boost::asio::io_context context_;
  std::unique_ptr<boost::asio::ip::tcp::socket> stream_;
  boost::beast::flat_buffer buffer_;
  std::size_t bytes_ = 0;
};

class GrpcSender : public Sender {
 public:
  GrpcSender(const Options& options, std::string method) : method_(std::move(method)) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stub_ = std::make_unique<grpc::GenericStub>(
        grpc::CreateCustomChannel(options.host + ":" + options.port, grpc::InsecureChannelCredentials(), arguments));
  }
  Answer send(const std::string& body, std::string& why) override {
    grpc::Slice slice(body);
    grpc::ByteBuffer request(&slice, 1), response;
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    auto call = stub_->PrepareUnaryCall(&context, method_, request, &queue);
    call->StartCall();
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    if (status.ok()) return Answer::taken;
    why = fmt::format("{} {}", static_cast<int>(status.error_code()), status.error_message());
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return Answer::never;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return Answer::later;
  }

 private:
  std::string method_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

struct Way {
  BodyKind body;
  std::string path;
};
Way way_of(const std::string& kind) {
  if (kind == "remote_write") return {BodyKind::remote_write, "/api/v1/write"};
  if (kind == "otlp_http_metrics") return {BodyKind::otlp_metrics, "/v1/metrics"};
  if (kind == "otlp_http_traces") return {BodyKind::otlp_traces, "/v1/traces"};
  if (kind == "otlp_grpc_metrics")
    return {BodyKind::otlp_metrics, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"};
  return {BodyKind::otlp_traces, "/opentelemetry.proto.collector.trace.v1.TraceService/Export"};
}

// One connection: its share of the series, round after round.
Told drive(const Options& options, const Way& way, std::size_t connection, Clock::time_point begin) {
  Told told;
  std::unique_ptr<Sender> sender;
  if (options.kind.starts_with("otlp_grpc"))
    sender = std::make_unique<GrpcSender>(options, options.path);
  else
    sender = std::make_unique<HttpSender>(options, way.body == BodyKind::remote_write);
  const std::uint64_t share = options.series / options.connections / options.batch * options.batch;
  const std::uint64_t from = share * connection;
  const auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.seconds));
  for (std::uint64_t round = 0; Clock::now() < end && (options.rounds == 0 || round < options.rounds); ++round) {
    if (options.rounds_every_s > 0)
      std::this_thread::sleep_until(begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                                                options.rounds_every_s * static_cast<double>(round))));
    for (std::uint64_t at = 0; at < share && Clock::now() < end; at += options.batch) {
      const std::uint64_t first = way.body == BodyKind::otlp_traces ? (from + at) + round * options.series : from + at;
      const std::string body =
          make_body(way.body, first, options.batch, options.series, options.first_round + round, now_ms());
      std::string why;
      Sender::Answer answer = Sender::Answer::later;
      const auto sent = Clock::now();
      while (answer == Sender::Answer::later) {
        answer = sender->send(body, why);
        if (answer == Sender::Answer::later) ++told.refused;
        if (Clock::now() > end + std::chrono::seconds(30)) break;
      }
      if (answer != Sender::Answer::taken) {
        ++told.failed;
        if (told.first_failure.empty()) told.first_failure = why;
        continue;
      }
      told.milliseconds.push_back(std::chrono::duration<float, std::milli>(Clock::now() - sent).count());
      told.items += options.batch;
      told.bytes += body.size();
      ++told.bodies;
    }
  }
  return told;
}

int run(Options options) {
  const Way way = way_of(options.kind);
  if (options.path.empty()) options.path = way.path;
  std::vector<Told> all(options.connections);
  std::vector<std::thread> threads;
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < options.connections; ++i)
    threads.emplace_back([&, i] {
      try {
        all[i] = drive(options, way, i, begin);
      } catch (const std::exception& e) {
        all[i].failed = 1;
        all[i].first_failure = e.what();
      }
    });
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  Told sum;
  for (const Told& told : all) {
    sum.items += told.items, sum.bodies += told.bodies, sum.refused += told.refused, sum.failed += told.failed;
    sum.bytes += told.bytes;
    if (sum.first_failure.empty()) sum.first_failure = told.first_failure;
    sum.milliseconds.insert(sum.milliseconds.end(), told.milliseconds.begin(), told.milliseconds.end());
  }
  std::sort(sum.milliseconds.begin(), sum.milliseconds.end());
  const auto quantile = [&](double q) {
    if (sum.milliseconds.empty()) return 0.0F;
    return sum.milliseconds[static_cast<std::size_t>(q * static_cast<double>(sum.milliseconds.size() - 1))];
  };
  std::erase_if(sum.first_failure, [](char c) { return c == '"' || c == '\\' || c == '\n'; });
  fmt::print(
      "{{\"items\": {}, \"bodies\": {}, \"bytes\": {}, \"refused\": {}, \"failed\": {}, \"seconds\": {:.3f}, "
      "\"p50_ms\": {:.2f}, \"p99_ms\": "
      "{:.2f}, \"max_ms\": {:.2f}, \"first_failure\": \"{}\"}}\n",
      sum.items, sum.bodies, sum.bytes, sum.refused, sum.failed, seconds, quantile(0.5), quantile(0.99), quantile(1),
      sum.first_failure);
  return sum.items == 0 ? 1 : 0;
}

}  // namespace
}  // namespace nightjar::bench

int main(int argc, char** argv) {
  nightjar::bench::Options options;
  CLI::App app("sends bodies to one server and says what was acknowledged");
  app.add_option("kind", options.kind)
      ->required()
      ->check(CLI::IsMember(
          {"remote_write", "otlp_http_metrics", "otlp_http_traces", "otlp_grpc_metrics", "otlp_grpc_traces"}));
  app.add_option("port", options.port, "of 127.0.0.1")->required();
  app.add_option("--path", options.path, "instead of the usual one");
  app.add_option("--series", options.series);
  app.add_option("--batch", options.batch, "items in a body");
  app.add_option("--connections", options.connections);
  app.add_option("--seconds", options.seconds);
  app.add_option("--every", options.rounds_every_s, "seconds between two samples of a series; 0: at once");
  app.add_option("--first-round", options.first_round);
  app.add_option("--rounds", options.rounds, "stop after so many; 0: when the time is over");
  CLI11_PARSE(app, argc, argv);
  return nightjar::bench::run(options);
}
