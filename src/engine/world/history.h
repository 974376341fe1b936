// engine/world/history.h
// History: the recent past as closed windows, for questions like "what were this service's errors before the change?".
// Read-only for the rooms. Keeps `kept_windows` windows without their metrics (an hour at 10 s); what is older lives in
// store/rollups and is asked for by people, not by decisions.
#pragma once

#include <deque>
#include <functional>

#include "model/rollup.h"

namespace nightjar {

// Which requests are meant. Empty parts: all.
struct RequestSelector {
  ServiceName service;
  std::string operation;
  std::optional<std::string> version;
  std::optional<std::string> not_version;
  InstanceName instance;
  bool matches(const RequestKey& key) const;
};

class History {
 public:
  static constexpr std::size_t kept_windows = 360;

  void add(const WindowRollups& rollups);
  // Windows that overlap [from, to), oldest first.
  void for_each(TimeRange range, const std::function<void(const WindowRollups&)>& visit) const;
  // Sum over the windows that start inside the range.
  RequestCounts requests(const RequestSelector& selector, TimeRange range) const;
  bool empty() const { return windows_.empty(); }
  Timestamp begin() const { return windows_.empty() ? Timestamp{} : windows_.front().window.start; }
  Timestamp end() const { return windows_.empty() ? Timestamp{} : windows_.back().window.end; }
  const WindowRollups& newest() const { return windows_.back(); }

  template <class Archive>
  void carry(Archive& archive) {
    archive(windows_);
  }

 private:
  std::deque<WindowRollups> windows_;
};

}  // namespace nightjar
