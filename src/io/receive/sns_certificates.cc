#include "io/receive/sns_certificates.h"

#include "base/text.h"
#include "wire/alerts/sns.h"

namespace nightjar {

absl::Status SnsCertificates::may_fetch() {
  const Timestamp now = clock_.now();
  while (!fetched_at_.empty() && fetched_at_.front() + minutes(1) <= now) fetched_at_.pop_front();
  if (fetching_ || fetched_at_.size() >= kFetchesAMinute)
    return unavailable("SNS message: its signing certificate is not here yet; send this again later");
  fetched_at_.push_back(now);
  fetching_ = true;
  return absl::OkStatus();
}

absl::StatusOr<std::string> SnsCertificates::get(const std::string& url) {
  if (!is_sns_certificate_url(url))
    return unauthenticated(
        "SNS message: SigningCertURL is not an address of SNS's certificates (https://sns.<region>.amazonaws.com/"
        "SimpleNotificationService-….pem); nothing was fetched");
  {
    std::lock_guard lock(mutex_);
    if (const auto known = kept_.find(url); known != kept_.end()) return known->second;
    if (absl::Status status = may_fetch(); !status.ok()) return status;
  }
  auto certificate = fetch_(url);
  std::lock_guard lock(mutex_);
  fetching_ = false;
  if (!certificate.ok())
    return unavailable("SNS message: its signing certificate could not be fetched: {}",
                       message_of(certificate.status()));
  // What is no certificate is not kept: the next message asks again.
  if (certificate->size() > kBytes || !certificate->starts_with("-----BEGIN CERTIFICATE-----"))
    return unauthenticated("SNS message: what its SigningCertURL gave is not a certificate");
  // They change once a year or so; what fills this up is invented addresses.
  if (kept_.size() >= kKept) kept_.clear();
  kept_[url] = *certificate;
  return *std::move(certificate);
}

}  // namespace nightjar
