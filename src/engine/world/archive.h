// engine/world/archive.h
// The engine's state as bytes and back: one list of members serves both ways. A plain aggregate needs no list, its
// fields are found by the compiler, so that a field added tomorrow is carried too. A class with private state lists its
// members in `template <class Archive> void carry(Archive& archive) { archive(a_, b_); }`; what it leaves out is what a
// restart forgets, and the check of the simulation that restarts at every seed is there to notice it.
//
//   const std::string bytes = archived(state);          // equal states give equal bytes: hash maps in order of key
//   if (!unarchive(bytes, fresh)) …                     // false: cut, or of another shape; `fresh` is then unusable
//
// Numbers are as they lie in memory: the bytes are for the same build on the same kind of machine. shape_of() says
// whether that holds: it is a fingerprint of every type on the way, to be kept beside the bytes. Whoever reads has
// checked that the bytes are whole (ArchiveReader itself only promises not to read past their end). Included by .cc
// files only: it costs more to compile than all of the engine's other headers together.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "engine/world/fields.h"

namespace nightjar {

template <class T, class Archive>
concept Carried = requires(T& value, Archive& archive) { value.carry(archive); };
template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;
// `static constexpr bool carried_as_bytes = true`: fixed size, no pointers, no hidden padding.
template <class T>
concept AsBytes = requires { requires T::carried_as_bytes; };
template <class T>
concept TextLike = std::is_same_v<T, std::string>;
template <class T>
concept MapLike = requires { typename T::mapped_type; };
template <class T>
concept SetLike = requires { typename T::key_type; } && !MapLike<T>;
template <class T>
concept ListLike = requires(T& list) { list.emplace_back(); } && !TextLike<T>;
template <class T>
concept Hashed = requires { typename T::hasher; };
template <class T>
concept Optional = std::is_same_v<T, std::optional<typename T::value_type>>;
template <class T>
concept Owned = std::is_same_v<T, std::unique_ptr<typename T::element_type>>;
template <class T>
concept ArrayLike = requires { typename T::value_type; } && requires { std::tuple_size<T>::value; };
template <class T>
concept TupleLike = requires { std::tuple_size<T>::value; } && !ArrayLike<T>;
template <class T>
concept Variant = requires { std::variant_size<T>::value; };

class ArchiveWriter {
 public:
  static constexpr bool reads = false;
  // `bytes_expected` spares the copies of growing when the size of last time is known.
  explicit ArchiveWriter(std::size_t bytes_expected = 0) { bytes_.reserve(bytes_expected); }
  template <class... T>
  void operator()(const T&... values) {
    (write(values), ...);
  }
  // A map whose values are behind pointers; `make(key)` makes an empty one where they are read.
  template <class Map, class Make>
  void keyed(const Map& map, const Make&) {
    write(map.size());
    for (const auto& [key, value] : map) write(key), write(*value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  template <class T>
  [[gnu::noinline]] void write(const T& value) {
    if constexpr (Plain<T> || AsBytes<T>) {
      static_assert(std::is_trivially_copyable_v<T>);
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else if constexpr (TextLike<T>) {
      write(value.size());
      bytes_ += value;
    } else if constexpr (Optional<T> || Owned<T>) {
      const bool there = static_cast<bool>(value);
      write(there);
      if (there) write(*value);
    } else if constexpr (Hashed<T>) {
      std::vector<const typename T::value_type*> entries;
      for (const auto& entry : value) entries.push_back(&entry);
      std::sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
      write(value.size());
      for (const auto* entry : entries) write(*entry);
    } else if constexpr (MapLike<T> || SetLike<T> || ListLike<T>) {
      write(value.size());
      for (const auto& item : value) write(item);
    } else if constexpr (ArrayLike<T>) {
      for (const auto& item : value) write(item);
    } else if constexpr (TupleLike<T>) {
      std::apply([&](const auto&... parts) { (write(parts), ...); }, value);
    } else if constexpr (Variant<T>) {
      write(value.index());
      std::visit([&](const auto& held) { write(held); }, value);
    } else if constexpr (Carried<T, ArchiveWriter>) {
      // Writing changes nothing; carry() takes a plain reference because reading needs it.
      const_cast<T&>(value).carry(*this);
    } else {
      static_assert(std::is_aggregate_v<T>, "give it a carry()");
      visit_fields(value, [&](const auto&... fields) { (write(fields), ...); });
    }
  }

  std::string bytes_;
};

class ArchiveReader {
 public:
  static constexpr bool reads = true;
  explicit ArchiveReader(std::string_view bytes) : bytes_(bytes) {}
  template <class... T>
  void operator()(T&... values) {
    (read(values), ...);
  }
  template <class Map, class Make>
  void keyed(Map& map, const Make& make) {
    map.clear();
    for (std::size_t n = read_size(); n > 0; --n) {
      typename Map::key_type key{};
      read(key);
      auto value = make(key);
      read(*value);
      map.emplace(std::move(key), std::move(value));
    }
  }
  // Everything was there so far.
  bool good() const { return good_; }
  // Everything was there and nothing is left.
  bool complete() const { return good_ && at_ == bytes_.size(); }

 private:
  template <class T>
  [[gnu::noinline]] void read(T& value) {
    if constexpr (Plain<T> || AsBytes<T>) {
      value = {};
      if (bytes_.size() - at_ < sizeof value) return fail();
      std::memcpy(&value, bytes_.data() + at_, sizeof value);
      at_ += sizeof value;
    } else if constexpr (TextLike<T>) {
      const std::size_t size = read_size();
      value = std::string(bytes_.substr(at_, size));
      at_ += size;
    } else if constexpr (Optional<T> || Owned<T>) {
      bool there = false;
      read(there);
      value.reset();
      if constexpr (Optional<T>) {
        if (there) read(value.emplace());
      } else {
        if (there) read(*(value = std::make_unique<typename T::element_type>()));
      }
    } else if constexpr (MapLike<T>) {
      value.clear();
      for (std::size_t n = read_size(); n > 0; --n) {
        typename T::key_type key{};
        read(key);
        read(value[std::move(key)]);
      }
    } else if constexpr (SetLike<T>) {
      value.clear();
      for (std::size_t n = read_size(); n > 0; --n) {
        typename T::key_type key{};
        read(key);
        value.insert(value.end(), std::move(key));
      }
    } else if constexpr (ListLike<T>) {
      value.clear();
      const std::size_t size = read_size();
      if constexpr (requires { value.reserve(size); }) value.reserve(size);
      for (std::size_t n = size; n > 0; --n) read(value.emplace_back());
    } else if constexpr (ArrayLike<T>) {
      for (auto& item : value) read(item);
    } else if constexpr (TupleLike<T>) {
      std::apply([&](auto&... parts) { (read(parts), ...); }, value);
    } else if constexpr (Variant<T>) {
      std::size_t index = 0;
      read(index);
      if (!read_alternative(value, index, std::make_index_sequence<std::variant_size_v<T>>())) fail();
    } else if constexpr (Carried<T, ArchiveReader>) {
      value.carry(*this);
    } else {
      static_assert(std::is_aggregate_v<T>, "give it a carry()");
      visit_fields(value, [&](auto&... fields) { (read(fields), ...); });
    }
  }
  template <class T, std::size_t... I>
  bool read_alternative(T& value, std::size_t index, std::index_sequence<I...>) {
    return ((index == I && (read(value.template emplace<I>()), true)) || ...);
  }
  std::size_t read_size() {
    std::size_t size = 0;
    read(size);
    if (size <= bytes_.size() - at_) return size;  // every item takes a byte at least
    fail();
    return 0;
  }
  void fail() {
    good_ = false;
    at_ = bytes_.size();
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

// Walks types instead of values: a container is looked into by way of one empty item.
class ArchiveShape {
 public:
  static constexpr bool reads = false;
  template <class... T>
  void operator()(const T&... values) {
    (see(values), ...);
  }
  template <class Map, class Make>
  void keyed(const Map&, const Make& make) {
    const typename Map::key_type key{};
    shape_ += 'k';
    see(key);
    see(*make(key));
  }
  const std::string& shape() const { return shape_; }

 private:
  template <class T>
  static std::string_view name_of() {
    return __PRETTY_FUNCTION__;
  }
  template <class T>
  void see_one() {
    see(T{});
  }
  template <class T>
  [[gnu::noinline]] void see(const T& value) {
    if constexpr (Plain<T> || AsBytes<T>) {
      shape_ += name_of<T>();
      shape_ += std::to_string(sizeof value);
    } else if constexpr (TextLike<T>) {
      shape_ += 's';
    } else if constexpr (Owned<T>) {
      shape_ += '?', see_one<typename T::element_type>();
    } else if constexpr (MapLike<T>) {
      shape_ += 'm', see_one<typename T::key_type>(), see_one<typename T::mapped_type>();
    } else if constexpr (Optional<T> || SetLike<T> || ListLike<T>) {
      shape_ += '*', see_one<typename T::value_type>();
    } else if constexpr (ArrayLike<T>) {
      shape_ += std::to_string(value.size()), see_one<typename T::value_type>();
    } else if constexpr (TupleLike<T>) {
      std::apply([&](const auto&... parts) { (see(parts), ...); }, value);
    } else if constexpr (Variant<T>) {
      shape_ += '|', see_alternatives<T>(std::make_index_sequence<std::variant_size_v<T>>());
    } else {
      shape_ += name_of<T>();
      shape_ += '{';
      if constexpr (Carried<T, ArchiveShape>)
        const_cast<T&>(value).carry(*this);
      else
        visit_fields(value, [&](const auto&... fields) { (see(fields), ...); });
      shape_ += '}';
    }
  }
  template <class T, std::size_t... I>
  void see_alternatives(std::index_sequence<I...>) {
    (see_one<std::variant_alternative_t<I, T>>(), ...);
  }

  std::string shape_;
};

template <class T>
std::string archived(const T& value, std::size_t bytes_expected = 0) {
  ArchiveWriter archive(bytes_expected);
  archive(value);
  return archive.take();
}

template <class T>
bool unarchive(std::string_view bytes, T& value) {
  ArchiveReader archive(bytes);
  archive(value);
  return archive.complete();
}

// The same as long as nothing that is carried has another type, order or number. `value`: any, an empty one will do.
template <class T>
std::uint64_t shape_of(const T& value) {
  ArchiveShape archive;
  archive(value);
  return stable_hash(archive.shape(), 0);
}

}  // namespace nightjar
