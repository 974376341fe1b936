// io/act/link_message.h
// What serve and hand say to each other over the unix socket, and how it is framed: four bytes length (big endian),
// then JSON, at most 1 MiB. Pure values; both ends of the link use it (hand_client.h, hand_server.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <absl/status/statusor.h>

#include "model/action.h"
#include "model/config.h"

namespace nightjar {

constexpr std::size_t kLinkFrameLimitBytes = 1024 * 1024;

// hand -> serve, first thing.
struct LinkHello {
  bool kill_switch = false;
  std::vector<RunbookConfig> runbooks;
};
// serve -> hand every 2 s. `boot_time_ns` is the sender's CLOCK_BOOTTIME: both ends are on one machine, so hand can
// tell a heartbeat that has waited in its socket from a fresh one.
struct LinkHeartbeat {
  std::int64_t boot_time_ns = 0;
};
// serve -> hand. Carries of the action what hand checks and needs, not the whole record.
struct LinkDispatch {
  Action action;
};
// serve -> hand, at once.
struct LinkKillSwitch {
  bool on = false;
  std::string person;
};
// hand -> serve; again after each connect until confirmed.
struct LinkReport {
  ActionReport report;
};
// serve -> hand: that report is in serve's journal.
struct LinkConfirm {
  ActionId action;
  ReportKind kind = ReportKind::started;
};

using LinkMessage = std::variant<LinkHello, LinkHeartbeat, LinkDispatch, LinkKillSwitch, LinkReport, LinkConfirm>;

// The whole frame.
std::string encode_frame(const LinkMessage& message);
// `json` is the content of one frame. Errors name the field.
absl::StatusOr<LinkMessage> decode_message(std::string_view json);

// Cuts a stream of bytes into frames.
class FrameCutter {
 public:
  void take(std::string_view bytes) { bytes_.append(bytes); }
  // The next whole frame's content; nullopt: more bytes are needed. Error: longer than the limit, hang up.
  absl::StatusOr<std::optional<std::string>> next();

 private:
  std::string bytes_;
};

// CLOCK_BOOTTIME, which goes on during suspend.
std::int64_t boot_time_ns();

}  // namespace nightjar
