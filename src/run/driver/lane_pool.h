// run/driver/lane_pool.h
// Runs one piece of work per lane, side by side, and waits for all: the barrier at the tick. With one lane, or when
// asked not to, on the caller's thread; the result is the same because lanes share nothing.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nightjar {

class LanePool {
 public:
  LanePool(std::size_t lanes, bool threads);
  ~LanePool();
  LanePool(const LanePool&) = delete;
  LanePool& operator=(const LanePool&) = delete;

  // Calls work(lane) for each lane and returns when all have returned. Not reentrant; one caller.
  void run(const std::function<void(std::size_t lane)>& work);
  std::size_t lanes() const { return lanes_; }

 private:
  void serve(std::size_t lane);

  const std::size_t lanes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::uint64_t round_ = 0;
  std::size_t busy_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace nightjar
