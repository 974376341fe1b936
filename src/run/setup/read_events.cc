#include "run/setup/read_events.h"

#include "base/text.h"
#include "run/setup/read_doors.h"

namespace nightjar {
namespace {

std::optional<JsonPath> read_path(YamlReader& reader, const YAML::Node& at, const std::string& text) {
  auto path = JsonPath::parse(text);
  if (path.ok()) return *std::move(path);
  reader.fail(at, message_of(path.status()));
  return std::nullopt;
}

// One text or a list of them, with the place of each.
template <class Each>
void each_text(YamlReader& reader, const YAML::Node& node, Each each) {
  if (node.IsScalar()) return each(node, node.Scalar());
  if (!node.IsSequence()) return reader.fail(node, "a text or a list of texts is expected here");
  for (const auto& one : node) {
    if (!one.IsScalar()) return reader.fail(one, "a text is expected here");
    each(one, one.Scalar());
  }
}

bool is_known_field(YamlReader& reader, const YAML::Node& at, MappedKind kind) {
  const std::vector<std::string> known = mapped_fields(kind);
  if (!at.IsScalar()) {
    reader.fail(at, "the name of a field is expected here");
    return false;
  }
  if (std::find(known.begin(), known.end(), at.Scalar()) != known.end()) return true;
  const std::string_view near = nearest_word(at.Scalar(), known);
  reader.fail(at, near.empty() ? fmt::format("unknown field \"{}\"; known are: {}", at.Scalar(), fmt::join(known, ", "))
                               : fmt::format("unknown field \"{}\"; did you mean \"{}\"?", at.Scalar(), near));
  return false;
}

void read_when(YamlReader& reader, const YAML::Node& when, Mapping& mapping) {
  if (!when || when.IsNull() || !reader.free_mapping(when)) return;
  for (const auto& entry : when) {
    auto path = read_path(reader, entry.first, entry.first.Scalar());
    if (!path) return;
    MappedCondition condition{*std::move(path), {}};
    each_text(reader, entry.second,
              [&](const YAML::Node&, const std::string& text) { condition.texts.push_back(text); });
    mapping.when.push_back(std::move(condition));
  }
}

void read_fields(YamlReader& reader, const YAML::Node& fields, Mapping& mapping) {
  if (!fields || fields.IsNull() || !reader.free_mapping(fields)) return;
  for (const auto& entry : fields) {
    if (!is_known_field(reader, entry.first, mapping.kind)) return;
    auto& sources = mapping.fields[entry.first.Scalar()];
    each_text(reader, entry.second, [&](const YAML::Node& at, const std::string& text) {
      auto source = MappedSource::parse(text);
      if (!source.ok()) return reader.fail(at, message_of(source.status()));
      sources.push_back(*std::move(source));
    });
  }
}

void read_words(YamlReader& reader, const YAML::Node& words, Mapping& mapping) {
  if (!words || words.IsNull() || !reader.free_mapping(words)) return;
  for (const auto& field : words) {
    if (!is_known_field(reader, field.first, mapping.kind) || !reader.free_mapping(field.second)) return;
    const std::vector<std::string> ours = words_of_field(mapping.kind, field.first.Scalar());
    for (const auto& word : field.second) {
      if (!word.second.IsScalar()) return reader.fail(word.second, "a word is expected here");
      if (!ours.empty() && std::find(ours.begin(), ours.end(), word.second.Scalar()) == ours.end())
        return reader.fail(word.second,
                           fmt::format("\"{}\" is none of ours: {}", word.second.Scalar(), fmt::join(ours, ", ")));
      std::string theirs = word.first.Scalar();
      for (char& c : theirs)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      mapping.words[field.first.Scalar()][theirs] = word.second.Scalar();
    }
  }
}

void read_mapping(YamlReader& reader, const YAML::Node& node, EventSource& source) {
  if (!reader.mapping(node, {"kind", "token_sha256", "each", "when", "fields", "words"})) return;
  Mapping mapping;
  const std::string kind = reader.required_text(node, "kind");
  if (reader.status().ok() && kind != "change" && kind != "alert" && kind != "ignore")
    return reader.fail(node["kind"], fmt::format("kind \"{}\" is not known; known are: change, alert, ignore", kind));
  mapping.kind = kind == "alert" ? MappedKind::alert : kind == "ignore" ? MappedKind::ignore : MappedKind::change;
  if (node["token_sha256"]) source.token_sha256 = read_token_hash(reader, node);
  if (const std::string each = reader.text(node, "each"); !each.empty())
    mapping.each = read_path(reader, node["each"], each);
  read_when(reader, node["when"], mapping);
  read_fields(reader, node["fields"], mapping);
  read_words(reader, node["words"], mapping);
  if (!reader.status().ok()) return;
  if (const absl::Status status = check_mapping(mapping); !status.ok())
    return reader.fail(node["fields"] ? node["fields"] : node, message_of(status));
  source.mappings.push_back(std::move(mapping));
}

}  // namespace

void read_events(YamlReader& reader, const YAML::Node& events, Settings& settings) {
  if (!events || events.IsNull() || !reader.free_mapping(events)) return;
  for (const auto& entry : events) {
    const std::string name = entry.first.Scalar();
    if (!is_source_name(name))
      return reader.fail(entry.first,
                         fmt::format("\"{}\" cannot be a source: a-z, 0-9, '.', '_' and '-', at most 64", name));
    EventSource& source = settings.events[name];
    if (entry.second.IsSequence())
      for (const auto& node : entry.second) read_mapping(reader, node, source);
    else
      read_mapping(reader, entry.second, source);
    if (!reader.status().ok()) return;
  }
}

}  // namespace nightjar
