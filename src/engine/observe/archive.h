// engine/observe/archive.h
// Writes state as bytes and reads it back: one list of members serves both ways. Our own types list theirs in a member
// `template <class Archive> void carry(Archive& archive) { archive(a, b); }`; the model's are listed below.
// Hash maps are written in key order, so equal states give equal bytes. Numbers are as they lie in memory: the bytes
// are for the same build, and whoever reads them has checked that they are whole (ArchiveReader itself only promises
// not to read past their end).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/statistics/duration_sketch.h"
#include "base/time.h"
#include "model/rollup.h"

namespace nightjar {

template <class T, class Archive>
concept Carried = requires(T& value, Archive& archive) { value.carry(archive); };
template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;
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
concept TupleLike = requires { std::tuple_size<T>::value; };

template <class Archive, class Tag>
void carry_model(Archive& archive, Id<Tag>& id) {
  archive(id.value);
}
template <class Archive, class Tag>
void carry_model(Archive& archive, Name<Tag>& name) {
  archive(name.value);
}
template <class Archive>
void carry_model(Archive& archive, Timestamp& time) {
  archive(time.ns);
}
template <class Archive>
void carry_model(Archive& archive, RequestCounts& counts) {
  archive(counts.requests, counts.errors, counts.own_errors, counts.duration_ns, counts.self_time_ns, counts.durations,
          counts.self_times, counts.routed);
}
template <class Archive>
void carry_model(Archive& archive, DependencyCounts& counts) {
  archive(counts.calls, counts.errors, counts.duration_ns, counts.durations);
}
template <class Archive>
void carry_model(Archive& archive, MetricCounts& counts) {
  archive(counts.service, counts.instance, counts.name, counts.labels, counts.kind, counts.points, counts.sum,
          counts.minimum, counts.maximum, counts.last, counts.last_time, counts.ended);
}

class ArchiveWriter {
 public:
  static constexpr bool reads = false;
  template <class... T>
  void operator()(const T&... values) {
    (write(values), ...);
  }
  std::string take() { return std::move(bytes_); }

 private:
  template <class T>
  void write(const T& value) {
    if constexpr (Plain<T>) {
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else if constexpr (TextLike<T>) {
      write(value.size());
      bytes_ += value;
    } else if constexpr (std::is_same_v<T, DurationSketch>) {
      write(value.buckets());
    } else if constexpr (Hashed<T>) {
      std::vector<const typename T::value_type*> entries;
      for (const auto& entry : value) entries.push_back(&entry);
      std::sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
      write(value.size());
      for (const auto* entry : entries) write(*entry);
    } else if constexpr (MapLike<T> || SetLike<T> || ListLike<T>) {
      write(value.size());
      for (const auto& item : value) write(item);
    } else if constexpr (TupleLike<T>) {
      std::apply([&](const auto&... parts) { (write(parts), ...); }, value);
    } else if constexpr (Carried<T, ArchiveWriter>) {
      // Writing changes nothing; carry() takes a plain reference because reading needs it.
      const_cast<T&>(value).carry(*this);
    } else {
      carry_model(*this, const_cast<T&>(value));
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
  // Everything was there and nothing is left.
  bool complete() const { return !short_ && at_ == bytes_.size(); }

 private:
  template <class T>
  void read(T& value) {
    if constexpr (Plain<T>) {
      value = {};
      if (bytes_.size() - at_ < sizeof value) {
        short_ = true;
        at_ = bytes_.size();
        return;
      }
      std::memcpy(&value, bytes_.data() + at_, sizeof value);
      at_ += sizeof value;
    } else if constexpr (TextLike<T>) {
      const std::size_t size = read_size();
      value = std::string(bytes_.substr(at_, size));
      at_ += size;
    } else if constexpr (std::is_same_v<T, DurationSketch>) {
      std::vector<DurationSketch::Bucket> buckets;
      read(buckets);
      value = DurationSketch::from_buckets(std::move(buckets));
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
        value.insert(std::move(key));
      }
    } else if constexpr (ListLike<T>) {
      value.clear();
      for (std::size_t n = read_size(); n > 0; --n) read(value.emplace_back());
    } else if constexpr (TupleLike<T>) {
      std::apply([&](auto&... parts) { (read(parts), ...); }, value);
    } else if constexpr (Carried<T, ArchiveReader>) {
      value.carry(*this);
    } else {
      carry_model(*this, value);
    }
  }
  std::size_t read_size() {
    std::size_t size = 0;
    read(size);
    if (size <= bytes_.size() - at_) return size;  // every item takes a byte at least
    short_ = true;
    return 0;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool short_ = false;
};

}  // namespace nightjar
