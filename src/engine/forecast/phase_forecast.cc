#include "engine/forecast/phase_forecast.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/statistics/theil_sen.h"

namespace nightjar {
namespace {

struct Candidate {
  std::size_t lag, look_back;  // hours
};
constexpr std::array<Candidate, kPhaseCandidates> kCandidates = {
    {{24, 48}, {24, 168}, {24, 504}, {72, 48}, {72, 168}, {72, 504}, {168, 48}, {168, 168}, {168, 504}}};
constexpr std::size_t kAhead = 72, kHorizon = 504, kLeastHours = 60;
constexpr double kForget = 0.985, kReach = 2.06;
constexpr std::uint32_t kScoredForInterval = 4;

bool fits(std::size_t hours, const Candidate& c) { return hours >= c.lag + std::min<std::size_t>(c.look_back, 36); }

// Growth per hour: median over the look-back of the difference to the same phase one lag before.
double growth(std::span<const float> hourly, const Candidate& c) {
  const std::size_t usable = std::min(c.look_back, hourly.size() - c.lag);
  std::vector<double> differences;
  differences.reserve(usable);
  for (std::size_t i = hourly.size() - usable; i < hourly.size(); ++i)
    differences.push_back(hourly[i] - hourly[i - c.lag]);
  return median_of(differences) / static_cast<double>(c.lag);
}

// The value `h` hours after the newest: the last cycle, lifted by the growth of as many cycles.
double path(std::span<const float> hourly, const Candidate& c, double rate, std::size_t h) {
  const std::size_t cycles = (h + c.lag - 1) / c.lag;
  return hourly[hourly.size() - 1 + h - c.lag * cycles] + rate * static_cast<double>(c.lag * cycles);
}

double largest_ahead(std::span<const float> hourly, const Candidate& c) {
  const double rate = growth(hourly, c);
  double largest = path(hourly, c, rate, 1);
  for (std::size_t h = 2; h <= kAhead; ++h) largest = std::max(largest, path(hourly, c, rate, h));
  return largest;
}

// The candidate that has erred least; before any was scored, the shortest cycle with the longest look-back that fits.
std::size_t best_candidate(std::span<const float> hourly, const PhaseScores& scores) {
  std::size_t best = kPhaseCandidates;
  double least = 0;
  for (std::size_t i = 0; i < kPhaseCandidates; ++i) {
    if (!fits(hourly.size(), kCandidates[i]) || scores.weight[i] <= 0) continue;
    const double error = scores.error[i] / scores.weight[i];
    if (best == kPhaseCandidates || error < least) best = i, least = error;
  }
  if (best != kPhaseCandidates) return best;
  return 0;
}

// Share of growing same-phase differences over max(look-back, a week).
double share_growing(std::span<const float> hourly, const Candidate& c) {
  const std::size_t usable = std::min(std::max<std::size_t>(c.look_back, 168), hourly.size() - c.lag);
  std::size_t growing = 0;
  for (std::size_t i = hourly.size() - usable; i < hourly.size(); ++i) growing += hourly[i] > hourly[i - c.lag];
  return static_cast<double>(growing) / static_cast<double>(usable);
}

double first_hour_above(std::span<const float> hourly, const Candidate& c, double rate, double limit, double spread) {
  for (std::size_t h = 1; h <= kHorizon; ++h) {
    const double widening = spread * std::max(0.15, static_cast<double>(h) / kAhead);
    if (path(hourly, c, rate, h) + widening >= limit) return static_cast<double>(h);
  }
  return kHorizon + 1;
}

}  // namespace

void score_candidates(std::span<const float> hourly, PhaseScores& scores) {
  if (hourly.size() <= kAhead) return;
  const std::span<const float> then = hourly.first(hourly.size() - kAhead);
  const double came = *std::max_element(hourly.end() - kAhead, hourly.end());
  bool any = false;
  for (std::size_t i = 0; i < kPhaseCandidates; ++i) {
    if (!fits(then.size(), kCandidates[i])) continue;
    const double error = std::fabs(largest_ahead(then, kCandidates[i]) - came);
    scores.error[i] = static_cast<float>(kForget * scores.error[i] + error);
    scores.weight[i] = static_cast<float>(kForget * scores.weight[i] + 1);
    any = true;
  }
  if (any) ++scores.scored;
}

PhaseAnswer meet_limit(std::span<const float> hourly, double limit, const PhaseScores& scores) {
  if (hourly.size() < kLeastHours) return {};
  const std::size_t best = best_candidate(hourly, scores);
  const Candidate& c = kCandidates[best];
  const double rate = growth(hourly, c);
  const bool has_interval = scores.scored >= kScoredForInterval && scores.weight[best] > 0;
  const double error = has_interval ? scores.error[best] / scores.weight[best] : 0;
  if (rate <= 0 || share_growing(hourly, c) < 0.8 || kAhead * rate < error / 2) return {PhaseReason::no_trend};
  // Without scored forecasts: two percent of the limit at 72 h.
  const double spread = has_interval ? kReach * error : 0.02 * limit;
  PhaseAnswer answer{PhaseReason::meets};
  answer.hours = first_hour_above(hourly, c, rate, limit, 0);
  answer.hours_low = first_hour_above(hourly, c, rate, limit, spread);
  answer.hours_high = first_hour_above(hourly, c, rate, limit, -spread);
  if (answer.hours > kHorizon) answer.reason = PhaseReason::later;
  return answer;
}

}  // namespace nightjar
