// engine/correlate/tickets.h
// Keeps world.tickets: several messages about one ticket become one record, and a ticket is put beside the incident it
// is about. A ticket is what somebody thinks, so it opens no incident and closes none. Called by DecisionEngine on its
// thread.
#pragma once

#include "engine/world/world.h"

namespace nightjar {

// A message of a door. A message that was taken already, or is older than what is known, changes nothing.
//
// The incident it is about: the one that our own mark or URL names; else, for a ticket that is not resolved, the newest
// incident that is not resolved, whose trouble began at most half an hour after the ticket was opened, and that has a
// service the ticket names.
void take_ticket(World& world, const TicketEvent& event);
// A ticket may be written before we see the trouble: those of the last half hour without an incident look again. Called
// when a window closes, after correlation.
void place_waiting_tickets(World& world);

}  // namespace nightjar
