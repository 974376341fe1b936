// engine/series/metric_table.h
// The metric series of one lane: what is normal for each, and the anomaly that is open on it. A million of them, so the
// table is dense: entries by place, a hash from series to place, and a list of the few that have an anomaly open. Owned
// by SeriesTable; lane's thread only. What it says does not depend on the order of its places: reports are sorted by
// series.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "engine/series/series_entry.h"
#include "model/rollup.h"

namespace nightjar {

class MetricTable {
 public:
  explicit MetricTable(std::size_t most) : most_(most) {}

  // What the series of a window came to, each at most once.
  void judge(const std::vector<ClosedSeries>& closed, JudgementInProgress& out);
  // Ends the anomalies of series that say nothing any more.
  void close_the_abandoned(JudgementInProgress& out);
  // Every ten minutes. `second` of the window.
  void forget_the_gone(std::uint32_t second);

  std::size_t size() const { return index_.size(); }
  std::uint64_t refused() const { return refused_; }  // samples of series beyond the most

  template <class Archive>
  void carry(Archive& archive) {
    archive(entries_, free_, refused_);
    if (!archive.reads()) return;
    index_.clear(), open_.clear();
    for (std::uint32_t place = 0; place < entries_.size(); ++place) {
      if (!entries_[place].series) continue;
      index_.emplace(entries_[place].series->id.value, place);
      if (entries_[place].episode.phase == EpisodePhase::open) open_.insert(place);
    }
  }

 private:
  struct Entry {
    SeriesPtr series;  // null: a free place
    std::unique_ptr<SeriesState> state;
    Episode episode;
    std::uint32_t last_sample = 0;  // window that spoke of it last, seconds
  };
  Entry* find(const SeriesPtr& series);

  std::size_t most_;
  absl::flat_hash_map<std::uint64_t, std::uint32_t> index_;  // series id -> place
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  std::set<std::uint32_t> open_;  // places with an open anomaly
  std::uint64_t refused_ = 0;
};

}  // namespace nightjar
