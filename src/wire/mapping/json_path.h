// wire/mapping/json_path.h
// Where in a body a value stands: a small part of JSONPath (RFC 9535) that leads to at most one place.
//
//   $.app.name   $.items[0].id   $.items[-1]   $['a key'].b   $
//   $$.env       from the whole body, where `each` makes $ one item of it
//
// Pure value; any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

namespace nightjar {

class JsonPath {
 public:
  // INVALID_ARGUMENT says at which character, counted from 1.
  static absl::StatusOr<JsonPath> parse(std::string_view text);

  // A null value where the path leads nowhere.
  const nlohmann::json& in(const nlohmann::json& whole, const nlohmann::json& item) const;

 private:
  using Step = std::variant<std::string, std::int64_t>;  // a key; a place, from behind when negative
  bool from_whole_ = false;
  std::vector<Step> steps_;
};

}  // namespace nightjar
