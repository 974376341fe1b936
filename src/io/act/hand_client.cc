#include "io/act/hand_client.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include <spdlog/spdlog.h>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr auto kHeartbeat = std::chrono::seconds(2);
constexpr auto kTellAgain = std::chrono::seconds(30);
constexpr int kRetryMilliseconds = 500;
constexpr std::size_t kMostUnanswered = 1000;

}  // namespace

HandClient::HandClient(std::string socket_path, uid_t hand_user, Callbacks callbacks)
    : path_(std::filesystem::absolute(socket_path).string()),
      hand_user_(hand_user),
      callbacks_(std::move(callbacks)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  thread_ = std::thread([this] { run(); });
}

HandClient::~HandClient() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_, 1);
  thread_.join();
  close(wake_);
}

void HandClient::dispatch(const Action& action) {
  const std::lock_guard lock(mutex_);
  if (unanswered_.size() >= kMostUnanswered) {
    spdlog::error("{} is not sent to hand: {} actions wait for an answer already", to_string(action.id),
                  unanswered_.size());
    return;
  }
  unanswered_[action.id] = action;
  if (greeted_) send_soon(LinkDispatch{action});
}

void HandClient::kill_switch(bool on, const std::string& person) {
  const std::lock_guard lock(mutex_);
  kill_switch_ = LinkKillSwitch{on, person};
  if (greeted_) send_soon(*kill_switch_);
}

void HandClient::confirm(const ActionReport& report) {
  const std::lock_guard lock(mutex_);
  confirmed_.insert({report.action, report.kind});
  told_.erase({report.action, report.kind});
  if (greeted_) send_soon(LinkConfirm{report.action, report.kind});
}

bool HandClient::connected() const {
  const std::lock_guard lock(mutex_);
  return connected_;
}

void HandClient::send_soon(const LinkMessage& message) {
  outgoing_ += encode_frame(message);
  eventfd_write(wake_, 1);
}

void HandClient::run() {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    const int fd = connect_once();
    if (fd >= 0) {
      converse(fd);
      close(fd);
      set_connected(false);
    }
    wait_for_wake(kRetryMilliseconds);
  }
}

void HandClient::wait_for_wake(int milliseconds) {
  pollfd item{wake_, POLLIN, 0};
  if (poll(&item, 1, milliseconds) > 0) {
    eventfd_t count = 0;
    eventfd_read(wake_, &count);
  }
}

int HandClient::connect_once() const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) return -1;
  std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != hand_user_) {
    close(fd);
    return -1;
  }
  return fd;
}

void HandClient::converse(int fd) {
  using Steady = std::chrono::steady_clock;
  cutter_ = FrameCutter();
  auto next_heartbeat = Steady::now();
  std::string sending;
  for (;;) {
    if (Steady::now() >= next_heartbeat) {
      tell_again();
      // Queued at the moment it says: an old one tells hand that we have been asleep.
      const std::lock_guard lock(mutex_);
      if (outgoing_.empty() && sending.empty()) outgoing_ += encode_frame(LinkHeartbeat{boot_time_ns()});
      next_heartbeat = Steady::now() + kHeartbeat;
    }
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ && outgoing_.empty() && sending.empty()) return;
      sending += std::exchange(outgoing_, {});
    }
    while (!sending.empty()) {
      const ssize_t sent = send(fd, sending.data(), sending.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return;
      if (sent < 0) break;
      sending.erase(0, static_cast<std::size_t>(sent));
    }
    pollfd items[2] = {{fd, static_cast<short>(POLLIN | (sending.empty() ? 0 : POLLOUT)), 0}, {wake_, POLLIN, 0}};
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(next_heartbeat - Steady::now()).count();
    poll(items, 2, static_cast<int>(std::clamp<std::int64_t>(wait + 1, 0, 2000)));
    if (items[1].revents != 0) {
      eventfd_t count = 0;
      eventfd_read(wake_, &count);
    }
    if ((items[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !read_from(fd)) return;
    const std::lock_guard lock(mutex_);
    if (stopping_ && !sending.empty()) return;
  }
}

bool HandClient::read_from(int fd) {
  char bytes[16 * 1024];
  const ssize_t got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
  if (got == 0) return false;
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  cutter_.take({bytes, static_cast<std::size_t>(got)});
  for (;;) {
    auto frame = cutter_.next();
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

void HandClient::take(const LinkMessage& message) {
  if (const auto* hello = std::get_if<LinkHello>(&message)) {
    if (callbacks_.on_runbooks) callbacks_.on_runbooks(hello->runbooks);
    set_connected(true);
    greet();
  } else if (const auto* report = std::get_if<LinkReport>(&message)) {
    take_report(report->report);
  }
}

// In this order: the kill switch before anything that it should stop, and a fresh heartbeat so that there is a lease.
void HandClient::greet() {
  const std::lock_guard lock(mutex_);
  if (kill_switch_) send_soon(*kill_switch_);
  send_soon(LinkHeartbeat{boot_time_ns()});
  for (const auto& [id, action] : unanswered_) send_soon(LinkDispatch{action});
  greeted_ = true;
}

void HandClient::take_report(const ActionReport& report) {
  {
    const std::lock_guard lock(mutex_);
    unanswered_.erase(report.action);
    const ReportKey key{report.action, report.kind};
    if (confirmed_.contains(key)) return send_soon(LinkConfirm{report.action, report.kind});
    if (!told_.try_emplace(key, Told{report, std::chrono::steady_clock::now()}).second) return;
  }
  if (callbacks_.on_report) callbacks_.on_report(report);
}

void HandClient::tell_again() {
  std::vector<ActionReport> again;
  {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    for (auto& [key, told] : told_) {
      if (now - told.at < kTellAgain) continue;
      told.at = now;
      again.push_back(told.report);
    }
  }
  for (const ActionReport& report : again) {
    if (callbacks_.on_report) callbacks_.on_report(report);
  }
}

void HandClient::set_connected(bool connected) {
  {
    const std::lock_guard lock(mutex_);
    if (!connected) {
      greeted_ = false;
      outgoing_.clear();  // dispatches are kept in unanswered_, confirmations are asked for again
    }
    if (connected_ == connected) return;
    connected_ = connected;
  }
  spdlog::info("hand is {}", connected ? "connected" : "gone; nothing will be acted upon until it is back");
  if (callbacks_.on_presence) callbacks_.on_presence(connected);
}

}  // namespace nightjar
