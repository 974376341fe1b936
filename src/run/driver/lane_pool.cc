#include "run/driver/lane_pool.h"

namespace nightjar {

LanePool::LanePool(std::size_t lanes, bool threads) : lanes_(lanes) {
  if (!threads || lanes < 2) return;
  for (std::size_t lane = 0; lane < lanes; ++lane) threads_.emplace_back([this, lane] { serve(lane); });
}

LanePool::~LanePool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void LanePool::run(const std::function<void(std::size_t)>& work) {
  if (threads_.empty()) {
    for (std::size_t lane = 0; lane < lanes_; ++lane) work(lane);
    return;
  }
  std::unique_lock lock(mutex_);
  work_ = &work;
  busy_ = lanes_;
  ++round_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return busy_ == 0; });
  work_ = nullptr;
}

void LanePool::serve(std::size_t lane) {
  std::uint64_t done = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || round_ != done; });
    if (stopping_) return;
    done = round_;
    const auto* work = work_;
    lock.unlock();
    (*work)(lane);
    lock.lock();
    if (--busy_ == 0) changed_.notify_all();
  }
}

}  // namespace nightjar
