// io/serve/people.h
// Who may decide. People are named in nightjar.yaml with the SHA-256 of their token; the token itself is never stored.
// Values, read only after start; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

namespace nightjar {

struct Person {
  std::string name;
  std::string token_sha256;        // lower-case hex
  std::vector<std::string> roles;  // viewer, responder, operator, admin
};

// What a role gives. An admin keeps the catalogue and the policies, and for that reason cannot approve.
enum class Power {
  acknowledge,  // responder, operator
  decide,       // operator: approve or reject an action
  stop,         // responder, operator, admin: kill switch on
  go_on         // operator, admin: kill switch off
};

class People {
 public:
  explicit People(std::vector<Person> people) : people_(std::move(people)) {}

  // unauthenticated when the token is nobody's. Takes the same time wherever a token differs.
  absl::StatusOr<Person> with_token(std::string_view token) const;
  // not_found for a name that has left the file since a link was made for it.
  absl::StatusOr<Person> with_name(std::string_view name) const;

 private:
  std::vector<Person> people_;
};

// permission_denied in words that name the role that is missing.
absl::Status check_power(const Person& person, Power power);

}  // namespace nightjar
