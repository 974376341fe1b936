// base/hash.h
// Stable hashes: the same in every process, build and release (absl::Hash is not). stable_hash is for ids and
// partitioning, never for secrets; sha256 is for chains and plan hashes. Any thread; pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace nightjar {

// XXH3, 64 bit. `seed` separates uses that must not collide with each other.
std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0);
// 128 bit: where two texts that differ must not be taken for one.
struct Hash128 {
  std::uint64_t low = 0, high = 0;
  bool operator==(const Hash128&) const = default;
  // Any part of it is a hash.
  template <class H>
  friend H AbslHashValue(H h, const Hash128& v) {
    return H::combine(std::move(h), v.low);
  }
};
Hash128 stable_hash128(std::string_view bytes, std::uint64_t seed = 0);
// Chains two hashes in order.
std::uint64_t combine_hash(std::uint64_t a, std::uint64_t b);

using Sha256 = std::array<unsigned char, 32>;
Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);
std::string to_hex(std::string_view bytes);
inline std::string to_hex(const Sha256& digest) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}
// Compares without telling by its time where the difference is.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace nightjar
