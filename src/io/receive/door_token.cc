#include "io/receive/door_token.h"

#include <zlib.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::string_view kPrefix = "nj_";
constexpr std::size_t kKidDigits = 6, kSecretDigits = 64, kCrcDigits = 8;
constexpr std::size_t kTokenSize = kPrefix.size() + kKidDigits + 1 + kSecretDigits + 1 + kCrcDigits;

std::string crc_of(std::string_view text) {
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  return fmt::format("{:08x}", crc & 0xffffffffu);
}

}  // namespace

std::string_view word(SentKind kind) {
  switch (kind) {
    case SentKind::metrics:
      return "metrics";
    case SentKind::logs:
      return "logs";
    case SentKind::traces:
      return "traces";
    case SentKind::alerts:
      return "alerts";
    case SentKind::changes:
      return "changes";
    case SentKind::tickets:
      return "tickets";
  }
  return "";
}

std::optional<SentKind> parse_sent_kind(std::string_view text) {
  for (int i = 0; i < kSentKinds; ++i)
    if (word(static_cast<SentKind>(i)) == text) return static_cast<SentKind>(i);
  return std::nullopt;
}

SentKind sent_kind(Encoding encoding) {
  switch (encoding) {
    case Encoding::otlp_traces_protobuf:
    case Encoding::otlp_traces_json:
      return SentKind::traces;
    case Encoding::otlp_metrics_protobuf:
    case Encoding::otlp_metrics_json:
    case Encoding::remote_write_1:
    case Encoding::remote_write_2:
    case Encoding::exposition_text:
    case Encoding::openmetrics_text:
      return SentKind::metrics;
    case Encoding::otlp_logs_protobuf:
    case Encoding::otlp_logs_json:
    case Encoding::loki_protobuf:
    case Encoding::loki_json:
    case Encoding::log_lines:
      return SentKind::logs;
  }
  return SentKind::metrics;
}

std::string SentKinds::in_words() const {
  std::string words;
  for (int i = 0; i < kSentKinds; ++i)
    if (const auto kind = static_cast<SentKind>(i); has(kind))
      words += (words.empty() ? "" : ", ") + std::string(word(kind));
  return words;
}

std::optional<SentKind> sent_kind(Door door) {
  switch (door) {
    case Door::otlp_http:
    case Door::otlp_grpc:
    case Door::events:  // by its mapping
      return std::nullopt;
    case Door::remote_write:
    case Door::scrape:
      return SentKind::metrics;
    case Door::loki:
    case Door::syslog:
    case Door::file_tail:
      return SentKind::logs;
    case Door::alertmanager_api:
    case Door::alertmanager_webhook:
    case Door::grafana:
    case Door::pagerduty:
    case Door::datadog:
    case Door::cloudwatch:
    case Door::azure_monitor:
    case Door::gcp:
    case Door::zabbix:
    case Door::sentry:
    case Door::new_relic:
    case Door::dynatrace:
      return SentKind::alerts;
    case Door::pagerduty_changes:
    case Door::github:
    case Door::changes:
    case Door::gitlab:
    case Door::gitea:
    case Door::jenkins:
    case Door::argocd:
    case Door::flux:
    case Door::cdevents:
      return SentKind::changes;
    case Door::jira:
    case Door::servicenow:
      return SentKind::tickets;
  }
  return std::nullopt;
}

MadeToken make_token(std::string_view random_32_bytes) {
  CHECK(random_32_bytes.size() * 2 == kSecretDigits);
  MadeToken made;
  const std::string secret = to_hex(random_32_bytes);
  made.kid = to_hex(sha256(secret)).substr(0, kKidDigits);
  made.token = fmt::format("{}{}_{}_", kPrefix, made.kid, secret);
  made.token += crc_of(std::string_view(made.token).substr(0, made.token.size() - 1));
  made.sha256 = to_hex(sha256(made.token));
  return made;
}

absl::Status check_token_form(std::string_view token) {
  // Tokens made by hand may begin with nj_ too: only what has our three underscores, or lost some of it, is judged.
  if (!token.starts_with(kPrefix) || token.size() < kPrefix.size() + kKidDigits + 1 ||
      token[kPrefix.size() + kKidDigits] != '_')
    return absl::OkStatus();
  if (token.size() != kTokenSize)
    return unauthenticated("this token has {} characters, a token of nightjar has {}: it was cut or joined when copied",
                           token.size(), kTokenSize);
  const std::string_view signed_part = token.substr(0, kTokenSize - kCrcDigits - 1);
  if (token[signed_part.size()] == '_' && token.substr(signed_part.size() + 1) == crc_of(signed_part))
    return absl::OkStatus();
  return unauthenticated("this token is mistyped: its checksum does not fit; copy it again");
}

}  // namespace nightjar
