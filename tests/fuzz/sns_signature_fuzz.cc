// The envelope of SNS and a certificate, both arbitrary bytes, split at the first NUL: no crash, and nothing is ever
// taken for signed.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "wire/alerts/sns_signature.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view both(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(both.find('\0'), size);
  const auto message = nightjar::parse_sns(both.substr(0, end));
  if (!message.ok()) return 0;
  CHECK(!nightjar::is_sns_certificate_url(message->signing_cert_url) ||
        nightjar::is_sns_url(message->signing_cert_url));
  const std::string_view certificate = end == size ? std::string_view() : both.substr(end + 1);
  CHECK(!nightjar::check_sns_signature(*message, certificate, {1'795'560'640'000'000'000}).ok());
  return 0;
}
