// engine/world/id_source.h
// Ids from what happened: the sequence of the Input that made the thing, or the next free number after it when one
// Input makes several. The same journal gives the same ids; nothing is drawn by chance.
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/ids.h"

namespace nightjar {

class IdSource {
 public:
  void begin(Sequence sequence) { sequence_ = sequence; }  // at the start of each step
  template <class IdType>
  IdType next() {
    last_ = std::max(last_ + 1, sequence_);
    return IdType{last_};
  }

  template <class Archive>
  void carry(Archive& archive) {
    archive(sequence_, last_);
  }

 private:
  Sequence sequence_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace nightjar
