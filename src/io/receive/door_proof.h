// io/receive/door_proof.h
// How the sender of a webhook proves that it is the one we know: a signature over the raw body, a token in a header,
// or, for senders that can do neither, a token in the URL. Pure, any thread; compared in constant time.
#pragma once

#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "io/net/http_message.h"

namespace nightjar {

struct DoorProof {
  std::string_view sender;   // as people write it: "GitLab"
  std::string_view setting;  // that opens the door: "doors.gitlab.token_file"
  // HMAC-SHA256 of the raw body in hexadecimal: header and what is before the digits. "": this sender signs nothing.
  std::string_view signature_header, signature_prefix;
  std::string_view token_header;  // of its own, as X-Gitlab-Token; "": none
  bool bearer = false;            // Authorization: Bearer …
  bool in_url = false;            // ?token=…, or {token} of the route
};

// Before the body is read. PERMISSION_DENIED: the door is closed, for `secret` is empty. UNAUTHENTICATED: neither a
// signature nor a token, or a wrong token; says what to set where.
absl::Status admit_by_proof(const DoorProof& proof, std::string_view secret, const HttpRequest& request);
// Afterwards, over the bytes received: UNAUTHENTICATED when the signature that was sent is malformed or wrong. OK when
// admit_by_proof has found a good token instead.
absl::Status check_signature(const DoorProof& proof, std::string_view secret, const HttpRequest& request);

}  // namespace nightjar
