#include "engine/series/metric_table.h"

#include <array>
#include <cstddef>
#include <iterator>

#include "engine/series/series_judges.h"

namespace nightjar {
namespace {

// Says when something began or what it is called, not how it is: it changes at every restart and means nothing then.
bool is_only_a_date(std::string_view name) {
  return name.ends_with("_created") || name.ends_with("start_time_seconds") || name.ends_with("_info");
}

// Gauges: mean of the points. Counters: per second.
double value_of(const ClosedSeries& closed, double window_s) {
  return closed.kind == MetricKind::counter ? closed.sum / window_s : closed.sum / closed.points;
}

// How many series ahead the memory of a model is asked for: it is two kilobytes away from everything else.
constexpr std::size_t kAhead = 8;

}  // namespace

void MetricTable::judge(const std::vector<ClosedSeries>& closed, JudgementInProgress& out) {
  // A ring of what has been found and not yet judged.
  std::array<std::uint32_t, kAhead> found{};
  const auto judge_one = [&](std::size_t i, std::uint32_t place) {
    Entry& entry = entries_[place];
    entry.last_sample = out.second();
    judge_value(Whose(*entry.series), *entry.state, entry.episode, value_of(closed[i], out.window_s), out);
    if (entry.episode.phase == EpisodePhase::open)
      open_.insert(place);
    else if (!open_.empty())
      open_.erase(place);
  };
  constexpr std::uint32_t kNone = UINT32_MAX;
  found.fill(kNone);
  for (std::size_t i = 0; i < closed.size() + kAhead; ++i) {
    if (i >= kAhead && found[i % kAhead] != kNone) judge_one(i - kAhead, found[i % kAhead]);
    found[i % kAhead] = kNone;
    if (i >= closed.size() || closed[i].points == 0) continue;
    if (const Entry* entry = find(closed[i].series)) {
      found[i % kAhead] = static_cast<std::uint32_t>(entry - entries_.data());
      const char* state = reinterpret_cast<const char*>(entry->state.get());
      for (std::size_t line = 0; line < 4; ++line) __builtin_prefetch(state + 64 * line, 1);
      __builtin_prefetch(state + offsetof(SeriesState, tail), 1);
      __builtin_prefetch(state + offsetof(SeriesState, tail) + 64, 1);
    }
  }
}

MetricTable::Entry* MetricTable::find(const SeriesPtr& series) {
  if (const auto known = index_.find(series->id.value); known != index_.end()) return &entries_[known->second];
  if (is_only_a_date(series->name)) return nullptr;
  if (index_.size() >= most_) {
    ++refused_;
    return nullptr;
  }
  auto place = static_cast<std::uint32_t>(entries_.size());
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    place = free_.back();
    free_.pop_back();
  }
  index_.emplace(series->id.value, place);
  Entry& entry = entries_[place];
  entry.series = series;
  entry.state = std::make_unique<SeriesState>();
  return &entry;
}

void MetricTable::close_the_abandoned(JudgementInProgress& out) {
  for (auto at = open_.begin(); at != open_.end();) {
    Entry& entry = entries_[*at];
    if (entry.last_sample != out.second())
      close_if_abandoned(Whose(*entry.series), entry.state.get(), entry.episode, entry.last_sample, out);
    at = entry.episode.phase == EpisodePhase::open ? std::next(at) : open_.erase(at);
  }
}

void MetricTable::forget_the_gone(std::uint32_t second) {
  if (second % 600 != 0) return;
  for (std::uint32_t place = 0; place < entries_.size(); ++place) {
    Entry& entry = entries_[place];
    if (!entry.series || second - entry.last_sample <= kForgottenS || entry.episode.phase == EpisodePhase::open)
      continue;
    index_.erase(entry.series->id.value);
    entry = {};
    free_.push_back(place);
  }
}

}  // namespace nightjar
