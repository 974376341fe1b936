#include <algorithm>
#include <cmath>
#include <set>

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
  ExpositionDecoder(Encoding encoding, std::string_view body, const Verdict& verdict, const Attributes& target)
      : encoding_(encoding), body_(body), filter_(verdict) {
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
    return signals_.take();
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

    MetricPoint point;
    point.name = std::string(name);
    point.unit = cut(belonging.unit, kValueBytes);
    const bool known = !belonging.family.empty() && belonging.type != MetricType::unknown;
    point.kind = metric_kind(name, known ? std::optional(belonging.type) : std::nullopt);
    if (point.kind != MetricKind::gauge) point.temporality = Temporality::cumulative;
    point.stale = line.stale;
    point.value = line.value;
    point.time = line.time.value_or(Timestamp{});
    const std::size_t owner = owner_now();
    point.attributes = attributes_of(labels_);
    if (belonging.type == MetricType::counter && may_have_created_)
      counters_[key_of(belonging.family, point.attributes, Timestamp{})] = {owner, signals_[owner].metrics.size()};
    signals_[owner].metrics.push_back(std::move(point));
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

  std::size_t owner_now() { return signals_.at(owner_of(labels_)); }

  static std::string key_of(std::string_view family, const Attributes& labels, Timestamp time) {
    std::string key(family);
    // With lengths, so that no text can look like the end of another.
    for (const auto& [name, value] : labels)
      key += fmt::format("\x01{}:{}={}:{}", name.size(), name, value.size(), value);
    key += fmt::format("\x01{}", time.ns);
    return key;
  }

  struct Place {
    std::size_t owner = 0, point = 0;
  };
  struct Group {
    Place place;  // of its point, which has all but its values from the beginning
    ClassicHistogram histogram;
  };

  Group& group_at(const ExpositionLine& line, const Belonging& belonging) {
    Attributes attributes = attributes_of(labels_);
    const Timestamp time = line.time.value_or(Timestamp{});
    const auto [found, is_new] = group_places_.try_emplace(key_of(belonging.family, attributes, time), groups_.size());
    if (!is_new) return groups_[found->second];
    const std::size_t owner = owner_now();
    MetricPoint point;
    point.name = std::string(belonging.family);
    point.unit = cut(belonging.unit, kValueBytes);
    point.kind = belonging.type == MetricType::histogram ? MetricKind::histogram : MetricKind::summary;
    point.temporality = Temporality::cumulative;
    point.attributes = std::move(attributes);
    point.time = time;
    std::vector<MetricPoint>& metrics = signals_[owner].metrics;
    groups_.push_back({{owner, metrics.size()}, {}});
    metrics.push_back(std::move(point));
    return groups_.back();
  }

  void finish_groups() {
    std::set<std::size_t> owners_without;
    for (Group& group : groups_) {
      MetricPoint& point = signals_[group.place.owner].metrics[group.place.point];
      point.histogram = group.histogram.point();
      point.stale = group.histogram.ended();
      if (!point.histogram && point.stale) point.histogram = HistogramPoint{.counts = {0}};
      if (!created_.empty()) {
        const auto created = created_.find(key_of(point.name, point.attributes, Timestamp{}));
        if (created != created_.end()) point.start = created->second;
      }
      if (point.histogram) continue;
      point.name.clear();  // no other point is without a name
      owners_without.insert(group.place.owner);
    }
    for (const auto& [key, place] : counters_)
      if (const auto created = created_.find(key); created != created_.end())
        signals_[place.owner].metrics[place.point].start = created->second;
    for (const std::size_t owner : owners_without)
      std::erase_if(signals_[owner].metrics, [](const MetricPoint& point) { return point.name.empty(); });
  }

  Encoding encoding_;
  std::string_view body_;
  ItemFilter filter_;
  std::vector<Label> target_;
  bool honors_labels_ = false;
  const bool may_have_created_ = body_.find("_created") != std::string_view::npos;
  std::map<std::string, Family, std::less<>> families_;
  TextMap<std::size_t> group_places_;  // indexes in groups_
  std::vector<Group> groups_;
  std::map<std::string, Place, std::less<>> counters_;  // only while there may be `_created`
  std::map<std::string, Timestamp, std::less<>> created_;
  SignalsByOwner signals_;
  std::deque<std::string> arena_;  // texts of the current line
  std::vector<Label> labels_, moved_;
};

}  // namespace

std::vector<Signals> decode_exposition(Encoding encoding, std::string_view body, const Verdict& verdict,
                                       const Attributes& labels) {
  return ExpositionDecoder(encoding, body, verdict, labels).decode();
}

}  // namespace nightjar
