// engine/series/series_table.h
// All series of one lane: when a window closes, each is expected, scored and learnt, and what is odd becomes an
// Anomaly. Owned and called by SignalEngine on the lane's thread. Every lane is given the same merged rollups and
// judges the series it owns (by series id), so the union over the lanes does not depend on how many there are.
//
//   SeriesTable table({.lane = 0, .lanes = 2});
//   WindowJudgement judgement = table.judge(merged);   // once per window, in time order
#pragma once

#include <map>
#include <string>

#include "engine/forecast/exhaustion.h"
#include "engine/series/instance_roster.h"
#include "engine/series/metric_table.h"
#include "engine/series/series_entry.h"
#include "model/rollup.h"

namespace nightjar {

struct SeriesTableSettings {
  std::size_t lane = 0, lanes = 1;
  // Of this lane. Further ones are counted, not judged.
  std::size_t most_series = 50'000;    // of requests, errors, durations, log lines; about 2.4 KiB each
  std::size_t most_metrics = 500'000;  // about 2.3 KiB each
};

// Whether `lane` of `lanes` is the one that learns and judges this series.
bool owned(const SeriesKey& key, std::size_t lane, std::size_t lanes);

// One list per kind, sorted by series: what the DecisionEngine gets from several lanes.
WindowJudgement join_judgements(std::vector<WindowJudgement> of_lanes);

class SeriesTable {
 public:
  explicit SeriesTable(const SeriesTableSettings& settings = {});

  // `merged`: the whole window over all lanes. Lists ascending by series. An anomaly is told in every window while it
  // is open, with its newest value, and once more with open = false.
  // `metrics`: the metric series of this lane in that window.
  WindowJudgement judge(const WindowRollups& merged, const std::vector<ClosedSeries>& metrics = {});

  // For a restart with the same settings (engine/world/archive.h).
  template <class Archive>
  void carry(Archive& archive) {
    archive(entries_, metrics_, roster_, exhaustion_, refused_);
  }

  std::size_t series() const { return entries_.size() + metrics_.size(); }
  std::uint64_t refused() const { return refused_ + metrics_.refused(); }  // samples of series beyond `most_series`

 private:
  enum class Keeps : std::uint8_t { channels, counts };
  // The entry, made at first sight; null when the series is another lane's or there is no room.
  SeriesEntry* find(const SeriesKey& key, Keeps keeps, std::uint32_t second);

  void judge_request_sample(const RequestSample& sample, JudgementInProgress& out);
  void judge_durations(const RequestSample& sample, Measure measure, JudgementInProgress& out);
  void judge_patterns(const WindowSamples& samples, JudgementInProgress& out);
  void judge_the_silent(JudgementInProgress& out);
  void forget_the_gone(std::uint32_t second);

  SeriesTableSettings settings_;
  std::map<SeriesKey, SeriesEntry> entries_;
  MetricTable metrics_;
  InstanceRoster roster_;
  ExhaustionForecaster exhaustion_;
  std::uint64_t refused_ = 0;
};

}  // namespace nightjar
