#include "wire/mapping/mapping.h"

#include <algorithm>

#include "base/text.h"

namespace nightjar {

absl::StatusOr<MappedSource> MappedSource::parse(std::string_view text) {
  MappedSource source;
  if (!text.starts_with('$')) {
    source.literal = text;
    return source;
  }
  auto path = JsonPath::parse(text);
  if (!path.ok()) return path.status();
  source.path = *std::move(path);
  return source;
}

bool is_source_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string_view::npos;
}

std::vector<std::string> mapped_fields(MappedKind kind) {
  switch (kind) {
    case MappedKind::change:
      return {
          "service", "application", "version", "previous_version", "commit", "repository", "author",     "environment",
          "url",     "title",       "kind",    "status",           "id",     "at",         "finished_at"};
    case MappedKind::alert:
      return {"name", "service", "instance", "severity", "summary", "status", "id", "at", "ended_at", "url", "labels"};
    case MappedKind::ignore:
      return {};
  }
  return {};
}

absl::Status check_mapping(const Mapping& mapping) {
  const auto has = [&](const char* field) { return mapping.fields.contains(field); };
  if (mapping.kind == MappedKind::change && !has("service") && !has("application"))
    return invalid_argument("fields needs service (or application): whose change is it?");
  if (mapping.kind == MappedKind::change && !has("version") && !has("commit") && !has("title"))
    return invalid_argument("fields needs version, commit or title: what was changed?");
  if (mapping.kind == MappedKind::alert && !has("name"))
    return invalid_argument("fields needs name: what is the alert?");
  if (mapping.kind == MappedKind::ignore && mapping.when.empty())
    return invalid_argument("kind ignore needs when: which bodies are of no interest?");
  return absl::OkStatus();
}

std::vector<std::string> words_of_field(MappedKind kind, std::string_view field) {
  if (field == "status" && kind == MappedKind::change) return {"running", "succeeded", "failed"};
  if (field == "status" && kind == MappedKind::alert) return {"firing", "resolved"};
  if (field == "kind") return {"deploy", "config", "flag", "migration", "scaling", "push"};
  return {};
}

}  // namespace nightjar
