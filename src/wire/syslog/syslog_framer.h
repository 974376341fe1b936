// wire/syslog/syslog_framer.h
// Cuts a TCP or TLS stream into syslog messages. RFC 6587 has two ways and no word to tell them apart, so each frame is
// looked at: a number, a space and '<' begin octet counting ("34 <13>…"; without the '<' only behind a frame that was
// counted); anything else ends at a line feed or NUL. Senders that put a line feed behind a counted frame are known.
// Longer than kLogLineBytes and a header's room: cut, the rest is thrown away. One per connection; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nightjar::syslog {

constexpr std::size_t kFrameBytes = 65536 + 4096;

struct Frame {
  std::string bytes;  // never empty
  bool cut = false;
};

class Framer {
 public:
  void push(std::string_view bytes) { pending_ += bytes; }
  // The next whole message; nullopt: more bytes are needed.
  std::optional<Frame> next();
  // What is left when the sender has closed: a last line without its end, or a counted frame that was cut off.
  std::optional<Frame> last();
  std::size_t pending_bytes() const { return pending_.size() - at_; }

 private:
  std::optional<Frame> next_line(bool closed);

  std::string pending_;
  std::size_t at_ = 0;          // in pending_: what is before it has been given out
  std::size_t searched_ = 0;    // in pending_: no line end before it
  std::size_t skip_bytes_ = 0;  // of a counted frame that was cut
  bool skip_line_ = false;      // of a line that was cut
  bool counted_before_ = false;
};

}  // namespace nightjar::syslog
