// io/receive/scrape.h
// Goes and reads the pages of targets, as Prometheus does: each at its own moment within the interval, a few at once.
// One thread that knows when, `at_once` threads that fetch. What was fetched is judged and journalled like a body that
// came to a door: the page as it is, and behind it a small page of our own with `up` and the series that have ended
// (wire/prometheus/scrape_report.h), both with the target's labels.
//
// A scrape that could not be journalled (overload, disk full) is lost, as its page is gone by then; the ledger counts
// it under Door::scrape. The last page of each target is kept in memory to find what has ended: after a restart, series
// that vanished meanwhile are not marked.
// Source: Prometheus 2.42 scrape/scrape.go, scrape/target.go.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "io/net/router.h"
#include "io/receive/doorway.h"
#include "io/receive/scrape_targets.h"
#include "wire/prometheus/scrape_report.h"

namespace nightjar {

struct ScrapeSettings {
  std::vector<ScrapeJob> jobs;
  int at_once = 8;
  Duration reread_files = seconds(5);
  std::size_t answer_limit_bytes = 16u << 20;  // compressed or not, as sent
};

// How a target is, for people.
struct TargetHealth {
  std::string job, url;
  Attributes labels;
  std::optional<Timestamp> last_scrape;
  bool up = false;
  std::string problem;  // of the last scrape; "" none
  Duration took;
  std::uint64_t samples = 0;
};

class Scraper {
 public:
  // The doorway outlives it; its Inbox must answer until stop() has returned.
  Scraper(Doorway& doorway, ScrapeSettings settings);
  ~Scraper() { stop(); }
  // Once, when the Inbox takes what comes.
  void start();
  // Waits for the scrapes under way.
  void stop();

  std::vector<TargetHealth> health() const;  // sorted by job and URL; any thread

 private:
  struct Scraped;  // what a scrape found
  struct Scrape {
    ScrapeTarget target;
    ScrapedPage before;     // of its last good scrape; only the thread that scrapes it touches it
    std::int64_t due_ns{};  // steady
    bool running = false, gone = false;
    TargetHealth health;
  };

  void run();
  void refresh();
  std::int64_t next_due(const ScrapeTarget& target) const;
  void scrape(Scrape& scrape);
  Scraped fetch(const ScrapeTarget& target);
  void keep_refused(const ScrapeTarget& target, const absl::Status& status, std::string_view beginning);
  absl::Status offer(const ScrapeTarget& target, ScrapedPage page, Verdict verdict);
  void end_series(Scrape& scrape);

  Doorway& doorway_;
  const ScrapeSettings settings_;
  ScrapeTargets targets_;  // only run()
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::map<std::string, std::shared_ptr<Scrape>> scrapes_;  // by key; guarded by mutex_, also due, running, health
  std::unique_ptr<WorkPool> pool_;
  std::thread thread_;
};

// GET /api/v1/targets: how each target is. The scraper outlives the server.
void add_targets_route(Router& router, const Scraper& scraper);

}  // namespace nightjar
