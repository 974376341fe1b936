// What the tests of the doors share: a doorway with an Inbox that does as it is told, a server, and bodies written
// byte by byte from the specifications. Tests only.
#pragma once

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <deque>
#include <mutex>

#include <protozero/pbf_writer.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "io/net/http_client.h"
#include "io/net/http_server.h"
#include "io/receive/alert_doors.h"
#include "io/receive/change_doors.h"
#include "io/receive/otlp_grpc.h"
#include "io/receive/otlp_http.h"
#include "io/receive/remote_write.h"
#include "io/receive/webhook_doors.h"
#include "tests/unit/io_net/raw_client.h"

namespace nightjar {

class FakeInbox : public Inbox {
 public:
  void offer(InputBody body, Priority priority, std::function<void(absl::Status, Sequence)> done) override {
    Sequence sequence = 0;
    {
      std::lock_guard lock(mutex);
      if (refuse.ok()) {
        taken.push_back(std::move(body));
        priorities.push_back(priority);
        sequence = taken.size();
      }
    }
    done(refuse, sequence);
  }
  std::size_t count() {
    std::lock_guard lock(mutex);
    return taken.size();
  }
  template <class T>
  T last() {
    std::lock_guard lock(mutex);
    return std::get<T>(taken.back());
  }

  absl::Status refuse;
  std::mutex mutex;
  std::deque<InputBody> taken;
  std::deque<Priority> priorities;
};

// 2026-11-24T22:50:40Z
inline constexpr Timestamp kNow{1'795'560'640'000'000'000};

class DoorTest : public ::testing::Test {
 protected:
  void open(std::vector<DoorToken> tokens = {}, ChangeDoorSettings changes = {}) {
    WebhookSecrets secrets;
    for (const Door door : kWebhookDoors) secrets[door] = "s3cret";
    secrets[Door::sentry] = "s3cret";
    open_with(std::move(tokens), std::move(changes), secrets);
  }
  void open_with(std::vector<DoorToken> tokens, ChangeDoorSettings changes, const WebhookSecrets& secrets) {
    doorway_.tokens = std::move(tokens);
    Router router;
    add_otlp_http_routes(router, doorway_);
    add_remote_write_route(router, doorway_);
    AlertDoorSettings alerts;
    if (const auto sentry = secrets.find(Door::sentry); sentry != secrets.end()) alerts.sentry_secret = sentry->second;
    add_alert_routes(router, doorway_, std::move(alerts));
    add_change_routes(router, doorway_, std::move(changes));
    add_webhook_routes(router, doorway_, secrets);
    HttpServerSettings settings;
    settings.address = "127.0.0.1:0";
    settings.budget = &budget_;
    server_ = *HttpServer::start(settings, std::move(router));
  }
  HttpReply post(std::string path, std::string body, HttpHeaders headers) {
    auto reply = call_http(
        {"POST", fmt::format("http://127.0.0.1:{}{}", server_->port(), path), std::move(headers), std::move(body)});
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? *reply : HttpReply{};
  }

  FakeInbox inbox_;
  ManualClock clock_{kNow};
  DoorLedger ledger_;
  LiveStatus status_;
  ByteBudget budget_{256u << 20};
  WorkPool pool_{2, 64}, control_pool_{2, 64};
  Doorway doorway_{inbox_, clock_, ledger_, status_, pool_, control_pool_, budget_, Limits{}, {}};
  std::unique_ptr<HttpServer> server_;
};

// One span of `service`; `name` of more than 256 bytes or a start far ahead makes it a bad one.
inline std::string span_bytes(Timestamp start = kNow) {
  std::string span;
  protozero::pbf_writer writer(span);
  writer.add_bytes(1, std::string(16, '\x01'));
  writer.add_bytes(2, std::string(8, '\x02'));
  writer.add_string(5, "GET /checkout");
  writer.add_enum(6, 2);
  writer.add_fixed64(7, static_cast<std::uint64_t>(start.ns));
  writer.add_fixed64(8, static_cast<std::uint64_t>(start.ns + 1'000'000));
  return span;
}

inline std::string traces_request(const std::vector<std::string>& spans) {
  std::string value, attribute, resource, scope, group, request;
  protozero::pbf_writer(value).add_string(1, "payment");
  protozero::pbf_writer attribute_writer(attribute);
  attribute_writer.add_string(1, "service.name");
  attribute_writer.add_message(2, value);
  protozero::pbf_writer(resource).add_message(1, attribute);
  protozero::pbf_writer scope_writer(scope);
  for (const std::string& span : spans) scope_writer.add_message(2, span);
  protozero::pbf_writer group_writer(group);
  group_writer.add_message(1, resource);
  group_writer.add_message(2, scope);
  protozero::pbf_writer(request).add_message(1, group);
  return request;
}

inline std::string gzip(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string result(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}
inline std::string zstd(std::string_view bytes) {
  std::string result(ZSTD_compressBound(bytes.size()), '\0');
  result.resize(ZSTD_compress(result.data(), result.size(), bytes.data(), bytes.size(), 3));
  return result;
}
inline std::string snap(std::string_view bytes) {
  std::string result;
  snappy::Compress(bytes.data(), bytes.size(), &result);
  return result;
}

}  // namespace nightjar
