#include "engine/observe/address_book.h"

#include <algorithm>
#include <tuple>

namespace nightjar {

void AddressBook::learn(const std::vector<AnswerRollup>& answers, Timestamp window_start) {
  for (std::size_t i = 0; i < answers.size();) {
    std::size_t best = i, end = i;
    for (; end < answers.size() && answers[end].key.caller == answers[i].key.caller &&
           answers[end].key.address == answers[i].key.address;
         ++end)
      if (answers[end].calls > answers[best].calls) best = end;
    entries_[{answers[i].key.caller, answers[i].key.address}] = {answers[best].key.callee, window_start};
    i = end;
  }
  if (entries_.size() <= capacity_) return;
  // The longest unconfirmed go, a tenth at once.
  std::vector<std::tuple<Timestamp, ServiceName, std::string>> by_age;
  for (const auto& [key, entry] : entries_) by_age.emplace_back(entry.learnt, key.first, key.second);
  std::sort(by_age.begin(), by_age.end());
  by_age.resize(entries_.size() - capacity_ + capacity_ / 10);
  for (const auto& [learnt, caller, address] : by_age) entries_.erase({caller, address});
}

const ServiceName* AddressBook::who_is(const ServiceName& caller, const std::string& address) const {
  if (address.empty()) return nullptr;
  const auto known = entries_.find({caller, address});
  return known == entries_.end() ? nullptr : &known->second.callee;
}

}  // namespace nightjar
