#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "wire/item_filter.h"
#include "wire/prometheus/classic_histogram.h"
#include "wire/prometheus/exposition.h"
#include "wire/prometheus/exposition_line.h"
#include "wire/prometheus/owner.h"

namespace nightjar {
namespace {

using namespace prometheus;

// What a sample is to its family.
enum class Part : std::uint8_t { whole, bucket, sum, count, created };

struct Belonging {
  std::string_view family;  // "": of none that was announced
  MetricType type = MetricType::unknown;
  std::string_view unit;
  Part part = Part::whole;
};

class ExpositionDecoder {
 public:
  ExpositionDecoder(Encoding encoding, std::string_view body, const Verdict& verdict, const Attributes& target,
                    SeriesCatalogue& catalogue)
      : encoding_(encoding), body_(body), filter_(verdict), catalogue_(catalogue) {
    for (const auto& [name, value] : target) {
      if (name == kHonorLabels) {
        honors_labels_ = value == "true";
      } else if (!name.starts_with("__")) {
        target_.push_back({name, value});
      }
    }
  }

  std::vector<Signals> decode() {
    read_families();
    ExpositionReader reader(encoding_, body_, kAllLabels);
    while (reader.next()) {
      const ExpositionLine& line = reader.line();
      if (line.kind != LineKind::sample && line.kind != LineKind::fault) continue;
      if (filter_.keep_next() && line.kind == LineKind::sample) take(line);
    }
    finish_groups();
    return finish_points();
  }

 private:
  static constexpr std::size_t kAllLabels = SIZE_MAX - 1;  // the judge has counted them

  // Families first: a page may announce a type behind its samples.
  void read_families() {
    ExpositionReader reader(encoding_, body_, 0);
    std::deque<std::string> arena;
    while (reader.next()) {
      const ExpositionLine& line = reader.line();
      if (line.kind != LineKind::type && line.kind != LineKind::unit) continue;
      Family& family = families_[std::string(unescape(line.name, arena))];
      if (line.kind == LineKind::type) {
        family.type = line.type;
      } else {
        family.unit = line.unit;
      }
      arena.clear();
    }
  }

  Belonging belonging_of(std::string_view name) const {
    constexpr std::pair<std::string_view, Part> kEndings[] = {
        {"_bucket", Part::bucket}, {"_sum", Part::sum},    {"_count", Part::count},  {"_created", Part::created},
        {"_total", Part::whole},   {"_gsum", Part::whole}, {"_gcount", Part::whole}, {"_info", Part::whole}};
    if (const auto own = families_.find(name); own != families_.end())
      return {own->first, own->second.type, own->second.unit, Part::whole};
    for (const auto& [ending, part] : kEndings) {
      if (!name.ends_with(ending)) continue;
      const auto found = families_.find(name.substr(0, name.size() - ending.size()));
      if (found != families_.end()) return {found->first, found->second.type, found->second.unit, part};
    }
    return {};
  }

  void take(const ExpositionLine& line) {
    arena_.clear();
    const std::string_view name = unescape(line.name, arena_);
    labels_.clear();
    for (const Label& label : line.labels)
      labels_.push_back({unescape(label.name, arena_), unescape(label.value, arena_)});
    add_target_labels();
    const Belonging belonging = belonging_of(name);
    if (take_part(line, belonging)) return;

    NamedPoint named = named_now(name, belonging.unit);
    MetricPoint& point = named.point;
    const bool known = !belonging.family.empty() && belonging.type != MetricType::unknown;
    named.kind = metric_kind(name, known ? std::optional(belonging.type) : std::nullopt);
    point.stale = line.stale;
    point.value = line.value;
    point.time = line.time.value_or(Timestamp{});
    if (belonging.type == MetricType::counter && may_have_created_)
      counters_[key_of(belonging.family, named.labels, Timestamp{})] = points_.size();
    points_.push_back(std::move(named));
  }

  // True: the sample is only a part of a point, and taken.
  bool take_part(const ExpositionLine& line, const Belonging& belonging) {
    const bool histogram = belonging.type == MetricType::histogram, summary = belonging.type == MetricType::summary;
    if (belonging.part == Part::created && (histogram || summary || belonging.type == MetricType::counter)) {
      if (!line.stale && line.value > 0 && line.value < 9e9) {
        const Timestamp created{std::llround(line.value * 1e3) * 1'000'000};
        created_[key_of(belonging.family, attributes_of(labels_), Timestamp{})] = created;
      }
      return true;
    }
    if (!histogram && !summary) return false;
    std::optional<double> bound;
    if (belonging.part == Part::bucket && histogram) {
      bound = parse_go_float(find_label(labels_, "le"));
      if (!bound || std::isnan(*bound)) return false;
      std::erase_if(labels_, [](const Label& label) { return label.name == "le"; });
    } else if (belonging.part != Part::sum && belonging.part != Part::count) {
      return false;
    }
    Group& group = group_at(line, belonging);
    const bool last = bound && std::isinf(*bound) && *bound > 0;
    if (line.stale) {
      if (belonging.part == Part::count || last) group.histogram.end();
    } else if (bound) {
      group.histogram.add_bucket(*bound, line.value);
    } else if (belonging.part == Part::sum) {
      group.histogram.set_sum(line.value);
    } else {
      group.histogram.set_count(line.value);
    }
    return true;
  }

  // As Prometheus does (scrape.mutateSampleLabels): the target's labels win, what the page says moves out of their way.
  void add_target_labels() {
    std::sort(labels_.begin(), labels_.end(), [](const Label& a, const Label& b) { return a.name < b.name; });
    // Two spellings of one name: the first is kept.
    labels_.erase(
        std::unique(labels_.begin(), labels_.end(), [](const Label& a, const Label& b) { return a.name == b.name; }),
        labels_.end());
    std::erase_if(labels_, [](const Label& label) { return label.value.empty() || label.name == "__name__"; });
    for (const Label& forced : target_) {
      const auto place =
          std::find_if(labels_.begin(), labels_.end(), [&](const Label& label) { return label.name == forced.name; });
      if (place == labels_.end()) {
        labels_.push_back(forced);
      } else if (!honors_labels_) {
        moved_.push_back({place->name, place->value});
        place->value = forced.value;
      }
    }
    for (Label& label : moved_) {
      do {
        label.name = arena_.emplace_back("exported_" + std::string(label.name));
      } while (!find_label(labels_, label.name).empty());
      labels_.push_back(label);
    }
    moved_.clear();
  }

  // A point and the name of its series, until all of the page is read.
  struct NamedPoint {
    MetricPoint point;
    std::string service, instance, name, unit;
    MetricKind kind = MetricKind::unknown;
    Attributes labels;
    bool left_out = false;
  };
  NamedPoint named_now(std::string_view name, std::string_view unit) const {
    const Owner owner = owner_of(labels_);
    return {.service = cut(owner.service, kValueBytes),
            .instance = cut(owner.instance, kValueBytes),
            .name = std::string(name),
            .unit = cut(unit, kValueBytes),
            .labels = attributes_of(labels_)};
  }

  static std::string key_of(std::string_view family, const Attributes& labels, Timestamp time) {
    std::string key(family);
    // With lengths, so that no text can look like the end of another.
    for (const auto& [name, value] : labels)
      key += fmt::format("\x01{}:{}={}:{}", name.size(), name, value.size(), value);
    key += fmt::format("\x01{}", time.ns);
    return key;
  }

  struct Group {
    std::size_t point = 0;  // in points_; it has all but its values from the beginning
    ClassicHistogram histogram;
  };

  Group& group_at(const ExpositionLine& line, const Belonging& belonging) {
    const Attributes attributes = attributes_of(labels_);
    const Timestamp time = line.time.value_or(Timestamp{});
    const auto [found, is_new] = group_places_.try_emplace(key_of(belonging.family, attributes, time), groups_.size());
    if (!is_new) return groups_[found->second];
    NamedPoint named = named_now(belonging.family, belonging.unit);
    named.kind = belonging.type == MetricType::histogram ? MetricKind::histogram : MetricKind::summary;
    named.point.time = time;
    groups_.push_back({points_.size(), {}});
    points_.push_back(std::move(named));
    return groups_.back();
  }

  void finish_groups() {
    for (Group& group : groups_) {
      NamedPoint& named = points_[group.point];
      std::optional<HistogramPoint> histogram = group.histogram.point();
      named.point.stale = group.histogram.ended();
      if (!histogram && named.point.stale) histogram = HistogramPoint{.counts = {0}};
      named.left_out = !histogram;
      if (histogram) named.point.histogram = std::make_shared<HistogramPoint>(*std::move(histogram));
      if (created_.empty()) continue;
      const auto created = created_.find(key_of(named.name, named.labels, Timestamp{}));
      if (created != created_.end()) named.point.start = created->second;
    }
    for (const auto& [key, place] : counters_)
      if (const auto created = created_.find(key); created != created_.end())
        points_[place].point.start = created->second;
  }

  std::vector<Signals> finish_points() {
    std::vector<Signals> all(1);
    for (NamedPoint& named : points_) {
      if (named.left_out) continue;
      const std::string head = key_of(named.service, {{named.instance, named.name}, {named.unit, ""}}, Timestamp{}) +
                               key_of(word_of(named.kind), named.labels, Timestamp{});
      const SeriesCatalogue::Known& known = catalogue_.get(stable_hash128(head), [&] {
        return make_series({named.service, named.instance, named.name, named.unit, named.kind,
                            named.kind == MetricKind::gauge ? Temporality::unspecified : Temporality::cumulative},
                           named.labels);
      });
      named.point.series = known.series.get();
      named.point.id = known.id;
      all.front().metrics.push_back(std::move(named.point));
    }
    if (all.front().metrics.empty()) all.clear();
    return all;
  }
  static std::string_view word_of(MetricKind kind) {
    constexpr std::string_view kWords = "gchsu";
    return kWords.substr(static_cast<std::size_t>(kind), 1);
  }

  Encoding encoding_;
  std::string_view body_;
  ItemFilter filter_;
  SeriesCatalogue& catalogue_;
  std::vector<Label> target_;
  bool honors_labels_ = false;
  const bool may_have_created_ = body_.find("_created") != std::string_view::npos;
  std::map<std::string, Family, std::less<>> families_;
  TextMap<std::size_t> group_places_;  // indexes in groups_
  std::vector<Group> groups_;
  std::map<std::string, std::size_t, std::less<>> counters_;  // indexes in points_; only while there may be `_created`
  std::map<std::string, Timestamp, std::less<>> created_;
  std::vector<NamedPoint> points_;
  std::deque<std::string> arena_;  // texts of the current line
  std::vector<Label> labels_, moved_;
};

}  // namespace

std::vector<Signals> decode_exposition(Encoding encoding, std::string_view body, const Verdict& verdict,
                                       const Attributes& labels, SeriesCatalogue& catalogue) {
  return ExpositionDecoder(encoding, body, verdict, labels, catalogue).decode();
}

}  // namespace nightjar
