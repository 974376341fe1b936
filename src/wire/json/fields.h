// wire/json/fields.h
// How nouns become JSON and back, and how they become bytes for a digest. Each noun lists its fields once, in
// wire/json/describe_*.h:
//
//   template <class Walk> void describe(Walk& walk, Of<Walk, Approval>& v) { walk("person", v.person); walk("at",
//   v.at); }
//
// and the three walks below do the rest, so that what is written and what is read cannot drift apart. Used only inside
// .cc files of wire/json. Pure, any thread.
//
// Written form: enums as words, ids as "inc-12", times as integer nanoseconds, doubles in their shortest exact form
// ("inf", "-inf", "nan" as text: JSON has no such numbers). Empty texts, lists, ids and absent optionals are left out.
// Read form: a field left out is empty, or keeps the noun's default when it is a number, a flag or an enum; so journals
// written before a field existed still read. Unknown fields are ignored. The first wrong one is named by its path.
#pragma once

#include <cmath>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <absl/status/status.h>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/id.h"
#include "base/statistics/duration_sketch.h"
#include "base/time.h"
#include "wire/json/words.h"

namespace nightjar::fields {

// Where in the document the reader is; frames live on the stack and become text only when something is wrong.
struct Place {
  const Place* above = nullptr;
  std::string_view key;
  std::ptrdiff_t index = -1;
};
// Keeps the first complaint.
class Complaint {
 public:
  void say(const Place& place, std::string_view expected, const nlohmann::json& found);
  absl::Status status(std::string_view what) const;
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

class JsonWriter;
class JsonReader;
class DigestWriter;
template <class Walk, class Noun>
using Of = std::conditional_t<Walk::reading, Noun, const Noun>;

template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool>;
template <class T>
concept Enum = std::is_enum_v<T>;

// What is left out when written, and emptied when it was left out.
template <class T>
inline constexpr bool kIsId = false;
template <class Tag>
inline constexpr bool kIsId<Id<Tag>> = true;
template <class T>
concept CanBeAbsent = requires(const T& v) { v.empty(); } || requires(const T& v) { v.has_value(); } ||
                      std::same_as<T, Timestamp> || kIsId<T>;
template <CanBeAbsent T>
bool absent(const T& v) {
  if constexpr (requires { v.empty(); }) {
    return v.empty();
  } else if constexpr (requires { v.has_value(); }) {
    return !v.has_value();
  } else {
    return v == T{};
  }
}

// --- writing -------------------------------------------------------------------------------------------------------

inline nlohmann::json written(bool v, const Place&) { return v; }
template <Number T>
nlohmann::json written(T v, const Place&) {
  return v;
}
nlohmann::json written(double v, const Place&);
inline nlohmann::json written(const std::string& v, const Place&) { return v; }
inline nlohmann::json written(Timestamp v, const Place&) { return v.ns; }
inline nlohmann::json written(Duration v, const Place&) { return v.ns; }
template <Enum T>
nlohmann::json written(T v, const Place&) {
  return std::string(word(v));
}
template <class Tag>
nlohmann::json written(Id<Tag> v, const Place&) {
  return to_string(v);
}
template <class Tag>
nlohmann::json written(const Name<Tag>& v, const Place&) {
  return v.value;
}
inline nlohmann::json written(const std::map<std::string, std::string>& v, const Place&) { return v; }
inline nlohmann::json written(const std::pair<std::string, std::string>& v, const Place&) {
  return nlohmann::json::array({v.first, v.second});
}
template <class T>
nlohmann::json written(const std::optional<T>& v, const Place& place) {
  return written(*v, place);
}
template <class T>
nlohmann::json written(const std::vector<T>& v, const Place& place) {
  nlohmann::json list = nlohmann::json::array();
  for (const T& item : v) list.push_back(written(item, place));
  return list;
}
template <class T>
  requires requires(JsonWriter& walk, const T& v) { describe(walk, v); }
nlohmann::json written(const T& v, const Place& place);

class JsonWriter {
 public:
  static constexpr bool reading = false;
  template <class T>
  void operator()(std::string_view key, const T& v) {
    if constexpr (CanBeAbsent<T>)
      if (absent(v)) return;
    object_[std::string(key)] = written(v, Place{});
  }
  nlohmann::json take() { return std::move(object_); }

 private:
  nlohmann::json object_ = nlohmann::json::object();
};

template <class T>
  requires requires(JsonWriter& walk, const T& v) { describe(walk, v); }
nlohmann::json written(const T& v, const Place&) {
  JsonWriter walk;
  describe(walk, v);
  return walk.take();
}

// --- reading -------------------------------------------------------------------------------------------------------

void read(const nlohmann::json& j, bool& v, const Place& place, Complaint& complaint);
void read(const nlohmann::json& j, double& v, const Place& place, Complaint& complaint);
void read(const nlohmann::json& j, std::string& v, const Place& place, Complaint& complaint);
void read(const nlohmann::json& j, Timestamp& v, const Place& place, Complaint& complaint);
void read(const nlohmann::json& j, Duration& v, const Place& place, Complaint& complaint);
void read(const nlohmann::json& j, std::map<std::string, std::string>& v, const Place& place, Complaint& complaint);
void read(const nlohmann::json& j, std::pair<std::string, std::string>& v, const Place& place, Complaint& complaint);
template <Number T>
void read(const nlohmann::json& j, T& v, const Place& place, Complaint& complaint) {
  if (j.is_number_unsigned() && std::in_range<T>(j.get<std::uint64_t>())) {
    v = static_cast<T>(j.get<std::uint64_t>());
  } else if (j.is_number_integer() && !j.is_number_unsigned() && std::in_range<T>(j.get<std::int64_t>())) {
    v = static_cast<T>(j.get<std::int64_t>());
  } else {
    complaint.say(place, std::is_unsigned_v<T> ? "a whole number from 0 that fits" : "a whole number that fits", j);
  }
}
template <Enum T>
void read(const nlohmann::json& j, T& v, const Place& place, Complaint& complaint) {
  const auto* text = j.get_ptr<const std::string*>();
  const std::optional<T> value = text ? parse_word<T>(*text) : std::nullopt;
  if (!value) return complaint.say(place, "one of the words known here", j);
  v = *value;
}
template <class Tag>
void read(const nlohmann::json& j, Id<Tag>& v, const Place& place, Complaint& complaint) {
  const auto* text = j.get_ptr<const std::string*>();
  const Id<Tag> id = text ? parse_id<Tag>(*text) : Id<Tag>{};
  if (!text || to_string(id) != *text) return complaint.say(place, to_string(Id<Tag>{12}) + " or the like", j);
  v = id;
}
template <class Tag>
void read(const nlohmann::json& j, Name<Tag>& v, const Place& place, Complaint& complaint) {
  read(j, v.value, place, complaint);
}
template <class T>
void read(const nlohmann::json& j, std::optional<T>& v, const Place& place, Complaint& complaint) {
  read(j, v.emplace(), place, complaint);
}
template <class T>
void read(const nlohmann::json& j, std::vector<T>& v, const Place& place, Complaint& complaint) {
  v.clear();
  if (!j.is_array()) return complaint.say(place, "a list", j);
  v.reserve(j.size());
  for (std::size_t i = 0; i < j.size() && complaint.empty(); ++i)
    read(j[i], v.emplace_back(), Place{&place, {}, static_cast<std::ptrdiff_t>(i)}, complaint);
}
template <class T>
  requires requires(JsonReader& walk, T& v) { describe(walk, v); }
void read(const nlohmann::json& j, T& v, const Place& place, Complaint& complaint);

class JsonReader {
 public:
  static constexpr bool reading = true;
  JsonReader(const nlohmann::json& object, const Place& place, Complaint& complaint)
      : object_(object), place_(place), complaint_(complaint) {}
  template <class T>
  void operator()(std::string_view key, T& v) {
    const auto found = object_.find(key);
    if (found == object_.end()) {
      if constexpr (CanBeAbsent<T>) v = T{};
      return;
    }
    read(*found, v, Place{&place_, key, -1}, complaint_);
  }

 private:
  const nlohmann::json& object_;
  const Place& place_;
  Complaint& complaint_;
};

template <class T>
  requires requires(JsonReader& walk, T& v) { describe(walk, v); }
void read(const nlohmann::json& j, T& v, const Place& place, Complaint& complaint) {
  if (!j.is_object()) return complaint.say(place, "an object", j);
  JsonReader walk(j, place, complaint);
  describe(walk, v);
}

// --- digest --------------------------------------------------------------------------------------------------------

// Fields in the order described, numbers as eight bytes, texts and lists with their length: no two values share bytes.
// Hashed in pieces of 64 KiB: each piece's hash covers the hash before it.
class DigestWriter {
 public:
  static constexpr bool reading = false;
  template <class T>
  void operator()(std::string_view, const T& v) {
    add(v);
  }
  Sha256 finish();

  void add(std::uint64_t v);
  void add(double v);
  void add(const std::string& v);
  void add(const DurationSketch& v);
  void add(Timestamp v) { add(static_cast<std::uint64_t>(v.ns)); }
  void add(Duration v) { add(static_cast<std::uint64_t>(v.ns)); }
  void add(const std::pair<std::string, std::string>& v) { add(v.first), add(v.second); }
  template <class T>
    requires std::integral<T> || std::is_enum_v<T>
  void add(T v) {
    add(static_cast<std::uint64_t>(v));
  }
  template <class Tag>
  void add(Id<Tag> v) {
    add(v.value);
  }
  template <class Tag>
  void add(const Name<Tag>& v) {
    add(v.value);
  }
  template <class T>
  void add(const std::optional<T>& v) {
    add(v.has_value());
    if (v) add(*v);
  }
  template <class T>
  void add(const std::vector<T>& v) {
    add(static_cast<std::uint64_t>(v.size()));
    for (const T& item : v) add(item);
  }
  template <class T>
    requires requires(DigestWriter& walk, const T& v) { describe(walk, v); }
  void add(const T& v) {
    describe(*this, v);
  }

 private:
  void hash_piece();
  Sha256 so_far_{};
  std::string piece_;
};

}  // namespace nightjar::fields
