#include "engine/observe/names.h"

#include "base/check.h"

namespace nightjar {

Names::Names() { number_of(""); }

Names::Number Names::number_of(std::string_view text) {
  if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
  Number number;
  if (free_.empty()) {
    CHECK(texts_.size() < UINT32_MAX);
    number = static_cast<Number>(texts_.size());
    texts_.emplace_back(text);
  } else {
    number = free_.back();
    free_.pop_back();
    texts_[number] = std::string(text);
  }
  numbers_.emplace(texts_[number], number);
  return number;
}

void Names::sweep(const std::vector<bool>& used) {
  // Walks the deque, not the map, so that numbers are freed in the same order in every run.
  for (Number number = static_cast<Number>(texts_.size()); number-- > 1;) {
    if (number < used.size() && used[number]) continue;
    const auto known = numbers_.find(texts_[number]);
    if (known == numbers_.end() || known->second != number) continue;  // already free
    numbers_.erase(known);
    texts_[number] = std::string();
    free_.push_back(number);
  }
}

void Names::index() {
  std::vector<bool> unused(texts_.size());
  for (const Number number : free_)
    if (number < unused.size()) unused[number] = true;
  numbers_.clear();
  for (Number number = 0; number < texts_.size(); ++number)
    if (!unused[number]) numbers_.emplace(texts_[number], number);
}

}  // namespace nightjar
