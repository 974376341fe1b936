#include "io/receive/ledger_routes.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/net/metrics_text.h"

namespace nightjar {
namespace {

constexpr std::size_t kShownBytes = 512;

}  // namespace

// Bodies are mostly binary: shown as text where they are, every other byte as \xNN, so that nothing is lost and nothing
// of it is ever markup.
std::string printable(std::string_view bytes) {
  std::string result;
  for (unsigned char c : bytes.substr(0, kShownBytes)) {
    if (c == '\\') {
      result += "\\\\";
    } else if (c >= 0x20 && c < 0x7f) {
      result += static_cast<char>(c);
    } else {
      result += fmt::format("\\x{:02x}", c);
    }
  }
  if (bytes.size() > kShownBytes) result += "…";
  return result;
}

void add_refused_route(Router& router, const DoorLedger& ledger, const KeptBodies& kept) {
  router.add({"GET", "/api/v1/refused", [&ledger, &kept](auto, Responder responder) {
                nlohmann::json list = nlohmann::json::array();
                for (const RefusedBody& refused : ledger.refused_bodies()) {
                  list.push_back({{"door", word(refused.door)},
                                  {"at", to_rfc3339(refused.at)},
                                  {"why", word(refused.why)},
                                  {"text", refused.text},
                                  {"remote", refused.remote},
                                  {"bytes", refused.bytes},
                                  {"beginning", printable(refused.beginning)}});
                }
                nlohmann::json whole = nlohmann::json::array();
                for (const KeptBody& one : kept.list()) {
                  whole.push_back({{"id", kept_id(one)},
                                   {"source", one.source},
                                   {"at", to_rfc3339(one.at)},
                                   {"text", one.why},
                                   {"remote", one.remote},
                                   {"bytes", one.bytes}});
                }
                const nlohmann::json body = {{"refused", list}, {"kept", whole}};
                responder.answer(json_answer(200, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
              }});
}

std::string ledger_metrics(const DoorLedger& ledger) {
  MetricsText text;
  const auto each = [&](auto value) {
    for (int i = 0; i < kDoors; ++i) {
      const Door door = static_cast<Door>(i);
      value(word(door), ledger.counts(door));
    }
  };
  text.counter("nightjar_door_requests_total", "Requests that were taken and answered with success.");
  each([&](std::string_view door, const auto& counts) {
    text.value(static_cast<double>(counts.requests), {{"door", door}});
  });
  text.counter("nightjar_door_items_total", "Spans, points, lines, alerts and changes taken.");
  each([&](std::string_view door, const auto& counts) {
    text.value(static_cast<double>(counts.items), {{"door", door}});
  });
  text.counter("nightjar_door_rejected_items_total", "Single items left out of a request that was taken.");
  each([&](std::string_view door, const auto& counts) {
    text.value(static_cast<double>(counts.rejected_items), {{"door", door}});
  });
  text.counter("nightjar_door_bytes_total", "Bytes of the requests taken, as sent.");
  each([&](std::string_view door, const auto& counts) {
    text.value(static_cast<double>(counts.bytes), {{"door", door}});
  });
  text.counter("nightjar_door_ignored_total", "Requests understood and of no interest.");
  each([&](std::string_view door, const auto& counts) {
    text.value(static_cast<double>(counts.ignored), {{"door", door}});
  });
  text.counter("nightjar_door_refused_total", "Requests refused, by reason.");
  each([&](std::string_view door, const auto& counts) {
    for (int why = 0; why < kRefusedWhys; ++why) {
      text.value(static_cast<double>(counts.refused[static_cast<std::size_t>(why)]),
                 {{"door", door}, {"why", word(static_cast<RefusedWhy>(why))}});
    }
  });
  return text.text();
}

}  // namespace nightjar
