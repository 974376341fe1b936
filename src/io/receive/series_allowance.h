// io/receive/series_allowance.h
// How many series each token with a quota has brought: a set of 64-bit hashes per token, never larger than its quota (a
// hash costs 9 to 18 bytes). Known series go on when it is full. Kept in memory only: after a restart the first series
// that come again fill it, so for as long as a sender's interval others may be let in first. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "io/receive/door_token.h"

namespace nightjar {

class SeriesAllowance {
 public:
  // True: known, or there was room. `token` has a quota.
  bool may_come(const DoorToken& token, std::uint64_t series) {
    std::lock_guard lock(mutex_);
    Known& known = known_[token.name];
    if (known.series.contains(series)) return true;
    if (known.series.size() >= token.max_series) return false;
    known.series.insert(series);
    return true;
  }
  void note_refused(const DoorToken& token, std::size_t items) {
    std::lock_guard lock(mutex_);
    known_[token.name].refused += items;
  }

  struct Figures {
    std::string token;
    std::size_t series = 0;
    std::uint64_t refused_items = 0;
  };
  std::vector<Figures> figures() const {
    std::lock_guard lock(mutex_);
    std::vector<Figures> all;
    for (const auto& [token, known] : known_) all.push_back({token, known.series.size(), known.refused});
    return all;
  }

 private:
  struct Known {
    absl::flat_hash_set<std::uint64_t> series;
    std::uint64_t refused = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Known> known_;  // guarded by mutex_
};

}  // namespace nightjar
