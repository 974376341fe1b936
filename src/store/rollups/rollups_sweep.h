// store/rollups/rollups_sweep.h
// The one template the readers share. Included by .cc files of store/rollups only.
#pragma once

#include "store/rollups/rollup_values.h"
#include "store/rollups/rollups.h"

namespace nightjar {

// Calls add(entry, window) for each entry of each list of `kind`.
template <class Rollup, class Add>
absl::Status Rollups::read_lists(Kind kind, const std::string& service, const Plan& plan, Add add) const {
  std::vector<Rollup> list;
  return read(kind, service, plan, [&](const Found& found) {
    list.clear();
    if (!decode_list(found.bytes, found.service, list)) return false;
    for (const Rollup& one : list) add(one, found.window);
    return true;
  });
}

}  // namespace nightjar
