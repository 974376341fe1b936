// io/act/script_actuator.h
// Does an action by running the catalogue's command: argv, no shell, in a process group of its own (io/act/child.h).
// Exit code 0 is success, any other is failure; killed or over its timeout is uncertain and the runbook's `check`
// command decides (0 done, 3 not done, anything else nobody knows). The command gets NIGHTJAR_ACTION_ID and
// IDEMPOTENCY_KEY, so that it can itself see to doing things once.
#pragma once

#include <string>

#include "io/act/actuator.h"

namespace nightjar {

class ScriptActuator : public Actuator {
 public:
  // Output of commands goes to `folder`/act-7.out and act-7.check.out.
  explicit ScriptActuator(std::string folder) : folder_(std::move(folder)) {}

  RunAnswer run(const Task& task, const Remember& remember) override;
  CheckAnswer check(const Task& task) override;
  CheckAnswer recover(const Task& task) override;

 private:
  const std::string folder_;
};

}  // namespace nightjar
