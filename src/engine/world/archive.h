// engine/world/archive.h
// The engine's state as bytes and back: one list of members serves both ways. A plain aggregate needs no list, its
// fields are found by the compiler, so that a field added tomorrow is carried too. A class with private state lists its
// members in `template <class Archive> void carry(Archive& archive) { archive(a_, b_); }`; what it leaves out is what a
// restart forgets, and the simulation, which restarts at every seed, is there to notice it.
//
//   const std::string bytes = archived(state);          // equal states give equal bytes: hash maps in order of key
//   if (!unarchive(bytes, fresh)) …                     // false: cut, or of another shape; `fresh` is then unusable
//
// Numbers are as they lie in memory: the bytes are for the same build on the same kind of machine. shape_of() says
// whether that holds: it is a fingerprint of every type on the way, to be kept beside the bytes. Whoever reads has
// checked that the bytes are whole (reading itself only promises not to go past their end). Writing, reading and the
// fingerprint are one walk, decided at run time, so that each type is compiled once; even so it costs more than all of
// the engine's other headers together, and only .cc files include it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "engine/world/fields.h"

namespace nightjar {

class Archive {
 public:
  // `bytes_expected` spares the copies of growing when the size of last time is known.
  static Archive to_write(std::size_t bytes_expected = 0);
  static Archive to_read(std::string_view bytes);
  static Archive to_fingerprint();

  template <class... T>
  void operator()(T&... values) {
    (carry(values), ...);
  }
  // A map whose values are behind pointers; `make(key)` makes an empty one.
  template <class Map, class Make>
  void keyed(Map& map, const Make& make) {
    using Key = typename Map::key_type;
    const std::size_t size = length(map.size());
    if (walk_ == Walk::write) {
      for (auto& [key, value] : map) carry(const_cast<Key&>(key)), carry(*value);
      return;
    }
    map.clear();
    for (std::size_t n = walk_ == Walk::read ? size : 1; n > 0; --n) {
      Key key{};
      carry(key);
      auto value = make(key);
      carry(*value);
      if (walk_ == Walk::read) map.emplace(std::move(key), std::move(value));
    }
  }

  bool reads() const { return walk_ == Walk::read; }
  // Read: everything was there so far.
  bool good() const { return good_; }
  // Read: everything was there and nothing is left.
  bool complete() const { return good_ && at_ == bytes_.size(); }
  // Written, or the fingerprint's text.
  std::string take() { return std::move(written_); }

 private:
  enum class Walk : std::uint8_t { write, read, fingerprint };
  explicit Archive(Walk walk) : walk_(walk) {}

  // `name` is what the fingerprint says of it.
  void bytes(void* value, std::size_t size, std::string_view name);
  void text(std::string& value);
  void says(std::string_view name) {
    if (walk_ == Walk::fingerprint) written_ += name;
  }
  // Written; or read, and 0 when it cannot be: every item takes a byte at least.
  std::size_t length(std::size_t size);
  void fail();

  template <class T>
  static std::string_view name_of() {
    return __PRETTY_FUNCTION__;
  }

  template <class T>
  void carry(T& value);
  template <class T>
  void carry_empty() {  // what is inside a container is seen by way of one item
    T item{};
    carry(item);
  }
  template <class T>
  void carry_pointer(T& value);
  template <class T>
  void carry_map(T& value);
  template <class T>
  void carry_list(T& value);
  template <class T, std::size_t... I>
  void carry_variant(T& value, std::index_sequence<I...>);

  const Walk walk_;
  std::string written_;
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

// `static constexpr bool carried_as_bytes = true`: fixed size, no pointers, no hidden padding.
template <class T>
concept AsBytes = requires { requires T::carried_as_bytes; };
template <class T>
concept Carried = requires(T& value, Archive& archive) { value.carry(archive); };
template <class T>
concept MapLike = requires { typename T::mapped_type; };
template <class T>
concept SetLike = requires { typename T::key_type; };
template <class T>
concept ListLike = requires(T& list) { list.emplace_back(); };
template <class T>
concept ArrayLike = requires { typename T::value_type; } && requires { std::tuple_size<T>::value; };

template <class T>
struct PointerTo : std::false_type {};
template <class T>
struct PointerTo<std::optional<T>> : std::true_type {
  static T& make(std::optional<T>& value) { return value.emplace(); }
};
template <class T>
struct PointerTo<std::unique_ptr<T>> : std::true_type {
  static T& make(std::unique_ptr<T>& value) { return *(value = std::make_unique<T>()); }
};

template <class T>
struct PointerTo<std::shared_ptr<const T>> : std::true_type {
  static T& make(std::shared_ptr<const T>& value) {
    auto made = std::make_shared<T>();
    value = made;
    return *made;
  }
};

template <class T>
void Archive::carry(T& value) {
  if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> || AsBytes<T>) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes(&value, sizeof value, name_of<T>());
  } else if constexpr (std::is_same_v<T, std::string>) {
    text(value);
  } else if constexpr (Carried<T>) {
    says(name_of<T>());
    value.carry(*this);
    says("}");
  } else if constexpr (PointerTo<T>::value) {
    carry_pointer(value);
  } else if constexpr (MapLike<T>) {
    carry_map(value);
  } else if constexpr (SetLike<T> || ListLike<T>) {
    carry_list(value);
  } else if constexpr (ArrayLike<T>) {
    for (auto& item : value) carry(item);
    says("]");
  } else if constexpr (requires { std::variant_size<T>::value; }) {
    carry_variant(value, std::make_index_sequence<std::variant_size_v<T>>());
  } else if constexpr (requires { std::tuple_size<T>::value; }) {
    std::apply([this](auto&... parts) { (carry(parts), ...); }, value);
  } else {
    static_assert(std::is_aggregate_v<T>, "give it a carry()");
    says(name_of<T>());
    visit_fields(value, [this](auto&... fields) { (carry(fields), ...); });
    says("}");
  }
}

template <class T>
void Archive::carry_pointer(T& value) {
  says("?");
  bool there = static_cast<bool>(value);
  bytes(&there, sizeof there, "bool");
  if (walk_ == Walk::write) {
    if (there) carry(const_cast<std::remove_const_t<std::remove_reference_t<decltype(*value)>>&>(*value));
    return;
  }
  value.reset();
  if (there || walk_ == Walk::fingerprint) carry(PointerTo<T>::make(value));
}

template <class T>
void Archive::carry_map(T& value) {
  using Key = typename T::key_type;
  says("map");
  const std::size_t size = length(value.size());
  if (walk_ == Walk::write) {
    std::vector<typename T::value_type*> entries;
    entries.reserve(size);
    for (auto& entry : value) entries.push_back(&entry);
    if constexpr (requires { typename T::hasher; })
      std::sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    for (auto* entry : entries) carry(const_cast<Key&>(entry->first)), carry(entry->second);
    return;
  }
  value.clear();
  for (std::size_t n = walk_ == Walk::read ? size : 1; n > 0; --n) {
    Key key{};
    carry(key);
    carry(value[std::move(key)]);
  }
  if (walk_ == Walk::fingerprint) value.clear();
}

template <class T>
void Archive::carry_list(T& value) {
  using Item = typename T::value_type;
  says("list");
  const std::size_t size = length(value.size());
  if (walk_ == Walk::fingerprint) return carry_empty<Item>();
  if (walk_ == Walk::write) {
    for (auto& item : value) carry(const_cast<Item&>(item));
    return;
  }
  value.clear();
  if constexpr (requires { value.reserve(size); }) value.reserve(size);
  for (std::size_t n = size; n > 0; --n) {
    if constexpr (ListLike<T>) {
      carry(value.emplace_back());
    } else {
      Item item{};
      carry(item);
      value.insert(value.end(), std::move(item));
    }
  }
}

template <class T, std::size_t... I>
void Archive::carry_variant(T& value, std::index_sequence<I...>) {
  says("|");
  std::size_t index = value.index();
  bytes(&index, sizeof index, "variant");
  if (walk_ == Walk::fingerprint) return (carry_empty<std::variant_alternative_t<I, T>>(), ...);
  const auto carry_it = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
    carry(walk_ == Walk::write ? std::get<J>(value) : value.template emplace<J>());
    return true;
  };
  if (!((index == I && carry_it(std::integral_constant<std::size_t, I>())) || ...)) fail();
}

template <class T>
std::string archived(const T& value, std::size_t bytes_expected = 0) {
  Archive archive = Archive::to_write(bytes_expected);
  archive(const_cast<T&>(value));  // writing changes nothing
  return archive.take();
}

template <class T>
bool unarchive(std::string_view bytes, T& value) {
  Archive archive = Archive::to_read(bytes);
  archive(value);
  return archive.complete();
}

// The same as long as nothing that is carried has another type, order or number. `empty` is left empty or unusable.
template <class T>
std::string shape_of(T empty) {
  Archive archive = Archive::to_fingerprint();
  archive(empty);
  return archive.take();
}

}  // namespace nightjar
