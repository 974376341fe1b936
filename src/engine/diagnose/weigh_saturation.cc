#include "base/text.h"
#include "engine/diagnose/evidence_kinds.h"

namespace nightjar {

// A resource that runs full by the forecast, or is full. The forecast carries its own interval; here it only gets its
// weight.
void weigh_saturation(const World& world, const Incident& incident, std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates) {
    if (candidate.kind != CauseKind::saturation) continue;
    for (const Symptom& symptom : incident.symptoms) {
      if (symptom.kind != SymptomKind::exhaustion || symptom.service != candidate.service ||
          symptom.instance != candidate.instance)
        continue;
      Evidence evidence;
      evidence.kind = EvidenceKind::saturation;
      evidence.text = symptom.text;
      evidence.weight = 4;
      evidence.series = symptom.series;
      evidence.window = {symptom.onset, world.now};
      candidate.log_weight += evidence.weight;
      candidate.evidence.push_back(std::move(evidence));
      break;
    }
  }
}

}  // namespace nightjar
