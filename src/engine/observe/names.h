// engine/observe/names.h
// Texts as small numbers, so that a buffered span is a few words wide and sums are kept by number. Numbers mean nothing
// outside the lane and must never reach an output; 0 is "". One Names per lane, its thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace nightjar {

class Names {
 public:
  using Number = std::uint32_t;

  Names();
  Number number_of(std::string_view text);
  const std::string& text(Number number) const { return texts_[number]; }
  // Texts in use.
  std::size_t size() const { return numbers_.size(); }
  // One more than the largest number handed out.
  std::size_t range() const { return texts_.size(); }
  // Forgets every text whose number is not `used`; those numbers may be handed out again.
  void sweep(const std::vector<bool>& used);

  template <class Archive>
  void carry(Archive& archive) {
    archive(texts_, free_);
    if (archive.reads()) index();
  }

 private:
  void index();  // numbers_ from texts_ and free_

  std::deque<std::string> texts_;  // a deque: the keys below point into it
  absl::flat_hash_map<std::string_view, Number, TextHash, TextEqual> numbers_;
  std::vector<Number> free_;
};

}  // namespace nightjar
