#include "io/receive/syslog.h"

#include <map>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>

#include "base/text.h"
#include "io/net/address_list.h"
#include "io/net/http_server.h"
#include "io/receive/line_gatherer.h"
#include "wire/syslog/syslog_framer.h"

namespace nightjar {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;

constexpr auto kTurn = std::chrono::milliseconds(20);

Duration steady_now() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
              .count()};
}

absl::Status cannot_listen(std::string_view key, const std::string& address, std::string_view why) {
  return invalid_argument("{}: cannot listen on {}: {}; check listen.{} in nightjar.yaml", key, address, why, key);
}

}  // namespace

// All of it on the server's one thread, but for start().
struct SyslogServer::Core {
  Core(SyslogSettings s, Doorway& d) : settings(std::move(s)), doorway(d), gatherer(d, {}) {}

  template <class Protocol>
  absl::StatusOr<typename Protocol::endpoint> endpoint_of(std::string_view key, const std::string& text) {
    const auto host_port = parse_host_port(text);
    if (!host_port.ok()) return host_port.status();
    error_code error;
    const auto address = asio::ip::make_address(host_port->host == "localhost" ? "127.0.0.1" : host_port->host, error);
    if (error) return cannot_listen(key, text, "it is no numeric address");
    return typename Protocol::endpoint(address, host_port->port);
  }
  absl::Status open_udp();
  absl::Status open_tcp(tcp::acceptor& acceptor, std::string_view key, const std::string& text);

  bool may_send(const asio::ip::address& address);
  void take(std::string_view text, bool cut, const std::string& remote);

  asio::awaitable<void> receive_datagrams();
  asio::awaitable<void> accept_connections(tcp::acceptor& acceptor, bool encrypted);
  asio::awaitable<void> serve_plain(std::shared_ptr<tcp::socket> socket, std::string remote, std::uint64_t id);
  asio::awaitable<void> serve_tls(std::shared_ptr<TlsStream> stream, std::string remote, std::uint64_t id);
  template <class Stream>
  asio::awaitable<void> read_messages(Stream& stream, const std::string& remote);
  asio::awaitable<void> keep_turning();

  const SyslogSettings settings;
  Doorway& doorway;
  AddressList allowed;
  std::shared_ptr<asio::ssl::context> tls;
  LineGatherer gatherer;
  bool stopping = false;
  std::uint64_t next_connection = 0;
  std::map<std::uint64_t, std::function<void()>> close_connection;
  asio::io_context io{1};
  udp::socket datagrams{io};
  tcp::acceptor plain{io}, encrypted{io};
};

absl::Status SyslogServer::Core::open_udp() {
  const auto endpoint = endpoint_of<udp>("syslog_udp", settings.udp);
  if (!endpoint.ok()) return endpoint.status();
  error_code error, ignored;
  datagrams.open(endpoint->protocol(), error);
  if (!error) datagrams.bind(*endpoint, error);
  // A burst waits in the kernel; more than net.core.rmem_max is not given, and that is no error.
  if (!error) datagrams.set_option(asio::socket_base::receive_buffer_size(4 << 20), ignored);
  return error ? cannot_listen("syslog_udp", settings.udp, error.message()) : absl::OkStatus();
}

absl::Status SyslogServer::Core::open_tcp(tcp::acceptor& acceptor, std::string_view key, const std::string& text) {
  const auto endpoint = endpoint_of<tcp>(key, text);
  if (!endpoint.ok()) return endpoint.status();
  error_code error;
  acceptor.open(endpoint->protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(128, error);
  return error ? cannot_listen(key, text, error.message()) : absl::OkStatus();
}

bool SyslogServer::Core::may_send(const asio::ip::address& address) {
  if (allowed.contains(address)) return true;
  doorway.ledger.note_refused({Door::syslog, doorway.clock.now(), RefusedWhy::forbidden,
                               "this address may not send syslog: add it to doors.syslog.allow_from in nightjar.yaml",
                               address.to_string(), 0, ""});
  return false;
}

void SyslogServer::Core::take(std::string_view text, bool cut, const std::string& remote) {
  gatherer.add({LineKind::syslog, cut, false, false, doorway.clock.now(), remote, text}, steady_now());
}

asio::awaitable<void> SyslogServer::Core::receive_datagrams() {
  std::string buffer(65536, '\0');
  for (;;) {
    udp::endpoint from;
    error_code error;
    const std::size_t size = co_await datagrams.async_receive_from(asio::buffer(buffer), from,
                                                                   asio::redirect_error(asio::use_awaitable, error));
    if (stopping || error == asio::error::operation_aborted) co_return;
    if (error || size == 0 || !may_send(from.address())) continue;
    if (gatherer.has_room()) {
      take(std::string_view(buffer).substr(0, size), false, from.address().to_string());
    } else {
      doorway.ledger.note_refused({Door::syslog, doorway.clock.now(), RefusedWhy::overload,
                                   "no room: the journal is behind", from.address().to_string(), size, ""});
    }
  }
}

asio::awaitable<void> SyslogServer::Core::accept_connections(tcp::acceptor& acceptor, bool is_encrypted) {
  for (;;) {
    error_code error;
    tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (stopping || error == asio::error::operation_aborted) co_return;
    if (error) {  // out of file descriptors, most likely
      asio::steady_timer pause(io, std::chrono::milliseconds(50));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    const auto remote = socket.remote_endpoint(error);
    if (error || !may_send(remote.address())) continue;  // the socket closes here
    if (close_connection.size() >= static_cast<std::size_t>(settings.connections_at_most)) {
      doorway.ledger.note_refused({Door::syslog, doorway.clock.now(), RefusedWhy::overload,
                                   "too many connections are open", remote.address().to_string(), 0, ""});
      continue;
    }
    socket.set_option(asio::socket_base::keep_alive(true), error);
    const std::uint64_t id = next_connection++;
    const std::string name = remote.address().to_string();
    if (is_encrypted) {
      auto stream = std::make_shared<TlsStream>(std::move(socket), *tls);
      close_connection[id] = [stream] {
        error_code ignored;
        stream->lowest_layer().close(ignored);
      };
      asio::co_spawn(io, serve_tls(std::move(stream), name, id), asio::detached);
    } else {
      auto shared = std::make_shared<tcp::socket>(std::move(socket));
      close_connection[id] = [shared] {
        error_code ignored;
        shared->close(ignored);
      };
      asio::co_spawn(io, serve_plain(std::move(shared), name, id), asio::detached);
    }
  }
}

asio::awaitable<void> SyslogServer::Core::serve_plain(std::shared_ptr<tcp::socket> socket, std::string remote,
                                                      std::uint64_t id) {
  co_await read_messages(*socket, remote);
  close_connection.erase(id);
}

asio::awaitable<void> SyslogServer::Core::serve_tls(std::shared_ptr<TlsStream> stream, std::string remote,
                                                    std::uint64_t id) {
  error_code error;
  asio::steady_timer limit(io, std::chrono::seconds(10));
  limit.async_wait([stream](error_code cancelled) {
    error_code ignored;
    if (!cancelled) stream->lowest_layer().close(ignored);
  });
  co_await stream->async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, error));
  limit.cancel();
  if (!error) {
    co_await read_messages(*stream, remote);
  } else if (!stopping) {
    doorway.ledger.note_refused({Door::syslog, doorway.clock.now(), RefusedWhy::unauthenticated,
                                 fmt::format("the TLS handshake failed: {}", error.message()), remote, 0, ""});
  }
  close_connection.erase(id);
}

template <class Stream>
asio::awaitable<void> SyslogServer::Core::read_messages(Stream& stream, const std::string& remote) {
  syslog::Framer framer;
  std::string buffer(16384, '\0');
  error_code error;
  while (!stopping) {
    if (!gatherer.has_room()) {
      // Not read means not acknowledged by the kernel either: the sender waits and keeps its own queue.
      asio::steady_timer pause(io, kTurn);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    const std::size_t size =
        co_await stream.async_read_some(asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
    framer.push(std::string_view(buffer).substr(0, size));
    while (auto frame = framer.next()) take(frame->bytes, frame->cut, remote);
    if (error) break;
  }
  while (auto frame = framer.last()) take(frame->bytes, frame->cut, remote);
}

asio::awaitable<void> SyslogServer::Core::keep_turning() {
  asio::steady_timer timer(io);
  error_code ignored;
  while (!stopping) {
    timer.expires_after(kTurn);
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    gatherer.turn(steady_now());
  }
  // The connections see that they are closed, and give their last lines.
  for (int i = 0; i < 100 && (i < 3 || !gatherer.is_empty()); ++i) {
    timer.expires_after(kTurn);
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    gatherer.finish(steady_now());
  }
  io.stop();
}

absl::StatusOr<std::unique_ptr<SyslogServer>> SyslogServer::start(SyslogSettings settings, Doorway& doorway) {
  auto core = std::make_unique<Core>(std::move(settings), doorway);
  auto allowed = AddressList::parse(core->settings.allow_from);
  if (!allowed.ok()) return allowed.status();
  core->allowed = *std::move(allowed);
  if (!core->settings.tls.empty()) {
    auto tls = load_tls(core->settings.tls_files);
    if (!tls.ok()) return tls.status();
    core->tls = *std::move(tls);
    if (absl::Status status = core->open_tcp(core->encrypted, "syslog_tls", core->settings.tls); !status.ok())
      return status;
  }
  if (!core->settings.udp.empty())
    if (absl::Status status = core->open_udp(); !status.ok()) return status;
  if (!core->settings.tcp.empty())
    if (absl::Status status = core->open_tcp(core->plain, "syslog_tcp", core->settings.tcp); !status.ok())
      return status;
  return std::unique_ptr<SyslogServer>(new SyslogServer(std::move(core)));
}

SyslogServer::SyslogServer(std::unique_ptr<Core> core) : core_(std::move(core)) {
  Core& c = *core_;
  if (c.datagrams.is_open()) asio::co_spawn(c.io, c.receive_datagrams(), asio::detached);
  if (c.plain.is_open()) asio::co_spawn(c.io, c.accept_connections(c.plain, false), asio::detached);
  if (c.encrypted.is_open()) asio::co_spawn(c.io, c.accept_connections(c.encrypted, true), asio::detached);
  asio::co_spawn(c.io, c.keep_turning(), asio::detached);
  thread_ = std::thread([&c] { c.io.run(); });
}

SyslogServer::~SyslogServer() { stop(); }

void SyslogServer::stop() {
  if (!thread_.joinable()) return;
  asio::post(core_->io, [core = core_.get()] {
    core->stopping = true;
    error_code ignored;
    core->datagrams.close(ignored);
    core->plain.close(ignored);
    core->encrypted.close(ignored);
    for (const auto& [id, close] : core->close_connection) close();
    core->close_connection.clear();  // sockets go before what runs them
  });
  thread_.join();
}

std::uint16_t SyslogServer::udp_port() const {
  error_code closed;
  return core_->datagrams.local_endpoint(closed).port();
}
std::uint16_t SyslogServer::tcp_port() const {
  error_code closed;
  return core_->plain.local_endpoint(closed).port();
}
std::uint16_t SyslogServer::tls_port() const {
  error_code closed;
  return core_->encrypted.local_endpoint(closed).port();
}

}  // namespace nightjar
