// io/net/http_connection.h
// One connection of an HttpServer: reads a request under its limits, has it answered, again and again. Internal to
// io/net. All of it runs on the connection's strand.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "io/net/http_server.h"

namespace nightjar {

class HttpConnection;

// What the connections of one server share. Outlives the server while a Responder is still out: it may answer late.
struct HttpServer::Core : std::enable_shared_from_this<HttpServer::Core> {
  HttpServerSettings settings;
  Router router;
  std::uint16_t port = 0;
  std::atomic<bool> stopping{false};
  std::atomic<std::uint64_t> accepted{0}, requests{0}, refused_connections{0}, timeouts{0}, broken{0},
      refused_bodies{0};
  std::mutex mutex;
  std::set<HttpConnection*> connections;  // guarded by mutex
  std::map<std::string, int> of_address;  // guarded by mutex: how many of them each address has
  // Last, so that it goes first: it owns the connections, and they use the above while they go.
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor acceptor{boost::asio::make_strand(io)};
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(HttpServer::Core& core, boost::asio::ip::tcp::socket socket);
  ~HttpConnection();
  boost::asio::awaitable<void> run();
  // From any thread: closes it if no request is being answered, else after the answer.
  void finish();

 private:
  enum class Next { keep_open, close };
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

  boost::asio::awaitable<Next> serve_one();
  boost::asio::awaitable<absl::Status> read_body(Parser& parser, HttpRequest& request, std::size_t limit);
  boost::asio::awaitable<HttpReplyToSend> reply_of(const Route& route, std::shared_ptr<HttpRequest> request);
  boost::asio::awaitable<bool> write(const HttpAnswer& answer, bool head_only, bool keep_open);
  boost::asio::awaitable<void> write_stream(const HttpAnswer& head, EventStream& stream);
  boost::asio::awaitable<void> drain();

  HttpServer::Core& core_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::string remote_;
  // Both on the strand.
  bool idle_ = true;
  boost::asio::steady_timer* stream_wait_ = nullptr;  // while an EventStream waits for its next event
};

}  // namespace nightjar
