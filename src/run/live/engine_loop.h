// run/live/engine_loop.h
// Takes Inputs in order, steps the engine, saves its effects, then has them carried out. One thread of its own; io
// reaches it only through the queue. Saved first: journal (effects), records, rollups; then hand, outbox and the
// console's stream are told. What is carried out carries an id, so that doing it again after a crash is no second time.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "model/input.h"
#include "run/driver/driver.h"
#include "store/journal/journal.h"
#include "store/records/records.h"
#include "store/rollups/rollups.h"

namespace nightjar {

// Who carries effects out; all may be empty (then it is only saved). Called on the engine's thread, must not block.
struct CarryOut {
  std::function<void(const Action&)> dispatch;
  std::function<void(const Delivery&)> deliver;
  std::function<void(const ActionReport&)> confirm;        // a report is durable: hand may forget it
  std::function<void(const Input&, const Effects&)> tell;  // for the console's stream and status
};

class EngineLoop {
 public:
  EngineLoop(Journal& journal, Records& records, Rollups& rollups, const DriverSettings& settings);
  ~EngineLoop();

  // Replays the journal into the engine and brings the records up to it. Returns the time of the last Input. Before
  // start().
  struct Recovered {
    Timestamp last_time;
    std::uint64_t inputs = 0, damaged = 0;
  };
  absl::StatusOr<Recovered> recover();
  void start(CarryOut carry_out);
  void stop();

  void push(Input input);
  std::size_t backlog() const;
  const World& world() const { return driver_.world(); }  // before start() or after stop() only

 private:
  void run();
  void handle(const Input& input);
  void save(const Input& input, const Effects& effects);

  Journal& journal_;
  Records& records_;
  Rollups& rollups_;
  Driver driver_;
  CarryOut carry_out_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Input> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace nightjar
