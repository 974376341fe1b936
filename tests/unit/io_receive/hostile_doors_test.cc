// Bodies no sender should send, through every door over real sockets: changed and cut ones (never a 5xx), and bombs,
// sixteen at once. This process is asked how much memory that took.
#include <sys/resource.h>

#include <fstream>
#include <random>
#include <thread>

#include "tests/unit/io_receive/grpc_client.h"
#include "tests/unit/io_receive/senders.h"
#include "tests/unit/wire/oracle.h"

namespace nightjar {
namespace {

constexpr std::size_t kRoom = 64u << 20;

// Peak resident memory since the last reset.
class Peak {
 public:
  Peak() {
    std::ofstream("/proc/self/clear_refs") << "5";
    before_ = high_water();
  }
  std::size_t grown() const { return high_water() > before_ ? high_water() - before_ : 0; }

 private:
  static std::size_t high_water() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) * 1024;
    return 0;
  }
  std::size_t before_ = 0;
};

std::string changed(std::string body, std::mt19937& random) {
  for (std::uint32_t changes = 1 + random() % 4; changes > 0 && !body.empty(); --changes) {
    const std::size_t at = random() % body.size();
    switch (random() % 6) {
      case 0:
        body[at] = static_cast<char>(random());
        break;
      case 1:
        body[at] = static_cast<char>(body[at] ^ (1 << random() % 8));
        break;
      case 2:
        body.resize(at);
        break;
      case 3:
        body.insert(at, 1 + random() % 8, static_cast<char>(random()));
        break;
      case 4:
        body.erase(at, 1 + random() % 16);
        break;
      case 5:
        body.insert(at, body.substr(at, random() % 64));
        break;
    }
  }
  return body;
}

class HostileDoors : public DoorTest {
 protected:
  // A connection that stays, as real senders keep theirs.
  int status_of(const Sender& sender, const Sent& sent) {
    const auto reply = call_http(
        {"POST", fmt::format("http://127.0.0.1:{}{}", server_->port(), sender.path), sent.headers, sent.body});
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? reply->status : 0;
  }
};

TEST_F(HostileDoors, ChangedBodiesAreNeverA5xx) {
  open();
  const std::vector<Sender> senders = all_senders();
  constexpr int kRuns = 300;  // a door; the decoders alone are fuzzed with many more
  std::map<int, int> statuses;
  const Peak peak;
  for (std::size_t i = 0; i < senders.size(); ++i) {
    std::mt19937 random(static_cast<std::uint32_t>(20261125 + i));
    const Sender& sender = senders[i];
    for (int run = 0; run < kRuns; ++run) {
      // Signed as the sender would sign it: the decoder is what is tried here, not the guard.
      Sent sent = sent_by(sender, changed(sender.body, random), has_own_secret(sender) ? kSecret : "");
      const bool packed = sender.family == Family::remote_write_1 || sender.family == Family::remote_write_2;
      if (packed && run % 4 == 0) sent.body = changed(sent.body, random);  // the snappy of it, too
      const int status = status_of(sender, sent);
      ++statuses[status];
      ASSERT_LT(status, 500) << sender.name << ", run " << run;
      ASSERT_GE(status, 200) << sender.name << ", run " << run;
    }
    inbox_.taken.clear();
    inbox_.priorities.clear();
  }
  std::string tally;
  for (const auto& [status, count] : statuses) tally += fmt::format(" {}: {}", status, count);
  std::printf("changed bodies, %d a door:%s; peak memory +%.1f MiB\n", kRuns, tally.c_str(),
              static_cast<double>(peak.grown()) / (1 << 20));
  EXPECT_GT(statuses[400], 1000) << "the changes change too little";
  EXPECT_GT(statuses[200] + statuses[202] + statuses[204], 300) << "the changes break everything";
  EXPECT_LE(peak.grown(), kRoom);
}

TEST_F(HostileDoors, ChangedMessagesOverGrpcAreTakenOrInvalid) {
  const auto server = *OtlpGrpcServer::start("127.0.0.1:0", doorway_);
  GrpcClient client(server->port());
  const std::pair<const char*, const char*> methods[] = {{kTraces, "traces"}, {kMetrics, "metrics"}, {kLogs, "logs"}};
  int taken = 0, invalid = 0;
  for (const auto& [method, name] : methods) {
    std::mt19937 random(20261125);
    const std::string body = corpus(std::string("otlp_protobuf/") + name);
    for (int run = 0; run < 300; ++run) {
      const GrpcReply reply = client.call(method, changed(body, random), run % 2 == 0);
      taken += reply.status.ok();
      invalid += reply.status.error_code() == grpc::StatusCode::INVALID_ARGUMENT;
    }
  }
  EXPECT_EQ(taken + invalid, 900);
  EXPECT_GT(taken, 50);
  EXPECT_GT(invalid, 50);
}

struct Bomb {
  std::string name, path, body;
  HttpHeaders headers;
  bool declared;  // what it would become is said in its first bytes
};

std::string deep_attribute_value(int depth) {
  // AnyValue{array_value{values{...}}}: two levels each.
  std::string value;
  for (int i = 0; i < depth; ++i) {
    std::string list, outer;
    protozero::pbf_writer(list).add_message(1, value);
    protozero::pbf_writer(outer).add_message(5, list);
    value = outer;
  }
  return value;
}

std::string deep_logs(int depth) {
  std::string record, scope, resource, request;
  protozero::pbf_writer(record).add_message(5, deep_attribute_value(depth));
  protozero::pbf_writer(scope).add_message(2, record);
  protozero::pbf_writer(resource).add_message(2, scope);
  protozero::pbf_writer(request).add_message(1, resource);
  return request;
}

std::vector<Bomb> bombs() {
  const HttpHeaders protobuf = {{"Content-Type", "application/x-protobuf"}},
                    json = {{"Content-Type", "application/json"}};
  const auto coded = [](HttpHeaders headers, const char* coding) {
    headers.emplace_back("Content-Encoding", coding);
    return headers;
  };
  const std::string zeros(300u << 20, '\0');
  std::vector<Bomb> all;
  all.push_back({"gzip of 300 MiB", "/v1/traces", gzip(zeros), coded(protobuf, "gzip"), false});
  all.push_back({"zstd of 300 MiB", "/v1/traces", zstd(zeros), coded(protobuf, "zstd"), false});
  all.push_back({"gzip of alerts", "/api/v2/alerts", gzip(zeros), coded(json, "gzip"), false});
  // As long as it may be as sent, a body is no bomb: what all of them hold together is the budget's to bound.
  all.push_back({"snappy of 40 MiB", "/api/v1/write", snap(std::string_view(zeros).substr(0, 40u << 20)),
                 coded(protobuf, "snappy"), true});
  all.push_back({"snappy that declares 4 GiB", "/api/v1/write", std::string("\xff\xff\xff\xff\x0f", 5) + "xxxx",
                 coded(protobuf, "snappy"), true});
  all.push_back({"deep JSON", "/v1/logs", std::string(1u << 20, '['), json, false});
  all.push_back({"deep JSON value", "/v1/logs",
                 R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":)" +
                     [] {
                       std::string text;
                       for (int i = 0; i < 100'000; ++i) text += R"({"arrayValue":{"values":[)";
                       return text;
                     }(),
                 json, false});
  all.push_back({"deep alerts", "/api/v2/alerts", std::string(1u << 20, '['), json, false});
  all.push_back({"deep protobuf", "/v1/logs", deep_logs(2000), protobuf, false});
  all.push_back({"a length of 2 GiB", "/v1/traces", std::string("\x0a\xff\xff\xff\xff\x07", 6), protobuf, true});
  // Empty series: two bytes each. 787 kB of them cost other servers gigabytes.
  std::string series;
  for (int i = 0; i < 8'000'000; ++i) series += std::string("\x0a\x00", 2);
  all.push_back({"8 M empty series", "/api/v1/write", snap(series), coded(protobuf, "snappy"), false});
  std::string spans;
  for (int i = 0; i < 4'000'000; ++i) spans += std::string("\x12\x00", 2);
  std::string resource, request;
  protozero::pbf_writer(resource).add_message(2, spans);
  protozero::pbf_writer(request).add_message(1, resource);
  all.push_back({"4 M empty spans", "/v1/traces", gzip(request), coded(protobuf, "gzip"), false});
  return all;
}

TEST_F(HostileDoors, BombsSixteenAtOnceCostTheirLimit) {
  const std::vector<Bomb> all = bombs();
  // The pool's two threads inflate at most two bodies at a time, however many come.
  open();
  const auto throw_one = [&](const Bomb& bomb) {
    const auto begun = std::chrono::steady_clock::now();
    const auto reply = call_http({.method = "POST",
                                  .url = fmt::format("http://127.0.0.1:{}{}", server_->port(), bomb.path),
                                  .headers = bomb.headers,
                                  .body = bomb.body,
                                  .timeout = seconds(60)});
    const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
    EXPECT_TRUE(reply.ok()) << bomb.name << ": " << reply.status();
    return std::pair(reply.ok() ? reply->status : 0, ms);
  };
  for (const Bomb& bomb : all) {
    const auto [status, ms] = throw_one(bomb);
    EXPECT_TRUE(status == 400 || status == 413) << bomb.name << ": " << status;
    std::printf("  %-28s %9zu bytes  %d in %.1f ms\n", bomb.name.c_str(), bomb.body.size(), status, ms);
    if (bomb.declared) {
      EXPECT_LT(ms, 1000) << bomb.name << ": refused by its first bytes";
    }
  }
  for (const Bomb& bomb : all) {
    const Peak peak;
    std::vector<std::thread> senders;
    std::atomic<int> refused{0};
    for (int i = 0; i < 16; ++i)
      senders.emplace_back([&] {
        const auto [status, ms] = throw_one(bomb);
        refused += status == 400 || status == 413 || status == 503;
      });
    for (std::thread& sender : senders) sender.join();
    EXPECT_EQ(refused, 16) << bomb.name;
    // The sixteen clients are this process too: their copies of the body are not the server's.
    const std::size_t ours = 16 * bomb.body.size();
    std::printf("  16 x %-28s +%.1f MiB, of which the clients' own bodies %.1f\n", bomb.name.c_str(),
                static_cast<double>(peak.grown()) / (1 << 20), static_cast<double>(ours) / (1 << 20));
    EXPECT_LE(peak.grown(), kRoom + ours) << bomb.name;
  }
  EXPECT_EQ(inbox_.count(), 0u);
  server_->stop();
  EXPECT_EQ(budget_.used_bytes(), 0u);
}

}  // namespace
}  // namespace nightjar
