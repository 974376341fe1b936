#include "run/backfill/backfill_history.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alertmanager.h"

namespace nightjar {
namespace {

constexpr std::int64_t kPointsOfSeries = 11'000;  // what a Prometheus answers at most
constexpr std::int64_t kSamplesAtOnce = 200'000;  // some 10 MB of JSON

// As Prometheus would have sent it to an Alertmanager, through the same reader: the same fingerprint as live.
absl::StatusOr<Alert> alert_of(const Attributes& series, Timestamp began, std::optional<Timestamp> ended,
                               Timestamp now) {
  nlohmann::json alert = {{"startsAt", to_rfc3339(began)}};
  for (const auto& [name, value] : series)
    if (name != "__name__" && name != "alertstate") alert["labels"][name] = value;
  if (ended) alert["endsAt"] = to_rfc3339(*ended);
  const std::string body = nlohmann::json::array({alert}).dump();
  auto received = parse_alerts_v2(body, now, AlertLimits{});
  if (!received.ok()) return received.status();
  if (received->alerts.empty())
    return invalid_argument("{}", received->refused.empty() ? "no alert" : received->refused[0].reason);
  return std::move(received->alerts[0]);
}

}  // namespace

absl::StatusOr<AlertMoments> alert_moments(const PrometheusHistory& history, const BackfillRequest& request) {
  struct Episode {
    Timestamp began, last;
  };
  std::map<Attributes, std::vector<Episode>> episodes;
  for (Timestamp from = request.start; from < request.end; from = from + request.step * kPointsOfSeries) {
    const Timestamp to = std::min(from + request.step * (kPointsOfSeries - 1), request.end - request.step);
    const auto series = history.range("ALERTS{alertstate=\"firing\"}", from, to, request.step);
    if (!series.ok()) return series.status();
    for (const QuerySeries& one : *series) {
      std::vector<Episode>& known = episodes[one.labels];
      for (const QuerySample& sample : one.samples) {
        if (known.empty() || sample.at - known.back().last > request.step)
          known.push_back({sample.at, sample.at});
        else
          known.back().last = sample.at;
      }
    }
  }
  AlertMoments moments;
  for (const auto& [labels, all] : episodes)
    for (const Episode& episode : all) {
      auto firing = alert_of(labels, episode.began, std::nullopt, episode.began);
      if (!firing.ok()) continue;  // without a name it is none
      moments[episode.began.ns].push_back(*std::move(firing));
      const Timestamp ended = episode.last + request.step;
      if (ended >= request.end) continue;  // it fires still
      auto over = alert_of(labels, episode.began, ended, ended);
      if (over.ok()) moments[ended.ns].push_back(*std::move(over));
    }
  return moments;
}

absl::StatusOr<std::int64_t> steps_at_once(const PrometheusHistory& history, const BackfillRequest& request) {
  std::size_t series = 0;
  for (const std::string& selector : request.selectors) {
    const auto count = history.count(selector, request.start, request.end);
    if (!count.ok()) return count.status();
    series += *count;
  }
  if (series == 0)
    return not_found("{}: no series match {} between {} and {}", request.source.url, fmt::join(request.selectors, ", "),
                     to_rfc3339(request.start), to_rfc3339(request.end));
  // And a day at most, so that there is progress to tell.
  const std::int64_t most = std::clamp<std::int64_t>(days(1).ns / request.step.ns, 1, kPointsOfSeries);
  return std::clamp<std::int64_t>(kSamplesAtOnce / static_cast<std::int64_t>(series), 1, most);
}

absl::Status write_request(const std::string& path, const BackfillRequest& request) {
  const nlohmann::json json = {{"url", request.source.url},    {"selectors", request.selectors},
                               {"start_ns", request.start.ns}, {"end_ns", request.end.ns},
                               {"step_ns", request.step.ns},   {"as_scraped", request.as_scraped}};
  std::ofstream out(path + ".new");
  out << json.dump() << "\n";
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(path + ".new", path, error);
  if (!out || error) return unavailable("{} cannot be written; check the disk and who owns data_dir", path);
  return absl::OkStatus();
}

absl::StatusOr<BackfillRequest> read_request(const std::string& path) {
  std::ifstream in(path);
  if (!in) return not_found("{} is not there", path);
  BackfillRequest request;
  try {
    const nlohmann::json json = nlohmann::json::parse(in);
    request.source.url = json.at("url").get<std::string>();
    request.selectors = json.at("selectors").get<std::vector<std::string>>();
    request.start = {json.at("start_ns").get<std::int64_t>()};
    request.end = {json.at("end_ns").get<std::int64_t>()};
    request.step = {json.at("step_ns").get<std::int64_t>()};
    request.as_scraped = json.at("as_scraped").get<bool>();
  } catch (const nlohmann::json::exception& e) {
    return invalid_argument("{}: {}; remove the data directory and begin anew", path, e.what());
  }
  return request;
}

}  // namespace nightjar
