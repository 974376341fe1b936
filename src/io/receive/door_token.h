// io/receive/door_token.h
// What a machine's token allows: which kinds of things it may bring, what is true of all it brings whatever the bodies
// say (forced labels), how many new series, until when. The file holds a token's SHA-256, never the token. A token made
// by `nightjar token new` reads nj_<kid>_<256 bits>_<crc>: the checksum tells a mistyped or cut one from an unknown
// one, and secret scanners know the prefix. Plain values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "io/receive/door_ledger.h"
#include "model/signals.h"

namespace nightjar {

enum class SentKind : std::uint8_t { metrics, logs, traces, alerts, changes, tickets };
inline constexpr int kSentKinds = static_cast<int>(SentKind::tickets) + 1;
std::string_view word(SentKind kind);
std::optional<SentKind> parse_sent_kind(std::string_view word);
SentKind sent_kind(Encoding encoding);

class SentKinds {
 public:
  SentKinds() = default;  // none
  SentKinds(std::initializer_list<SentKind> kinds) {
    for (SentKind kind : kinds) add(kind);
  }
  static SentKinds all() {
    SentKinds kinds;
    kinds.bits_ = (1u << kSentKinds) - 1;
    return kinds;
  }
  void add(SentKind kind) { bits_ |= 1u << static_cast<int>(kind); }
  bool has(SentKind kind) const { return (bits_ >> static_cast<int>(kind) & 1u) != 0; }
  std::string in_words() const;  // "metrics, logs"

 private:
  unsigned bits_ = 0;
};

// What this door brings. nullopt: it depends on the request (OTLP), so the door asks for itself.
std::optional<SentKind> sent_kind(Door door);

struct DoorToken {
  std::string name;          // the principal that is journalled with a body; one of its own for each token
  std::string token_sha256;  // lower-case hex
  SentKinds kinds = SentKinds::all();
  Attributes labels = {};                 // forced; sorted by key
  std::size_t max_series = 0;             // that were not known before; 0: as many as it likes
  std::optional<Timestamp> expires = {};  // from then on it is not known
};

// A new token from 32 random bytes. `kid` names it in listings: 6 hexadecimal digits of its hash.
struct MadeToken {
  std::string token, kid, sha256;
};
MadeToken make_token(std::string_view random_32_bytes);
// What is wrong with a token of our own form before anybody looks for it: cut, mistyped. OK for any other text: tokens
// made elsewhere are as good.
absl::Status check_token_form(std::string_view token);

}  // namespace nightjar
