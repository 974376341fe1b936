// wire/alerts/sns.h
// The envelope in which Amazon SNS delivers over HTTPS, and which addresses in it may be used at all. A message is
// nobody's until its signature (wire/alerts/sns_signature) and its topic have been checked. Pure, any thread.
// Source: Amazon SNS's documentation, "Parsing message formats" and "Verifying the signatures of Amazon SNS messages".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "base/time.h"

namespace nightjar {

enum class SnsType { notification, subscription_confirmation, unsubscribe_confirmation };

struct SnsMessage {
  SnsType type = SnsType::notification;
  std::string message_id, topic_arn, message;
  std::optional<std::string> subject;
  std::string timestamp;  // as written: it is signed so
  std::string signature_version, signature, signing_cert_url;
  std::string subscribe_url, token;  // of confirmations
  Timestamp sent_at;
};

// At most 1 MiB. INVALID_ARGUMENT names the field.
absl::StatusOr<SnsMessage> parse_sns(std::string_view body);

// The bytes that are signed: names and values of the signed fields in byte order of the names, each on its own line.
std::string sns_string_to_sign(const SnsMessage& message);

// https://sns.<region>.amazonaws.com/… (.com.cn for regions of China), nothing before, beside or instead of that host:
// no user, no port.
bool is_sns_url(std::string_view url);
// The same, and the path is that of a signing certificate: /SimpleNotificationService-<hex>.pem.
bool is_sns_certificate_url(std::string_view url);

}  // namespace nightjar
