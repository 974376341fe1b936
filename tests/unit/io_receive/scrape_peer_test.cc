// One page, read by a real Prometheus and by us side by side: the same samples, to the last label. And two pages of
// real exporters: the same series. Skipped, and says so, where they are not installed.
#include <cmath>
#include <filesystem>
#include <fstream>

#include "io/receive/scrape.h"
#include "tests/unit/io_receive/child.h"
#include "tests/unit/io_receive/door_fixture.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

const char* const kPage =
    "# HELP hits_total All \\\\ of\\nthem.\n"
    "# TYPE hits_total counter\n"
    "hits_total{code=\"200\",method=\"get\"} 1027\n"
    "hits_total{code=\"500\", method=\"get\",} 3\n"
    "hits_total{code=\"501\"}\t4\n"
    "\n"
    "# a comment\n"
    "# TYPE lengths histogram\n"
    "lengths_sum{way=\"in\"} 17.5\n"
    "lengths_bucket{way=\"in\",le=\"+Inf\"} 9\n"
    "lengths_bucket{way=\"in\",le=\"1\"} 6\n"
    "lengths_bucket{way=\"in\",le=\"0.5\"} 2\n"
    "lengths_count{way=\"in\"} 9\n"
    "# TYPE gc summary\n"
    "gc{quantile=\"0.5\"} 4.9e-05\n"
    "gc_sum 2.5\n"
    "gc_count 8\n"
    "# TYPE load gauge\n"
    "load{way=\"up\"} +Inf\n"
    "load{way=\"down\"} -Inf\n"
    "load{way=\"none\"} NaN\n"
    "no_type{text=\"Gr\xc3\xbc\xc3\x9f"
    "e \\\"\xe4\xb8\x96\\\" C:\\\\DIR\\n\"} 0.1\n"
    "conflict{job=\"mine\",instance=\"me\",exported_job=\"older\",team=\"theirs\"} 5\n"
    "empty{label=\"\"} 6\n"
    "last_line_without_an_end 7";

using Samples = std::map<std::string, double>;  // by "name{labels}"

std::string shown(std::string_view name, const Attributes& labels) {
  std::string text(name);
  for (const auto& [label, value] : labels) text += fmt::format("|{}={}", label, value);
  return text;
}

// Of all bodies of an encoding, histograms taken apart again.
Samples samples_of(FakeInbox& inbox, bool scraped) {
  Samples samples;
  std::lock_guard lock(inbox.mutex);
  for (const InputBody& body : inbox.taken) {
    const auto* signals = std::get_if<SignalsArrived>(&body);
    if (!signals || (signals->encoding == Encoding::remote_write_1) == scraped) continue;
    const auto decoded = decode(signals->encoding, signals->body, signals->verdict, signals->labels);
    EXPECT_TRUE(decoded.ok());
    for (const Signals& one : *decoded)
      for (const MetricPoint& point : one.metrics) {
        if (point.stale) continue;
        if (!point.histogram) {
          samples[shown(point.series->name, point.series->labels.to_attributes())] = point.value;
          continue;
        }
        samples[shown(point.series->name + "_count", point.series->labels.to_attributes())] =
            static_cast<double>(point.histogram->count);
        samples[shown(point.series->name + "_sum", point.series->labels.to_attributes())] = point.histogram->sum;
        double cumulative = 0;
        for (std::size_t i = 0; point.series->kind == MetricKind::histogram && i < point.histogram->counts.size();
             ++i) {
          cumulative += static_cast<double>(point.histogram->counts[i]);
          Attributes labels = point.series->labels.to_attributes();
          const bool last = i == point.histogram->bounds.size();
          labels.emplace_back("le", last ? "+Inf" : fmt::format("{}", point.histogram->bounds[i]));
          std::sort(labels.begin(), labels.end());
          samples[shown(point.series->name + "_bucket", labels)] = cumulative;
        }
      }
  }
  // Two that Prometheus says of every scrape, and we do not.
  std::erase_if(samples, [](const auto& sample) {
    return sample.first.starts_with("scrape_series_added") ||
           sample.first.starts_with("scrape_samples_post_metric_relabeling");
  });
  return samples;
}

class ScrapePeer : public DoorTest {
 protected:
  // A port that was free a moment ago.
  static std::uint16_t free_port() {
    Router none;
    return (*HttpServer::start({.address = "127.0.0.1:0"}, std::move(none)))->port();
  }
  // Until Prometheus and we have read the target `times` each.
  void scrape_side_by_side(const std::string& address, int times) {
    clock_.set(SystemClock().now());
    open();
    const std::uint16_t port = free_port();
    const auto folder = std::filesystem::temp_directory_path() / fmt::format("nightjar_scrape_peer_{}", ::getpid());
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "targets.json")
        << fmt::format(R"([{{"targets": ["{}"], "labels": {{"team": "shop", "__meta_x": "y"}}}}])", address);
    std::ofstream(folder / "prometheus.yml") << fmt::format(
        "global: {{scrape_interval: 1s}}\n"
        "scrape_configs: [{{job_name: peer, file_sd_configs: [{{files: [targets.json]}}]}}]\n"
        "remote_write: [{{url: 'http://127.0.0.1:{}/api/v1/write', queue_config: {{batch_send_deadline: 500ms}}}}]\n",
        server_->port());
    ScrapeJob job{.job = "peer", .interval = seconds(1), .timeout = seconds(1)};
    job.files = {(folder / "targets.json").string()};
    Scraper scraper(doorway_, {.jobs = {job}});
    scraper.start();
    const Child prometheus({"prometheus", "--config.file=" + (folder / "prometheus.yml").string(),
                            fmt::format("--web.listen-address=127.0.0.1:{}", port),
                            "--storage.tsdb.path=" + (folder / "data").string()});
    const auto reports = [&](bool scraped) {
      int count = 0;
      std::lock_guard lock(inbox_.mutex);
      for (const InputBody& body : inbox_.taken) {
        const auto* signals = std::get_if<SignalsArrived>(&body);
        if (!signals || (signals->encoding == Encoding::remote_write_1) == scraped) continue;
        const auto decoded = decode(signals->encoding, signals->body, signals->verdict, signals->labels);
        for (const Signals& one : *decoded)
          for (const MetricPoint& point : one.metrics) count += point.series->name == "up" && point.value == 1;
      }
      return count;
    };
    for (int i = 0; i < 300 && (reports(true) < times || reports(false) < times); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    // What belongs to a scrape may come in several writes.
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    scraper.stop();
    std::filesystem::remove_all(folder);
  }
};

TEST_F(ScrapePeer, OnePageIsTheSameSamples) {
  if (!std::filesystem::exists("/usr/bin/prometheus"))
    GTEST_SKIP() << "no /usr/bin/prometheus: apt-get install prometheus";
  Router router;
  router.add({"GET", "/metrics", [](auto, Responder responder) {
                responder.answer({200, "text/plain; version=0.0.4; charset=utf-8", kPage, {}});
              }});
  const auto target = *HttpServer::start({.name = "target", .address = "127.0.0.1:0"}, std::move(router));
  scrape_side_by_side(fmt::format("127.0.0.1:{}", target->port()), 2);
  Samples theirs = samples_of(inbox_, false), ours = samples_of(inbox_, true);
  EXPECT_GT(theirs.size(), 20u);
  EXPECT_EQ(ours.size(), theirs.size());
  for (const auto& [series, value] : theirs) {
    const auto same = ours.find(series);
    if (same == ours.end()) {
      ADD_FAILURE() << "Prometheus has, and we do not: " << series;
    } else if (!series.starts_with("scrape_duration_seconds")) {
      EXPECT_TRUE(value == same->second || (std::isnan(value) && std::isnan(same->second)))
          << series << ": theirs " << value << ", ours " << same->second;
    }
  }
  for (const auto& [series, value] : ours)
    EXPECT_TRUE(theirs.contains(series)) << "we have, and Prometheus does not: " << series;
}

// Series, not values: between two scrapes they move.
void expect_same_series(FakeInbox& inbox, std::size_t at_least) {
  const Samples theirs = samples_of(inbox, false), ours = samples_of(inbox, true);
  EXPECT_GT(theirs.size(), at_least);
  std::size_t theirs_alone = 0, ours_alone = 0;
  std::string example;
  for (const auto& [series, value] : theirs)
    if (!ours.contains(series)) ++theirs_alone, example = series;
  for (const auto& [series, value] : ours)
    if (!theirs.contains(series)) ++ours_alone, example = series;
  EXPECT_EQ(theirs_alone, 0u) << example;
  EXPECT_EQ(ours_alone, 0u) << example;
}

TEST_F(ScrapePeer, NodeExporterIsTheSameSeries) {
  // NODE_EXPORTER: where the program is, when it is not installed.
  const char* const elsewhere = std::getenv("NODE_EXPORTER");
  const std::string program = elsewhere ? elsewhere : "/usr/bin/prometheus-node-exporter";
  if (!std::filesystem::exists("/usr/bin/prometheus") || !std::filesystem::exists(program))
    GTEST_SKIP() << "no prometheus or no node exporter: apt-get install prometheus prometheus-node-exporter";
  const std::uint16_t port = free_port();
  const Child exporter({program, fmt::format("--web.listen-address=127.0.0.1:{}", port)});
  scrape_side_by_side(fmt::format("127.0.0.1:{}", port), 3);
  expect_same_series(inbox_, 300);
}

}  // namespace
}  // namespace nightjar
