// wire/changes/named_version.h
// Names and versions inside the words of others: git refs, image references, package URLs, repository URLs. Used by the
// decoders of wire/changes. Pure, any thread; linear in the text.
#pragma once

#include <string>
#include <string_view>

namespace nightjar {

struct ServiceVersion {
  std::string service, version;
};
// "payment@2.4.1", "payment/v2.4.1", "payment-v2.4.1-rc.1", "refs/tags/v2.4.1" and "release/2.4.1" (no service); both
// empty for a branch.
ServiceVersion read_ref(std::string_view ref);
// An image reference ("registry:5000/shop/payment:2.4.1@sha256:…") or a package URL
// ("pkg:oci/payment@sha256%3A…?tag=2.4.1"): its last name, and the tag, else the digest or version.
ServiceVersion read_artifact(std::string_view artifact);
// "https://git.example.com/shop/payment.git", "git@git.example.com:shop/payment.git" -> "shop/payment"; a text that is
// no URL stays as it is.
std::string repository_of(std::string_view url);
// "Fix checkout\n\nlong story" -> "Fix checkout", at most `limit` bytes.
std::string first_line(std::string_view text, std::size_t limit = 200);

}  // namespace nightjar
