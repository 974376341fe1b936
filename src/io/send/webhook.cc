#include "io/send/webhook.h"

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "io/send/markup.h"
#include "model/words.h"

namespace nightjar {

using nlohmann::json;

absl::StatusOr<Delivered> Webhook::deliver(const Delivery& delivery) {
  json message{{"title", plain_line(delivery.message.title, 500)},
               {"paragraphs", json::array()},
               {"facts", json::array()},
               {"links", json::array()}};
  for (const std::string& paragraph : delivery.message.paragraphs) {
    message["paragraphs"].push_back(plain_text(paragraph, 10'000));
  }
  for (const auto& [label, value] : delivery.message.facts) {
    message["facts"].push_back({{"label", plain_line(label, 200)}, {"value", plain_text(value, 10'000)}});
  }
  for (const MessageLink& link : delivery.message.links) {
    if (const std::string url = safe_url(link.url); !url.empty()) {
      message["links"].push_back({{"label", plain_line(link.label, 200)}, {"url", url}});
    }
  }
  const std::string body = json{
      {"id", to_string(delivery.id)},
      {"incident_id", to_string(delivery.incident)},
      {"operation", word(delivery.operation)},
      {"reason", word(delivery.reason)},
      {"thread", delivery.thread},
      {"external_ref", delivery.external_ref},
      {"message",
       std::move(message)}}.dump(-1, ' ', false, json::error_handler_t::replace);
  HttpCall call{.method = "POST",
                .url = record_.url,
                .headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", to_string(delivery.id)}},
                .body = body};
  if (!record_.token.empty()) {
    call.headers.emplace_back("X-Nightjar-Signature-256",
                              "sha256=" + to_hex(hmac_sha256(record_.token.reveal(), body)));
  }
  const auto reply = call_destination(record_.egress, std::move(call));
  if (!reply.ok()) return reply.status();
  Delivered delivered{delivery.external_ref.empty() ? delivery.thread : delivery.external_ref, ""};
  const json answer = json::parse(reply->body, nullptr, false);
  if (answer.is_object() && answer.contains("external_ref") && answer["external_ref"].is_string()) {
    delivered.external_ref = plain_line(answer["external_ref"].get<std::string>(), 200);
  }
  return delivered;
}

}  // namespace nightjar
