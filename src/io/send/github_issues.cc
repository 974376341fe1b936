#include "io/send/github_issues.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/send/markup.h"

namespace nightjar {
namespace {

using nlohmann::json;

constexpr std::size_t kTitleLimit = 200, kParagraphLimit = 8000, kBodyLimit = 60'000;
constexpr std::size_t kListLimitBytes = 8 * 1024 * 1024;  // a hundred issues with long bodies
constexpr std::string_view kLabel = "nightjar";

// Comment syntax cannot be closed from inside: threads and ids are made of letters, digits and '-'.
std::string marker(std::string_view what) {
  std::string safe;
  for (const char c : what) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_') safe += c;
  }
  while (safe.find("--") != std::string::npos) safe.erase(safe.find("--"), 1);
  return fmt::format("<!-- nightjar:{} -->", safe);
}

std::string issue_body(const Message& message, const std::string& mark) {
  std::string body;
  for (const std::string& paragraph : message.paragraphs) {
    body += markdown_escaped(plain_text(paragraph, kParagraphLimit)) + "\n\n";
  }
  for (const auto& [label, value] : message.facts) {
    body += fmt::format("- **{}:** {}\n", markdown_escaped(plain_line(label, 200)),
                        markdown_escaped(plain_line(value, kParagraphLimit)));
  }
  if (!message.facts.empty()) body += "\n";
  for (const MessageLink& link : message.links) {
    const std::string url = safe_url(link.url);
    if (!url.empty()) body += fmt::format("[{}]({})\n", markdown_escaped(plain_line(link.label, 200)), url);
  }
  return cut(body, kBodyLimit) + "\n" + mark + "\n";
}

std::string text_of(const json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

absl::StatusOr<Delivered> delivered_of(const json& issue) {
  const auto number = issue.find("number");
  if (number == issue.end() || !number->is_number_integer()) {
    return failed_precondition("github: the answer has no issue number; is the url the API's?");
  }
  return Delivered{std::to_string(number->get<std::int64_t>()), text_of(issue, "html_url")};
}

bool has_label(const json& labels) {
  if (!labels.is_array()) return false;
  return std::any_of(labels.begin(), labels.end(),
                     [](const json& label) { return label.is_object() && text_of(label, "name") == kLabel; });
}

// The newest element of a listing whose body holds the marker.
const json* find_marked(const json& list, const std::string& mark) {
  if (!list.is_array()) return nullptr;
  for (const json& item : list) {
    if (item.is_object() && text_of(item, "body").find(mark) != std::string::npos) return &item;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<json> GithubIssues::call(const std::string& method, const std::string& path, const json* body) {
  HttpCall call{.method = method,
                .url = fmt::format("{}/repos/{}{}", record_.url, record_.repository, path),
                .headers = {{"Accept", "application/vnd.github+json"},
                            {"Authorization", "Bearer " + record_.token.reveal()},
                            {"X-GitHub-Api-Version", "2022-11-28"}},
                .answer_limit_bytes = kListLimitBytes};
  if (body != nullptr) {
    call.headers.emplace_back("Content-Type", "application/json");
    call.body = body->dump(-1, ' ', false, json::error_handler_t::replace);
  }
  const auto reply = call_destination(record_.egress, std::move(call));
  if (!reply.ok()) return reply.status();
  json answer = json::parse(reply->body, nullptr, false);
  if (answer.is_discarded()) return unavailable("github: {} {} was not answered with JSON", method, path);
  return answer;
}

absl::StatusOr<Delivered> GithubIssues::create(const Delivery& delivery) {
  const std::string mark = marker(delivery.thread);
  // `limit` is Gitea's word for per_page, 50 its most; each leaves the other's alone.
  const auto list = call("GET", "/issues?state=all&sort=created&direction=desc&per_page=100&limit=50", nullptr);
  if (!list.ok()) return list.status();
  const json* known = find_marked(*list, mark);
  absl::StatusOr<json> issue = json();
  if (known == nullptr) {
    const json body{{"title", plain_line(delivery.message.title, kTitleLimit)},
                    {"body", issue_body(delivery.message, mark)}};
    issue = call("POST", "/issues", &body);
    if (!issue.ok()) return issue.status();
    if (!issue->is_object()) return unavailable("github: a new issue was not answered with an object");
    known = &*issue;
  }
  auto delivered = delivered_of(*known);
  if (delivered.ok() && !has_label(known->value("labels", json()))) add_label(delivered->external_ref);
  return delivered;
}

// With a new issue GitHub wants the names of its labels and Gitea their numbers; once it is there, both take names. A
// label that does not exist yet is made by GitHub and passed over by Gitea, which wants it made first. What goes wrong
// here is let be: the ticket is written, and a label is not worth writing it twice.
void GithubIssues::add_label(const std::string& issue) {
  const std::string path = fmt::format("/issues/{}/labels", issue);
  const json names{{"labels", {kLabel}}};
  const auto labels = call("POST", path, &names);
  if (!labels.ok() || has_label(*labels)) return;
  const json label{{"name", kLabel}, {"color", "5b4b8a"}, {"description", "written by nightjar"}};
  if (call("POST", "/labels", &label).ok()) static_cast<void>(call("POST", path, &names));
}

absl::Status GithubIssues::comment(const Delivery& delivery) {
  const std::string path = fmt::format("/issues/{}/comments", delivery.external_ref),
                    mark = marker(to_string(delivery.id));
  // Comments come oldest first and a repeat is a recent one; incidents do not have a hundred comments.
  const auto list = call("GET", path + "?per_page=100", nullptr);
  if (!list.ok()) return list.status();
  if (find_marked(*list, mark) != nullptr) return absl::OkStatus();
  const json body{{"body", issue_body(delivery.message, mark)}};
  return call("POST", path, &body).status();
}

absl::StatusOr<Delivered> GithubIssues::deliver(const Delivery& delivery) {
  if (delivery.operation == DeliveryOperation::create) return create(delivery);
  if (!is_number(delivery.external_ref)) {
    return invalid_argument("github: \"{}\" is not the number of an issue", cut(delivery.external_ref, 50));
  }
  const std::string path = "/issues/" + delivery.external_ref;
  absl::StatusOr<json> changed = json::object();
  switch (delivery.operation) {
    case DeliveryOperation::create:
      break;
    case DeliveryOperation::update: {
      const json body{{"title", plain_line(delivery.message.title, kTitleLimit)},
                      {"body", issue_body(delivery.message, marker(delivery.thread))}};
      changed = call("PATCH", path, &body);
      break;
    }
    case DeliveryOperation::comment:
      if (const absl::Status said = comment(delivery); !said.ok()) return said;
      break;
    case DeliveryOperation::close: {
      if (const absl::Status said = comment(delivery); !said.ok()) return said;
      const json body{{"state", "closed"}, {"state_reason", "completed"}};
      changed = call("PATCH", path, &body);
      break;
    }
  }
  if (!changed.ok()) return changed.status();
  return Delivered{delivery.external_ref, changed->is_object() ? text_of(*changed, "html_url") : ""};
}

}  // namespace nightjar
