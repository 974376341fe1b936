// engine/notify/notifier.h
// Who should know, once. One message per incident and destination, updated in place; one ticket, commented when
// something is settled. Decides and words; sends nothing (io/send does). Called by DecisionEngine at the end of each
// step, on its thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/world/world.h"
#include "model/notification.h"

namespace nightjar {

// What this incident's people have been told last; the difference to now is the reason to tell more.
struct Told {
  bool anything = false;
  std::string cause;    // key of the cause they know
  std::string actions;  // states of the actions they know
  IncidentState state = IncidentState::open;
  Severity severity = Severity::info;
};

struct NotifyDecision {
  NotifyReason reason = NotifyReason::unchanged;
};
NotifyDecision decide_notification(const World& world, const Incident& incident, const Told& told);

class Notifier {
 public:
  // Looks at each incident touched in this step and returns what is to be delivered, in incident order.
  std::vector<Delivery> decide(World& world);
  // What a destination answered: the reference that makes the next message an update.
  void take_report(World& world, const DeliveryReport& report);

  template <class Archive>
  void carry(Archive& archive) {
    archive(told_, threads_, waiting_);
  }

 private:
  struct Thread {  // one per destination and incident
    std::string external_ref;
    bool created = false;
  };
  void tell(World& world, const Incident& incident, NotifyReason reason, const RouteConfig& route,
            std::vector<Delivery>& out);
  void write_ticket(World& world, Incident& incident, NotifyReason reason, const RouteConfig& route,
                    std::vector<Delivery>& out);
  Delivery deliver(World& world, const Incident& incident, const std::string& destination, NotifyReason reason,
                   DeliveryOperation next);

  std::map<IncidentId, Told> told_;
  std::map<std::pair<IncidentId, std::string>, Thread> threads_;
  std::map<NotificationId, std::pair<IncidentId, std::string>> waiting_;  // deliveries not yet answered -> thread
};

}  // namespace nightjar
