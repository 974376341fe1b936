// engine/remediate/verification.h
// Did it help? Detection looked at again with the roles turned round: what was counted during the trouble against what
// is counted after the action, always valid, so it may end early. "No worse" is not success. Source:
// base/statistics/improvement_e_process.h.
#pragma once

#include "engine/world/world.h"

namespace nightjar {

// The state of knowledge now; pure, recomputed at each window from History. `outcome` stays inconclusive while neither
// is shown.
Verification verify(const World& world, const Action& action);

}  // namespace nightjar
