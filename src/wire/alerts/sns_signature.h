// wire/alerts/sns_signature.h
// Whether Amazon SNS signed a message: RSA over sns_string_to_sign, with SHA-1 (SignatureVersion 1) or SHA-256 (2), by
// the certificate its SigningCertURL names. Who trusts the certificate is the caller's business: it came over TLS from
// a host of SNS (is_sns_certificate_url). Pure, any thread.
#pragma once

#include <string_view>

#include <absl/status/status.h>

#include "wire/alerts/sns.h"

namespace nightjar {

// OK, or UNAUTHENTICATED with the reason. `certificate_pem` must hold at `now`.
absl::Status check_sns_signature(const SnsMessage& message, std::string_view certificate_pem, Timestamp now);

}  // namespace nightjar
