#include "io/serve/people.h"

#include <algorithm>
#include <span>

#include "base/hash.h"
#include "base/text.h"

namespace nightjar {
namespace {

std::vector<std::string_view> roles_with(Power power) {
  switch (power) {
    case Power::acknowledge:
      return {"responder", "operator"};
    case Power::decide:
      return {"operator"};
    case Power::stop:
      return {"responder", "operator", "admin"};
    case Power::go_on:
      return {"operator", "admin"};
  }
  return {};
}

std::string_view words(Power power) {
  switch (power) {
    case Power::acknowledge:
      return "acknowledge incidents";
    case Power::decide:
      return "approve or reject actions";
    case Power::stop:
      return "turn the kill switch on";
    case Power::go_on:
      return "turn the kill switch off";
  }
  return "";
}

}  // namespace

absl::StatusOr<Person> People::with_token(std::string_view token) const {
  if (token.empty()) return unauthenticated("no token: send the header 'Authorization: Bearer <your token>'");
  const std::string digest = to_hex(sha256(token));
  const Person* found = nullptr;
  for (const Person& person : people_) {
    if (equal_in_constant_time(person.token_sha256, digest)) found = &person;
  }
  if (!found) return unauthenticated("this token is nobody's: its SHA-256 must stand under people in nightjar.yaml");
  return *found;
}

absl::StatusOr<Person> People::with_name(std::string_view name) const {
  for (const Person& person : people_) {
    if (person.name == name) return person;
  }
  return not_found("there is no {} under people in nightjar.yaml", cut(name, 100));
}

absl::Status check_power(const Person& person, Power power) {
  const auto enough = roles_with(power);
  for (const std::string& role : person.roles) {
    if (std::find(enough.begin(), enough.end(), role) != enough.end()) return absl::OkStatus();
  }
  return permission_denied("{} may not {}: that needs the role {}", person.name, words(power),
                           fmt::join(enough, " or "));
}

}  // namespace nightjar
