#include "io/receive/scrape.h"

#include <chrono>
#include <fstream>
#include <future>

#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "io/net/http_client.h"
#include "wire/compression/inflate.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

// As Prometheus sends it: a target that knows both formats answers in OpenMetrics.
constexpr const char* kAccept =
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

absl::StatusOr<std::string> first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  if (!in || !std::getline(in, line) || line.empty())
    return not_found("{}: cannot be read, or is empty; it holds the token of the target", path);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  return line;
}

}  // namespace

struct Scraper::Scraped {
  absl::Status status;  // not OK: the target counts as down
  ScrapedPage page;
  Verdict verdict;
  Duration took;
  ByteHold hold;  // of the page, until the journal has it
};

Scraper::Scraper(Doorway& doorway, ScrapeSettings settings)
    : doorway_(doorway), settings_(std::move(settings)), targets_(settings_.jobs) {}

void Scraper::start() {
  if (settings_.jobs.empty()) return;
  pool_ = std::make_unique<WorkPool>(settings_.at_once, 100'000);
  thread_ = std::thread([this] { run(); });
}

void Scraper::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  pool_.reset();
}

void Scraper::run() {
  std::int64_t reread_ns = 0;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (steady_ns() >= reread_ns) {
      lock.unlock();
      refresh();
      reread_ns = steady_ns() + settings_.reread_files.ns;
      lock.lock();
    }
    const std::int64_t now = steady_ns();
    std::int64_t wake_ns = reread_ns;
    for (auto& [key, one] : scrapes_) {
      if (one->due_ns <= now) {
        // One that still runs is left out this time: its timeout is not longer than its interval.
        if (!one->running && pool_->post([this, one] { scrape(*one); })) one->running = true;
        one->due_ns = next_due(one->target);
      }
      wake_ns = std::min(wake_ns, one->due_ns);
    }
    wake_.wait_for(lock, std::chrono::nanoseconds(std::max<std::int64_t>(wake_ns - steady_ns(), 1'000'000)));
  }
}

// Each target has its moment within the interval, the same after every restart, so that a thousand of them come one
// after the other.
std::int64_t Scraper::next_due(const ScrapeTarget& target) const {
  const std::int64_t interval = target.interval.ns;
  const auto moment = static_cast<std::int64_t>(stable_hash(target.key(), 71) % static_cast<std::uint64_t>(interval));
  const std::int64_t now = steady_ns();
  const std::int64_t due = now - now % interval + moment;
  return due > now ? due : due + interval;
}

void Scraper::refresh() {
  const bool changed = targets_.refresh();
  for (const std::string& problem : targets_.take_problems()) {
    spdlog::error("scrape: {}", problem);
    doorway_.ledger.note_refused({Door::scrape, doorway_.clock.now(), RefusedWhy::undecodable, problem, "file", 0, {}});
  }
  if (!changed) return;
  std::map<std::string, ScrapeTarget> wanted;
  for (const ScrapeTarget& target : targets_.targets()) wanted.emplace(target.key(), target);
  std::lock_guard lock(mutex_);
  for (auto one = scrapes_.begin(); one != scrapes_.end();) {
    if (wanted.contains(one->first)) {
      ++one;
      continue;
    }
    // One that runs ends its series itself, when it is done.
    std::shared_ptr<Scrape> gone = one->second;
    gone->gone = true;
    if (!gone->running && gone->health.last_scrape && pool_->post([this, gone] { end_series(*gone); }))
      gone->running = true;
    one = scrapes_.erase(one);
  }
  for (auto& [key, target] : wanted) {
    if (scrapes_.contains(key)) continue;
    auto one = std::make_shared<Scrape>();
    one->target = target;
    one->due_ns = next_due(target);
    one->health.job = target.job;
    one->health.url = target.url;
    one->health.labels = target.labels;
    scrapes_.emplace(key, std::move(one));
  }
}

void Scraper::scrape(Scrape& scrape) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
  Scraped found = fetch(scrape.target);
  const std::uint64_t samples = found.verdict.accepted + found.verdict.rejected.size();
  const std::size_t bytes = found.page.body.size();
  const ScrapeOutcome outcome{found.status.ok(), found.took, samples};
  const ScrapedPage report = scrape_report(outcome, scrape.before, found.page);
  if (found.status.ok() && found.verdict.accepted > 0) {
    if (const absl::Status status = offer(scrape.target, found.page, found.verdict); status.ok()) {
      doorway_.ledger.note_taken(Door::scrape, found.verdict.accepted, found.verdict.rejected.size(), bytes);
      scrape.before = std::move(found.page);
    } else {
      keep_refused(scrape.target, status, {});
      found.status = status;
    }
  } else {
    scrape.before = {};
  }
  // The report is ours, and short: its verdict is that all of it is taken. Only its size could be refused.
  auto verdict = judge(report.encoding, report.body, doorway_.limits, doorway_.clock.now());
  absl::Status reported = verdict.status();
  if (verdict.ok()) reported = offer(scrape.target, report, *std::move(verdict));
  if (!reported.ok() && found.status.ok()) keep_refused(scrape.target, reported, {});

  bool ends = false;
  {
    std::lock_guard lock(mutex_);
    scrape.health.last_scrape = doorway_.clock.now();
    scrape.health.up = outcome.up;
    scrape.health.problem = message_of(found.status);
    if (found.status.ok() && !found.verdict.first_reason.empty()) scrape.health.problem = found.verdict.first_reason;
    scrape.health.took = found.took;
    scrape.health.samples = samples;
    scrape.running = false;
    ends = scrape.gone && !stopping_;
  }
  if (ends) end_series(scrape);  // nobody else knows it any more
}

void Scraper::end_series(Scrape& scrape) {
  const ScrapedPage report = scrape_report(std::nullopt, scrape.before, {});
  auto verdict = judge(report.encoding, report.body, doorway_.limits, doorway_.clock.now());
  if (!verdict.ok()) return;
  if (const absl::Status status = offer(scrape.target, report, *std::move(verdict)); !status.ok())
    keep_refused(scrape.target, status, {});
}

Scraper::Scraped Scraper::fetch(const ScrapeTarget& target) {
  Scraped found;
  const std::int64_t begun = steady_ns();
  const auto failed = [&](absl::Status status) {
    found.took = {steady_ns() - begun};
    found.status = std::move(status);
    found.page = {};
    found.verdict = {};
    return std::move(found);
  };
  HttpCall call;
  call.url = target.url;
  call.timeout = target.timeout;
  call.answer_limit_bytes = settings_.answer_limit_bytes;
  call.headers = {{"Accept", kAccept},
                  {"Accept-Encoding", "gzip"},
                  {"X-Prometheus-Scrape-Timeout-Seconds", fmt::format("{}", target.timeout.seconds())}};
  if (!target.bearer_token_file.empty()) {
    const auto token = first_line(target.bearer_token_file);
    if (!token.ok()) return failed(token.status());
    call.headers.emplace_back("Authorization", "Bearer " + *token);
  }
  found.hold = ByteHold(&doorway_.budget);
  auto reply = call_http(call);
  if (!reply.ok()) {
    if (reply.status().code() == absl::StatusCode::kResourceExhausted) keep_refused(target, reply.status(), {});
    return failed(reply.status());
  }
  if (reply->status != 200)
    return failed(invalid_argument("the target answered {}, not 200{}", reply->status,
                                   reply->status / 100 == 3 ? "; redirects are not followed" : ""));
  const auto refused = [&](absl::Status status) {
    keep_refused(target, status, reply->body);
    return failed(std::move(status));
  };
  if (!found.hold.grow(reply->body.size()))
    return refused(unavailable("too much is waiting to be stored; this scrape is lost"));
  const auto compression = parse_content_encoding(find_header(reply->headers, "content-encoding"));
  if (!compression.ok()) return refused(compression.status());
  if (*compression != Compression::none) {
    auto inflated = inflate(*compression, reply->body, doorway_.limits.other_bytes);
    if (!inflated.ok()) return refused(inflated.status());
    if (!found.hold.grow(inflated->size()))
      return refused(unavailable("too much is waiting to be stored; this scrape is lost"));
    found.page.body = *std::move(inflated);
  } else {
    found.page.body = std::move(reply->body);
  }
  if (find_header(reply->headers, "content-type").starts_with("application/openmetrics-text"))
    found.page.encoding = Encoding::openmetrics_text;
  auto verdict = judge(found.page.encoding, found.page.body, doorway_.limits, doorway_.clock.now());
  if (!verdict.ok()) {
    reply->body = std::move(found.page.body);
    return refused(verdict.status());
  }
  found.verdict = *std::move(verdict);
  found.took = {steady_ns() - begun};
  return found;
}

void Scraper::keep_refused(const ScrapeTarget& target, const absl::Status& status, std::string_view beginning) {
  doorway_.ledger.note_refused({Door::scrape, doorway_.clock.now(), refused_why(status),
                                fmt::format("{}: {}", target.url, message_of(status)), target.url, beginning.size(),
                                std::string(beginning.substr(0, 4096))});
}

// Waits until it is durable: a target is scraped again only then.
absl::Status Scraper::offer(const ScrapeTarget& target, ScrapedPage page, Verdict verdict) {
  std::promise<absl::Status> promise;
  std::future<absl::Status> answer = promise.get_future();
  SignalsArrived arrived{.encoding = page.encoding,
                         .body = std::move(page.body),
                         .principal = "scrape " + target.job,
                         .verdict = std::move(verdict),
                         .labels = target.labels};
  arrived.packing = Compression::snappy_block;
  arrived.packed = deflate_fast(arrived.body);
  doorway_.inbox.offer(std::move(arrived), Priority::signals,
                       [&promise](absl::Status status, Sequence) { promise.set_value(std::move(status)); });
  absl::Status status = answer.get();
  if (status.ok()) doorway_.status.last_signal_ns = doorway_.clock.now().ns;
  return status;
}

std::vector<TargetHealth> Scraper::health() const {
  std::vector<TargetHealth> all;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [key, one] : scrapes_) all.push_back(one->health);
  }
  return all;  // sorted: the keys begin with job and URL
}

void add_targets_route(Router& router, const Scraper& scraper) {
  router.add({"GET", "/api/v1/targets", [&scraper](auto, Responder responder) {
                nlohmann::json list = nlohmann::json::array();
                for (const TargetHealth& target : scraper.health()) {
                  nlohmann::json one = {{"job", target.job},         {"url", target.url},
                                        {"up", target.up},           {"problem", target.problem},
                                        {"samples", target.samples}, {"took_ms", target.took.milliseconds()}};
                  for (const auto& [name, value] : target.labels) one["labels"][name] = value;
                  if (target.last_scrape) one["last_scrape"] = to_rfc3339(*target.last_scrape);
                  list.push_back(std::move(one));
                }
                const nlohmann::json body = {{"targets", list}};
                responder.answer(json_answer(200, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
              }});
}

}  // namespace nightjar
