// engine/observe/address_book.h
// Who answered at an address, as callers and answering services told together. When a service dies its callers' calls
// are no longer answered, and just then the map must not say "external 10.1.2.3". One per engine, carried from window
// to window by whoever merges; part of the engine's state. Its thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/rollup.h"

namespace nightjar {

class AddressBook {
 public:
  explicit AddressBook(std::size_t capacity = 20'000) : capacity_(capacity) {}
  // `answers` of one window, ascending by key. The callee with the most calls has the address; the smaller name of two.
  void learn(const std::vector<AnswerRollup>& answers, Timestamp window_start);
  // nullptr when nobody known ever answered there.
  const ServiceName* who_is(const ServiceName& caller, const std::string& address) const;
  std::size_t size() const { return entries_.size(); }

  template <class Archive>
  void carry(Archive& archive) {
    archive(entries_);
  }

 private:
  struct Entry {
    ServiceName callee;
    Timestamp learnt;
  };
  std::size_t capacity_;
  std::map<std::pair<ServiceName, std::string>, Entry> entries_;
};

}  // namespace nightjar
