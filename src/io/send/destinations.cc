#include "io/send/destinations.h"

#include "base/text.h"
#include "io/send/email.h"
#include "io/send/github_issues.h"
#include "io/send/slack.h"
#include "io/send/webhook.h"

namespace nightjar {
namespace {

// Letters, digits and a few others: a record's text is put into URLs and mail headers.
bool made_of(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_mailbox(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < text.size() && made_of(text, "@.!#$%&'*+/=?^_`{|}~-");
}

bool is_repository(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && made_of(text.substr(0, slash), "._-") &&
         made_of(text.substr(slash + 1), "._-") && text.find("..") == std::string_view::npos;
}

absl::Status check_record(const DestinationRecord& record) {
  const auto wrong = [&](std::string_view field, std::string_view what) {
    return invalid_argument("destination {}: {} {}", record.name, field, what);
  };
  if (record.kind == "email") {
    if (record.smtp.find(':') == std::string::npos || !made_of(record.smtp, ".:-[]")) {
      return wrong("smtp", "must be host:port");
    }
    if (!is_mailbox(record.from)) return wrong("from", "must be a mail address");
    if (record.to.empty()) return wrong("to", "needs at least one mail address");
    for (const std::string& to : record.to) {
      if (!is_mailbox(to)) return wrong("to", "must be mail addresses");
    }
    return absl::OkStatus();
  }
  if (record.url.empty()) return wrong("url", "is missing");
  if (const absl::Status allowed = check_url(record.egress, record.url); !allowed.ok()) {
    return wrong("url", message_of(allowed));
  }
  if (record.kind == "slack" && record.channel.empty()) return wrong("channel", "is missing");
  if (record.kind == "github_issues" && !is_repository(record.repository)) {
    return wrong("repository", "must be owner/name");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Destination>> make_destination(const DestinationRecord& record, const Clock& clock) {
  if (const absl::Status valid = check_record(record); !valid.ok()) return valid;
  std::unique_ptr<Destination> made;
  if (record.kind == "slack") {
    made = std::make_unique<Slack>(record);
  } else if (record.kind == "email") {
    made = std::make_unique<Email>(record, clock);
  } else if (record.kind == "github_issues") {
    made = std::make_unique<GithubIssues>(record);
  } else if (record.kind == "webhook") {
    made = std::make_unique<Webhook>(record);
  } else {
    return invalid_argument("destination {}: unknown kind \"{}\": slack, email, github_issues or webhook", record.name,
                            record.kind);
  }
  return made;
}

}  // namespace nightjar
