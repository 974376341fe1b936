#include "wire/alerts/sns_signature.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

#include "base/text.h"

namespace nightjar {
namespace {

template <auto free>
struct Frees {
  template <class T>
  void operator()(T* owned) const {
    free(owned);
  }
};
using Certificate = std::unique_ptr<X509, Frees<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Frees<EVP_PKEY_free>>;

constexpr std::size_t kSignatureChars = 2048;  // RSA 4096 needs 684

// Empty: not base64.
std::vector<unsigned char> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > kSignatureChars) return {};
  std::vector<unsigned char> bytes(text.size() / 4 * 3);
  const int size =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return {};
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

bool verify(EVP_PKEY* key, const EVP_MD* digest, const std::vector<unsigned char>& signature, std::string_view text) {
  const std::unique_ptr<EVP_MD_CTX, Frees<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

}  // namespace

absl::Status check_sns_signature(const SnsMessage& message, std::string_view certificate_pem, Timestamp now) {
  const EVP_MD* digest = message.signature_version == "1"   ? EVP_sha1()
                         : message.signature_version == "2" ? EVP_sha256()
                                                            : nullptr;
  if (!digest)
    return unauthenticated("SNS message: SignatureVersion \"{}\" is not known; set the topic's to 1 or 2",
                           cut(message.signature_version, 20));
  const std::vector<unsigned char> signature = from_base64(message.signature);
  if (signature.empty()) return unauthenticated("SNS message: its Signature is not base64");
  const std::unique_ptr<BIO, Frees<BIO_free_all>> bytes(
      BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  const Certificate certificate(bytes ? PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr) : nullptr);
  const Key key(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
    return unauthenticated("SNS message: what its SigningCertURL gave is not an RSA certificate");
  std::time_t seconds = static_cast<std::time_t>(now.ns / 1'000'000'000);
  if (X509_cmp_time(X509_get0_notBefore(certificate.get()), &seconds) >= 0 ||
      X509_cmp_time(X509_get0_notAfter(certificate.get()), &seconds) <= 0)
    return unauthenticated(
        "SNS message: its signing certificate does not hold at this time; check this machine's clock");
  if (!verify(key.get(), digest, signature, sns_string_to_sign(message)))
    return unauthenticated("SNS message: the signature is not of these bytes");
  return absl::OkStatus();
}

}  // namespace nightjar
