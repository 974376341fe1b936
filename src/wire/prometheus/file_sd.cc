#include "wire/prometheus/file_sd.h"

#include <algorithm>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

// Takes what a parser hears, event by event, so that nothing is built but groups: no tree, no recursion of ours. Depth
// 1 is the list, 2 a group, 3 its targets or labels.
class GroupListener : public YAML::EventHandler {
 public:
  explicit GroupListener(std::string_view what) : what_(what) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, "aliases (*name) are not taken; write the value out");
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (depth_ == 0) return;  // an empty file: no targets
    if (depth_ == 2 && !key_.empty()) {
      key_.clear();  // "labels:" with nothing behind it
      return;
    }
    fail(mark, "a text was expected, and nothing is here");
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t, const std::string& text) override {
    take_text(mark, text);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    if (depth_ == 0) {
      ++depth_;
    } else if (depth_ == 2 && key_ == "targets") {
      ++depth_;
    } else {
      fail(mark, "a list does not belong here");
      ++depth_;
    }
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    if (depth_ == 1) {
      groups_.emplace_back();
      key_.clear();
    } else if (depth_ != 2 || key_ != "labels") {
      fail(mark, depth_ == 0 ? "a list of {targets, labels} was expected" : "keys and values do not belong here");
    }
    ++depth_;
    label_.clear();
    label_is_next_ = true;
  }
  void OnMapEnd() override { close(); }

  // Of JSON, which has other scalars than text.
  void take_text(const YAML::Mark& mark, const std::string& text) {
    if (!status_.ok()) return;
    if (depth_ == 2 && key_.empty()) {
      if (text != "targets" && text != "labels")
        return fail(mark, fmt::format("unknown key \"{}\"; known are: targets, labels", cut(text, 60)));
      key_ = text;
    } else if (depth_ == 3 && key_ == "targets") {
      if (!is_target_address(text)) return fail(mark, fmt::format("\"{}\" is not host:port", cut(text, 100)));
      if (++targets_ > kTargetsInFile) return fail(mark, fmt::format("more than {} targets", kTargetsInFile));
      groups_.back().targets.push_back(text);
    } else if (depth_ == 3 && key_ == "labels" && label_is_next_) {
      label_ = text;
      label_is_next_ = false;
    } else if (depth_ == 3 && key_ == "labels") {
      groups_.back().labels.emplace_back(label_, text);
      label_is_next_ = true;
      if (groups_.back().labels.size() > kTargetLabels) fail(mark, "too many labels");
    } else {
      fail(mark, "a list of {targets, labels} was expected");
    }
  }
  void fail(const YAML::Mark& mark, std::string_view why) {
    if (!status_.ok()) return;
    status_ = mark.is_null() ? invalid_argument("{}: {}", what_, why)
                             : invalid_argument("{}:{}:{}: {}", what_, mark.line + 1, mark.column + 1, why);
  }

  absl::StatusOr<std::vector<TargetGroup>> groups() {
    for (TargetGroup& group : groups_) {
      if (!status_.ok()) return status_;
      std::sort(group.labels.begin(), group.labels.end());
      if (const absl::Status status = check_target_labels(group.labels); !status.ok())
        fail(YAML::Mark::null_mark(), message_of(status));
    }
    if (!status_.ok()) return status_;
    return std::move(groups_);
  }

 private:
  void close() {
    --depth_;
    if (depth_ == 2) key_.clear();
  }

  std::string_view what_;
  int depth_ = 0;
  std::string key_, label_;
  bool label_is_next_ = true;
  std::size_t targets_ = 0;
  std::vector<TargetGroup> groups_;
  absl::Status status_;
};

// The same events from a tree of JSON, whose depth its parser has bounded.
void tell(const nlohmann::json& root, GroupListener& listener) {
  const YAML::Mark nowhere = YAML::Mark::null_mark();
  const auto text = [&](const nlohmann::json& value) {
    if (value.is_string()) return listener.take_text(nowhere, value.get<std::string>());
    listener.fail(nowhere, fmt::format("a text was expected, not {}", value.type_name()));
  };
  if (!root.is_array()) return listener.fail(nowhere, "a list of {targets, labels} was expected");
  listener.OnSequenceStart(nowhere, "", 0, YAML::EmitterStyle::Default);
  for (const nlohmann::json& group : root) {
    if (!group.is_object()) return listener.fail(nowhere, "a list of {targets, labels} was expected");
    listener.OnMapStart(nowhere, "", 0, YAML::EmitterStyle::Default);
    for (const auto& [key, value] : group.items()) {
      listener.take_text(nowhere, key);
      if (value.is_array() && key == "targets") {
        listener.OnSequenceStart(nowhere, "", 0, YAML::EmitterStyle::Default);
        for (const nlohmann::json& target : value) text(target);
        listener.OnSequenceEnd();
      } else if (value.is_object() && key == "labels") {
        listener.OnMapStart(nowhere, "", 0, YAML::EmitterStyle::Default);
        for (const auto& [name, label] : value.items()) {
          listener.take_text(nowhere, name);
          text(label);
        }
        listener.OnMapEnd();
      } else if (value.is_null()) {
        listener.OnNull(nowhere, 0);
      } else {
        return listener.fail(nowhere,
                             fmt::format("\"{}\" is {}, not what belongs there", cut(key, 60), value.type_name()));
      }
    }
    listener.OnMapEnd();
  }
  listener.OnSequenceEnd();
}

}  // namespace

absl::StatusOr<std::vector<TargetGroup>> parse_target_groups(TargetsFormat format, std::string_view bytes,
                                                             std::string_view what) {
  if (bytes.size() > kTargetsFileBytes) return too_large("{}: longer than {} bytes", what, kTargetsFileBytes);
  if (!is_utf8(bytes)) return invalid_argument("{}: not UTF-8", what);
  GroupListener listener(what);
  if (format == TargetsFormat::json) {
    const auto root = parse_json(bytes, what, {.body_bytes = kTargetsFileBytes, .depth = 6});
    if (!root.ok()) return root.status();
    tell(*root, listener);
    return listener.groups();
  }
  try {
    std::istringstream stream{std::string(bytes)};
    YAML::Parser(stream).HandleNextDocument(listener);
  } catch (const YAML::Exception& e) {
    return invalid_argument("{}:{}:{}: {}", what, e.mark.line + 1, e.mark.column + 1, e.msg);
  }
  return listener.groups();
}

bool is_target_address(std::string_view text) {
  if (text.empty() || text.size() > 300 || text.front() == ':' || text.front() == '-') return false;
  const bool bracketed = text.front() == '[';
  const std::size_t close = bracketed ? text.find(']') : 0;
  if (close == std::string_view::npos) return false;
  const std::string_view address = text.substr(0, close);
  std::string_view rest = text.substr(close);
  for (char c : address.substr(bracketed ? 1 : 0))
    if (!std::isxdigit(static_cast<unsigned char>(c)) && c != ':' && c != '.') return false;
  if (bracketed) {
    rest.remove_prefix(1);
    if (rest.empty()) return address.size() > 1;
    if (rest.front() != ':') return false;
  }
  const std::size_t colon = rest.find(':');
  const std::string_view host = rest.substr(0, colon);
  for (char c : host)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-' && c != '_') return false;
  if (colon == std::string_view::npos) return true;
  const std::string_view port = rest.substr(colon + 1);
  return !port.empty() && port.size() <= 5 &&
         std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_label_name(std::string_view text) {
  if (text.empty() || text.size() > 256 || std::isdigit(static_cast<unsigned char>(text.front()))) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x80 && (std::isalnum(c) || c == '_'); });
}

absl::Status check_target_labels(const Attributes& labels) {
  if (labels.size() > kTargetLabels) return invalid_argument("a target has more than {} labels", kTargetLabels);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto& [name, value] = labels[i];
    if (!is_label_name(name))
      return invalid_argument("\"{}\" cannot be a label: letters, digits and _ only", cut(name, 60));
    if (name == "__name__") return invalid_argument("__name__ cannot be a label of a target");
    if (!is_utf8(value)) return invalid_argument("label {} is not UTF-8", name);
    if (i > 0 && labels[i - 1].first == name) return invalid_argument("label {} appears twice; keep one", name);
    bytes += name.size() + value.size();
  }
  if (bytes > kTargetLabelBytes)
    return invalid_argument("the labels of a target have {} bytes, more than {}: they go with each of its samples",
                            bytes, kTargetLabelBytes);
  return absl::OkStatus();
}

}  // namespace nightjar
