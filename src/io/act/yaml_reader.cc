#include "io/act/yaml_reader.h"

#include <fstream>
#include <set>
#include <sstream>

#include <yaml-cpp/eventhandler.h>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::size_t kYamlLimitBytes = 256 * 1024;

// yaml-cpp's operator[] on a const node throws on a node that is no map; this does not.
YAML::Node child_of(const YAML::Node& map, std::string_view key) {
  if (!map.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  for (const auto& entry : map) {
    if (entry.first.IsScalar() && entry.first.Scalar() == key) return entry.second;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

bool present(const YAML::Node& node) { return node.IsDefined() && !node.IsNull(); }

// Listens to the parser for aliases only. Our files have no use for them, and nested ones make a small file unbounded.
class AliasListener : public YAML::EventHandler {
 public:
  bool heard() const { return heard_; }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { heard_ = true; }
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  bool heard_ = false;
};

}  // namespace

std::string_view nearest_word(std::string_view word, const std::vector<std::string>& known) {
  std::string_view best;
  std::size_t best_distance = word.size() / 2 + 1;  // further away it is another word
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

YAML::Node YamlReader::load() {
  std::ifstream in(file_, std::ios::binary);
  if (!in) {
    status_ = not_found("{}: cannot be read; check that the file exists and who may read it", file_);
    return {};
  }
  std::string text(kYamlLimitBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kYamlLimitBytes) {
    status_ = invalid_argument("{}: longer than {} bytes; it is not read", file_, kYamlLimitBytes);
    return {};
  }
  try {
    std::istringstream stream(text);
    AliasListener listener;
    YAML::Parser(stream).HandleNextDocument(listener);
    if (!listener.heard()) return YAML::Load(text);
    status_ = invalid_argument("{}: aliases (*name) are not taken; write the value out", file_);
  } catch (const YAML::Exception& e) {
    status_ = invalid_argument("{}:{}:{}: {}", file_, e.mark.line + 1, e.mark.column + 1, e.msg);
  }
  return {};
}

bool YamlReader::free_mapping(const YAML::Node& node) {
  if (!status_.ok()) return false;
  if (!node.IsMap()) {
    fail(node, "keys and values are expected here");
    return false;
  }
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      fail(entry.first, "a key must be a plain word");
    } else if (!seen.insert(entry.first.Scalar()).second) {
      fail(entry.first, fmt::format("key \"{}\" appears twice; keep one", entry.first.Scalar()));
    }
  }
  return status_.ok();
}

bool YamlReader::mapping(const YAML::Node& node, std::initializer_list<std::string_view> keys) {
  if (!free_mapping(node)) return false;
  const std::vector<std::string> known(keys.begin(), keys.end());
  for (const auto& entry : node) {
    const std::string key = entry.first.Scalar();
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string_view near = nearest_word(key, known);
    fail(entry.first, near.empty() ? fmt::format("unknown key \"{}\"; known are: {}", key, fmt::join(known, ", "))
                                   : fmt::format("unknown key \"{}\"; did you mean \"{}\"?", key, near));
  }
  return status_.ok();
}

std::string YamlReader::required_text(const YAML::Node& map, std::string_view key) {
  if (status_.ok() && !present(child_of(map, key))) fail(map, fmt::format("\"{}\" is missing here", key));
  return text(map, key);
}

std::string YamlReader::text(const YAML::Node& map, std::string_view key, std::string_view otherwise) {
  const YAML::Node node = child_of(map, key);
  if (!status_.ok() || !present(node)) return std::string(otherwise);
  if (!node.IsScalar()) {
    fail(node, fmt::format("\"{}\" must be a text", key));
    return {};
  }
  return node.Scalar();
}

std::vector<std::string> YamlReader::texts(const YAML::Node& map, std::string_view key) {
  const YAML::Node node = child_of(map, key);
  if (!status_.ok() || !present(node)) return {};
  std::vector<std::string> values;
  if (!node.IsSequence()) fail(node, fmt::format("\"{}\" must be a list of texts", key));
  for (const auto& item : node) {
    if (!status_.ok()) return {};
    if (!item.IsScalar()) fail(item, fmt::format("\"{}\" must be a list of texts", key));
    if (status_.ok()) values.push_back(item.Scalar());
  }
  return values;
}

Duration YamlReader::duration(const YAML::Node& map, std::string_view key, Duration otherwise) {
  const YAML::Node node = child_of(map, key);
  if (!status_.ok() || !present(node)) return otherwise;
  const auto value = node.IsScalar() ? parse_duration(node.Scalar()) : std::nullopt;
  if (!value || value->ns <= 0) {
    fail(node, fmt::format("\"{}\" must be a duration such as 90s, 5m or 2h", key));
    return otherwise;
  }
  return *value;
}

void YamlReader::fail(const YAML::Node& at, std::string_view what) {
  if (!status_.ok()) return;
  const YAML::Mark mark = at.Mark();
  status_ = mark.is_null() ? invalid_argument("{}: {}", file_, what)
                           : invalid_argument("{}:{}:{}: {}", file_, mark.line + 1, mark.column + 1, what);
}

}  // namespace nightjar
