#include "io/act/hand_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <spdlog/spdlog.h>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::size_t kMostPeers = 8;
constexpr std::size_t kOutgoingLimitBytes = 8 * 1024 * 1024;

bool somebody_listens(const sockaddr_un& address) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool yes = fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (fd >= 0) close(fd);
  return yes;
}

absl::Status prepare_folder(const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  struct stat found {};
  if (failed || stat(folder.c_str(), &found) != 0) {
    return internal_error("{}: cannot be made: {}", folder, failed ? failed.message() : std::strerror(errno));
  }
  if (found.st_uid == geteuid() && chmod(folder.c_str(), 0700) == 0) return absl::OkStatus();
  return permission_denied("{}: hand needs a folder of its own (mode 0700) for its socket", folder);
}

}  // namespace

absl::StatusOr<std::unique_ptr<HandServer>> HandServer::listen(const std::string& socket_path, uid_t allowed_user,
                                                               Hand& hand) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = std::filesystem::absolute(socket_path).string();
  if (path.size() >= sizeof address.sun_path) {
    return invalid_argument("{}: a socket's path has at most {} bytes; choose a shorter hand.socket", path,
                            sizeof address.sun_path - 1);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (const absl::Status folder = prepare_folder(std::filesystem::path(path).parent_path().string()); !folder.ok()) {
    return folder;
  }
  if (somebody_listens(address)) return failed_precondition("{}: another hand listens here; stop it first", path);
  unlink(path.c_str());
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0 || bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      chmod(path.c_str(), 0600) != 0 || ::listen(listener, 8) != 0) {
    const int why = errno;
    if (listener >= 0) close(listener);
    return internal_error("{}: cannot listen: {}", path, std::strerror(why));
  }
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return std::unique_ptr<HandServer>(new HandServer(path, listener, wake, allowed_user, hand));
}

HandServer::HandServer(std::string path, int listener, int wake, uid_t allowed_user, Hand& hand)
    : path_(std::move(path)), listener_(listener), wake_(wake), allowed_user_(allowed_user), hand_(hand) {
  hand_.set_on_report([this](const ActionReport& report) { queue(report); });
  thread_ = std::thread([this] { serve(); });
}

HandServer::~HandServer() {
  hand_.set_on_report(nullptr);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_, 1);
  thread_.join();
  for (const auto& [fd, peer] : peers_) close(fd);
  close(listener_);
  close(wake_);
  unlink(path_.c_str());
}

void HandServer::queue(const ActionReport& report) {
  {
    const std::lock_guard lock(mutex_);
    reports_.push_back(report);
  }
  eventfd_write(wake_, 1);
}

void HandServer::serve() {
  for (;;) {
    std::vector<pollfd> items{{listener_, POLLIN, 0}, {wake_, POLLIN, 0}};
    for (const auto& [fd, peer] : peers_) {
      items.push_back({fd, static_cast<short>(POLLIN | (peer.outgoing.empty() ? 0 : POLLOUT)), 0});
    }
    poll(items.data(), items.size(), -1);
    if (items[1].revents != 0) {
      eventfd_t count = 0;
      eventfd_read(wake_, &count);
    }
    hand_out_reports();
    for (std::size_t i = 2; i < items.size(); ++i) {
      const int fd = items[i].fd;
      Peer& peer = peers_[fd];
      const bool stays = (items[i].revents == 0 || read_from(fd, peer)) && write_to(fd, peer);
      if (stays) continue;
      close(fd);
      peers_.erase(fd);
    }
    if (items[0].revents != 0) welcome();
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
}

void HandServer::welcome() {
  const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != allowed_user_ ||
      peers_.size() >= kMostPeers) {
    spdlog::warn("a connection by user {} (process {}) to hand's socket was hung up on", peer.uid, peer.pid);
    close(fd);
    return;
  }
  Peer& known = peers_[fd];
  known.outgoing = encode_frame(LinkHello{hand_.kill_switch(), hand_.runbooks()});
  for (const ActionReport& report : hand_.unconfirmed()) known.outgoing += encode_frame(LinkReport{report});
  if (!write_to(fd, known)) {
    close(fd);
    peers_.erase(fd);
  }
}

bool HandServer::read_from(int fd, Peer& peer) {
  char bytes[16 * 1024];
  const ssize_t got = recv(fd, bytes, sizeof bytes, 0);
  if (got == 0) return false;
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  peer.cutter.take({bytes, static_cast<std::size_t>(got)});
  for (;;) {
    auto frame = peer.cutter.next();
    if (frame.ok() && !frame->has_value()) return true;
    absl::Status status = frame.status();
    if (frame.ok()) {
      const auto message = decode_message(**frame);
      status = message.status();
      if (message.ok()) take(*message);
    }
    if (!status.ok()) {
      spdlog::error("{}", message_of(status));
      return false;
    }
  }
}

bool HandServer::write_to(int fd, Peer& peer) {
  while (!peer.outgoing.empty()) {
    const ssize_t sent = send(fd, peer.outgoing.data(), peer.outgoing.size(), MSG_NOSIGNAL);
    if (sent < 0) return (errno == EAGAIN || errno == EINTR) && peer.outgoing.size() < kOutgoingLimitBytes;
    peer.outgoing.erase(0, static_cast<std::size_t>(sent));
  }
  return true;
}

void HandServer::take(const LinkMessage& message) {
  if (const auto* beat = std::get_if<LinkHeartbeat>(&message)) {
    hand_.heartbeat(beat->boot_time_ns);
  } else if (const auto* dispatch = std::get_if<LinkDispatch>(&message)) {
    hand_.dispatch(dispatch->action);
  } else if (const auto* kill = std::get_if<LinkKillSwitch>(&message)) {
    hand_.set_kill_switch(kill->on, kill->person);
  } else if (const auto* confirm = std::get_if<LinkConfirm>(&message)) {
    hand_.confirm(confirm->action, confirm->kind);
  }
  // hello and report are ours to say: ignored from there.
}

void HandServer::hand_out_reports() {
  std::vector<ActionReport> reports;
  {
    const std::lock_guard lock(mutex_);
    reports.swap(reports_);
  }
  for (const ActionReport& report : reports) {
    const std::string frame = encode_frame(LinkReport{report});
    for (auto& [fd, peer] : peers_) peer.outgoing += frame;
  }
}

}  // namespace nightjar
