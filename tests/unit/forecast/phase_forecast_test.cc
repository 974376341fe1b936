// The phase forecast on synthetic volumes: growth with a daily shape and several kinds of clean-up. Counted as the
// design counts: false pages per volume and quarter, and how near the ETA is three days ahead.
#include "engine/forecast/phase_forecast.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

enum class CleanUp { none, daily, three_days, weekly, bounded, flat };

// Hourly maxima over 91 days, in percent of the limit.
std::vector<float> volume(CleanUp kind, double growth_a_day, std::uint64_t seed) {
  Pcg32 random(seed);
  std::vector<float> hours;
  double base = 30 + 20 * random.uniform();
  const double tooth = 4 + 6 * random.uniform();
  for (int h = 0; h < 91 * 24; ++h) {
    const double in_day = h % 24 / 24.0;
    const bool weekend = (h / 24) % 7 >= 5;
    const double pace = (1 + 0.5 * std::sin(2 * 3.14159265 * in_day)) * (weekend ? 0.6 : 1.16);
    if (kind != CleanUp::flat && kind != CleanUp::bounded) base += growth_a_day / 24 * pace;
    double level = base + 0.1 * random.normal();
    const auto saw = [&](int period) { return tooth * (h % period) / period; };
    if (kind == CleanUp::daily) level += saw(24);
    if (kind == CleanUp::three_days) level += saw(72);
    if (kind == CleanUp::weekly) level += saw(168);
    if (kind == CleanUp::bounded) level += 4 * saw(48);
    hours.push_back(static_cast<float>(std::min(100.0, level)));
  }
  return hours;
}

struct Outcome {
  bool fills = false, paged_before = false;
  int false_pages = 0;
  double eta_error_3_days_ahead = -1;  // |ETA - truth| / truth
  bool covered = false;
};

Outcome follow(const std::vector<float>& hours) {
  Outcome outcome;
  const auto full = std::find_if(hours.begin(), hours.end(), [](float v) { return v >= 100; });
  outcome.fills = full != hours.end();
  const auto full_at = static_cast<std::size_t>(full - hours.begin());
  PhaseScores scores;
  int in_a_row = 0;
  bool paging = false;
  std::size_t quiet_since = 0;
  for (std::size_t now = 6; now < full_at; now += 6) {
    const std::size_t from = now > 672 ? now - 672 : 0;
    const std::span<const float> seen(hours.data() + from, now - from);
    score_candidates(seen, scores);
    const PhaseAnswer answer = meet_limit(seen, 100, scores);
    const bool near = answer.reason == PhaseReason::meets && answer.hours < 72 && answer.hours_high < 168;
    in_a_row = near ? in_a_row + 1 : 0;
    if (near) quiet_since = now;
    if (in_a_row >= 2 && !paging) {
      paging = true;
      const bool right = outcome.fills && full_at - now <= 240;
      right ? (void)(outcome.paged_before = true) : (void)++outcome.false_pages;
    }
    if (paging && now - quiet_since >= 72) paging = false;
    if (outcome.fills && full_at - now >= 69 && full_at - now < 75 && outcome.eta_error_3_days_ahead < 0) {
      const auto truth = static_cast<double>(full_at - now);
      const bool has_eta = answer.reason == PhaseReason::meets;
      outcome.eta_error_3_days_ahead = has_eta ? std::fabs(answer.hours - truth) / truth : 9;
      outcome.covered = has_eta && answer.hours_low <= truth && truth <= answer.hours_high;
    }
  }
  return outcome;
}

TEST(PhaseForecast, VolumesWithEveryKindOfCleanUp) {
  int volumes = 0, fills = 0, unpaged = 0, false_pages = 0, near_enough = 0, covered = 0, judged = 0;
  for (const CleanUp kind :
       {CleanUp::none, CleanUp::daily, CleanUp::three_days, CleanUp::weekly, CleanUp::bounded, CleanUp::flat})
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      const double growth = 0.4 + 0.15 * static_cast<double>(seed);
      const Outcome outcome = follow(volume(kind, growth, seed * 100 + static_cast<std::uint64_t>(kind)));
      ++volumes;
      fills += outcome.fills;
      unpaged += outcome.fills && !outcome.paged_before;
      false_pages += outcome.false_pages;
      if (outcome.eta_error_3_days_ahead >= 0) {
        ++judged;
        near_enough += outcome.eta_error_3_days_ahead <= 0.2;
        covered += outcome.covered;
      }
    }
  RecordProperty("volumes",
                 fmt::format("{} volumes, {} fill, {} unpaged, {} false pages, ETA within 20 % {} of {}, covered {}",
                             volumes, fills, unpaged, false_pages, near_enough, judged, covered));
  EXPECT_LE(false_pages, volumes / 10);  // 0.1 per volume and quarter
  EXPECT_LE(unpaged, fills / 10);
  EXPECT_GE(near_enough, judged * 80 / 100);
  EXPECT_GE(covered, judged * 75 / 100);
}

TEST(PhaseForecast, LittleHistoryAndNoTrend) {
  std::vector<float> hours(59, 50.0F);
  PhaseScores scores;
  EXPECT_EQ(meet_limit(hours, 100, scores).reason, PhaseReason::no_data);
  hours.resize(300, 50.0F);
  EXPECT_EQ(meet_limit(hours, 100, scores).reason, PhaseReason::no_trend);
  for (std::size_t i = 0; i < hours.size(); ++i) hours[i] = 50 + 0.01F * static_cast<float>(i);
  EXPECT_EQ(meet_limit(hours, 100, scores).reason, PhaseReason::later);
}

TEST(PhaseForecast, AStraightLineIsMetOnTime) {
  std::vector<float> hours;
  for (int i = 0; i < 200; ++i) hours.push_back(40 + 0.2F * static_cast<float>(i));
  PhaseScores scores;
  for (std::size_t now = 100; now <= 200; now += 6) score_candidates(std::span<const float>(hours).first(now), scores);
  const PhaseAnswer answer = meet_limit(hours, 100, scores);
  ASSERT_EQ(answer.reason, PhaseReason::meets);
  EXPECT_NEAR(answer.hours, (100 - 79.8) / 0.2, 2);
}

}  // namespace
}  // namespace nightjar
