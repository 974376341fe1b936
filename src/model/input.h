// model/input.h
// All that can happen. The engine is step(Input) -> Effects: time is a field, stamped once by the driver (run/live),
// never going back, journalled. Decisions are journalled as canonical JSON (wire/journal), signals as the raw body with
// its verdict.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/action.h"
#include "model/alert.h"
#include "model/change.h"
#include "model/command.h"
#include "model/config.h"
#include "model/ids.h"
#include "model/notification.h"
#include "model/signals.h"
#include "model/ticket.h"

namespace nightjar {

struct Tick {};          // time passes: once a second
struct SignalsArrived {  // journal `signals`
  Encoding encoding = Encoding::otlp_traces_protobuf;
  std::string body;  // raw, decompressed
  // The same as it is journalled, by the door: as it was sent, or packed by us. "": `body` itself is journalled.
  std::string packed;
  Compression packing = Compression::none;
  std::string principal;  // which token or door
  Verdict verdict;
  // Said by the door about everything in the body, sorted by key, and stronger than what the body says of itself:
  // labels that a token forces, labels of a scraped target, labels of a tailed file.
  Attributes labels;
};
struct AlertsArrived {
  std::vector<Alert> alerts;
};
struct ChangeArrived {
  ChangeEvent event;
};
struct TicketArrived {
  TicketEvent event;
};
struct CommandArrived {
  Command command;
};
struct ActionReported {
  ActionReport report;
};
struct DeliveryReported {
  DeliveryReport report;
};
struct HandPresence {
  bool connected = false;
};
struct ConfigApplied {
  EngineConfig config;
  std::string hash;
};

using InputBody = std::variant<Tick, SignalsArrived, AlertsArrived, ChangeArrived, CommandArrived, ActionReported,
                               DeliveryReported, HandPresence, ConfigApplied, TicketArrived>;

struct Input {
  Sequence sequence = 0;
  Timestamp time;
  InputBody body;
};

}  // namespace nightjar
