#include "io/receive/source_table.h"

#include <algorithm>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::int64_t kMinute = 60'000'000'000;

}  // namespace

void SourceTable::Rate::add(Timestamp at, double amount) {
  const std::int64_t this_minute = at.ns / kMinute;
  if (this_minute != minute) {
    before = this_minute == minute + 1 ? now : 0;
    now = 0;
    minute = this_minute;
  }
  now += amount;
}

double SourceTable::Rate::per_second(Timestamp at) const {
  const std::int64_t this_minute = at.ns / kMinute;
  const double gone = static_cast<double>(at.ns % kMinute) / kMinute;
  if (this_minute == minute) return (now + before * (1 - gone)) / 60;
  return this_minute == minute + 1 ? now * (1 - gone) / 60 : 0;
}

SourceTable::Entry& SourceTable::entry(const SourceKey& key, Timestamp now) {
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= kSources) {
      const auto oldest = std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
        return a.second.source.last_heard < b.second.source.last_heard;
      });
      entries_.erase(oldest);
      ++evicted_;
    }
    found = entries_.try_emplace(key).first;
    found->second.source.key = key;
    found->second.source.first_heard = now;
  }
  found->second.source.last_heard = now;
  return found->second;
}

void SourceTable::note_taken(const SourceKey& key, Timestamp now, std::uint64_t items, std::uint64_t rejected_items,
                             std::size_t bytes, Timestamp newest, std::string_view first_reason) {
  std::lock_guard lock(mutex_);
  Entry& heard = entry(key, now);
  Source& source = heard.source;
  ++source.requests;
  source.items += items;
  source.rejected_items += rejected_items;
  heard.items.add(now, static_cast<double>(items));
  heard.bytes.add(now, static_cast<double>(bytes));
  if (newest) heard.behind_ns[heard.behind_count++ % kClockSamples] = (now - newest).ns;
  if (rejected_items > 0 && !first_reason.empty()) source.sample = Sample{now, "item", cut(first_reason, kTexts), ""};
}

void SourceTable::note_refused(const SourceKey& key, const RefusedBody& refused) {
  std::lock_guard lock(mutex_);
  Source& source = entry(key, refused.at).source;
  ++source.refused[static_cast<std::size_t>(refused.why)];
  if (refused.why == RefusedWhy::overload && source.sample) return;  // it says nothing about the body
  source.sample = Sample{refused.at, std::string(word(refused.why)), cut(refused.text, kTexts),
                         refused.why == RefusedWhy::overload ? "" : refused.beginning.substr(0, kTexts)};
}

std::vector<SourceTable::Source> SourceTable::sources(Timestamp now) const {
  std::lock_guard lock(mutex_);
  std::vector<Source> all;
  all.reserve(entries_.size());
  for (const auto& [key, heard] : entries_) {
    Source& source = all.emplace_back(heard.source);
    source.items_per_second = heard.items.per_second(now);
    source.bytes_per_second = heard.bytes.per_second(now);
    auto behind = heard.behind_ns;
    const std::size_t count = std::min(heard.behind_count, kClockSamples);
    if (count == 0) continue;
    std::nth_element(behind.begin(), behind.begin() + static_cast<std::ptrdiff_t>(count / 2),
                     behind.begin() + static_cast<std::ptrdiff_t>(count));
    source.behind = nanoseconds(behind[count / 2]);
  }
  return all;
}

std::uint64_t SourceTable::evicted() const {
  std::lock_guard lock(mutex_);
  return evicted_;
}

}  // namespace nightjar
