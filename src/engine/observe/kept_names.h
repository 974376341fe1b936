// engine/observe/kept_names.h
// The `limit` smallest of the offered names by (tier, hash, text). A hash, because the alphabet would let a flood of
// "aaa…" push out all the rest; tiers, so that names made by code outlive names made by callers. See fold.h.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "base/hash.h"

namespace nightjar {

class KeptNames {
 public:
  void offer(std::string_view name, std::size_t limit, int tier = 0) {
    Rank rank = rank_of(name, tier);
    if (kept_.size() >= limit) {
      over_ = true;
      if (limit == 0 || !(rank < *kept_.rbegin())) return;
      if (!kept_.insert(std::move(rank)).second) return;
      kept_.erase(std::prev(kept_.end()));
    } else {
      kept_.insert(std::move(rank));
    }
  }
  bool keeps(std::string_view name, int tier = 0) const { return !over_ || kept_.contains(rank_of(name, tier)); }

 private:
  using Rank = std::tuple<int, std::uint64_t, std::string>;
  static Rank rank_of(std::string_view name, int tier) { return {tier, stable_hash(name, 23), std::string(name)}; }
  std::set<Rank> kept_;
  bool over_ = false;
};

}  // namespace nightjar
