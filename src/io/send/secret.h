// io/send/secret.h
// A token or password. No printing, no JSON, no comparison: it can only be revealed where it is used.
#pragma once

#include <string>
#include <utility>

namespace nightjar {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  bool empty() const { return value_.empty(); }
  const std::string& reveal() const { return value_; }

 private:
  std::string value_;
};

}  // namespace nightjar
