#include "io/send/egress.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

#include "base/text.h"

namespace nightjar {
namespace {

AddressClass classify_v4(const unsigned char* b) {
  if (b[0] == 127) return AddressClass::loopback;
  if (b[0] == 10 || (b[0] == 172 && (b[1] & 0xF0) == 16) || (b[0] == 192 && b[1] == 168)) {
    return AddressClass::private_network;
  }
  if (b[0] == 100 && (b[1] & 0xC0) == 64) return AddressClass::private_network;  // RFC 6598
  if (b[0] == 198 && (b[1] & 0xFE) == 18) return AddressClass::private_network;  // RFC 2544
  if (b[0] == 169 && b[1] == 254) return AddressClass::link_local;
  if (b[0] >= 224 && b[0] < 240) return AddressClass::multicast;
  if (b[0] == 0 || b[0] >= 240) return AddressClass::reserved;
  if (b[0] == 192 && b[1] == 0 && (b[2] == 0 || b[2] == 2)) return AddressClass::reserved;
  if ((b[0] == 198 && b[1] == 51 && b[2] == 100) || (b[0] == 203 && b[1] == 0 && b[2] == 113)) {
    return AddressClass::reserved;
  }
  return AddressClass::global;
}

bool begins_with(const unsigned char* address, std::initializer_list<unsigned char> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address);
}

AddressClass classify_v6(const unsigned char* b) {
  static constexpr std::array<unsigned char, 16> kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (std::memcmp(b, kLoopback.data(), 16) == 0) return AddressClass::loopback;
  // Forms that carry an IPv4 address: ::ffff:a.b.c.d, ::ffff:0:a.b.c.d, ::a.b.c.d, 64:ff9b::a.b.c.d, 2002:abcd::.
  if (begins_with(b, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}) ||
      begins_with(b, {0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0}) ||
      begins_with(b, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) {
    return classify_v4(b + 12);
  }
  if (begins_with(b, {0x20, 0x02})) return classify_v4(b + 2);
  if (begins_with(b, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) return AddressClass::reserved;
  if ((b[0] & 0xFE) == 0xFC) return AddressClass::private_network;
  if (b[0] == 0xFE && (b[1] & 0xC0) == 0x80) return AddressClass::link_local;
  if (b[0] == 0xFE && (b[1] & 0xC0) == 0xC0) return AddressClass::private_network;  // site-local, RFC 3879
  if (b[0] == 0xFF) return AddressClass::multicast;
  // Only 2000::/3 is given out; of it Teredo and documentation are no places for a destination.
  if ((b[0] & 0xE0) != 0x20 || begins_with(b, {0x20, 0x01, 0x00, 0x00}) || begins_with(b, {0x20, 0x01, 0x0D, 0xB8})) {
    return AddressClass::reserved;
  }
  return AddressClass::global;
}

// "https://hooks.example.com/…": a webhook's path is its secret.
std::string without_path(const std::string& url) {
  const std::size_t host = url.find("://");
  if (host == std::string::npos) return "…";
  std::string kept = url.substr(0, std::min(url.find('/', host + 3), url.find('?', host + 3)));
  const std::size_t at = kept.rfind('@');  // credentials
  if (at != std::string::npos) kept.erase(host + 3, at + 1 - (host + 3));
  return kept;
}

}  // namespace

std::string_view word(AddressClass kind) {
  switch (kind) {
    case AddressClass::global:
      return "global";
    case AddressClass::loopback:
      return "loopback";
    case AddressClass::private_network:
      return "private";
    case AddressClass::link_local:
      return "link-local";
    case AddressClass::multicast:
      return "multicast";
    case AddressClass::reserved:
      return "reserved";
  }
  return {};
}

AddressClass classify_address(std::string_view address) {
  const std::string text(address);
  unsigned char bytes[16];
  if (inet_pton(AF_INET, text.c_str(), bytes) == 1) return classify_v4(bytes);
  if (inet_pton(AF_INET6, text.c_str(), bytes) == 1) return classify_v6(bytes);
  return AddressClass::reserved;
}

absl::Status check_url(const Egress& egress, std::string_view url) {
  if (url.rfind("https://", 0) == 0 || (egress.allow_private && url.rfind("http://", 0) == 0)) return absl::OkStatus();
  return permission_denied("only https:// is called, unless the destination has allow_private: true");
}

absl::Status check_address(const Egress& egress, std::string_view address) {
  const AddressClass kind = classify_address(address);
  const bool never = kind == AddressClass::multicast || kind == AddressClass::reserved;
  if (kind == AddressClass::global || (egress.allow_private && !never)) return absl::OkStatus();
  return permission_denied("its address {} is {}; if that is meant, give the destination allow_private: true", address,
                           word(kind));
}

absl::StatusOr<HttpReply> call_destination(const Egress& egress, HttpCall call) {
  if (const absl::Status allowed = check_url(egress, call.url); !allowed.ok()) return allowed;
  call.check_address = [egress](std::string_view address) { return check_address(egress, address); };
  auto reply = call_http(call);
  const std::string place = without_path(call.url);
  if (!reply.ok()) {
    std::string text(message_of(reply.status()));
    for (std::size_t at = text.find(call.url); at != std::string::npos; at = text.find(call.url)) {
      text.replace(at, call.url.size(), place);
      if (place == call.url) break;
    }
    return absl::Status(reply.status().code(), to_absl(text));
  }
  if (reply->status >= 200 && reply->status < 300) return reply;
  const std::string answer = cut(is_utf8(reply->body) ? reply->body : std::string(), 200);
  if (reply->status == 408 || reply->status == 429 || reply->status >= 500) {
    return unavailable("{} answers {}: {}", place, reply->status, answer);
  }
  return failed_precondition("{} answers {}: {}; check the destination's url, token and rights", place, reply->status,
                             answer);
}

}  // namespace nightjar
