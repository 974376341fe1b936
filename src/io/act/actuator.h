// io/act/actuator.h
// The hand's fingers: one implementation per kind of target (script, supervisor). All of them keep the same contract,
// and one test runs against each (tests/unit/io_act/actuator_contract_test.cc). Called by Hand on a thread per action;
// calls block for as long as the deed takes.
#pragma once

#include <functional>
#include <map>
#include <string>

#include <absl/status/status.h>

#include "base/time.h"
#include "io/act/catalogue.h"
#include "model/ids.h"

namespace nightjar {

// One action, checked: `arguments` fit the runbook.
struct Task {
  ActionId action;
  const Runbook* runbook = nullptr;  // outlives the task
  Arguments arguments;
  Timestamp started_at;  // of the STARTED record
  std::string mark;      // of the last MARKED record; "" when there was none
};

enum class Seen : std::uint8_t { done, not_done, unknown };
struct CheckAnswer {
  Seen seen = Seen::unknown;
  std::string text;  // for people: what was looked at, and what it said
};

enum class Ran : std::uint8_t {
  succeeded,
  failed,     // it says itself that it did not do it
  uncertain,  // cut short (timeout, killed, connection lost): the caller must check
};
struct RunAnswer {
  Ran ran = Ran::uncertain;
  std::string text;
};

class Actuator {
 public:
  virtual ~Actuator() = default;

  // Makes a mark durable, by which `recover` finds the deed again. Not OK: the actuator must not act.
  using Remember = std::function<absl::Status(const std::string& mark)>;

  // Does it, once. Everything that could have an effect happens after `remember` has returned OK.
  virtual RunAnswer run(const Task& task, const Remember& remember) = 0;
  // Whether the target shows that this action was done. Changes nothing.
  virtual CheckAnswer check(const Task& task) = 0;
  // Called instead of run when an earlier hand died between STARTED and RESULT: waits until nothing of the deed is
  // still under way, then says whether it was done. `not_done` only when that is certain. Never acts again.
  virtual CheckAnswer recover(const Task& task) = 0;
};

}  // namespace nightjar
