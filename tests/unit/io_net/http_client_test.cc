#include "io/net/http_client.h"

#include <cstdlib>

#include "base/text.h"
#include "io/net/http_server.h"
#include "tests/unit/io_net/raw_client.h"

namespace nightjar {
namespace {

std::unique_ptr<HttpServer> peer(HttpHandler handler) {
  Router router;
  router.add({"GET", "/x", handler});
  router.add({"PATCH", "/x", handler});
  HttpServerSettings settings;
  settings.address = "127.0.0.1:0";
  return *HttpServer::start(settings, std::move(router));
}

std::string url_of(const HttpServer& server) { return fmt::format("http://127.0.0.1:{}/x", server.port()); }

TEST(HttpClient, SendsMethodHeadersAndBody) {
  auto server = peer([](auto request, Responder responder) {
    responder.answer({201,
                      "text/plain",
                      fmt::format("{} {} {}", request->method, request->header("X-Key"), request->body),
                      {{"X-Reply", "yes"}}});
  });
  const auto reply = call_http({"PATCH", url_of(*server), {{"X-Key", "k"}}, "b"});
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->status, 201);
  EXPECT_EQ(reply->body, "PATCH k b");
  EXPECT_EQ(find_header(reply->headers, "x-reply"), "yes");
}

TEST(HttpClient, DoesNotFollowRedirectsNorTheEnvironment) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  auto server = peer([](auto, Responder responder) {
    responder.answer({302, "", "", {{"Location", "http://127.0.0.1:1/"}}});
  });
  const auto reply = call_http({.url = url_of(*server)});
  ::unsetenv("http_proxy");
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->status, 302);
}

TEST(HttpClient, CapsTheAnswer) {
  auto server = peer([](auto, Responder responder) {
    responder.answer({200, "text/plain", std::string(70'000, 'x'), {}});
  });
  EXPECT_EQ(call_http({.url = url_of(*server)}).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(HttpClient, TellsWhetherAnythingWasSent) {
  std::uint16_t closed_port;
  {
    auto server = peer([](auto, Responder) {});
    closed_port = server->port();
  }
  EXPECT_EQ(call_http({.url = fmt::format("http://127.0.0.1:{}/x", closed_port)}).status().code(),
            absl::StatusCode::kUnavailable);
  std::vector<Responder> kept;
  auto silent = peer([&](auto, Responder responder) { kept.push_back(responder); });
  EXPECT_EQ(call_http({.url = url_of(*silent), .timeout = milliseconds(200)}).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  silent->stop(milliseconds(0));
}

TEST(HttpClient, ChecksTheAddressItConnectsTo) {
  bool reached = false;
  auto server = peer([&](auto, Responder responder) {
    reached = true;
    responder.answer({});
  });
  std::string asked;
  const auto reply = call_http(
      {.url = fmt::format("http://localhost:{}/x", server->port()), .check_address = [&](std::string_view address) {
         asked = address;
         return permission_denied("{} is a loopback address", address);
       }});
  EXPECT_EQ(reply.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_FALSE(asked.empty());
  EXPECT_FALSE(reached);
}

TEST(HttpClient, RefusesWhatIsNotHttpAndBrokenHeaders) {
  EXPECT_EQ(call_http({.url = "file:///etc/passwd"}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(call_http({.url = "gopher://127.0.0.1/"}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(call_http({.url = "http://127.0.0.1:1/", .headers = {{"X", "a\r\nY: b"}}}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace nightjar
