// io/receive/line_gatherer.h
// Gathers lines that come one by one into batches (wire/logs/line_batch.h), so that one fsync serves many. A batch goes
// when its lines have been quiet for 200 ms, when its first one is a second old, or at 1 MiB: long enough for a stack
// trace to be whole. One batch is offered at a time, in order; a refused one is offered again, and meanwhile there is
// soon no room: TCP then stops reading, UDP drops and counts.
//
// Belongs to one thread (io/receive/syslog), which calls turn() every few milliseconds. Steady time is passed in.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>

#include "io/receive/doorway.h"
#include "wire/logs/line_batch.h"

namespace nightjar {

class LineGatherer {
 public:
  struct Settings {
    Door door = Door::syslog;
    std::string principal = "syslog";
    Attributes labels;
    Duration quiet = milliseconds(200), longest = seconds(1);
    std::size_t batch_bytes = 1u << 20;
    std::size_t batches_waiting = 4;  // beside the one that is being filled
  };
  LineGatherer(Doorway& doorway, Settings settings);

  // Whether there is room for more; whoever can wait, waits until there is.
  bool has_room() const { return waiting_.size() < settings_.batches_waiting; }
  void add(const BatchedLine& line, Duration now);
  // Offers what is due and looks what became of what was offered.
  void turn(Duration now);
  // Lines are wanted no more: what is there is due at once.
  void finish(Duration now);
  bool is_empty() const { return waiting_.empty() && filling_.empty(); }

 private:
  struct Offered {  // shared with the Inbox, which may outlive this
    std::atomic<bool> answered{false};
    absl::Status status;
  };
  void close_batch();
  void offer(Duration now);

  Doorway& doorway_;
  const Settings settings_;
  std::string filling_;
  Duration first_, last_;             // when the first and the last line of it came
  std::deque<std::string> waiting_;   // the first may be offered
  std::shared_ptr<Offered> offered_;  // of waiting_.front()
  Verdict verdict_;                   // likewise
  Duration not_before_;               // of the next try
  Duration pause_ = milliseconds(100);
};

}  // namespace nightjar
