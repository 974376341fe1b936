// engine/account/data_quality.h
// How far each service's telemetry can be trusted, with what to mend. First version: versions and instances named,
// errors and statements attributable. Called by DecisionEngine when a window closes; pure function of History's last
// five minutes.
#pragma once

#include <vector>

#include "engine/world/world.h"

namespace nightjar {

std::vector<DataQuality> data_quality(const World& world);

}  // namespace nightjar
