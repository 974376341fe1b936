#include "io/net/http_server.h"

#include "base/text.h"
#include "io/net/http_connection.h"

namespace nightjar {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

asio::awaitable<void> accept_connections(HttpServer::Core& core) {
  for (;;) {
    error_code error;
    tcp::socket socket = co_await core.acceptor.async_accept(asio::make_strand(core.io),
                                                             asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted || core.stopping) co_return;
    if (error) {
      // Out of file descriptors, most likely: wait for some to be closed, spinning would not help.
      asio::steady_timer pause(core.acceptor.get_executor(), std::chrono::milliseconds(50));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    ++core.accepted;
    const auto peer = socket.remote_endpoint(error);
    std::size_t open;
    int of_address = 0;
    {
      std::lock_guard lock(core.mutex);
      open = core.connections.size();
      const auto of = core.of_address.find(error ? std::string() : peer.address().to_string());
      if (of != core.of_address.end()) of_address = of->second;
    }
    if (open >= static_cast<std::size_t>(core.settings.connections_at_most) ||
        of_address >= core.settings.connections_per_address) {
      ++core.refused_connections;
      continue;  // the socket closes here
    }
    auto executor = socket.get_executor();
    auto connection = std::make_shared<HttpConnection>(core, std::move(socket));
    asio::co_spawn(
        executor, [connection]() -> asio::awaitable<void> { co_await connection->run(); }, asio::detached);
  }
}

absl::Status cannot_listen(const HttpServerSettings& settings, const error_code& error) {
  if (error == asio::error::address_in_use) {
    return invalid_argument("{}: {} is in use by another process; stop it, or set another listen.{} in nightjar.yaml",
                            settings.name, settings.address, settings.name);
  }
  return invalid_argument("{}: cannot listen on {}: {}; check listen.{} in nightjar.yaml", settings.name,
                          settings.address, error.message(), settings.name);
}

}  // namespace

absl::StatusOr<HostPort> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::string_view host = text.substr(0, colon), port = colon == text.npos ? "" : text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  unsigned long value = 0;
  for (char c : port)
    value = c >= '0' && c <= '9' && value < 100'000 ? value * 10 + static_cast<unsigned long>(c - '0') : 100'000;
  if (host.empty() || port.empty() || value > 65'535) {
    return invalid_argument("'{}' is no address: write host:port, as in 127.0.0.1:8080", text);
  }
  return HostPort{std::string(host), static_cast<std::uint16_t>(value)};
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerSettings settings, Router router) {
  auto host_port = parse_host_port(settings.address);
  if (!host_port.ok()) return host_port.status();
  auto core = std::make_shared<Core>();
  core->settings = std::move(settings);
  core->router = std::move(router);
  error_code error;
  const auto address = asio::ip::make_address(host_port->host == "localhost" ? "127.0.0.1" : host_port->host, error);
  if (error)
    return invalid_argument("{}: '{}' is no numeric address; write 127.0.0.1, 0.0.0.0 or ::", core->settings.name,
                            host_port->host);
  const tcp::endpoint endpoint(address, host_port->port);
  core->acceptor.open(endpoint.protocol(), error);
  if (!error) core->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) core->acceptor.bind(endpoint, error);
  if (!error) core->acceptor.listen(1024, error);
  if (error) return cannot_listen(core->settings, error);
  core->port = core->acceptor.local_endpoint().port();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(core)));
}

HttpServer::HttpServer(std::shared_ptr<Core> core) : core_(std::move(core)) {
  asio::co_spawn(core_->acceptor.get_executor(), accept_connections(*core_), asio::detached);
  for (int i = 0; i < core_->settings.threads; ++i) {
    threads_.emplace_back([io = &core_->io] {
      // The guard keeps the thread while only Responders are out.
      auto work = asio::make_work_guard(*io);
      io->run();
    });
  }
}

HttpServer::~HttpServer() { stop(); }

std::uint16_t HttpServer::port() const { return core_->port; }

HttpServerCounts HttpServer::counts() const {
  HttpServerCounts counts;
  {
    std::lock_guard lock(core_->mutex);
    counts.connections = core_->connections.size();
  }
  counts.accepted = core_->accepted;
  counts.requests = core_->requests;
  counts.refused_connections = core_->refused_connections;
  counts.timeouts = core_->timeouts;
  counts.broken = core_->broken;
  counts.refused_bodies = core_->refused_bodies;
  return counts;
}

void HttpServer::stop(Duration grace) {
  if (threads_.empty()) return;
  core_->stopping = true;
  asio::post(core_->acceptor.get_executor(), [core = core_.get()] {
    error_code ignored;
    core->acceptor.close(ignored);
  });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(grace.ns);
  for (;;) {
    // Told outside the lock: the last owner of a connection takes it to leave the list.
    std::vector<std::shared_ptr<HttpConnection>> open;
    {
      std::lock_guard lock(core_->mutex);
      if (core_->connections.empty()) break;
      for (HttpConnection* connection : core_->connections) open.push_back(connection->weak_from_this().lock());
    }
    for (const auto& connection : open) {
      if (connection) connection->finish();  // else it is going already
    }
    open.clear();
    if (std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  core_->io.stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace nightjar
