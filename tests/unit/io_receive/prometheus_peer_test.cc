// The doors as a real Prometheus finds them: it scrapes itself, writes remotely and raises an alert that always fires.
// Skipped, and says so, where no prometheus is installed.
#include <filesystem>
#include <fstream>

#include "tests/unit/io_receive/child.h"
#include "tests/unit/io_receive/door_fixture.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

class PrometheusPeer : public DoorTest {};

TEST_F(PrometheusPeer, WritesAndRaisesAlerts) {
  if (!std::filesystem::exists("/usr/bin/prometheus"))
    GTEST_SKIP() << "no /usr/bin/prometheus: apt-get install prometheus";
  clock_.set(SystemClock().now());
  open();
  std::uint16_t port;  // of Prometheus: free a moment ago
  {
    Router none;
    port = (*HttpServer::start({.address = "127.0.0.1:0"}, std::move(none)))->port();
  }
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("nightjar_prometheus_{}", ::getpid());
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "prometheus.yml") << fmt::format(
      "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n"
      "rule_files: [rules.yml]\n"
      "scrape_configs: [{{job_name: prometheus, static_configs: [{{targets: ['127.0.0.1:{0}']}}]}}]\n"
      "remote_write: [{{url: 'http://127.0.0.1:{1}/api/v1/write'}}]\n"
      "alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{1}']}}]}}]}}\n",
      port, server_->port());
  // Not before its list of alertmanagers is there, a few seconds after the start: an alert that is dropped then is sent
  // again only after a minute.
  std::ofstream(folder / "rules.yml") << "groups: [{name: g, rules: [{alert: Always, expr: 'time() - "
                                         "process_start_time_seconds > 8', labels: {service: payment}}]}]\n";
  {
    const Child prometheus({"prometheus", "--config.file=" + (folder / "prometheus.yml").string(),
                            fmt::format("--web.listen-address=127.0.0.1:{}", port),
                            "--storage.tsdb.path=" + (folder / "data").string()});
    for (int i = 0; i < 600; ++i) {
      if (ledger_.counts(Door::remote_write).items > 100 && ledger_.counts(Door::alertmanager_api).items > 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  std::filesystem::remove_all(folder);
  EXPECT_GT(ledger_.counts(Door::remote_write).items, 100u);
  EXPECT_GT(ledger_.counts(Door::alertmanager_api).items, 0u);
  EXPECT_TRUE(ledger_.refused_bodies().empty());
  bool samples = false, alert = false;
  for (const InputBody& body : inbox_.taken) {
    if (const auto* signals = std::get_if<SignalsArrived>(&body)) {
      const auto decoded = decode(signals->encoding, signals->body, signals->verdict);
      ASSERT_TRUE(decoded.ok()) << decoded.status();
      for (const Signals& one : *decoded)
        for (const MetricPoint& point : one.metrics) samples |= point.series->service.value == "prometheus";
    }
    if (const auto* alerts = std::get_if<AlertsArrived>(&body)) {
      for (const Alert& one : alerts->alerts)
        alert |= one.name == "Always" && one.service.value == "payment" && !one.ends_at;
    }
  }
  EXPECT_TRUE(samples);
  EXPECT_TRUE(alert);  // its endsAt lies ahead: a promise, it fires
}

}  // namespace
}  // namespace nightjar
