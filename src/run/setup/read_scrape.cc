#include "run/setup/read_scrape.h"

#include <set>

#include "base/text.h"
#include "run/setup/read_doors.h"

namespace nightjar {
namespace {

constexpr Duration kShortest = seconds(1), kLongest = hours(1);

Attributes read_labels(YamlReader& reader, const YAML::Node& node) {
  Attributes labels;
  if (!node || node.IsNull() || !reader.free_mapping(node)) return labels;
  for (const auto& entry : node) {
    if (!entry.second.IsScalar()) reader.fail(entry.second, "the value of a label must be a text");
    if (!reader.status().ok()) return labels;
    if (!is_label_name(entry.first.Scalar()) || entry.first.Scalar() == "__name__")
      reader.fail(entry.first,
                  fmt::format("\"{}\" cannot be a label: letters, digits and _ only", entry.first.Scalar()));
    labels.emplace_back(entry.first.Scalar(), entry.second.Scalar());
  }
  std::sort(labels.begin(), labels.end());
  if (const absl::Status status = check_target_labels(labels); !status.ok()) reader.fail(node, message_of(status));
  return labels;
}

void read_job(YamlReader& reader, const YAML::Node& node, std::set<std::string>& names, Settings& settings) {
  if (!reader.mapping(node, {"job", "interval", "timeout", "path", "scheme", "labels", "targets", "files",
                             "bearer_token_file", "honor_labels"}))
    return;
  ScrapeJob job;
  job.job = reader.required_text(node, "job");
  if (reader.status().ok() && !names.insert(job.job).second)
    reader.fail(node["job"], fmt::format("job \"{}\" appears twice; give each a name of its own", job.job));
  job.interval = reader.duration(node, "interval", job.interval);
  if (job.interval < kShortest || job.interval > kLongest)
    reader.fail(node["interval"], "interval must be between 1s and 1h");
  job.timeout = reader.duration(node, "timeout", std::min(job.timeout, job.interval));
  if (job.timeout > job.interval)
    reader.fail(node["timeout"], "timeout must not be longer than interval: a scrape must end before the next begins");
  job.path = reader.text(node, "path", job.path);
  if (job.path.empty() || job.path.front() != '/' || job.path.find_first_of(" \t\r\n#") != std::string::npos)
    reader.fail(node["path"], "path must begin with / and hold no blanks, such as /metrics");
  job.scheme = reader.text(node, "scheme", job.scheme);
  if (job.scheme != "http" && job.scheme != "https") reader.fail(node["scheme"], "scheme must be http or https");
  job.labels = read_labels(reader, node["labels"]);
  job.targets = reader.texts(node, "targets");
  for (std::size_t i = 0; reader.status().ok() && i < job.targets.size(); ++i)
    if (!is_target_address(job.targets[i]))
      reader.fail(
          node["targets"][i],
          fmt::format("\"{}\" is not a target; write host:port, and scheme and path beside it", job.targets[i]));
  for (const std::string& file : reader.texts(node, "files")) {
    job.files.push_back(resolve_path(settings.file, file));
    if (!file.ends_with(".json") && !file.ends_with(".yaml") && !file.ends_with(".yml"))
      reader.fail(node["files"], fmt::format("\"{}\" must end in .json, .yaml or .yml", file));
  }
  if (reader.status().ok() && job.targets.empty() && job.files.empty())
    reader.fail(node, "this job has neither targets nor files");
  job.bearer_token_file = resolve_path(settings.file, reader.text(node, "bearer_token_file"));
  const std::string honors = reader.text(node, "honor_labels", "false");
  if (honors != "true" && honors != "false") reader.fail(node["honor_labels"], "honor_labels must be true or false");
  job.honor_labels = honors == "true";
  settings.scrape.push_back(std::move(job));
}

}  // namespace

void read_scrape(YamlReader& reader, const YAML::Node& list, Settings& settings) {
  if (!list || list.IsNull() || !reader.status().ok()) return;
  if (!list.IsSequence()) return reader.fail(list, "scrape must be a list of jobs");
  std::set<std::string> names;
  for (const auto& node : list) {
    if (!reader.status().ok()) return;
    read_job(reader, node, names, settings);
  }
}

}  // namespace nightjar
