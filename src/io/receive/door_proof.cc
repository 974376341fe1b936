#include "io/receive/door_proof.h"

#include "base/hash.h"
#include "base/text.h"

namespace nightjar {
namespace {

std::string_view token_of(const DoorProof& proof, const HttpRequest& request) {
  if (!proof.token_header.empty())
    if (const std::string_view token = request.header(proof.token_header); !token.empty()) return token;
  if (proof.bearer)
    if (const std::string_view token = request.bearer_token(); !token.empty()) return token;
  if (!proof.in_url) return {};
  const auto in_path = request.parameters.find("token");
  return in_path != request.parameters.end() ? std::string_view(in_path->second) : request.query_value("token");
}

bool is_signed(const DoorProof& proof, const HttpRequest& request) {
  return !proof.signature_header.empty() && !request.header(proof.signature_header).empty();
}

// What the sender should be told to send.
std::string wanted(const DoorProof& proof) {
  std::string ways;
  const auto add = [&](std::string way) { ways += (ways.empty() ? "" : " or ") + std::move(way); };
  if (!proof.signature_header.empty()) add(fmt::format("the header {}", proof.signature_header));
  if (!proof.token_header.empty()) add(fmt::format("the header {}", proof.token_header));
  if (proof.bearer) add("the header Authorization: Bearer <token>");
  if (proof.in_url) add("?token=<token> in the URL");
  return ways;
}

}  // namespace

absl::Status admit_by_proof(const DoorProof& proof, std::string_view secret, const HttpRequest& request) {
  if (secret.empty())
    return permission_denied("this door is closed: set {} in nightjar.yaml and the same secret in {}", proof.setting,
                             proof.sender);
  if (is_signed(proof, request)) return absl::OkStatus();  // the body must come first
  const std::string_view token = token_of(proof, request);
  if (token.empty())
    return unauthenticated("{}: nothing proves who sends this; set the secret of {} there, so that {} is sent",
                           proof.sender, proof.setting, wanted(proof));
  // Hashes have one length, so that not even the secret's is told.
  if (equal_in_constant_time(to_hex(sha256(token)), to_hex(sha256(secret)))) return absl::OkStatus();
  return unauthenticated("{}: the token is not the one of {}; is it the same at both ends?", proof.sender,
                         proof.setting);
}

absl::Status check_signature(const DoorProof& proof, std::string_view secret, const HttpRequest& request) {
  if (!is_signed(proof, request)) return absl::OkStatus();
  const std::string_view header = request.header(proof.signature_header);
  if (secret.empty() || header.size() != proof.signature_prefix.size() + 64 ||
      !header.starts_with(proof.signature_prefix))
    return unauthenticated("{}: {} is malformed; expected {} and 64 hexadecimal digits of an HMAC-SHA256", proof.sender,
                           proof.signature_header, proof.signature_prefix);
  if (!equal_in_constant_time(header.substr(proof.signature_prefix.size()), to_hex(hmac_sha256(secret, request.body))))
    return unauthenticated("{}: {} does not fit the body; is the secret the same at both ends?", proof.sender,
                           proof.signature_header);
  return absl::OkStatus();
}

}  // namespace nightjar
