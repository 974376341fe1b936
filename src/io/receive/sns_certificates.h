// io/receive/sns_certificates.h
// The certificates with which Amazon SNS signs, fetched once each and kept. An address comes from a message that is not
// yet proven, so only SNS's own are fetched, one at a time and at most six in a minute: a flood of invented addresses
// costs its senders a 503. Any thread.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include <absl/status/statusor.h>

#include "io/net/clock.h"
#include "io/receive/alert_doors.h"

namespace nightjar {

class SnsCertificates {
 public:
  SnsCertificates(const Clock& clock, FetchFromSns fetch) : clock_(clock), fetch_(std::move(fetch)) {}

  // The certificate as PEM. UNAUTHENTICATED: not an address of SNS's certificates. UNAVAILABLE: it could not be had
  // now; SNS sends again. May block as long as a fetch does.
  absl::StatusOr<std::string> get(const std::string& url);

 private:
  static constexpr std::size_t kKept = 16, kFetchesAMinute = 6, kBytes = 16 * 1024;
  absl::Status may_fetch();  // under mutex_

  const Clock& clock_;
  const FetchFromSns fetch_;
  std::mutex mutex_;
  bool fetching_ = false;                    // guarded by mutex_
  std::deque<Timestamp> fetched_at_;         // guarded by mutex_; of the last minute
  std::map<std::string, std::string> kept_;  // guarded by mutex_; by address
};

}  // namespace nightjar
