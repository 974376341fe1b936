// engine/world/series_state.h
// What is remembered about one Series: plain bytes of fixed size, so that a million series have a known cost and the
// memory image is the snapshot. Written by engine/learn (levels, tables) and engine/detect (tails, patterns,
// calibration) on the thread of the lane that owns the series; nobody else touches it.
//
// Values inside are in units: u = (value - m0) / s0 with m0, s0 the median and mean absolute deviation of the first 120
// points. 16-bit numbers are binary16 (base/statistics/half.h). Times are whole seconds since 1970, UTC.
// Three grains: a point (one window in which the series reported), a minute (mean of its points), ten minutes (mean of
// its minutes). A source slower than a minute has minutes as long as its points are apart.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace nightjar {

struct TableSlot {
  std::uint16_t mean = 0;   // half, units
  std::uint8_t scale = 0;   // mean absolute deviation: 2^((scale - 128) / 8) units, 0: none
  std::uint8_t visits = 0;  // saturates
};

enum class LongExpert : std::uint8_t { level, day, day_type, week };  // L64 and the three tables
enum class ShortExpert : std::uint8_t { level, previous, day, day_type, week };
inline constexpr std::size_t kChannels = 9;
inline constexpr std::size_t kFirstPoints = 120;
inline constexpr std::size_t kTailKept = 10;
inline constexpr std::size_t kPrototypes = 16;

struct SeriesState {
  static constexpr bool carried_as_bytes = true;
  static constexpr std::uint8_t current_version = 1;

  // Header: 4 + 12 + 12 bytes.
  std::uint8_t version = current_version;
  std::uint8_t minute_parts = 0, ten_parts = 0;  // how much the running means below hold
  std::uint8_t minute_just_closed = 0;           // the last learn() completed a minute
  std::uint32_t points = 0, minutes = 0, blocks = 0;
  std::uint32_t first_window = 0, last_window = 0, epoch_start = 0;

  // Levels and experts, in units.
  float m0 = 0, s0 = 1;
  float level64 = 0, level6 = 0, previous_minute = 0, previous_point = 0;
  std::array<float, 3> bias{};                      // of day, day type, week
  std::array<float, 4> long_error{};                // by LongExpert: discounted sums of |error|
  std::array<float, 5> short_error{};               // by ShortExpert
  std::array<float, 4> error_weight{};              // discounted number of errors: levels, day, day type, week
  float table_residual = 0;                         // gd: mean |ten-minute mean - table|
  float point_residual = 0, minute_residual = 0;    // zs in the grain of points and of minutes
  float mean_deviation4 = 0, mean_deviation16 = 0;  // ea4, ea16: mean |minute - expected| over ~4 and ~16 minutes
  float cusum_up = 0, cusum_down = 0;
  float minute_sum = 0, ten_sum = 0;
  float closed_minute = 0, closed_expected = 0;  // the minute completed last and what was expected of it
  std::uint32_t cusum_since = 0;                 // when cusum_up or cusum_down last left 0
  std::uint16_t interval_s = 10;                 // between points: the window, or more for a slow source
  std::uint16_t settled = 0;                     // 1: m0 and s0 are known and the tables are tables

  // The gate: how high the last emission was, and when.
  float held_score = 0;
  std::uint32_t held_at = 0;

  // Calibration: what this series says by itself.
  std::uint32_t gated_peaks = 0;
  std::array<std::uint8_t, 8> largest_peaks{};  // steps of 0.1, ascending

  // Tables. Until `kFirstPoints` points have come, `first_points` are the points themselves, minus m0 (the first one).
  union {
    struct {
      std::array<TableSlot, 96> day;       // 15 min
      std::array<TableSlot, 96> day_type;  // (weekday, weekend) x 30 min
      std::array<TableSlot, 168> week;     // 1 h from Monday 00:00
    } table{};
    std::array<float, kFirstPoints> first_points;
  };

  std::array<std::array<std::uint16_t, kTailKept>, kChannels> tail{};  // largest ever, half, ascending

  // Pattern novelty: prototypes of eight block means, each over low..high.
  std::array<std::array<std::uint8_t, 8>, kPrototypes> prototype{};
  std::array<std::uint16_t, kPrototypes> prototype_used{};  // block number modulo 2^16 of the last use; 0 free
  std::array<std::uint16_t, 8> block_ring{};                // half, oldest first
  float block_sum = 0, block_low = 0, block_high = 0;

  std::uint32_t tails_shrunk = 0;  // 1: once the seasons were known (detect/channels.cc)

  std::array<std::uint8_t, 48> spare{};
};
static_assert(std::is_trivially_copyable_v<SeriesState>);
static_assert(sizeof(SeriesState) == 2048);

// What learn expects of the next point and minute, in units. Computed once per window and handed to detect.
struct ExpectedLevels {
  double centre = 0;                         // pm: the long expectation that has erred least lately
  double next = 0;                           // p1: the short one
  double season = 0;                         // what the tables say, whoever speaks; the level where they are empty
  double point_scale = 0, minute_scale = 0;  // mean absolute deviation from `centre` in the two grains; 0: constant
  std::uint32_t visits = 0;                  // how much stands behind `centre`
};

// Whether learning should hold back because an anomaly is open on the series.
enum class Times : std::uint8_t { quiet, disturbed };

// A series of counts: failures out of requests, lines of a log pattern, requests of a quiet endpoint. Kept instead of
// or beside SeriesState.
struct CountState {
  static constexpr bool carried_as_bytes = true;
  double events = 0, exposure = 0;                  // discounted sums: the rate is events / exposure
  float spread_sum = 0, spread_weight = 0;          // burstiness 1/size: what the windows say, and how sure
  std::uint32_t windows = 0;                        // learnt from
  std::uint32_t first_window = 0, last_window = 0;  // last: in which it reported (exposure > 0)
  std::uint32_t last_event = 0;                     // window with an event in it
  float expected_since_event = 0;                   // expected events since then
  std::uint16_t longest_gap = 0;                    // windows between two events, decays by one a day
  std::uint16_t gap = 0;
  std::array<float, 2> block_events{}, block_exposure{}, block_expected{};  // running sums: a minute, five minutes
  std::array<float, 3> recent_log10p{};      // upper tails of the last three windows, newest last
  std::array<float, 2> last_block_log10p{};  // of the block before
  // The minute that is being taken in: rates learn by minutes, so that one trouble cannot hide window by window.
  float minute_events = 0, minute_exposure = 0, minute_mean = 0;
  std::uint32_t minute_windows = 0;
  float previous_events = 0, previous_mean = 0;  // of the window before
  std::uint32_t spare = 0;                       // no hidden padding: the bytes are the snapshot
};
static_assert(std::is_trivially_copyable_v<CountState> && sizeof(CountState) == 120);

// The anomaly that is open on a series.
enum class EpisodePhase : std::uint8_t { none, open };
struct Episode {
  static constexpr bool carried_as_bytes = true;
  EpisodePhase phase = EpisodePhase::none;
  std::uint8_t kind = 0, grade = 0;  // AnomalyKind, Grade
  std::uint8_t channel = 0;          // that said it first
  std::uint16_t calm = 0;            // windows in a row that looked normal
  std::uint16_t spare = 0;
  std::uint32_t opened = 0, onset = 0;  // seconds
  float score = 0;                      // highest so far
  std::uint32_t spare2 = 0;
  double residual_sum = 0, exposure_sum = 0;  // over the episode: events or value - season; exposure or points
  // Of counts: the span that said so last, and the 90 % band for it.
  float span_events = 0, span_exposure = 0, span_low = 0, span_high = 0;
  std::uint32_t span_windows = 0, spare3 = 0;
};
static_assert(std::is_trivially_copyable_v<Episode> && sizeof(Episode) == 64);

}  // namespace nightjar
