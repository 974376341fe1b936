// run/live/snapshot_metrics.h
// The snapshots' figures as Prometheus text, for /metrics. Pure.
#pragma once

#include <string>

#include "run/live/snapshot_keeper.h"

namespace nightjar {

std::string snapshot_metrics(const SnapshotFigures& figures, Timestamp engine_time);

}  // namespace nightjar
