// wire/series_catalogue.h
// Series that were met before, by the bytes a sender names them with: so that the names and labels of a sample are
// built once and not each time. A cache and nothing more: with an empty one decode() gives points that compare equal,
// only later. One per reader of bodies (run/driver has one); one thread at a time.
#pragma once

#include <cstddef>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/hash.h"
#include "model/series.h"

namespace nightjar {

class SeriesCatalogue {
 public:
  explicit SeriesCatalogue(std::size_t most = 4'000'000) : most_(most) {}

  // `head`: hash of all that the identity is made from. Equal heads are equal series.
  // make() is called when it is met for the first time. What is returned lives until the next begin_body().
  struct Known {
    SeriesPtr series;
    SeriesId id;
  };
  template <class Make>
  Known& get(const Hash128& head, const Make& make) {
    const auto [at, is_new] = known_.try_emplace(head);
    if (is_new) {
      at->second.series = make();
      at->second.id = at->second.series->id;
    }
    return at->second;
  }
  // Worth it a dozen heads before get(): the table is larger than the processor's caches.
  void prefetch(const Hash128& head) const { known_.prefetch(head); }
  // All that is known, for who outlives the catalogue.
  std::vector<SeriesPtr> all() const {
    std::vector<SeriesPtr> series;
    for (const auto& [head, known] : known_) series.push_back(known.series);
    return series;
  }
  // Between two bodies. A flood of new names empties it rather than fill the memory; what is still sent comes back at
  // once.
  void begin_body() {
    if (known_.size() > most_) known_.clear();
  }
  std::size_t size() const { return known_.size(); }

 private:
  std::size_t most_;
  absl::flat_hash_map<Hash128, Known> known_;
};

}  // namespace nightjar
