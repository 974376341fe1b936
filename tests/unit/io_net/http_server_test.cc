#include "io/net/http_server.h"

#include <future>

#include "base/text.h"
#include "io/net/http_client.h"
#include "io/net/work_pool.h"
#include "tests/unit/io_net/raw_client.h"

namespace nightjar {
namespace {

using Clock = std::chrono::steady_clock;

Route echo_route(std::size_t limit = 1024 * 1024) {
  Route route{"POST", "/echo", [](std::shared_ptr<const HttpRequest> request, Responder responder) {
                responder.answer({200, "text/plain", request->body, {}});
              }};
  route.body_limit_bytes = limit;
  return route;
}

std::unique_ptr<HttpServer> serve(Router router, HttpServerSettings settings = {}) {
  settings.address = "127.0.0.1:0";
  auto server = HttpServer::start(std::move(settings), std::move(router));
  EXPECT_TRUE(server.ok()) << server.status();
  return *std::move(server);
}

std::unique_ptr<HttpServer> serve(Route route, HttpServerSettings settings = {}) {
  Router router;
  router.add(std::move(route));
  return serve(std::move(router), std::move(settings));
}

HttpReply post(const HttpServer& server, std::string path, std::string body, HttpHeaders headers = {}) {
  auto reply = call_http(
      {"POST", fmt::format("http://127.0.0.1:{}{}", server.port(), path), std::move(headers), std::move(body)});
  EXPECT_TRUE(reply.ok()) << reply.status();
  return reply.ok() ? *reply : HttpReply{};
}

TEST(HttpServer, AnswersAndKeepsTheConnection) {
  auto server = serve(echo_route());
  RawClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_THAT(client.read_until("hello"), ::testing::HasSubstr("200 OK"));
  }
  EXPECT_EQ(server->counts().accepted, 1u);
  EXPECT_EQ(server->counts().requests, 3u);
}

TEST(HttpServer, TakesPipelinedRequestsInOrder) {
  auto server = serve(echo_route());
  RawClient client(server->port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\noneP"
      "OST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ntwo");
  const std::string seen = client.read_until("two");
  EXPECT_LT(seen.find("one"), seen.find("two"));
}

TEST(HttpServer, TakesChunkedBodies) {
  auto server = serve(echo_route());
  RawClient client(server->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  client.send("7\r\n, night\r\n0\r\n\r\n");
  EXPECT_THAT(client.read_until("hello, night"), ::testing::HasSubstr("hello, night"));
}

TEST(HttpServer, BodyOfTwoMebibytesArrivesWhole) {
  auto server = serve(echo_route(4 << 20));
  const std::string body(2 << 20, 'x');
  auto reply = call_http({.method = "POST",
                          .url = fmt::format("http://127.0.0.1:{}/echo", server->port()),
                          .body = body,
                          .answer_limit_bytes = 4 << 20});
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->body, body);
}

TEST(HttpServer, RefusesDeclaredAndChunkedBodiesOverTheLimit) {
  auto server = serve(echo_route(1000));
  EXPECT_EQ(post(*server, "/echo", std::string(1001, 'x')).status, 413);
  EXPECT_EQ(post(*server, "/echo", std::string(1000, 'x')).status, 200);
  // A declared length is refused before a byte of it is sent.
  RawClient declared(server->port());
  declared.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
  EXPECT_THAT(declared.read_until("}"), ::testing::HasSubstr("413"));
  RawClient chunked(server->port());
  chunked.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" + std::string(2048, 'x') +
               "\r\n");
  EXPECT_THAT(chunked.read_to_end(), ::testing::HasSubstr("413"));
}

TEST(HttpServer, GoesOnAfterExpectContinue) {
  auto server = serve(echo_route(100));
  RawClient client(server->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), ::testing::HasSubstr("100 Continue"));
  client.send("hello");
  EXPECT_THAT(client.read_until("hello"), ::testing::HasSubstr("200 OK"));
}

TEST(HttpServer, AsksBeforeItReadsTheBody) {
  Route route = echo_route();
  route.admit = [](const HttpRequest& request) {
    return request.bearer_token() == "good" ? absl::OkStatus() : unauthenticated("no token");
  };
  auto server = serve(route);
  RawClient client(server->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n");  // no body follows
  const std::string answer = client.read_until("}");
  EXPECT_THAT(answer, ::testing::HasSubstr("401"));
  EXPECT_THAT(answer, ::testing::HasSubstr("no token"));
  EXPECT_EQ(post(*server, "/echo", "x", {{"Authorization", "Bearer good"}}).status, 200);
}

TEST(HttpServer, AnUnreadBodyDoesNotSwallowTheAnswer) {
  Route route = echo_route();
  route.admit = [](const HttpRequest&) { return permission_denied("not you"); };
  auto server = serve(route);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(post(*server, "/echo", std::string(900'000, 'x')).status, 403);
}

TEST(HttpServer, RefusesUnreadWhenTheBudgetIsUsedUp) {
  ByteBudget budget(1000);
  std::optional<Responder> kept;
  std::shared_ptr<const HttpRequest> held;
  std::promise<void> arrived;
  Router router;
  router.add(echo_route());
  router.add({"POST", "/hold", [&](auto request, Responder responder) {
                held = std::move(request);
                kept = std::move(responder);
                arrived.set_value();
              }});
  HttpServerSettings settings;
  settings.budget = &budget;
  auto server = serve(std::move(router), settings);
  RawClient first(server->port());
  first.send("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 800\r\n\r\n" + std::string(800, 'x'));
  arrived.get_future().wait();
  EXPECT_EQ(budget.used_bytes(), 800u);
  const HttpReply refused = post(*server, "/echo", std::string(300, 'x'));
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(find_header(refused.headers, "Retry-After"), "");
  RawClient chunked(server->port());
  chunked.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n12c\r\n" + std::string(300, 'x') +
               "\r\n0\r\n\r\n");
  EXPECT_THAT(chunked.read_to_end(), ::testing::HasSubstr("503"));
  held.reset();
  kept->answer({200, "text/plain", "done", {}});
  EXPECT_THAT(first.read_until("done"), ::testing::HasSubstr("200"));
  EXPECT_EQ(post(*server, "/echo", std::string(300, 'x')).status, 200);
  server->stop();
  EXPECT_EQ(budget.used_bytes(), 0u);
}

TEST(HttpServer, ClosesSlowHeadersAndSlowBodies) {
  HttpServerSettings settings;
  settings.header_time = milliseconds(200);
  settings.body_grace = milliseconds(200);
  auto server = serve(echo_route(), settings);
  RawClient headers(server->port());
  headers.send("POST /echo HTTP/1.1\r\nHo");
  headers.read_to_end(3000);
  EXPECT_TRUE(headers.closed());
  RawClient body(server->port());
  body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nabc");
  body.read_to_end(3000);
  EXPECT_TRUE(body.closed());
  // The peer sees the close a moment before it is counted.
  for (int i = 0; i < 100 && server->counts().timeouts < 2; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(server->counts().timeouts, 2u);
  // A body that trickles but keeps above its rate may go on past the grace.
  RawClient steady(server->port());
  steady.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
  for (int i = 0; i < 10; ++i) {
    steady.send(std::string(100, 'y'));
    std::this_thread::sleep_for(std::chrono::milliseconds(40));
  }
  EXPECT_THAT(steady.read_until("yyy"), ::testing::HasSubstr("200 OK"));
}

TEST(HttpServer, RefusesLongHeadersAndWhatIsNotHttp) {
  auto server = serve(echo_route());
  RawClient longer(server->port());
  longer.send("GET / HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n");
  EXPECT_THAT(longer.read_to_end(), ::testing::HasSubstr("431"));
  RawClient other(server->port());
  other.send(std::string("\x16\x03\x01\x02\x00\x01\x00", 7) + "hello tls\r\n\r\n");
  EXPECT_THAT(other.read_to_end(), ::testing::HasSubstr("400"));
  RawClient chunk(server->port());
  chunk.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello");
  EXPECT_THAT(chunk.read_to_end(), ::testing::HasSubstr("400"));
}

TEST(HttpServer, SlowClientsDoNotHoldUpAGoodOne) {
  auto server = serve(echo_route());
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 300; ++i) {
    slow.push_back(std::make_unique<RawClient>(server->port()));
    slow.back()->send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nabc");
  }
  const auto begun = Clock::now();
  EXPECT_EQ(post(*server, "/echo", "hello").status, 200);
  EXPECT_LT(Clock::now() - begun, std::chrono::seconds(1));
}

TEST(HttpServer, CapsConnections) {
  HttpServerSettings settings;
  settings.connections_at_most = 2;
  auto server = serve(echo_route(), settings);
  RawClient one(server->port()), two(server->port());
  one.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");
  one.read_until("\r\n\r\n1");
  two.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n2");
  two.read_until("\r\n\r\n2");
  RawClient three(server->port());
  three.read_to_end(2000);
  EXPECT_TRUE(three.closed());
  EXPECT_EQ(server->counts().refused_connections, 1u);
}

TEST(HttpServer, CapsConnectionsOfOneAddress) {
  HttpServerSettings settings;
  settings.connections_per_address = 1;
  auto server = serve(echo_route(), settings);
  const std::string request = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1";
  {
    RawClient one(server->port());
    one.send(request);
    one.read_until("\r\n\r\n1");
    RawClient two(server->port());
    two.read_to_end(2000);
    EXPECT_TRUE(two.closed());
    EXPECT_EQ(server->counts().refused_connections, 1u);
  }
  // What has gone makes room.
  while (server->counts().connections > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(post(*server, "/echo", "hello").status, 200);
}

TEST(HttpServer, AnswersLaterFromAnotherThread) {
  WorkPool pool(2, 100);
  auto server =
      serve(Route{"GET", "/later", [&](auto, Responder responder) {
                    ASSERT_TRUE(pool.post([responder] { responder.answer({200, "text/plain", "later", {}}); }));
                  }});
  auto reply = call_http({.url = fmt::format("http://127.0.0.1:{}/later", server->port())});
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->body, "later");
}

TEST(HttpServer, ADroppedResponderIsA500) {
  auto server = serve(Route{"GET", "/lost", [](auto, Responder) {}});
  auto reply = call_http({.url = fmt::format("http://127.0.0.1:{}/lost", server->port())});
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->status, 500);
}

TEST(HttpServer, AResponderMayOutliveTheServer) {
  std::optional<Responder> kept;
  std::promise<void> arrived;
  auto server = serve(Route{"GET", "/never", [&](auto, Responder responder) {
                              kept = responder;
                              arrived.set_value();
                            }});
  RawClient client(server->port());
  client.send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
  arrived.get_future().wait();
  server->stop(milliseconds(50));
  server.reset();
  kept->answer({200, "text/plain", "too late", {}});
  kept.reset();
}

TEST(HttpServer, StopLetsBegunRequestsBeAnswered) {
  std::optional<Responder> kept;
  std::promise<void> arrived;
  auto server = serve(Route{"GET", "/begun", [&](auto, Responder responder) {
                              kept = responder;
                              arrived.set_value();
                            }});
  RawClient client(server->port()), idle(server->port());
  client.send("GET /begun HTTP/1.1\r\nHost: x\r\n\r\n");
  arrived.get_future().wait();
  std::thread answerer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    kept->answer({200, "text/plain", "still", {}});
  });
  server->stop(seconds(5));
  answerer.join();
  EXPECT_THAT(client.read_until("still"), ::testing::HasSubstr("200 OK"));
  RawClient after(server->port());
  EXPECT_FALSE(after.connected());
}

TEST(HttpServer, StreamsEventsUntilEitherSideCloses) {
  std::promise<std::shared_ptr<EventStream>> opened;
  auto server = serve(Route{
      "GET", "/stream", [&](auto, Responder responder) { opened.set_value(responder.stream("text/event-stream")); }});
  RawClient client(server->port());
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  auto stream = opened.get_future().get();
  EXPECT_TRUE(stream->write("event: changed\ndata: 1\n\n"));
  EXPECT_THAT(client.read_until("data: 1\n\n"), ::testing::HasSubstr("text/event-stream"));
  EXPECT_TRUE(stream->write("event: changed\ndata: 2\n\n"));
  EXPECT_THAT(client.read_until("data: 2\n\n"), ::testing::HasSubstr("data: 2"));
  client.close();
  bool open = true;
  for (int i = 0; i < 200 && open; ++i) {
    open = stream->write("data: 3\n\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(open);
}

TEST(HttpServer, AReaderFarBehindIsDisconnected) {
  EventStream stream(100);
  EXPECT_TRUE(stream.write(std::string(100, 'x')));
  EXPECT_FALSE(stream.write("y"));
  EXPECT_TRUE(stream.is_closed());
}

TEST(HttpServer, StopClosesStreams) {
  std::promise<std::shared_ptr<EventStream>> opened;
  auto server = serve(Route{
      "GET", "/stream", [&](auto, Responder responder) { opened.set_value(responder.stream("text/event-stream")); }});
  RawClient client(server->port());
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  auto stream = opened.get_future().get();
  const auto begun = Clock::now();
  server->stop(seconds(10));
  EXPECT_LT(Clock::now() - begun, std::chrono::seconds(2));
  server.reset();
  EXPECT_FALSE(stream->write("late"));
}

TEST(HttpServer, SaysWhatToDoWhenThePortIsTaken) {
  auto first = serve(echo_route());
  HttpServerSettings settings;
  settings.address = fmt::format("127.0.0.1:{}", first->port());
  const auto second = HttpServer::start(settings, {});
  EXPECT_EQ(message_of(second.status()),
            fmt::format(
                "http: 127.0.0.1:{} is in use by another process; stop it, or set another listen.http in nightjar.yaml",
                first->port()));
  settings.address = "shop.example:80";
  EXPECT_FALSE(HttpServer::start(settings, {}).ok());
  settings.address = "127.0.0.1";
  EXPECT_FALSE(HttpServer::start(settings, {}).ok());
}

TEST(HttpServer, HeadHasTheLengthAndNoBody) {
  auto server = serve(Route{"GET", "/page", [](auto, Responder responder) {
                              responder.answer({200, "text/plain", "hello", {}});
                            }});
  RawClient client(server->port());
  client.send("HEAD /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, ::testing::HasSubstr("Content-Length: 5"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

}  // namespace
}  // namespace nightjar
