#include "io/serve/change_feed.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace nightjar {

std::string_view word(ChangedKind kind) {
  switch (kind) {
    case ChangedKind::incident:
      return "incident";
    case ChangedKind::action:
      return "action";
    case ChangedKind::change:
      return "change";
    case ChangedKind::service:
      return "service";
    case ChangedKind::notification:
      return "notification";
  }
  return "";
}

void ChangeFeed::tell(ChangedKind kind, std::string_view id, Timestamp at) {
  const nlohmann::json data = {{"kind", word(kind)}, {"id", id}, {"at", to_rfc3339(at)}};
  const std::string event =
      fmt::format("event: changed\ndata: {}\n\n", data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  std::lock_guard lock(mutex_);
  std::erase_if(readers_, [&](const auto& reader) { return !reader->write(event); });
}

void ChangeFeed::add_reader(const Responder& responder) {
  std::lock_guard lock(mutex_);
  std::erase_if(readers_, [](const auto& reader) { return reader->is_closed(); });
  if (readers_.size() >= readers_at_most_) {
    return responder.answer(answer_for(unavailable("{} consoles are open already; close some", readers_.size())));
  }
  auto stream = responder.stream("text/event-stream");
  stream->write(": nightjar\nretry: 2000\n\n");
  readers_.push_back(std::move(stream));
}

std::size_t ChangeFeed::readers() const {
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(readers_.begin(), readers_.end(), [](const auto& reader) { return !reader->is_closed(); }));
}

}  // namespace nightjar
