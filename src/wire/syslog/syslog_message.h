// wire/syslog/syslog_message.h
// One syslog message as its sender wrote it. RFC 5424, RFC 3164 and what is really sent in its name: no priority, no
// host (BSD, /dev/log), an ISO time where RFC 3164 has "Nov 24 10:22:31" (rsyslog, syslog-ng), a year or milliseconds
// (Cisco), a byte order mark. Anything is a message: what cannot be read as a header stays in the text. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace nightjar::syslog {

struct Message {
  int facility = -1;              // 0 to 23; -1: no priority was sent
  int severity = -1;              // 0 emergency to 7 debug; -1: likewise
  std::optional<Timestamp> time;  // without a zone: as if it were UTC
  bool has_zone = false;
  std::string_view host, app, process, id;                      // "" absent; `id` is RFC 5424's MSGID
  std::vector<std::pair<std::string, std::string>> parameters;  // "origin.ip" -> "10.0.0.1"; of structured data
  std::string_view text;  // without the byte order mark; indentation kept, but a lone blank is none
};

constexpr std::size_t kParameters = 64;  // more of them are left out

// `received` gives the year that RFC 3164 leaves out. Views point into `bytes`.
Message read_message(std::string_view bytes, Timestamp received);

// "kern", "daemon", "local7"; "" for -1.
std::string_view facility_word(int facility);

}  // namespace nightjar::syslog
