#include "io/receive/scrape_targets.h"

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "base/text.h"
#include "wire/prometheus/exposition.h"

namespace nightjar {
namespace {

std::vector<std::string> matching_files(const std::string& pattern) {
  std::vector<std::string> paths;
  ::glob_t found{};
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  ::globfree(&found);
  return paths;
}

std::string escaped_for_url(std::string_view text) {
  std::string escaped;
  for (const unsigned char c : text)
    escaped += std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~' ? std::string(1, static_cast<char>(c))
                                                                               : fmt::format("%{:02X}", c);
  return escaped;
}

bool has_port(std::string_view address) {
  const std::size_t bracket = address.rfind(']');
  return address.find(':', bracket == std::string_view::npos ? 0 : bracket) != std::string_view::npos;
}

void set_label(Attributes& labels, std::string_view name, std::string_view value) {
  const auto place = std::find_if(labels.begin(), labels.end(), [&](const auto& label) { return label.first == name; });
  if (place == labels.end())
    labels.emplace_back(name, value);
  else
    place->second = value;
}

}  // namespace

std::string ScrapeTarget::key() const {
  std::string key = fmt::format("{}\n{}", job, url);
  for (const auto& [name, value] : labels) key += fmt::format("\n{}={}", name, value);
  return key;
}

absl::StatusOr<ScrapeTarget> make_target(const ScrapeJob& job, const std::string& address, const Attributes& labels) {
  Attributes all = job.labels;
  for (const auto& [name, value] : labels) set_label(all, name, value);
  std::string where = address, scheme = job.scheme, path = job.path, query;
  for (const auto& [name, value] : all) {
    constexpr std::string_view kParameter = "__param_";
    if (name == "__address__") where = value;
    if (name == "__scheme__") scheme = value;
    if (name == "__metrics_path__") path = value;
    if (name.starts_with(kParameter))
      query += fmt::format("&{}={}", escaped_for_url(std::string_view(name).substr(kParameter.size())),
                           escaped_for_url(value));
  }
  if (!is_target_address(where)) return invalid_argument("\"{}\" is not host:port", cut(where, 100));
  if (scheme != "http" && scheme != "https") return invalid_argument("{}: scheme must be http or https", where);
  const auto cannot_stand = [](unsigned char c) { return c <= ' ' || c == 0x7f || c == '#'; };
  if (path.empty() || path.front() != '/' || std::any_of(path.begin(), path.end(), cannot_stand))
    return invalid_argument("{}: the path must begin with / and hold no blanks", where);
  if (!query.empty()) path += (path.find('?') == std::string::npos ? "?" : "&") + query.substr(1);
  if (!has_port(where)) where += scheme == "https" ? ":443" : ":80";

  ScrapeTarget target{
      job.job, fmt::format("{}://{}{}", scheme, where, path), {}, job.interval, job.timeout, job.bearer_token_file};
  for (auto& label : all)
    if (!label.first.starts_with("__") && !label.second.empty()) target.labels.push_back(std::move(label));
  if (find_attribute(target.labels, "job").empty()) target.labels.emplace_back("job", job.job);
  if (find_attribute(target.labels, "instance").empty()) target.labels.emplace_back("instance", where);
  if (job.honor_labels) target.labels.emplace_back(kHonorLabels, "true");
  std::sort(target.labels.begin(), target.labels.end());
  if (const absl::Status status = check_target_labels(target.labels); !status.ok())
    return invalid_argument("{}: {}", where, message_of(status));
  return target;
}

bool ScrapeTargets::refresh() {
  bool changed = !std::exchange(read_, true);
  std::set<std::string> present;
  for (const ScrapeJob& job : jobs_)
    for (const std::string& pattern : job.files)
      for (const std::string& path : matching_files(pattern)) {
        if (!present.insert(path).second) continue;
        changed |= read_file(path, files_[path]);
      }
  // A file that is gone takes its targets with it, as in Prometheus.
  changed |= std::erase_if(files_, [&](const auto& file) { return !present.contains(file.first); }) > 0;
  if (!changed) return false;
  targets_ = all_targets();
  return true;
}

bool ScrapeTargets::read_file(const std::string& path, File& file) {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  const std::int64_t modified_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
  if (modified_ns == file.modified_ns && status.st_size == file.bytes) return false;
  file.modified_ns = modified_ns;  // also when it is broken: said once
  file.bytes = status.st_size;
  std::string text(std::min<std::size_t>(static_cast<std::size_t>(status.st_size), kTargetsFileBytes) + 1, '\0');
  std::ifstream in(path, std::ios::binary);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  auto groups = parse_target_groups(path.ends_with(".json") ? TargetsFormat::json : TargetsFormat::yaml, text, path);
  if (!groups.ok()) {
    problems_.push_back(fmt::format("{}; its targets stay as they were", message_of(groups.status())));
    return false;
  }
  file.groups = *std::move(groups);
  return true;
}

std::vector<ScrapeTarget> ScrapeTargets::all_targets() {
  std::vector<ScrapeTarget> all;
  std::set<std::string> known;
  for (const ScrapeJob& job : jobs_) {
    const auto add = [&](const std::string& address, const Attributes& labels, std::string_view from) {
      auto target = make_target(job, address, labels);
      if (!target.ok()) {
        problems_.push_back(fmt::format("{}: {}; this target is not scraped", from, message_of(target.status())));
      } else if (known.insert(target->key()).second) {
        all.push_back(*std::move(target));
      }
    };
    for (const std::string& address : job.targets) add(address, {}, "scrape");
    std::set<std::string> paths;
    for (const std::string& pattern : job.files)
      for (const std::string& path : matching_files(pattern)) paths.insert(path);
    for (const std::string& path : paths)
      if (const auto file = files_.find(path); file != files_.end())
        for (const TargetGroup& group : file->second.groups)
          for (const std::string& address : group.targets) add(address, group.labels, path);
  }
  return all;
}

}  // namespace nightjar
