// The SeriesTable as bytes and back. Plain memory images in native order behind a header that names their sizes: a
// snapshot is for the restart of the same build; anything else is refused and learnt again from the journal.
#include <cstring>

#include "base/text.h"
#include "engine/series/series_table.h"

namespace nightjar {
namespace {

constexpr std::uint32_t kMagic = 0x314A4E53;  // "SNJ1"

constexpr std::uint32_t kSizes[] = {sizeof(SeriesState), sizeof(CountState), sizeof(Episode), sizeof(PhaseScores)};

class Writer {
 public:
  template <class T>
  void plain(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(std::string_view value) {
    plain(static_cast<std::uint32_t>(value.size()));
    bytes_.append(value);
  }
  template <class T>
  void list(const T& values) {
    plain(static_cast<std::uint32_t>(values.size()));
    for (const auto& value : values) plain(value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Every read is bounded; the first that does not fit makes all later ones give zeroes and `ok` false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  T plain() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    if (bytes_.size() < sizeof value) {
      ok_ = false;
      bytes_ = {};
      return value;
    }
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  std::string text() {
    const auto size = plain<std::uint32_t>();
    if (bytes_.size() < size) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return value;
  }
  template <class T>
  std::vector<T> list() {
    const auto size = plain<std::uint32_t>();
    std::vector<T> values;
    if (bytes_.size() / sizeof(T) < size) {
      ok_ = false;
      bytes_ = {};
      return values;
    }
    for (std::uint32_t i = 0; i < size; ++i) values.push_back(plain<T>());
    return values;
  }
  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

// So that the pairs of a DurationSketch need no padding rules.
struct SketchBucket {
  std::uint64_t bucket, count;
};

void write_key(Writer& w, const SeriesKey& key) {
  w.text(key.service.value), w.text(key.operation), w.text(key.instance.value);
  w.plain(key.measure), w.text(key.name);
}
SeriesKey read_key(Reader& r) {
  SeriesKey key;
  key.service.value = r.text(), key.operation = r.text(), key.instance.value = r.text();
  key.measure = r.plain<Measure>(), key.name = r.text();
  return key;
}

void write_entry(Writer& w, const SeriesEntry& entry) {
  w.plain(static_cast<std::uint8_t>(entry.state ? 1 : 0));
  if (entry.state) w.plain(*entry.state);
  w.plain(entry.count), w.plain(entry.episode);
  std::vector<SketchBucket> buckets;
  for (const auto& [bucket, count] : entry.pending.durations.buckets()) buckets.push_back({bucket, count});
  w.list(buckets);
  w.plain(entry.pending.self_time_ns), w.plain(entry.pending.requests), w.plain(entry.pending.windows);
  w.text(entry.text), w.plain(entry.last_sample);
}
SeriesEntry read_entry(Reader& r) {
  SeriesEntry entry;
  if (r.plain<std::uint8_t>() != 0) entry.state = std::make_unique<SeriesState>(r.plain<SeriesState>());
  entry.count = r.plain<CountState>(), entry.episode = r.plain<Episode>();
  for (const SketchBucket& bucket : r.list<SketchBucket>()) {
    const auto index = static_cast<std::uint16_t>(bucket.bucket);
    entry.pending.durations.observe(DurationSketch::lower_bound_ns(index), bucket.count);
  }
  entry.pending.self_time_ns = r.plain<std::int64_t>();
  entry.pending.requests = r.plain<std::uint64_t>(), entry.pending.windows = r.plain<std::uint32_t>();
  entry.text = r.text(), entry.last_sample = r.plain<std::uint32_t>();
  return entry;
}

void write_roster(Writer& w, const InstanceRoster& roster) {
  w.plain(static_cast<std::uint32_t>(roster.services().size()));
  for (const auto& [name, service] : roster.services()) {
    w.text(name.value), w.plain(service.presence), w.plain(service.last_request);
    w.plain(static_cast<std::uint32_t>(service.instances.size()));
    for (const auto& [instance, presence] : service.instances) w.text(instance.value), w.plain(presence);
  }
}
std::map<ServiceName, InstanceRoster::Service> read_roster(Reader& r) {
  std::map<ServiceName, InstanceRoster::Service> services;
  for (auto left = r.plain<std::uint32_t>(); left > 0 && r.ok(); --left) {
    InstanceRoster::Service& service = services[{r.text()}];
    service.presence = r.plain<Presence>(), service.last_request = r.plain<Timestamp>();
    for (auto instances = r.plain<std::uint32_t>(); instances > 0 && r.ok(); --instances) {
      InstanceName name{r.text()};
      service.instances[name] = r.plain<Presence>();
    }
  }
  return services;
}

// The plain part of a Resource, in one place for both directions.
template <class R, class Visit>
void visit_plain(R& resource, Visit&& visit) {
  visit(resource.limit), visit(resource.level), visit(resource.remaining), visit(resource.seen);
  visit(resource.hour), visit(resource.scores), visit(resource.answer.reason), visit(resource.answer.hours),
      visit(resource.answer.hours_low), visit(resource.answer.hours_high), visit(resource.answered_hour);
  visit(resource.near_in_a_row), visit(resource.peak_since_clean_up), visit(resource.highest_clean_up);
  visit(resource.lowest), visit(resource.fast_until), visit(resource.fast_eta), visit(resource.fast_low);
  visit(resource.fast_high);
}

void write_exhaustion(Writer& w, const ExhaustionForecaster& forecaster) {
  w.plain(static_cast<std::uint32_t>(forecaster.resources().size()));
  for (const auto& [key, resource] : forecaster.resources()) {
    w.text(std::get<0>(key).value), w.text(std::get<1>(key).value), w.text(std::get<2>(key)), w.text(std::get<3>(key));
    write_key(w, resource.series);
    visit_plain(resource, [&](const auto& field) { w.plain(field); });
    w.list(resource.recent), w.list(resource.hourly);
  }
}
std::map<ExhaustionForecaster::ResourceKey, ExhaustionForecaster::Resource> read_exhaustion(Reader& r) {
  std::map<ExhaustionForecaster::ResourceKey, ExhaustionForecaster::Resource> resources;
  for (auto left = r.plain<std::uint32_t>(); left > 0 && r.ok(); --left) {
    ServiceName service{r.text()};
    InstanceName instance{r.text()};
    std::string name = r.text(), labels = r.text();
    ExhaustionForecaster::Resource resource;
    resource.series = read_key(r);
    visit_plain(resource, [&]<class T>(T& field) { field = r.plain<T>(); });
    for (const Point& point : r.list<Point>()) resource.recent.push_back(point);
    resource.hourly = r.list<float>();
    resources.emplace(ExhaustionForecaster::ResourceKey{service, instance, name, labels}, std::move(resource));
  }
  return resources;
}

}  // namespace

std::string SeriesTable::snapshot() const {
  Writer w;
  w.plain(kMagic);
  for (std::uint32_t size : kSizes) w.plain(size);
  w.plain(SeriesState::current_version);
  w.plain(refused_);
  w.plain(static_cast<std::uint32_t>(entries_.size()));
  for (const auto& [key, entry] : entries_) write_key(w, key), write_entry(w, entry);
  write_roster(w, roster_);
  write_exhaustion(w, exhaustion_);
  return w.take();
}

absl::Status SeriesTable::restore(std::string_view bytes) {
  Reader r(bytes);
  bool known = r.plain<std::uint32_t>() == kMagic;
  for (std::uint32_t size : kSizes) known = r.plain<std::uint32_t>() == size && known;
  known = r.plain<std::uint8_t>() == SeriesState::current_version && known;
  if (!known)
    return failed_precondition("series snapshot: written by another version; start without it and replay the journal");
  const auto refused = r.plain<std::uint64_t>();
  std::map<SeriesKey, SeriesEntry> entries;
  for (auto left = r.plain<std::uint32_t>(); left > 0 && r.ok(); --left) {
    SeriesKey key = read_key(r);
    entries.emplace(std::move(key), read_entry(r));
  }
  auto roster = read_roster(r);
  auto resources = read_exhaustion(r);
  if (!r.ok() || !r.at_end())
    return invalid_argument("series snapshot: {} bytes are cut or damaged; start without it and replay the journal",
                            bytes.size());
  entries_ = std::move(entries);
  refused_ = refused;
  roster_.restore(std::move(roster));
  exhaustion_.restore(std::move(resources));
  return absl::OkStatus();
}

}  // namespace nightjar
