// io/net/byte_budget.h
// The memory all unanswered requests together may take. A door reserves before it reads and before it inflates; when
// there is no room the request is refused unread, so that a flood costs its senders and not this process. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace nightjar {

class ByteBudget {
 public:
  explicit ByteBudget(std::size_t limit_bytes) : limit_(limit_bytes) {}
  std::size_t limit_bytes() const { return limit_; }
  std::size_t used_bytes() const { return used_.load(std::memory_order_relaxed); }
  bool has_room(std::size_t bytes) const { return used_bytes() + bytes <= limit_; }

 private:
  friend class ByteHold;
  bool take(std::size_t bytes) {
    std::size_t used = used_.load(std::memory_order_relaxed);
    do {
      if (bytes > limit_ - used) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
  }
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  const std::size_t limit_;
  std::atomic<std::size_t> used_{0};
};

// A part of a budget, given back when it goes. Belongs to one thread at a time. The budget outlives it.
class ByteHold {
 public:
  ByteHold() = default;
  explicit ByteHold(ByteBudget* budget) : budget_(budget) {}  // nullptr: unlimited
  ByteHold(ByteHold&& other) noexcept
      : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  ByteHold& operator=(ByteHold&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~ByteHold() {
    if (budget_) budget_->give_back(bytes_);
  }
  // False: no room; what is held stays as it was.
  [[nodiscard]] bool grow(std::size_t bytes) {
    if (budget_ && !budget_->take(bytes)) return false;
    bytes_ += bytes;
    return true;
  }
  std::size_t bytes() const { return bytes_; }

 private:
  ByteBudget* budget_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace nightjar
