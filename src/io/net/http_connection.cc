#include "io/net/http_connection.h"

#include "base/text.h"

namespace nightjar {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

std::chrono::nanoseconds chrono(Duration d) { return std::chrono::nanoseconds(d.ns); }

// Everything of the head; the parser's memory is reused by the body.
std::shared_ptr<HttpRequest> request_of(const http::request<http::buffer_body>& head, std::string_view remote) {
  auto request = std::make_shared<HttpRequest>();
  request->method = std::string(head.method_string());
  request->remote = std::string(remote);
  for (const auto& field : head) request->headers.emplace_back(field.name_string(), field.value());
  return request;
}

absl::Status no_room(const HttpRequest& request) {
  return unavailable("{}: too much is waiting to be taken in; nothing of this request was kept: send it again later",
                     request.path);
}

}  // namespace

HttpConnection::HttpConnection(HttpServer::Core& core, asio::ip::tcp::socket socket)
    : core_(core), stream_(std::move(socket)), buffer_(core.settings.header_limit_bytes + 16 * 1024) {
  error_code ignored;
  const auto endpoint = stream_.socket().remote_endpoint(ignored);
  if (!ignored) remote_ = endpoint.address().to_string();
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  std::lock_guard lock(core_.mutex);
  core_.connections.insert(this);
  ++core_.of_address[remote_];
}

HttpConnection::~HttpConnection() {
  std::lock_guard lock(core_.mutex);
  core_.connections.erase(this);
  if (const auto of = core_.of_address.find(remote_); --of->second == 0) core_.of_address.erase(of);
}

void HttpConnection::finish() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    if (self->idle_) self->stream_.close();
    if (self->stream_wait_) self->stream_wait_->cancel();
  });
}

asio::awaitable<void> HttpConnection::run() {
  for (;;) {
    if (co_await serve_one() == Next::close) break;
  }
  error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.close();
}

asio::awaitable<HttpConnection::Next> HttpConnection::serve_one() {
  error_code error;
  idle_ = true;
  if (core_.stopping) co_return Next::close;
  if (buffer_.size() == 0) {  // else the next request has already begun to arrive
    stream_.expires_after(chrono(core_.settings.idle_time));
    const std::size_t read =
        co_await stream_.async_read_some(buffer_.prepare(4096), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return Next::close;
    buffer_.commit(read);
  }
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(core_.settings.header_limit_bytes));
  parser.body_limit(boost::none);  // each route has its own, see read_body
  stream_.expires_after(chrono(core_.settings.header_time));
  co_await http::async_read_header(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
  if (error == beast::error::timeout) ++core_.timeouts;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    ++core_.broken;
    const HttpAnswer answer = error_answer(
        431, "too_large", fmt::format("the headers are longer than {} bytes", core_.settings.header_limit_bytes));
    co_await write(answer, false, false);
    co_await drain();
    co_return Next::close;
  }
  if (error && error != http::error::end_of_stream && error != beast::error::timeout &&
      error != asio::error::connection_reset && error != http::error::partial_message &&
      error != asio::error::operation_aborted) {
    ++core_.broken;
    const HttpAnswer answer =
        error_answer(400, "invalid_argument", "this is not an HTTP/1.1 request: " + error.message());
    co_await write(answer, false, false);
    co_await drain();
  }
  if (error) co_return Next::close;
  idle_ = false;
  ++core_.requests;

  std::shared_ptr<HttpRequest> request = request_of(parser.get(), remote_);
  const bool head_only = parser.get().method() == http::verb::head;
  std::string_view target(parser.get().target().data(), parser.get().target().size());
  const std::string_view raw_path = target.substr(0, target.find('?'));
  Router::Match match = core_.router.find(request->method, raw_path);
  request->path = decode_url(raw_path, false).value_or(std::string(raw_path));
  if (raw_path.size() < target.size()) request->query = parse_query(target.substr(raw_path.size() + 1));
  request->parameters = std::move(match.parameters);
  request->hold = ByteHold(core_.settings.budget);

  if (!match.route) {
    const bool has_body = !parser.is_done();
    const bool keep = parser.keep_alive() && !has_body && !core_.stopping;
    if (!co_await write(match.problem, head_only, keep)) co_return Next::close;
    if (has_body) co_await drain();
    co_return keep ? Next::keep_open : Next::close;
  }
  const Route& route = *match.route;
  absl::Status admitted = route.admit ? route.admit(*request) : absl::OkStatus();
  if (admitted.ok()) admitted = co_await read_body(parser, *request, route.body_limit_bytes);
  if (!admitted.ok()) {
    if (admitted.code() == absl::StatusCode::kCancelled) co_return Next::close;  // gone, or too slow
    ++core_.refused_bodies;
    const bool has_body = !parser.is_done();
    const bool keep = parser.keep_alive() && !has_body && !core_.stopping;
    const HttpAnswer refusal = route.refuse ? route.refuse(*request, admitted) : answer_for(admitted);
    if (!co_await write(refusal, head_only, keep)) co_return Next::close;
    if (has_body) co_await drain();
    co_return keep ? Next::keep_open : Next::close;
  }

  const bool keep_alive = parser.keep_alive();
  stream_.expires_never();
  HttpReplyToSend reply = co_await reply_of(route, std::move(request));
  if (reply.stream) {
    co_await write_stream(reply.answer, *reply.stream);
    co_return Next::close;
  }
  const bool keep = keep_alive && !core_.stopping;
  const bool written = co_await write(reply.answer, head_only, keep);
  co_return written&& keep ? Next::keep_open : Next::close;
}

// OK: all of the body is in request.body. Cancelled: there is nobody to answer. Other: the answer, the rest is unread.
asio::awaitable<absl::Status> HttpConnection::read_body(Parser& parser, HttpRequest& request, std::size_t limit) {
  const HttpServerSettings& settings = core_.settings;
  const auto declared = parser.content_length();
  const auto over_limit = [&] {
    return too_large("{}: the body is longer than {} bytes; nothing of it was kept: send less at a time", request.path,
                     limit);
  };
  if (declared && *declared > limit) co_return over_limit();
  if (settings.budget && declared && !settings.budget->has_room(*declared)) co_return no_room(request);
  error_code error;
  if (!parser.is_done() && equal_without_case(request.header("expect"), "100-continue")) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(stream_, asio::buffer(go_on), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return absl::CancelledError();
  }
  const auto begun = std::chrono::steady_clock::now();
  char chunk[8192];
  while (!parser.is_done()) {
    // The deadline moves on with what has come: a slow peer has its grace and then needs its bytes per second.
    stream_.expires_at(begun + chrono(settings.body_grace) +
                       std::chrono::milliseconds(static_cast<std::int64_t>(request.body.size()) * 1000 /
                                                 settings.body_bytes_per_second));
    parser.get().body().data = chunk;
    parser.get().body().size = sizeof chunk;
    parser.get().body().more = true;
    co_await http::async_read_some(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
    if (error == http::error::need_buffer) error = {};
    if (error) {
      if (error == beast::error::timeout) ++core_.timeouts;
      if (error.category() == http::make_error_code(http::error::bad_chunk).category() &&
          error != http::error::partial_message && error != http::error::end_of_stream) {
        co_return invalid_argument("{}: the body is not well-formed HTTP: {}", request.path, error.message());
      }
      co_return absl::CancelledError();
    }
    const std::size_t read = sizeof chunk - parser.get().body().size;
    if (request.body.size() + read > limit) co_return over_limit();
    if (!request.hold.grow(read)) co_return no_room(request);
    if (request.body.capacity() < request.body.size() + read) {
      // Never more than twice what has come: a declared length is only a claim.
      request.body.reserve(std::min<std::size_t>(limit, std::max<std::size_t>(request.body.size() * 2, 16 * 1024)));
    }
    request.body.append(chunk, read);
  }
  co_return absl::OkStatus();
}

// Hands the request to its handler and waits, without a thread, for the Responder.
asio::awaitable<HttpReplyToSend> HttpConnection::reply_of(const Route& route, std::shared_ptr<HttpRequest> request) {
  auto executor = stream_.get_executor();
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(HttpReplyToSend)>(
      [&](auto handler) {
        using Handler = decltype(handler);
        // Members go in reverse: the io_context, held by `core` while a Responder outlives the server, goes last.
        struct Way {
          std::shared_ptr<HttpServer::Core> core;
          asio::any_io_executor executor;
          std::shared_ptr<Handler> waiting;
          void operator()(HttpReplyToSend reply) const {
            asio::post(executor,
                       [waiting = waiting, reply = std::move(reply)]() mutable { (*waiting)(std::move(reply)); });
          }
        };
        Responder responder(Way{core_.shared_from_this(), executor, std::make_shared<Handler>(std::move(handler))});
        route.handle(std::move(request), std::move(responder));
      },
      asio::use_awaitable);
}

asio::awaitable<bool> HttpConnection::write(const HttpAnswer& answer, bool head_only, bool keep_open) {
  http::response<http::string_body> response;
  response.version(11);
  response.result(static_cast<unsigned>(answer.status));
  if (!answer.content_type.empty()) response.set(http::field::content_type, answer.content_type);
  for (const auto& [name, value] : core_.settings.headers) response.set(name, value);
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  response.keep_alive(keep_open);
  if (answer.status != 204) response.content_length(answer.body.size());
  if (!head_only) response.body() = answer.body;
  stream_.expires_after(chrono(core_.settings.write_time));
  error_code error;
  http::response_serializer<http::string_body> serializer(response);
  co_await http::async_write(stream_, serializer, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

// The body ends with the connection. A comment every 15 s keeps proxies awake and finds out who has gone.
asio::awaitable<void> HttpConnection::write_stream(const HttpAnswer& head, EventStream& stream) {
  auto executor = stream_.get_executor();
  // Both on the strand only. `written` remembers a wake that came while nobody waited.
  struct Wake {
    asio::steady_timer timer;
    bool written = false;
  };
  auto wake = std::make_shared<Wake>(Wake{asio::steady_timer(executor), false});
  stream.on_write([weak = std::weak_ptr(wake), executor] {
    asio::post(executor, [weak] {
      if (auto sleeper = weak.lock()) {
        sleeper->written = true;
        sleeper->timer.cancel();
      }
    });
  });
  struct Detach {
    EventStream& stream;
    ~Detach() { stream.on_write({}); }
  } detach{stream};

  std::string text =
      fmt::format("HTTP/1.1 {} OK\r\nContent-Type: {}\r\nConnection: close\r\n", head.status, head.content_type);
  for (const auto& [name, value] : core_.settings.headers) text += fmt::format("{}: {}\r\n", name, value);
  for (const auto& [name, value] : head.headers) text += fmt::format("{}: {}\r\n", name, value);
  text += "\r\n";
  for (;;) {
    wake->written = false;
    EventStream::Taken taken = stream.take();
    text += taken.text;
    error_code error;
    if (!text.empty()) {
      stream_.expires_after(chrono(core_.settings.write_time));
      co_await asio::async_write(stream_, asio::buffer(text), asio::redirect_error(asio::use_awaitable, error));
      text.clear();
      if (error) co_return;
    }
    if (taken.closed || core_.stopping) co_return;
    if (wake->written) continue;
    wake->timer.expires_after(std::chrono::seconds(15));
    stream_wait_ = &wake->timer;
    co_await wake->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    stream_wait_ = nullptr;
    if (!error) text = ": still here\n\n";
  }
}

// After an answer to a body that was not read: closing at once would reset the connection, and the peer would lose the
// answer with it. So a little is read and thrown away first.
asio::awaitable<void> HttpConnection::drain() {
  error_code error;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  stream_.expires_after(std::chrono::seconds(2));
  char rest[8192];
  std::size_t total = 0;
  while (!error && total < 4 * 1024 * 1024) {
    total += co_await stream_.async_read_some(asio::buffer(rest), asio::redirect_error(asio::use_awaitable, error));
  }
}

}  // namespace nightjar
