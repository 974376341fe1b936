// io/serve/api_sources.h
// What the API reads from. Made by run/setup, outlives the server; everything in it may be read from any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "io/net/clock.h"
#include "io/net/live_status.h"
#include "io/net/work_pool.h"
#include "io/serve/change_feed.h"
#include "model/config.h"
#include "store/records/records.h"
#include "store/rollups/rollups.h"

namespace nightjar {

struct ApiSources {
  const Records& records;
  const Rollups& rollups;
  const EngineConfig& config;
  LiveStatus& status;
  const Clock& clock;
  WorkPool& pool;  // reads; of its own, apart from the doors'
  ChangeFeed& feed;
  std::string version;  // of nightjar
  // Of the doors and of run/live, each some Prometheus text of its own (io/net/metrics_text.h), for /metrics.
  std::vector<std::function<std::string()>> metrics;
};

}  // namespace nightjar
