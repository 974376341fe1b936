// wire/item_filter.h
// Counts the items of a body as the judge did and says which of them to keep. One per decode; call keep_next() exactly
// once per item, in body order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/signals.h"

namespace nightjar {

class ItemFilter {
 public:
  // `verdict` is borrowed and must outlive the filter.
  explicit ItemFilter(const Verdict& verdict) : rejected_(verdict.rejected) {}
  bool keep_next() {
    const std::uint32_t item = next_++;
    if (position_ == rejected_.size() || rejected_[position_] != item) return true;
    ++position_;
    return false;
  }

 private:
  const std::vector<std::uint32_t>& rejected_;
  std::size_t position_ = 0;
  std::uint32_t next_ = 0;
};

}  // namespace nightjar
