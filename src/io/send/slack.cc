#include "io/send/slack.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/send/markup.h"

namespace nightjar {
namespace {

using nlohmann::json;

// Slack counts characters; a byte more than that is never harmful, "…" is one character.
constexpr std::size_t kHeaderLimit = 145, kSectionLimit = 2900, kFieldLimit = 1900, kButtonLimit = 70;
constexpr std::size_t kFieldsInSection = 10, kMostFacts = 30, kMostParagraphs = 15, kMostLinks = 10;

json slack_plain(std::string text) { return {{"type", "plain_text"}, {"text", std::move(text)}, {"emoji", false}}; }

// What shows in a notification and to screen readers. Here Slack does read markup: so it is escaped.
std::string fallback_text(const Message& message) {
  std::string text = message.title;
  for (const std::string& paragraph : message.paragraphs) text += "\n" + paragraph;
  return slack_escaped(plain_text(text, kSectionLimit));
}

bool worth_trying_again(const std::string& error) {
  for (const char* passing : {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
                              "request_timeout", "team_added_to_org", "accesslimited"}) {
    if (error == passing) return true;
  }
  return false;
}

}  // namespace

json slack_blocks(const Message& message) {
  json blocks = json::array();
  const std::string title = plain_line(message.title, kHeaderLimit);
  if (!title.empty()) blocks.push_back({{"type", "header"}, {"text", slack_plain(title)}});
  for (std::size_t i = 0; i < std::min(message.paragraphs.size(), kMostParagraphs); ++i) {
    const std::string text = plain_text(message.paragraphs[i], kSectionLimit);
    if (!text.empty()) blocks.push_back({{"type", "section"}, {"text", slack_plain(text)}});
  }
  json fields = json::array();
  const auto flush = [&] {
    if (!fields.empty()) blocks.push_back({{"type", "section"}, {"fields", std::exchange(fields, json::array())}});
  };
  for (std::size_t i = 0; i < std::min(message.facts.size(), kMostFacts); ++i) {
    const auto& [label, value] = message.facts[i];
    fields.push_back(slack_plain(plain_line(label, 100) + "\n" + plain_text(value, kFieldLimit)));
    if (fields.size() == kFieldsInSection) flush();
  }
  flush();
  json buttons = json::array();
  for (const MessageLink& link : message.links) {
    const std::string url = safe_url(link.url), label = plain_line(link.label, kButtonLimit);
    if (url.empty() || label.empty() || buttons.size() == kMostLinks) continue;
    json button{{"type", "button"},
                {"text", slack_plain(label)},
                {"url", url},
                {"action_id", fmt::format("link-{}", buttons.size())}};
    if (label.rfind("Approve", 0) == 0) button["style"] = "primary";
    buttons.push_back(std::move(button));
  }
  if (!buttons.empty()) blocks.push_back({{"type", "actions"}, {"elements", std::move(buttons)}});
  return blocks;
}

absl::StatusOr<Delivered> Slack::deliver(const Delivery& delivery) {
  json body{{"text", fallback_text(delivery.message)},
            {"blocks", slack_blocks(delivery.message)},
            {"mrkdwn", false},
            {"parse", "none"},
            {"link_names", false},
            {"unfurl_links", false},
            {"unfurl_media", false}};
  std::string method = "chat.postMessage";
  const std::size_t slash = delivery.external_ref.find('/');
  if (delivery.operation == DeliveryOperation::create) {
    body["channel"] = record_.channel;
  } else if (slash == std::string::npos) {
    return invalid_argument("slack: \"{}\" is not the channel and time of a message", delivery.external_ref);
  } else {
    body["channel"] = delivery.external_ref.substr(0, slash);
    const bool reply = delivery.operation == DeliveryOperation::comment;
    body[reply ? "thread_ts" : "ts"] = delivery.external_ref.substr(slash + 1);
    if (!reply) method = "chat.update";
  }
  body["metadata"] = {{"event_type", "nightjar_notification"},
                      {"event_payload", {{"notification", to_string(delivery.id)}, {"thread", delivery.thread}}}};

  const auto reply =
      call_destination(record_.egress, {.method = "POST",
                                        .url = record_.url + "/" + method,
                                        .headers = {{"Content-Type", "application/json; charset=utf-8"},
                                                    {"Authorization", "Bearer " + record_.token.reveal()}},
                                        .body = body.dump(-1, ' ', false, json::error_handler_t::replace)});
  if (!reply.ok()) return reply.status();
  const json answer = json::parse(reply->body, nullptr, false);
  const bool is_answer = answer.is_object() && answer.contains("ok") && answer["ok"].is_boolean();
  if (!is_answer) return unavailable("slack: {} was not answered as Slack does", method);
  if (!answer["ok"].get<bool>()) {
    const auto given = answer.find("error");
    const std::string error =
        given != answer.end() && given->is_string() ? given->get<std::string>() : "no reason given";
    if (worth_trying_again(error)) return unavailable("slack: {}: {}", method, cut(error, 100));
    return failed_precondition("slack: {}: {}; check channel, token and the app's rights", method, cut(error, 100));
  }
  if (delivery.operation != DeliveryOperation::create) return Delivered{delivery.external_ref, ""};
  if (!answer.contains("ts") || !answer["ts"].is_string() || !answer.contains("channel") ||
      !answer["channel"].is_string()) {
    return failed_precondition("slack: {} was answered without channel and ts; the message cannot be changed later",
                               method);
  }
  return Delivered{answer["channel"].get<std::string>() + "/" + answer["ts"].get<std::string>(), ""};
}

}  // namespace nightjar
