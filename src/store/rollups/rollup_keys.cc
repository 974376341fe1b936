#include "store/rollups/rollup_keys.h"

#include "base/check.h"
#include "store/bytes/bytes.h"

namespace nightjar {

std::string rollup_prefix(Tier tier, Kind kind) { return {static_cast<char>(tier), static_cast<char>(kind)}; }

std::string rollup_prefix(Tier tier, Kind kind, std::string_view service) {
  service = service.substr(0, 0xffff);  // the door cuts names far below
  std::string prefix = rollup_prefix(tier, kind);
  prefix.push_back(static_cast<char>(service.size() >> 8));
  prefix.push_back(static_cast<char>(service.size()));
  prefix += service;
  return prefix;
}

std::string rollup_key(Tier tier, Kind kind, std::string_view service, Timestamp start) {
  ByteWriter key;
  key.raw(rollup_prefix(tier, kind, service));
  key.big_endian64(static_cast<std::uint64_t>(start.ns));
  return key.take();
}

std::string newest_key(Kind kind, std::string_view service, std::uint64_t id) {
  ByteWriter key;
  key.raw(rollup_prefix(Tier::newest, kind, service));
  key.big_endian64(id);
  return key.take();
}

std::string newest_key(Kind kind, std::string_view service, std::string_view id) {
  return rollup_prefix(Tier::newest, kind, service) + std::string(id);
}

std::string_view service_of_key(std::string_view key) {
  CHECK(key.size() >= 4);
  const auto length =
      static_cast<std::size_t>(static_cast<unsigned char>(key[2]) << 8 | static_cast<unsigned char>(key[3]));
  return key.substr(4, length);
}

Timestamp start_of_key(std::string_view key) {
  CHECK(key.size() >= 12);
  return {static_cast<std::int64_t>(ByteReader(key.substr(key.size() - 8)).big_endian64())};
}

std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

}  // namespace nightjar
