// engine/correlate/join_score.h
// How well a symptom fits an open incident, as addends in log-odds against "this is a new incident". Below 0 it does
// not. Text similarity and learned co-occurrence have weight 0 until a team's own feedback shows a gain, and are not
// computed.
#pragma once

#include <vector>

#include "engine/world/world.h"

namespace nightjar {

struct JoinSettings {
  double tau_seconds = 45;            // how fast an incident stops attracting symptoms
  double new_per_second = 1.0 / 200;  // mu: rate of unrelated new incidents
  double count_cap = 3;               // stops a storm from swallowing everything
  Duration change_reach = minutes(30);
};

// What the correlator remembers about an open incident beyond the record.
struct Activity {
  double decayed_count = 0;  // of symptoms, e-folding time tau, as of `last`
  Timestamp last;            // event or confirmation of an open symptom
  Timestamp over_since;      // every symptom has ended; unset while one is open
  int returns = 0;           // how often trouble came back after every symptom had ended
};

struct JoinScore {
  double total = 0;
  std::vector<JoinReason> reasons;
};

JoinScore score_join(const World& world, const Incident& incident, const Activity& activity, const Symptom& symptom,
                     const JoinSettings& settings);

}  // namespace nightjar
