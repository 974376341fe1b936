// io/send/egress.h
// Which addresses a destination may be at. Destinations are the operator's records, but a name may be made to point
// inwards later, so the address itself is checked when the connection is opened (SSRF). Pure but for call_destination.
#pragma once

#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "io/net/http_client.h"

namespace nightjar {

enum class AddressClass : std::uint8_t {
  global,
  loopback,
  private_network,  // RFC 1918, ULA, CGNAT, benchmarking
  link_local,       // also where cloud metadata services live
  multicast,
  reserved,  // unspecified, broadcast, documentation, not an address at all
};
std::string_view word(AddressClass kind);
// `address` as numbers: "10.0.0.7", "fd00::1". IPv6 forms of IPv4 (mapped, NAT64, 6to4) count as what they carry.
AddressClass classify_address(std::string_view address);

// What one destination allows itself; from its record.
struct Egress {
  bool allow_private = false;  // http:// and addresses that are not global
};

// OK, or permission_denied with what to write into the record.
absl::Status check_url(const Egress& egress, std::string_view url);
absl::Status check_address(const Egress& egress, std::string_view address);

// A call under both checks. An HTTP status of 408, 429 or 5xx is `unavailable`; any other that is not 2xx is
// failed_precondition with the start of the answer; secrets in the URL are not repeated in errors.
absl::StatusOr<HttpReply> call_destination(const Egress& egress, HttpCall call);

}  // namespace nightjar
