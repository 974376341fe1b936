// wire/json/tagged.h
// A variant as an object with one member named after the alternative: {"approve_action":{…}}. Used only inside .cc
// files of wire/json. The name of an alternative is given by an overload of tag_of(const Alternative*).
#pragma once

#include <string_view>
#include <variant>

#include "wire/json/fields.h"

namespace nightjar::fields {

template <class... Alternatives>
void write_tagged(nlohmann::json& object, const std::variant<Alternatives...>& v) {
  std::visit([&object](const auto& body) { object[std::string(tag_of(&body))] = written(body, Place{}); }, v);
}

enum class TagFound { none, one, several };

// Reads the one alternative whose name is a member of `object`; other members are somebody else's.
template <class... Alternatives>
TagFound read_tagged(const nlohmann::json& object, std::variant<Alternatives...>& v, const Place& place,
                     Complaint& complaint) {
  int found = 0;
  const auto try_one = [&]<class T>(std::type_identity<T>) {
    const std::string_view tag = tag_of(static_cast<const T*>(nullptr));
    const auto member = object.find(tag);
    if (member == object.end() || ++found > 1) return;
    read(*member, v.template emplace<T>(), Place{&place, tag, -1}, complaint);
  };
  (try_one(std::type_identity<Alternatives>{}), ...);
  return found == 0 ? TagFound::none : found == 1 ? TagFound::one : TagFound::several;
}

}  // namespace nightjar::fields
