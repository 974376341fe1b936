#include "io/receive/webhook_token.h"

#include <openssl/evp.h>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::size_t kCredentialsBytes = 1024;

// "dXNlcjpwYXNz" -> "pass"; "" when it is not that.
std::string password_in(std::string_view encoded) {
  if (encoded.empty() || encoded.size() > kCredentialsBytes || encoded.size() % 4 != 0) return {};
  std::string text(encoded.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(encoded.data()), static_cast<int>(encoded.size()));
  if (size < 0) return {};
  const std::size_t padding = encoded.ends_with("==") ? 2 : encoded.ends_with("=") ? 1 : 0;
  text.resize(static_cast<std::size_t>(size) - padding);
  const std::size_t colon = text.find(':');
  return colon == std::string::npos ? std::string() : text.substr(colon + 1);
}

}  // namespace

std::string webhook_token(const HttpRequest& request) {
  if (const std::string_view bearer = request.bearer_token(); !bearer.empty()) return std::string(bearer);
  constexpr std::string_view kBasic = "basic ";
  if (const std::string_view header = request.header("authorization");
      header.size() > kBasic.size() && equal_without_case(header.substr(0, kBasic.size()), kBasic))
    return password_in(header.substr(kBasic.size()));
  const std::string_view token = request.query_value("token");
  return std::string(token.empty() ? request.query_value("auth_token") : token);
}

absl::Status admit_webhook(const Doorway& doorway, const HttpRequest& request, SentKind kind) {
  if (absl::Status status = refuse_web_pages(doorway, request); !status.ok()) return status;
  return principal_for(doorway, webhook_token(request), kind).status();
}

}  // namespace nightjar
