// run/live/sequencer.h
// Numbers, stamps and journals everything that happens, then hands it on: the one place where "now" enters the engine.
// Offers come from any thread into two bounded queues; one thread of its own takes what is there, writes it as one
// group with one fsync, tells the offerers, and passes the Inputs on in order. Once a second it offers a Tick itself.
// Control inputs (commands, alerts, changes, reports) have room of their own and go first; signals are refused while
// the engine is behind or the disk is nearly full: the senders keep them and try again.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "io/net/clock.h"
#include "io/receive/inbox.h"
#include "model/input.h"
#include "store/journal/journal.h"

namespace nightjar {

struct SequencerSettings {
  std::size_t signals_waiting = 512;  // bodies
  std::size_t signal_bytes_waiting = 64u << 20;
  std::size_t control_waiting = 10'000;
  std::size_t group = 256;            // written with one fsync
  std::size_t engine_behind = 2'000;  // Inputs the engine has not taken yet: then signals wait outside
};

// Engine time: follows the monotonic clock from where the journal ended, and the wall clock where that is ahead; never
// goes back.
class EngineClock {
 public:
  EngineClock(const Clock& wall, Timestamp not_before);
  Timestamp now();

 private:
  const Clock& wall_;
  Timestamp last_;
  std::int64_t steady_at_last_ns_;
};

class Sequencer : public Inbox {
 public:
  using Consumer = std::function<void(Input)>;  // on the sequencer's thread; must not block for long
  Sequencer(Journal& journal, const Clock& wall, Sequence last, Timestamp not_before, SequencerSettings settings);
  ~Sequencer() override;

  // Begins to take offers. `backlog` tells how many Inputs the consumer has not finished.
  void start(Consumer consumer, std::function<std::size_t()> backlog);
  // Refuses what comes, finishes what waits, ends the thread.
  void stop();

  void offer(InputBody body, Priority priority, std::function<void(absl::Status, Sequence)> done) override;

 private:
  struct Offer {
    InputBody body;
    std::function<void(absl::Status, Sequence)> done;
  };
  void run();
  std::vector<Offer> take_group();
  void write(std::vector<Offer> group);
  bool disk_is_low();

  Journal& journal_;
  const SequencerSettings settings_;
  EngineClock clock_;
  Sequence next_;
  Consumer consumer_;
  std::function<std::size_t()> backlog_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Offer> control_, signals_;
  std::size_t signal_bytes_ = 0;
  bool accepting_ = false, stopping_ = false;
  std::atomic<bool> disk_low_ = false;
  std::int64_t last_tick_second_ = 0;
  std::thread thread_;
};

}  // namespace nightjar
