// base/id.h
// Strong ids: two ids of different nouns do not mix, at compile time. Id is a number printed with its prefix
// ("inc-48213"); Name is a natural key (a service's name). Both are values, ordered, and the same in every run: they
// come from what happened (journal sequence, canonical attributes), never from chance.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace nightjar {

// Tag carries `static constexpr std::string_view prefix`.
template <class Tag>
struct Id {
  std::uint64_t value = 0;  // 0: none
  auto operator<=>(const Id&) const = default;
  explicit operator bool() const { return value != 0; }
};

template <class Tag>
std::string to_string(Id<Tag> id) {
  return fmt::format("{}-{}", Tag::prefix, id.value);
}

// "inc-48213" -> 48213; none (0) when the prefix or the digits are wrong.
template <class Tag>
Id<Tag> parse_id(std::string_view text) {
  if (text.size() <= Tag::prefix.size() + 1 || text.size() > Tag::prefix.size() + 21) return {};
  if (text.substr(0, Tag::prefix.size()) != Tag::prefix || text[Tag::prefix.size()] != '-') return {};
  std::uint64_t value = 0;
  for (char c : text.substr(Tag::prefix.size() + 1)) {
    if (c < '0' || c > '9') return {};
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (~std::uint64_t{0} - digit) / 10) return {};  // ids made of hashes use all 64 bits
    value = value * 10 + digit;
  }
  return {value};
}

template <class Tag>
struct Name {
  std::string value;
  auto operator<=>(const Name&) const = default;
  bool empty() const { return value.empty(); }
};

}  // namespace nightjar
