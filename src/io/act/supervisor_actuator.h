// io/act/supervisor_actuator.h
// Restarts one program of a supervisord over XML-RPC (http or unix socket). The mark is the process as it was before
// (pid and start time): a running process that is another one, begun no earlier than the action, is the proof that the
// restart was done. Source: supervisor 4.2, docs/api.rst.
#pragma once

#include <string>

#include <absl/status/statusor.h>

#include "io/act/actuator.h"
#include "io/act/xml_rpc.h"

namespace nightjar {

class SupervisorActuator : public Actuator {
 public:
  RunAnswer run(const Task& task, const Remember& remember) override;
  CheckAnswer check(const Task& task) override;
  // Says not_done also when the program stands still after our own stop: people must know that it is down.
  CheckAnswer recover(const Task& task) override;
};

}  // namespace nightjar
