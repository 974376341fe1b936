// engine/observe/known_attributes.h
// The attributes of a span that mean something to us, old and new spelling together, found in one pass.
// Source: OpenTelemetry semantic conventions 1.20 to 1.30 (http, rpc, db, messaging, server, network).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/signals.h"

namespace nightjar {

enum class Known : std::uint8_t {
  http_method,
  http_route,
  http_status,
  url,  // url.full, http.url
  rpc_system,
  rpc_service,
  rpc_method,
  rpc_status,
  db_system,
  db_namespace,
  db_collection,
  db_operation,
  db_text,
  messaging_system,
  messaging_destination,
  messaging_operation,
  server_address,
  server_port,
  http_host,
  peer_service,
  count
};

class KnownAttributes {
 public:
  // Views into `attributes`, which must outlive this. A new spelling wins over an old one.
  explicit KnownAttributes(const Attributes& attributes);
  std::string_view operator[](Known known) const { return values_[static_cast<std::size_t>(known)]; }
  bool has(Known known) const { return !(*this)[known].empty(); }
  // nullopt when absent or no whole number in 0..999.
  std::optional<int> number(Known known) const;

 private:
  std::array<std::string_view, static_cast<std::size_t>(Known::count)> values_;
};

}  // namespace nightjar
