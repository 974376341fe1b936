#include "engine/series/series_judges.h"

#include <algorithm>
#include <cmath>

#include "engine/detect/anomaly_words.h"
#include "engine/detect/channels.h"
#include "engine/detect/count_rule.h"
#include "engine/detect/gate.h"
#include "engine/learn/baseline.h"
#include "engine/learn/count_baseline.h"

namespace nightjar {
namespace {

constexpr double kQuietPerMinute = 20;  // below this, requests are counts and not a rate
constexpr double kLeastErrorRate = 2e-4, kLeastLineRate = 0.01;
constexpr std::uint16_t kCalmPoints = 3, kCalmMinutes = 2, kCalmPattern = 48;
constexpr std::uint32_t kShiftAfterS = 600, kLevelShiftAfterS = 86'400, kAbandonedS = 300;

Timestamp at_second(std::uint32_t second) { return Timestamp{} + seconds(second); }
Times times_of(const Episode& episode) { return episode.phase == EpisodePhase::open ? Times::disturbed : Times::quiet; }
Direction direction_of(Measure measure) {
  return measure == Measure::p95 || measure == Measure::self_time ? Direction::up : Direction::both;
}
bool is_never_negative(Measure measure) { return measure != Measure::metric; }

void open_episode(Episode& episode, AnomalyKind kind, std::uint8_t channel, std::uint32_t onset,
                  const JudgementInProgress& out) {
  episode = {};
  episode.phase = EpisodePhase::open;
  episode.kind = static_cast<std::uint8_t>(kind);
  episode.channel = channel;
  episode.opened = out.second();
  episode.onset = std::min(onset, out.second());
}

void raise(Episode& episode, double score, Grade grade) {
  episode.score = std::max(episode.score, static_cast<float>(score));
  episode.grade = std::max(episode.grade, static_cast<std::uint8_t>(grade));
}

struct Report {
  double value = 0;
  Expectation expected;
  double false_alarms_per_month = 0;
  CountedText counted;
};

// Appends the anomaly as it stands; `ends`: this is the last word about it.
void report(const SeriesKey& key, Episode& episode, const Report& now, bool ends, JudgementInProgress& out,
            const std::string& pattern = {}) {
  Anomaly anomaly;
  anomaly.series = key;
  anomaly.kind = static_cast<AnomalyKind>(episode.kind);
  anomaly.grade = static_cast<Grade>(episode.grade);
  anomaly.window = {at_second(episode.opened), out.window.end};
  anomaly.onset = at_second(episode.onset);
  anomaly.value = now.value;
  anomaly.expected = now.expected;
  anomaly.score = episode.score;
  anomaly.false_alarms_per_month = now.false_alarms_per_month;
  anomaly.open = !ends;
  anomaly.text = anomaly_text(anomaly, now.counted, pattern);
  anomaly.window.end = anomaly.window.start + (out.window.end - out.window.start);
  out.anomalies.push_back(std::move(anomaly));
  if (ends) episode = {};
}

void expect(const SeriesKey& key, double value, Expectation& expected, JudgementInProgress& out) {
  if (is_never_negative(key.measure)) expected.low = std::max(0.0, expected.low);
  if (expected.points >= 6) out.expected.push_back({key, value, expected});
}

// ---- values -------------------------------------------------------------------------------------------------------

// The first 120 points, fed through detector and baseline once their unit is known, without a word to anybody.
void replay_first_points(SeriesState& state, Direction direction) {
  const std::uint32_t last = state.last_window, interval = state.interval_s;
  const std::array<double, kFirstPoints> points = settle(state);
  for (std::size_t i = 0; i < kFirstPoints; ++i) {
    const Timestamp at = at_second(last - static_cast<std::uint32_t>(kFirstPoints - 1 - i) * interval);
    const ExpectedLevels levels = expected_levels(state, at);
    ChannelScores scores{};
    score_point(state, levels, at, to_units(state, points[i]), scores);
    learn(state, at, points[i]);
    score_minute(state, levels, scores);
    (void)pass_gate(state, fuse(scores, direction), at);
  }
}

struct ValueScore {
  double score = 0, z = 0;
  double off_season = 0;  // value minus what the tables say
  std::uint8_t channel = 0;
};

// Until the series is settled.
void learn_first_point(SeriesState& state, double value, Direction direction, Timestamp at) {
  learn(state, at, value);
  if (ready_to_settle(state)) replay_first_points(state, direction);
}

ValueScore score_and_learn(SeriesState& state, const ExpectedLevels& levels, double value, Direction direction,
                           Times times, Timestamp at) {
  const double u = to_units(state, value), off = u - levels.centre, unit = state.s0;
  ChannelScores scores{};
  score_point(state, levels, at, u, scores);
  learn(state, at, value, times);
  score_minute(state, levels, scores);
  const double z = levels.point_scale > 0 ? off / levels.point_scale : off > 0 ? 6 : off < 0 ? -6 : 0;
  // Coming back from below is a rise, too, and no trouble.
  const bool matters = direction == Direction::both || z >= 2;
  return {matters ? fuse(scores, direction) : 0, z, (u - levels.season) * unit, loudest_channel(scores, direction)};
}

AnomalyKind kind_of(std::uint8_t channel, double z) {
  if (channel == 8) return AnomalyKind::new_pattern;
  return z < 0 || channel == 4 ? AnomalyKind::drop : AnomalyKind::spike;
}

// Where it began, as well as the channel can tell: slow channels know since when they have been climbing.
std::uint32_t onset_of(const SeriesState& state, std::uint8_t channel, std::uint32_t now) {
  if (channel == 7 || channel == 6) return std::max(state.cusum_since, now > 3600 ? now - 3600 : 0);
  if (channel == 5) return std::max(state.cusum_since, now > 300 ? now - 300 : 0);
  if (channel == 8) return now - 480;
  return now;
}

void keep_value_episode(const Whose& whose, SeriesState& state, Episode& episode, const ValueScore& scored,
                        const Report& now, JudgementInProgress& out) {
  if (scored.score >= kCalibrates) {
    // Asked before the peak is noted, or it would speak against itself.
    const double by_itself = false_alarms_per_month(state, scored.score, out.window.start);
    const GateReason gate = pass_gate(state, scored.score, out.window.start);
    const auto grade = grade_of(scored.score, out.window.start - at_second(state.first_window), by_itself);
    if (gate == GateReason::passed && grade) {
      if (episode.phase == EpisodePhase::none)
        open_episode(episode, kind_of(scored.channel, scored.z), scored.channel,
                     onset_of(state, scored.channel, out.second()), out);
      raise(episode, scored.score, *grade);
      episode.calm = 0;
    }
  }
  if (episode.phase == EpisodePhase::none) return;

  Report told = now;
  told.false_alarms_per_month = false_alarms_per_month(state, episode.score, out.window.start);
  episode.residual_sum += scored.off_season;
  episode.exposure_sum += 1;
  episode.calm = std::fabs(scored.z) < 2 ? episode.calm + 1 : 0;
  const std::uint32_t age = out.second() - episode.opened;
  const auto kind = static_cast<AnomalyKind>(episode.kind);
  if (age >= kShiftAfterS && (kind == AnomalyKind::spike || kind == AnomalyKind::drop))
    episode.kind = static_cast<std::uint8_t>(AnomalyKind::shift);
  if (age >= kLevelShiftAfterS) {
    begin_epoch(state, out.window.start, episode.residual_sum / episode.exposure_sum / state.s0);
    episode.kind = static_cast<std::uint8_t>(AnomalyKind::level_shift);
    return report(whose.key(), episode, told, true, out);
  }
  const bool ends = episode.calm >= (kind == AnomalyKind::new_pattern ? kCalmPattern : kCalmPoints);
  report(whose.key(), episode, told, ends, out);
}

// ---- counts -------------------------------------------------------------------------------------------------------

// The 90 % band of a count, as a rate per exposure.
Expectation band_of(const NegativeBinomial& expected, double exposure, std::uint32_t windows) {
  const double reach = 1.645 * std::sqrt(expected.mean + expected.mean * expected.mean / expected.size);
  return {expected.mean / exposure, std::max(0.0, expected.mean - reach) / exposure, (expected.mean + reach) / exposure,
          windows};
}

// The tails of counts are model probabilities; 8,640 windows a day, three spans, and as much again for the model's
// faults.
double false_alarms_of_count(double score) { return std::min(30.0, 30 * 8640.0 * 6 * std::pow(10, -score)); }

enum class CountSides : std::uint8_t { up, both };

// What was counted in this window and what it came to.
struct CountJudged {
  CountScores scores;
  CountSides sides = CountSides::up;
  AnomalyKind upward = AnomalyKind::spike;
  std::uint64_t events = 0;
  double exposure = 1;
  double size = 1;  // of the negative binomial
};

// Remembers the span that says so: later windows of the same trouble may look harmless one by one.
void remember_span(Episode& episode, const CountJudged& judged, double exposure_per_window) {
  const CountScores& scores = judged.scores;
  const double exposure = exposure_per_window > 0 ? exposure_per_window : scores.up_exposure;
  const Expectation band = band_of({scores.up_expected, judged.size}, exposure, 0);
  episode.span_events = static_cast<float>(scores.up_events);
  episode.span_exposure = static_cast<float>(scores.up_exposure);
  episode.span_low = static_cast<float>(band.low), episode.span_high = static_cast<float>(band.high);
  episode.span_windows = scores.span_windows;
}

// The span in the terms of the series: a ratio for errors, lines for patterns. Lower sides stay with the window.
Report told_by_span(const SeriesKey& key, const Episode& episode, const Report& now, double window_s) {
  Report told = now;
  told.false_alarms_per_month = false_alarms_of_count(episode.score);
  if (episode.span_windows == 0 || key.measure == Measure::requests) return told;
  const bool is_ratio = key.measure == Measure::error_ratio;
  told.value = is_ratio ? episode.span_events / episode.span_exposure : episode.span_events;
  told.expected.low = episode.span_low;
  told.expected.high = is_ratio ? std::min(1.0F, episode.span_high) : episode.span_high;
  told.counted = {episode.span_events, episode.span_exposure,
                  seconds(static_cast<std::int64_t>(episode.span_windows * window_s))};
  return told;
}

void keep_count_episode(const SeriesKey& key, SeriesEntry& entry, const CountJudged& judged, const Report& now,
                        JudgementInProgress& out) {
  Episode& episode = entry.episode;
  const CountScores& scores = judged.scores;
  const bool up = scores.up_is_rare, down = judged.sides == CountSides::both && scores.down_is_rare;
  if (up || down) {
    const double score = up ? scores.up : scores.down;
    const auto span = static_cast<std::uint32_t>((up ? scores.up_windows - 1 : 5) * out.window_s);
    // The span reaches back as far as it needs to be counted, not as far as the trouble does: at least not before the
    // series was first seen.
    if (episode.phase == EpisodePhase::none)
      open_episode(episode, up ? judged.upward : AnomalyKind::drop, 0,
                   std::max(out.second() - span, entry.count.first_window), out);
    raise(episode, score, grade_of_count(score));
    if (up) remember_span(episode, judged, key.measure == Measure::log_lines ? 1 : 0);
    // Five minutes may still hold the trouble when the last minute does not.
    if (scores.up_windows <= 6) episode.calm = 0;
  }
  if (episode.phase == EpisodePhase::none) return;
  episode.residual_sum += static_cast<double>(judged.events);
  episode.exposure_sum += judged.exposure;
  if (scores.minute_ended) episode.calm = scores.calm_minute ? episode.calm + 1 : 0;
  const Report told = told_by_span(key, episode, now, out.window_s);
  if (out.second() - episode.opened >= kLevelShiftAfterS) {
    begin_count_epoch(entry.count, episode.residual_sum, episode.exposure_sum);
    episode.kind = static_cast<std::uint8_t>(AnomalyKind::level_shift);
    return report(key, episode, told, true, out, entry.text);
  }
  const bool ends = episode.calm >= kCalmMinutes;
  report(key, episode, told, ends, out, entry.text);
  if (ends) forget_spans(entry.count);  // or the five minutes that hold the trouble would say it again
}

// Opens, keeps and ends the silence of a service or instance. True while it is silent.
bool keep_silence(const SeriesKey& key, SeriesEntry& entry, std::optional<double> score, bool excused,
                  const Report& now, JudgementInProgress& out) {
  Episode& episode = entry.episode;
  const bool is_silence =
      episode.phase == EpisodePhase::open && episode.kind == static_cast<std::uint8_t>(AnomalyKind::silence);
  if (score && !excused) {
    if (!is_silence) {
      if (episode.phase == EpisodePhase::open)
        report(key, episode, now, true, out, entry.text);  // one anomaly at a time
      open_episode(episode, AnomalyKind::silence, 0, entry.count.last_event + static_cast<std::uint32_t>(out.window_s),
                   out);
    }
    raise(episode, *score, grade_of_count(*score));
    Report told = now;
    told.false_alarms_per_month = false_alarms_of_count(episode.score);
    // After a day it is how things are.
    report(key, episode, told, out.second() - episode.opened >= kLevelShiftAfterS, out, entry.text);
    if (episode.phase == EpisodePhase::none) entry.count = {};
    return true;
  }
  if (is_silence) report(key, episode, now, true, out, entry.text);
  return false;
}

}  // namespace

void judge_requests(const SeriesKey& key, SeriesEntry& entry, std::uint64_t events, JudgementInProgress& out) {
  SeriesState& state = *entry.state;
  const double per_second = static_cast<double>(events) / out.window_s;
  Expectation expected = expectation(state, out.window.start);
  NegativeBinomial count = expected_count(entry.count, 1);
  if (state.settled) count = expected_count_around(entry.count, std::max(0.0, expected.centre * out.window_s));
  expect(key, per_second, expected, out);
  Report now{per_second, expected, 0, {}};

  const bool was_silent = entry.episode.phase == EpisodePhase::open &&
                          entry.episode.kind == static_cast<std::uint8_t>(AnomalyKind::silence);
  if (keep_silence(key, entry, score_silence(entry.count, out.window.start, events, count), false, now, out)) return;
  const bool is_quiet = count.mean * 60 / out.window_s < kQuietPerMinute;
  if (events == 0 && !is_quiet) return;  // missing, until it is silent
  const Times times = was_silent ? Times::disturbed : times_of(entry.episode);
  if (is_quiet) {
    const CountScores scores = score_count(entry.count, events, 1, count);
    learn_count(entry.count, out.window.start, static_cast<std::uint32_t>(out.window_s), events, 1, count, times);
    if (state.settled)
      (void)score_and_learn(state, expected_levels(state, out.window.start), per_second, Direction::both, times,
                            out.window.start);
    else
      learn_first_point(state, per_second, Direction::both, out.window.start);
    keep_count_episode(key, entry, {scores, CountSides::both, AnomalyKind::spike, events, 1, count.size}, now, out);
    return;
  }
  learn_count(entry.count, out.window.start, static_cast<std::uint32_t>(out.window_s), events, 1, count, times);
  if (!state.settled) return learn_first_point(state, per_second, Direction::both, out.window.start);
  const ValueScore scored = score_and_learn(state, expected_levels(state, out.window.start), per_second,
                                            Direction::both, times, out.window.start);
  keep_value_episode(key, state, entry.episode, scored, now, out);
}

void judge_instance(const SeriesKey& key, SeriesEntry& entry, std::uint64_t events, Absence absence,
                    JudgementInProgress& out) {
  const NegativeBinomial count = expected_count(entry.count, 1);
  const double per_second = static_cast<double>(events) / out.window_s;
  Expectation expected = band_of(count, out.window_s, entry.count.windows);
  const auto score = score_silence(entry.count, out.window.start, events, count);
  if (keep_silence(key, entry, score, absence == Absence::excused, {per_second, expected, 0, {}}, out)) return;
  if (events == 0 && entry.count.gap >= 3) return;  // gone: it must not learn to be gone
  learn_count(entry.count, out.window.start, static_cast<std::uint32_t>(out.window_s), events, 1, count, Times::quiet);
}

void judge_errors(const SeriesKey& key, SeriesEntry& entry, std::uint64_t errors, std::uint64_t requests,
                  JudgementInProgress& out) {
  const auto exposure = static_cast<double>(requests);
  const NegativeBinomial learnt = expected_count(entry.count, exposure);
  NegativeBinomial expected_errors = learnt;
  expected_errors.mean = std::max(expected_errors.mean, exposure * kLeastErrorRate);
  Expectation expected = band_of(expected_errors, exposure, entry.count.windows);
  expected.high = std::min(1.0, expected.high);
  const double ratio = static_cast<double>(errors) / exposure;
  expect(key, ratio, expected, out);
  const CountScores scores = score_count(entry.count, errors, exposure, expected_errors);
  learn_count(entry.count, out.window.start, static_cast<std::uint32_t>(out.window_s), errors, exposure, learnt,
              times_of(entry.episode));
  keep_count_episode(key, entry, {scores, CountSides::up, AnomalyKind::spike, errors, exposure, expected_errors.size},
                     {ratio, expected, 0, {}}, out);
}

void judge_lines(const SeriesKey& key, SeriesEntry& entry, std::uint64_t lines, std::uint32_t service_windows,
                 JudgementInProgress& out) {
  constexpr std::uint32_t week_s = 7 * 86'400;
  const auto window_s = static_cast<std::uint32_t>(out.window_s);
  const bool first_sight = entry.count.windows == 0;
  if (first_sight) {
    // Its service was watched all that time and never said this: that is what is known of it.
    entry.count.windows = service_windows;
    entry.count.exposure = std::min<double>(service_windows, 3 * 86'400.0 / out.window_s);
    entry.count.first_window = out.second();
  }
  const NegativeBinomial learnt = expected_count(entry.count, 1);
  NegativeBinomial expected_lines = learnt;
  expected_lines.mean = std::max(expected_lines.mean, kLeastLineRate);
  const Expectation expected = band_of(expected_lines, 1, entry.count.windows);
  CountScores scores = score_count(entry.count, lines, 1, expected_lines);
  if (first_sight && !scores.up_is_rare && service_windows * out.window_s >= week_s) {
    scores.up_is_rare = true;
    scores.up = 5.5;
  }
  learn_count(entry.count, out.window.start, window_s, lines, 1, learnt, times_of(entry.episode));
  const bool is_new = out.second() - entry.count.first_window < kShiftAfterS;
  const AnomalyKind kind = is_new ? AnomalyKind::new_pattern : AnomalyKind::spike;
  keep_count_episode(key, entry, {scores, CountSides::up, kind, lines, 1, expected_lines.size},
                     {static_cast<double>(lines), expected, 0, {}}, out);
}

void judge_value(const Whose& whose, SeriesState& state, Episode& episode, double value, JudgementInProgress& out) {
  const Timestamp at = out.window.start;
  const Direction direction = direction_of(whose.measure());
  if (!state.settled) {
    if (const SeriesKey* drawn = whose.drawn()) {
      Expectation expected = expectation(state, at);
      expect(*drawn, value, expected, out);
    }
    return learn_first_point(state, value, direction, at);
  }
  const ExpectedLevels levels = expected_levels(state, at);
  Expectation expected = expectation(state, levels, at);
  if (const SeriesKey* drawn = whose.drawn()) expect(*drawn, value, expected, out);
  const ValueScore scored = score_and_learn(state, levels, value, direction, times_of(episode), at);
  keep_value_episode(whose, state, episode, scored, {value, expected, 0, {}}, out);
}

void close_if_abandoned(const Whose& whose, const SeriesState* state, Episode& episode, std::uint32_t last_sample,
                        JudgementInProgress& out) {
  if (episode.phase == EpisodePhase::none) return;
  const std::uint32_t patience = std::max<std::uint32_t>(kAbandonedS, state != nullptr ? 3u * state->interval_s : 0u);
  if (out.second() - last_sample < patience) return;
  Report now;
  if (state != nullptr) now.expected = expectation(*state, out.window.start);
  report(whose.key(), episode, now, true, out);
}

}  // namespace nightjar
