#include "engine/observe/known_attributes.h"

namespace nightjar {
namespace {

struct Spelling {
  std::string_view key;
  Known known;
  std::uint8_t preference;  // the higher wins
};

constexpr Spelling kSpellings[] = {
    {"http.request.method", Known::http_method, 2},
    {"http.method", Known::http_method, 1},
    {"http.route", Known::http_route, 1},
    {"http.response.status_code", Known::http_status, 2},
    {"http.status_code", Known::http_status, 1},
    {"url.full", Known::url, 2},
    {"http.url", Known::url, 1},
    {"rpc.system.name", Known::rpc_system, 2},
    {"rpc.system", Known::rpc_system, 1},
    {"rpc.service", Known::rpc_service, 1},
    {"rpc.method", Known::rpc_method, 1},
    {"rpc.grpc.status_code", Known::rpc_status, 2},
    {"db.system.name", Known::db_system, 2},
    {"db.system", Known::db_system, 1},
    {"db.namespace", Known::db_namespace, 2},
    {"db.name", Known::db_namespace, 1},
    {"db.collection.name", Known::db_collection, 3},
    {"db.sql.table", Known::db_collection, 2},
    {"db.mongodb.collection", Known::db_collection, 1},
    {"db.operation.name", Known::db_operation, 2},
    {"db.operation", Known::db_operation, 1},
    {"db.query.text", Known::db_text, 2},
    {"db.statement", Known::db_text, 1},
    {"messaging.system", Known::messaging_system, 1},
    {"messaging.destination.name", Known::messaging_destination, 3},
    {"messaging.destination.template", Known::messaging_destination, 4},
    {"messaging.destination", Known::messaging_destination, 1},
    {"messaging.operation.name", Known::messaging_operation, 3},
    {"messaging.operation.type", Known::messaging_operation, 2},
    {"messaging.operation", Known::messaging_operation, 1},
    {"server.address", Known::server_address, 3},
    {"net.peer.name", Known::server_address, 2},
    {"net.peer.ip", Known::server_address, 1},
    {"server.port", Known::server_port, 2},
    {"net.peer.port", Known::server_port, 1},
    {"http.host", Known::http_host, 1},
    {"peer.service", Known::peer_service, 1},
};

constexpr std::size_t kLongest = 32;

// Spellings by length of the key: most keys of a span are none of ours and are done with one look.
struct ByLength {
  std::array<std::array<std::uint8_t, 8>, kLongest> spellings{};
  std::array<std::uint8_t, kLongest> counts{};
  constexpr ByLength() {
    for (std::uint8_t i = 0; i < std::size(kSpellings); ++i) {
      const std::size_t length = kSpellings[i].key.size();
      spellings[length][counts[length]++] = i;
    }
  }
};
constexpr ByLength kByLength;

}  // namespace

KnownAttributes::KnownAttributes(const Attributes& attributes) {
  std::array<std::uint8_t, static_cast<std::size_t>(Known::count)> preference{};
  for (const auto& [key, value] : attributes) {
    const std::size_t length = key.size();
    if (length >= kLongest) continue;
    for (std::uint8_t i = 0; i < kByLength.counts[length]; ++i) {
      const Spelling& spelling = kSpellings[kByLength.spellings[length][i]];
      // The last letters differ between most keys of one length.
      if (key.back() != spelling.key.back() || key != spelling.key) continue;
      const auto at = static_cast<std::size_t>(spelling.known);
      if (!value.empty() && spelling.preference > preference[at]) {
        preference[at] = spelling.preference;
        values_[at] = value;
      }
      break;
    }
  }
}

std::optional<int> KnownAttributes::number(Known known) const {
  const std::string_view text = (*this)[known];
  if (text.empty() || text.size() > 3) return std::nullopt;
  int value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace nightjar
