#include "wire/alerts/sns.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kUrlBytes = 2048;

// Exactly as sent: a cut or trimmed value would not match its signature.
std::string exact(const Json& whole, std::string_view key) {
  const auto* text = foreign::at(whole, {key}).get_ptr<const std::string*>();
  return text ? *text : std::string();
}

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view kLowerAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789-";
constexpr std::string_view kHex = "0123456789abcdefABCDEF";

}  // namespace

bool is_sns_url(std::string_view url) {
  constexpr std::string_view kBegin = "https://sns.";
  if (url.size() > kUrlBytes || !url.starts_with(kBegin)) return false;
  if (std::any_of(url.begin(), url.end(), [](char c) { return c <= ' ' || c >= 0x7f || c == '\\'; })) return false;
  url.remove_prefix(kBegin.size());
  const std::string_view host = url.substr(0, url.find('/'));
  if (host.size() == url.size()) return false;  // no path
  const std::size_t dot = std::min(host.find('.'), host.size());
  const std::string_view region = host.substr(0, dot), domain = host.substr(dot);
  if (region.size() > 32 || !all_of(region, kLowerAndDigits)) return false;
  return domain == ".amazonaws.com" || (region.starts_with("cn-") && domain == ".amazonaws.com.cn");
}

bool is_sns_certificate_url(std::string_view url) {
  constexpr std::string_view kPath = "/SimpleNotificationService-", kEnd = ".pem";
  if (!is_sns_url(url)) return false;
  std::string_view path = url.substr(url.find('/', std::string_view("https://").size()));
  if (!path.starts_with(kPath) || !path.ends_with(kEnd) || path.size() < kPath.size() + kEnd.size()) return false;
  path = path.substr(kPath.size(), path.size() - kPath.size() - kEnd.size());
  return path.size() <= 64 && all_of(path, kHex);
}

absl::StatusOr<SnsMessage> parse_sns(std::string_view body) {
  const auto whole = said::object(body, "SNS message", AlertLimits{});
  if (!whole.ok()) return whole.status();
  SnsMessage message;
  const std::string type = exact(*whole, "Type");
  if (type == "SubscriptionConfirmation")
    message.type = SnsType::subscription_confirmation;
  else if (type == "UnsubscribeConfirmation")
    message.type = SnsType::unsubscribe_confirmation;
  else if (type != "Notification")
    return invalid_argument("SNS message: Type is \"{}\"; is this from SNS, without raw message delivery?",
                            cut(type, 60));
  const std::pair<std::string_view, std::string*> needed[] = {{"MessageId", &message.message_id},
                                                              {"TopicArn", &message.topic_arn},
                                                              {"Message", &message.message},
                                                              {"Timestamp", &message.timestamp},
                                                              {"SignatureVersion", &message.signature_version},
                                                              {"Signature", &message.signature},
                                                              {"SigningCertURL", &message.signing_cert_url}};
  for (const auto& [key, into] : needed)
    if (*into = exact(*whole, key); into->empty()) return invalid_argument("SNS message: {} is missing", key);
  if (foreign::at(*whole, {"Subject"}).is_string()) message.subject = exact(*whole, "Subject");
  message.subscribe_url = exact(*whole, "SubscribeURL");
  message.token = exact(*whole, "Token");
  if (message.type != SnsType::notification && (message.subscribe_url.empty() || message.token.empty()))
    return invalid_argument("SNS message: SubscribeURL or Token is missing");
  const auto sent_at = said::time(message.timestamp);
  if (!sent_at) return invalid_argument("SNS message: Timestamp is not a time");
  message.sent_at = *sent_at;
  return message;
}

std::string sns_string_to_sign(const SnsMessage& message) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    text.append(name).append("\n").append(value).append("\n");
  };
  const bool notification = message.type == SnsType::notification;
  line("Message", message.message);
  line("MessageId", message.message_id);
  if (notification && message.subject) line("Subject", *message.subject);
  if (!notification) line("SubscribeURL", message.subscribe_url);
  line("Timestamp", message.timestamp);
  if (!notification) line("Token", message.token);
  line("TopicArn", message.topic_arn);
  line("Type", notification                                         ? "Notification"
               : message.type == SnsType::subscription_confirmation ? "SubscriptionConfirmation"
                                                                    : "UnsubscribeConfirmation");
  return text;
}

}  // namespace nightjar
