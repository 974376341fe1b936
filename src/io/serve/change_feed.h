// io/serve/change_feed.h
// What has changed, to every open console: server-sent events of GET /api/v1/stream. run/live tells it after effects
// are saved; it tells only that something changed, the console asks for what. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "io/net/responder.h"

namespace nightjar {

enum class ChangedKind { incident, action, change, service, notification };
std::string_view word(ChangedKind kind);

class ChangeFeed {
 public:
  explicit ChangeFeed(std::size_t readers_at_most = 200) : readers_at_most_(readers_at_most) {}
  // `id` is "inc-7", or a service's name.
  void tell(ChangedKind kind, std::string_view id, Timestamp at);
  // Answers the request: the stream, or 503 when there are too many readers.
  void add_reader(const Responder& responder);
  std::size_t readers() const;

 private:
  const std::size_t readers_at_most_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<EventStream>> readers_;
};

}  // namespace nightjar
