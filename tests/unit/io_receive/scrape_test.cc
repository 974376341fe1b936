// The scraper against a page of our own: what it asks, what it journals, and what it says when the page is gone.
#include "io/receive/scrape.h"

#include <filesystem>
#include <fstream>

#include "tests/unit/io_receive/door_fixture.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ScrapeTest : public DoorTest {
 protected:
  ScrapeTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nightjar-scrape-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    Router router;
    router.add({"GET", "/metrics", [this](std::shared_ptr<HttpRequest> request, Responder responder) {
                  std::lock_guard lock(mutex_);
                  accept_ = request->header("accept");
                  authorization_ = request->header("authorization");
                  responder.answer(answer_);
                }});
    target_ = *HttpServer::start({.name = "target", .address = "127.0.0.1:0"}, std::move(router));
    address_ = fmt::format("127.0.0.1:{}", target_->port());
    job_.job = "web";
    job_.interval = milliseconds(100);
    job_.timeout = milliseconds(100);
    job_.targets = {address_};
    job_.labels = {{"team", "shop"}};
  }
  ~ScrapeTest() override {
    scraper_.reset();
    std::filesystem::remove_all(folder_);
  }

  void show(std::string page, std::string type = "text/plain; version=0.0.4", HttpHeaders headers = {},
            int status = 200) {
    std::lock_guard lock(mutex_);
    answer_ = {status, std::move(type), std::move(page), std::move(headers)};
  }
  void scrape() {
    scraper_ = std::make_unique<Scraper>(
        doorway_, ScrapeSettings{.jobs = {job_}, .at_once = 2, .reread_files = milliseconds(50)});
    scraper_->start();
  }
  // All that was journalled, as points: "name{labels} value", and the count of them so far.
  std::vector<std::string> points(std::size_t from = 0) {
    std::vector<std::string> all;
    std::lock_guard lock(inbox_.mutex);
    for (std::size_t i = from; i < inbox_.taken.size(); ++i) {
      const auto& signals = std::get<SignalsArrived>(inbox_.taken[i]);
      EXPECT_EQ(signals.principal, "scrape web");
      const auto decoded = decode(signals.encoding, signals.body, signals.verdict, signals.labels);
      EXPECT_TRUE(decoded.ok());
      for (const Signals& one : *decoded)
        for (const MetricPoint& point : one.metrics) {
          std::string text =
              fmt::format("{}/{} {}", point.series->service.value, point.series->instance.value, point.series->name);
          if (const auto team = point.series->labels.find("team"); !team.empty()) text += fmt::format(" {}", team);
          if (const auto code = point.series->labels.find("code"); !code.empty()) text += fmt::format(" {}", code);
          all.push_back(text + (point.stale ? " stale" : fmt::format(" {}", point.value)));
        }
    }
    return all;
  }
  template <class Look>
  bool wait_for(Look look) {
    for (int i = 0; i < 500; ++i) {
      if (look()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  bool comes(const std::string& point, std::size_t from = 0) {
    return wait_for([&] {
      const auto all = points(from);
      return std::find(all.begin(), all.end(), point) != all.end();
    });
  }
  std::string series(std::string_view rest) { return fmt::format("web/{} {}", address_, rest); }

  std::string folder_;
  std::mutex mutex_;
  HttpAnswer answer_;
  std::string accept_, authorization_;
  std::unique_ptr<HttpServer> target_;
  std::string address_;
  ScrapeJob job_;
  std::unique_ptr<Scraper> scraper_;
};

TEST_F(ScrapeTest, PageIsJournalledWithTheLabelsOfItsTarget) {
  show("# TYPE hits_total counter\nhits_total{code=\"200\"} 7\nbad line\n");
  std::ofstream(folder_ + "/token") << "s3cret\n";
  job_.bearer_token_file = folder_ + "/token";
  scrape();
  EXPECT_TRUE(comes(series("hits_total shop 200 7")));
  EXPECT_TRUE(comes(series("up shop 1")));
  EXPECT_TRUE(comes(series("scrape_samples_scraped shop 2")));
  EXPECT_GE(ledger_.counts(Door::scrape).items, 1u);
  EXPECT_GE(ledger_.counts(Door::scrape).rejected_items, 1u);
  scraper_->stop();
  EXPECT_THAT(accept_, HasSubstr("application/openmetrics-text"));
  EXPECT_EQ(authorization_, "Bearer s3cret");
  const std::vector<TargetHealth> health = scraper_->health();
  ASSERT_EQ(health.size(), 1u);
  EXPECT_TRUE(health[0].up);
  EXPECT_THAT(health[0].problem, HasSubstr("line 3"));
  EXPECT_EQ(health[0].url, fmt::format("http://{}/metrics", address_));
}

TEST_F(ScrapeTest, SeriesThatVanishesEnds) {
  show("a{code=\"1\"} 7\na{code=\"2\"} 7\n");
  scrape();
  ASSERT_TRUE(comes(series("a shop 2 7")));
  show("a{code=\"1\"} 8\n");
  EXPECT_TRUE(comes(series("a shop 2 stale")));
  const auto all = points();
  EXPECT_EQ(std::count(all.begin(), all.end(), series("a shop 1 stale")), 0);
}

TEST_F(ScrapeTest, TargetThatIsDownIsSaidSoAndItsSeriesEnd) {
  show("a 7\n");
  scrape();
  ASSERT_TRUE(comes(series("a shop 7")));
  target_->stop();
  target_.reset();
  EXPECT_TRUE(comes(series("up shop 0")));
  EXPECT_TRUE(comes(series("a shop stale")));
  EXPECT_THAT(scraper_->health()[0].problem, Not(HasSubstr("refused by")));
  EXPECT_FALSE(scraper_->health()[0].problem.empty());
}

TEST_F(ScrapeTest, OpenMetricsAndGzip) {
  show(gzip("# TYPE jobs counter\njobs_total 3\n# EOF\n"), "application/openmetrics-text; version=1.0.0; charset=utf-8",
       {{"Content-Encoding", "gzip"}});
  scrape();
  EXPECT_TRUE(comes(series("jobs_total shop 3")));
  EXPECT_TRUE(comes(series("up shop 1")));
}

TEST_F(ScrapeTest, WhatIsNoPageIsKeptForPeople) {
  show("<html>log in</html>", "text/html");
  scrape();
  EXPECT_TRUE(comes(series("up shop 0")));
  const auto refused = ledger_.refused_bodies();
  ASSERT_FALSE(refused.empty());
  EXPECT_EQ(refused[0].door, Door::scrape);
  EXPECT_EQ(refused[0].beginning, "<html>log in</html>");
  EXPECT_THAT(refused[0].text, HasSubstr("not a page of metrics"));
}

TEST_F(ScrapeTest, RedirectIsNotFollowed) {
  show("", "text/plain", {{"Location", fmt::format("http://{}/elsewhere", address_)}}, 302);
  scrape();
  EXPECT_TRUE(comes(series("up shop 0")));
  EXPECT_TRUE(
      wait_for([&] { return scraper_->health()[0].problem.find("redirects are not followed") != std::string::npos; }));
}

TEST_F(ScrapeTest, OverloadIsCountedAndTheNextScrapeIsTaken) {
  show("a 7\n");
  {
    std::lock_guard lock(inbox_.mutex);
    inbox_.refuse = unavailable("full");
  }
  scrape();
  EXPECT_TRUE(wait_for(
      [&] { return ledger_.counts(Door::scrape).refused[static_cast<std::size_t>(RefusedWhy::overload)] > 0; }));
  {
    std::lock_guard lock(inbox_.mutex);
    inbox_.refuse = absl::OkStatus();
  }
  EXPECT_TRUE(comes(series("a shop 7")));
}

TEST_F(ScrapeTest, FilesOfTargetsAreReadAgainWhenTheyChange) {
  show("a 7\n");
  job_.targets.clear();
  job_.files = {folder_ + "/*.json"};
  scrape();
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  EXPECT_EQ(inbox_.count(), 0u);
  const auto write = [&](const std::string& text) { std::ofstream(folder_ + "/t.json") << text; };
  write(fmt::format(R"([{{"targets": ["{}"], "labels": {{"code": "f", "__meta_x": "y"}}}}])", address_));
  ASSERT_TRUE(comes(series("a shop f 7")));
  write("[{\"targets\": oops");
  ASSERT_TRUE(wait_for([&] { return !ledger_.refused_bodies().empty(); }));
  const std::size_t before = inbox_.count();
  EXPECT_TRUE(comes(series("a shop f 7"), before));  // the old targets stay
  EXPECT_EQ(ledger_.refused_bodies().size(), 1u);    // said once
  std::filesystem::remove(folder_ + "/t.json");
  EXPECT_TRUE(comes(series("a shop f stale")));
  EXPECT_TRUE(comes(series("up shop f stale")));
  EXPECT_TRUE(scraper_->health().empty());
}

TEST(MakeTarget, LabelsAsInPrometheus) {
  ScrapeJob job{.job = "web"};
  const auto target = make_target(job, "a",
                                  {{"__address__", "b:1"},
                                   {"__scheme__", "https"},
                                   {"__metrics_path__", "/x"},
                                   {"__param_m", "a b"},
                                   {"__meta_z", "1"},
                                   {"job", "other"},
                                   {"empty", ""}});
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->url, "https://b:1/x?m=a%20b");
  EXPECT_EQ(target->labels, (Attributes{{"instance", "b:1"}, {"job", "other"}}));
  EXPECT_EQ(make_target(job, "a", {})->url, "http://a:80/metrics");
  EXPECT_EQ(make_target(job, "[::1]", {})->url, "http://[::1]:80/metrics");
  EXPECT_FALSE(make_target(job, "a", {{"__metrics_path__", "x"}}).ok());
  EXPECT_FALSE(make_target(job, "a", {{"__scheme__", "file"}}).ok());
  EXPECT_FALSE(make_target(job, "a", {{"__address__", "a/b"}}).ok());
}

}  // namespace
}  // namespace nightjar
