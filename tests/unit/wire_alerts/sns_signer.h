// Signs as Amazon SNS does, with a key and a self-signed certificate of its own. Tests only.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string>
#include <string_view>

#include "base/time.h"

namespace nightjar {

class SnsSigner {
 public:
  explicit SnsSigner(Timestamp now) : key_(EVP_RSA_gen(2048)) {
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    std::time_t begin = now.ns / 1'000'000'000 - 86'400;
    X509_time_adj_ex(X509_getm_notBefore(certificate), 0, 0, &begin);
    X509_time_adj_ex(X509_getm_notAfter(certificate), 365, 0, &begin);
    X509_set_pubkey(certificate, key_);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("sns.amazonaws.com"), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_sign(certificate, key_, EVP_sha256());
    BIO* bytes = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bytes, certificate);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bytes, &text);
    certificate_.assign(text, static_cast<std::size_t>(size));
    BIO_free_all(bytes);
    X509_free(certificate);
  }
  ~SnsSigner() { EVP_PKEY_free(key_); }
  SnsSigner(const SnsSigner&) = delete;

  const std::string& certificate() const { return certificate_; }

  std::string sign(std::string_view text, std::string_view version) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, version == "1" ? EVP_sha1() : EVP_sha256(), nullptr, key_);
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSign(context, nullptr, &size, bytes, text.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size());
    EVP_MD_CTX_free(context);
    std::string encoded(4 * ((size + 2) / 3) + 1, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                    reinterpret_cast<const unsigned char*>(signature.data()), static_cast<int>(size));
    encoded.pop_back();
    return encoded;
  }

 private:
  EVP_PKEY* key_;
  std::string certificate_;
};

}  // namespace nightjar
