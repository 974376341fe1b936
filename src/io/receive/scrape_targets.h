// io/receive/scrape_targets.h
// What is to be scraped: the `scrape` part of nightjar.yaml, and the files of targets that other tools write for
// Prometheus. Reads files; the scraper's own thread only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/signals.h"
#include "wire/prometheus/file_sd.h"

namespace nightjar {

// As the operator writes it.
struct ScrapeJob {
  std::string job;
  Duration interval = seconds(15), timeout = seconds(10);
  std::string path = "/metrics";  // may hold a query
  std::string scheme = "http";
  Attributes labels;
  std::vector<std::string> targets;
  std::vector<std::string> files;  // absolute; with * and ?
  std::string bearer_token_file;   // "" none; read for each scrape, so that it may be renewed
  bool honor_labels = false;
};

struct ScrapeTarget {
  std::string job;  // whose it is; its label may be another
  std::string url;
  Attributes labels;  // job, instance and the operator's, sorted: SignalsArrived::labels
  Duration interval, timeout;
  std::string bearer_token_file;
  // The same target, however it was found.
  std::string key() const;
};

// One address of a job, with the labels of its file. Those that begin with "__" are taken out: __address__, __scheme__,
// __metrics_path__ and __param_<name> mean what they mean to Prometheus, others are dropped.
// INVALID_ARGUMENT: such a label holds what cannot be scraped.
absl::StatusOr<ScrapeTarget> make_target(const ScrapeJob& job, const std::string& address, const Attributes& labels);

class ScrapeTargets {
 public:
  explicit ScrapeTargets(std::vector<ScrapeJob> jobs) : jobs_(std::move(jobs)) {}

  // Reads the files that have changed since; true when the targets are others than before.
  bool refresh();
  const std::vector<ScrapeTarget>& targets() const { return targets_; }
  // What refresh() found wrong, each once for each version of a file; the file's targets of before stay.
  std::vector<std::string> take_problems() { return std::exchange(problems_, {}); }

 private:
  struct File {
    std::int64_t modified_ns = -1, bytes = -1;
    std::vector<TargetGroup> groups;
  };
  bool read_file(const std::string& path, File& file);
  std::vector<ScrapeTarget> all_targets();

  std::vector<ScrapeJob> jobs_;
  std::map<std::string, File> files_;  // by path
  std::vector<ScrapeTarget> targets_;
  std::vector<std::string> problems_;
  bool read_ = false;
};

}  // namespace nightjar
