#include "io/net/responder.h"

#include <atomic>

#include "base/check.h"

namespace nightjar {

bool EventStream::write(std::string_view text) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  if (pending_.size() + text.size() > limit_) {
    closed_ = true;
    pending_.clear();
  } else {
    pending_.append(text);
  }
  // Under the lock: after on_write({}) has returned nobody may call the old one.
  if (wake_) wake_();
  return !closed_;
}

void EventStream::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  if (wake_) wake_();
}

bool EventStream::is_closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

EventStream::Taken EventStream::take() {
  std::lock_guard lock(mutex_);
  return {std::exchange(pending_, {}), closed_};
}

void EventStream::on_write(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  if (!wake_) closed_ = true;
}

struct Responder::Pending {
  Send send;
  std::atomic<bool> answered{false};

  ~Pending() {
    if (!answered) {
      send({error_answer(500, "internal",
                         "the request was dropped without an answer; try again, and report it if it repeats"),
            nullptr});
    }
  }
};

Responder::Responder(Send send) : pending_(std::make_shared<Pending>()) { pending_->send = std::move(send); }

void Responder::answer(HttpAnswer answer) const {
  CHECK(!pending_->answered.exchange(true));
  pending_->send({std::move(answer), nullptr});
}

std::shared_ptr<EventStream> Responder::stream(std::string content_type) const {
  CHECK(!pending_->answered.exchange(true));
  auto stream = std::make_shared<EventStream>();
  HttpAnswer head{200, std::move(content_type), "", {{"Cache-Control", "no-store"}}};
  pending_->send({std::move(head), stream});
  return stream;
}

}  // namespace nightjar
