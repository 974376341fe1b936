#include "io/act/catalogue.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/check.h"
#include "base/text.h"
#include "io/act/yaml_reader.h"

namespace nightjar {
namespace {

constexpr std::size_t kArgumentLimitBytes = 128;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool matches(ArgumentType type, std::string_view value) {
  if (value.empty() || value.size() > kArgumentLimitBytes || value.find("..") != std::string_view::npos) return false;
  const auto of = [&](std::string_view others) {
    return is_letter_or_digit(value.front()) && std::all_of(value.begin(), value.end(), [&](char c) {
             return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
           });
  };
  switch (type) {
    case ArgumentType::name:
      return of("._:/@-");
    case ArgumentType::version:
      return of("._+-");
    case ArgumentType::integer:
      return value.size() <= 9 && std::all_of(value.begin(), value.end(), is_digit);
    case ArgumentType::duration:
      return is_digit(value.front()) && value.size() <= 12 && parse_duration(value).has_value();
  }
  return false;
}

std::string_view type_word(ArgumentType type) {
  switch (type) {
    case ArgumentType::name:
      return "name";
    case ArgumentType::version:
      return "version";
    case ArgumentType::integer:
      return "integer";
    case ArgumentType::duration:
      return "duration";
  }
  return {};
}

std::optional<ArgumentType> parse_type(std::string_view text) {
  for (const ArgumentType type :
       {ArgumentType::name, ArgumentType::version, ArgumentType::integer, ArgumentType::duration}) {
    if (type_word(type) == text) return type;
  }
  return std::nullopt;
}

// Every {word} of `text` must be an argument or action_id: a typing error would otherwise reach the command as it is.
void check_placeholders(YamlReader& reader, const YAML::Node& at, const std::string& text, const Runbook& runbook) {
  for (std::size_t open = text.find_first_of("{}"); open != std::string::npos; open = text.find_first_of("{}", open)) {
    const std::size_t close = text.find('}', open);
    if (text[open] == '}' || close == std::string::npos) {
      return reader.fail(at, fmt::format("\"{}\": braces only around the name of an argument", text));
    }
    const std::string name = text.substr(open + 1, close - open - 1);
    if (name != "action_id" && !runbook.arguments.contains(name)) {
      std::vector<std::string> known{"action_id"};
      for (const auto& [argument, type] : runbook.arguments) known.push_back(argument);
      const std::string_view near = nearest_word(name, known);
      return reader.fail(
          at, near.empty() ? fmt::format("{{{}}} is not declared under arguments", name)
                           : fmt::format("{{{}}} is not declared under arguments; did you mean {{{}}}?", name, near));
    }
    open = close + 1;
  }
}

void read_arguments(YamlReader& reader, const YAML::Node& node, Runbook& runbook) {
  if (!node.IsDefined() || node.IsNull()) return;
  if (!reader.free_mapping(node)) return;
  for (const auto& entry : node) {
    const std::string name = entry.first.Scalar();
    if (name == "action_id" || !matches(ArgumentType::version, name)) {
      return reader.fail(entry.first, fmt::format("\"{}\" cannot be the name of an argument", name));
    }
    if (!reader.mapping(entry.second, {"type"})) return;
    const std::string type = reader.required_text(entry.second, "type");
    if (!reader.status().ok()) return;
    const auto known = parse_type(type);
    if (!known)
      return reader.fail(entry.second, fmt::format("unknown type \"{}\": name, version, integer or duration", type));
    runbook.arguments[name] = *known;
  }
}

void read_script(YamlReader& reader, const YAML::Node& node, const std::string& folder, Runbook& runbook) {
  runbook.argv = reader.texts(node, "argv");
  runbook.check = reader.texts(node, "check");
  runbook.working_directory = reader.text(node, "working_directory", folder);
  if (reader.status().ok() && runbook.argv.empty()) reader.fail(node, "a script needs \"argv\": the command as a list");
  for (const auto* command : {&runbook.argv, &runbook.check}) {
    if (command->empty() || !reader.status().ok()) continue;
    // A search through PATH would let whoever can write there choose what runs.
    if (command->front().empty() || command->front()[0] != '/' || command->front().find('{') != std::string::npos) {
      reader.fail(
          node, fmt::format("\"{}\": the program must be an absolute path without arguments in it", command->front()));
    }
    for (const std::string& element : *command) check_placeholders(reader, node, element, runbook);
  }
  const YAML::Node environment = node["environment"];
  if (!environment.IsDefined() || environment.IsNull() || !reader.free_mapping(environment)) return;
  for (const auto& entry : environment) {
    runbook.environment[entry.first.Scalar()] = reader.text(environment, entry.first.Scalar());
  }
}

void read_supervisor(YamlReader& reader, const YAML::Node& node, Runbook& runbook) {
  runbook.url = reader.required_text(node, "url");
  runbook.program = reader.required_text(node, "program");
  if (!reader.status().ok()) return;
  if (runbook.url.rfind("http://", 0) != 0 && runbook.url.rfind("https://", 0) != 0 &&
      runbook.url.rfind("unix:///", 0) != 0) {
    reader.fail(node["url"], "\"url\" must begin with http://, https:// or unix:///");
  }
  check_placeholders(reader, node["program"], runbook.program, runbook);
}

// An undo gets the arguments of what it takes back, so its runbook must want the same ones.
void check_undo(YamlReader& reader, const YAML::Node& list, const Catalogue& catalogue) {
  for (const auto& node : list) {
    const YAML::Node at = node["undo_by"];
    if (!at.IsDefined()) continue;
    const Runbook& runbook = catalogue.at(node["name"].as<std::string>());
    const auto undo = catalogue.find(runbook.undo_by);
    if (undo == catalogue.end())
      return reader.fail(at, fmt::format("undo_by names runbook \"{}\", which is not in this file", runbook.undo_by));
    if (undo->second.arguments != runbook.arguments)
      return reader.fail(at, fmt::format("runbook \"{}\" must take the same arguments as \"{}\" to undo it",
                                         runbook.undo_by, runbook.name));
  }
}

Runbook read_runbook(YamlReader& reader, const YAML::Node& node, const std::string& folder) {
  Runbook runbook;
  if (!node.IsMap()) {
    reader.fail(node, "a runbook is a list of keys: name, actuator, …");
    return runbook;
  }
  // Which keys are known depends on the actuator, so it is read before the keys are checked.
  const std::string actuator = reader.required_text(node, "actuator");
  if (!reader.status().ok()) return runbook;
  if (actuator == "script") {
    reader.mapping(node, {"name", "actuator", "arguments", "argv", "check", "environment", "working_directory", "undo",
                          "undo_by", "timeout"});
  } else if (actuator == "supervisor") {
    runbook.actuator = ActuatorKind::supervisor;
    reader.mapping(node, {"name", "actuator", "arguments", "url", "program", "undo", "undo_by", "timeout"});
  } else {
    reader.fail(node["actuator"], fmt::format("unknown actuator \"{}\": script or supervisor", actuator));
  }
  runbook.name = reader.required_text(node, "name");
  runbook.undo = reader.text(node, "undo");
  runbook.undo_by = reader.text(node, "undo_by");
  runbook.timeout = reader.duration(node, "timeout", minutes(5));
  if (!reader.status().ok()) return runbook;
  if (!matches(ArgumentType::version, runbook.name)) {
    reader.fail(node["name"], fmt::format("\"{}\": a name has letters, digits and . _ + - only", runbook.name));
  }
  read_arguments(reader, node["arguments"], runbook);
  if (!reader.status().ok()) return runbook;
  if (runbook.actuator == ActuatorKind::script) {
    read_script(reader, node, folder, runbook);
  } else {
    read_supervisor(reader, node, runbook);
  }
  return runbook;
}

}  // namespace

absl::StatusOr<Catalogue> read_catalogue(const std::string& path) {
  YamlReader reader(path);
  const YAML::Node root = reader.load();
  if (!reader.status().ok()) return reader.status();
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  Catalogue catalogue;
  if (reader.mapping(root, {"runbooks"})) {
    const YAML::Node list = root["runbooks"];
    if (!list.IsDefined() || !list.IsSequence()) reader.fail(root, "\"runbooks\" must be a list");
    for (const auto& node : list) {
      if (!reader.status().ok()) break;
      Runbook runbook = read_runbook(reader, node, folder);
      if (catalogue.contains(runbook.name)) {
        reader.fail(node, fmt::format("runbook \"{}\" appears twice; keep one", runbook.name));
      }
      catalogue.emplace(runbook.name, std::move(runbook));
    }
    if (reader.status().ok()) check_undo(reader, list, catalogue);
  }
  if (!reader.status().ok()) return reader.status();
  return catalogue;
}

std::vector<RunbookConfig> runbook_configs(const Catalogue& catalogue) {
  std::vector<RunbookConfig> configs;
  for (const auto& [name, runbook] : catalogue) {
    RunbookConfig config{name, {}, runbook.undo, runbook.undo_by};
    for (const auto& [argument, type] : runbook.arguments) config.arguments.push_back(argument);
    configs.push_back(std::move(config));
  }
  return configs;
}

absl::Status check_arguments(const Runbook& runbook, const Arguments& arguments) {
  for (const auto& [name, type] : runbook.arguments) {
    const auto found = arguments.find(name);
    if (found == arguments.end()) return invalid_argument("runbook {}: argument {} is missing", runbook.name, name);
    if (!matches(type, found->second)) {
      return invalid_argument("runbook {}: argument {} is not a {}: \"{}\"", runbook.name, name, type_word(type),
                              cut(found->second, kArgumentLimitBytes));
    }
  }
  for (const auto& [name, value] : arguments) {
    if (!runbook.arguments.contains(name)) {
      return invalid_argument("runbook {}: argument {} is not declared in the catalogue", runbook.name, cut(name, 64));
    }
  }
  return absl::OkStatus();
}

std::string fill_in(const std::string& text, const Arguments& arguments, ActionId action) {
  std::string filled;
  std::size_t from = 0;
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', from)) {
    const std::size_t close = text.find('}', open);
    CHECK(close != std::string::npos);
    const std::string name = text.substr(open + 1, close - open - 1);
    filled += text.substr(from, open - from);
    if (name == "action_id") {
      filled += to_string(action);
    } else {
      const auto found = arguments.find(name);
      CHECK(found != arguments.end());
      filled += found->second;
    }
    from = close + 1;
  }
  return filled + text.substr(from);
}

std::vector<std::string> fill_in(const std::vector<std::string>& texts, const Arguments& arguments, ActionId action) {
  std::vector<std::string> filled;
  for (const std::string& text : texts) filled.push_back(fill_in(text, arguments, action));
  return filled;
}

}  // namespace nightjar
