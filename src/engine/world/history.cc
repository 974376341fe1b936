#include "engine/world/history.h"

namespace nightjar {

bool RequestSelector::matches(const RequestKey& key) const {
  return (service.empty() || key.service == service) && (operation.empty() || key.operation == operation) &&
         (!version || key.version == *version) && (!not_version || key.version != *not_version) &&
         (instance.empty() || key.instance == instance);
}

void History::add(const WindowRollups& rollups) {
  windows_.push_back(rollups);
  windows_.back().metrics.clear();
  if (windows_.size() > kept_windows) windows_.pop_front();
}

void History::for_each(TimeRange range, const std::function<void(const WindowRollups&)>& visit) const {
  for (const WindowRollups& rollups : windows_)
    if (rollups.window.start < range.end && range.start < rollups.window.end) visit(rollups);
}

RequestCounts History::requests(const RequestSelector& selector, TimeRange range) const {
  RequestCounts total;
  for (const WindowRollups& rollups : windows_) {
    if (!range.contains(rollups.window.start)) continue;
    for (const RequestRollup& request : rollups.requests)
      if (selector.matches(request.key)) total.add(request.counts);
  }
  return total;
}

}  // namespace nightjar
