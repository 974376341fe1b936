// engine/world/world.h
// The hall: what is true now. Each room of the DecisionEngine reads it and changes its own part; the comment at each
// field says whose. One thread (the DecisionEngine's), no locks, plain values. Everything is ordered, so that walking
// it is the same in every run.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/world/history.h"
#include "engine/world/id_source.h"
#include "engine/world/service_graph.h"
#include "model/action.h"
#include "model/change.h"
#include "model/config.h"
#include "model/incident.h"
#include "model/input.h"
#include "model/ticket.h"

namespace nightjar {

struct InstanceSeen {
  std::string version;
  Timestamp first, last;  // windows in which it served
};

struct Service {
  ServiceName name;
  std::map<InstanceName, InstanceSeen> instances;
  std::map<std::string, Timestamp> versions;  // version -> first window in which it served
  Timestamp first_seen, last_seen;
};

struct World {
  EngineConfig config;          // ConfigApplied
  Timestamp now;                // engine time of the Input being handled
  bool hand_connected = false;  // HandPresence
  bool kill_switch = false;     // Command
  std::uint64_t alerts_received = 0;

  std::map<ServiceName, Service> services;   // record_window
  ServiceGraph graph;                        // record_window
  History history;                           // record_window
  WindowJudgement judgement;                 // of the window just closed
  std::map<ChangeId, Change> changes;        // diagnose/changes, diagnose/change_watch
  std::map<IncidentId, Incident> incidents;  // correlate opens and closes, diagnose explains
  std::map<ActionId, Action> actions;        // remediate
  std::map<TicketId, Ticket> tickets;        // correlate/tickets; the newest 5,000
  IdSource ids;

  // Things that changed during this step and are to be saved as Effects, in id order. Rooms mark; DecisionEngine emits.
  std::set<ChangeId> touched_changes;
  std::set<IncidentId> touched_incidents;
  std::set<ActionId> touched_actions;
  std::set<TicketId> touched_tickets;

  double tier_of(const ServiceName& service) const;  // 0.5 when the operator said nothing
  const Change* change(ChangeId id) const;           // nullptr: unknown
  // The service people mean: "payment" is "shop/payment" when telemetry knows exactly one of that name and no plain
  // one.
  ServiceName resolve(const ServiceName& said) const;
  // Adds to the incident's timeline and marks it for saving. Keeps at most 500 entries (the first 100 and the newest).
  void note(IncidentId id, TimelineKind kind, std::string text, std::string ref = {});
};

// Takes a closed window in: services, versions, instances, dependencies, history.
void record_window(World& world, const WindowRollups& rollups);

}  // namespace nightjar
