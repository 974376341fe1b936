// io/act/yaml_reader.h
// Reads an operator's YAML strictly: an unknown key, a key twice, a wrong type is an error with file, line, column and
// the nearest valid key, never a silent default. Keeps the first error; after it every read gives an empty value, so
// that the caller reads a whole file in straight lines and asks status() once.
//
//   YamlReader reader("catalogue.yaml");
//   const YAML::Node root = reader.load();
//   if (reader.mapping(root, {"runbooks"})) …
//   if (!reader.status().ok()) return reader.status();   // catalogue.yaml:14:3: unknown key "timout"; did you mean …
//
// One thread. Exceptions of yaml-cpp do not leave it.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <yaml-cpp/yaml.h>

#include "base/time.h"

namespace nightjar {

class YamlReader {
 public:
  explicit YamlReader(std::string file) : file_(std::move(file)) {}

  // The root of the file. Over 256 KiB, or with an alias ("*name", which can blow up): an error.
  YAML::Node load();
  // True when `node` is a mapping of these keys, none of them twice.
  bool mapping(const YAML::Node& node, std::initializer_list<std::string_view> keys);
  // True when `node` is a mapping with free keys, none of them twice.
  bool free_mapping(const YAML::Node& node);

  std::string required_text(const YAML::Node& map, std::string_view key);
  std::string text(const YAML::Node& map, std::string_view key, std::string_view otherwise = "");
  std::vector<std::string> texts(const YAML::Node& map, std::string_view key);
  Duration duration(const YAML::Node& map, std::string_view key, Duration otherwise);

  // `at` gives line and column. Only the first failure is kept.
  void fail(const YAML::Node& at, std::string_view what);
  const absl::Status& status() const { return status_; }

 private:
  std::string file_;
  absl::Status status_;
};

// The one of `known` that was probably meant; "" when none is near.
std::string_view nearest_word(std::string_view word, const std::vector<std::string>& known);

}  // namespace nightjar
