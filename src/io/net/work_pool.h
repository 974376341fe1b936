// io/net/work_pool.h
// A few threads for what must not run on a server's own: inflating and judging bodies, reading from disk. The queue is
// bounded; a full one is the caller's reason to refuse. Any thread may post.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nightjar {

class WorkPool {
 public:
  WorkPool(int threads, std::size_t queue_limit);
  ~WorkPool();  // finishes what was taken, then joins
  // False: the queue is full or the pool is stopping; `work` was not taken.
  [[nodiscard]] bool post(std::function<void()> work);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  const std::size_t queue_limit_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace nightjar
