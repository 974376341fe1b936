#include "io/receive/line_gatherer.h"

#include "base/text.h"
#include "wire/decode.h"

namespace nightjar {

LineGatherer::LineGatherer(Doorway& doorway, Settings settings) : doorway_(doorway), settings_(std::move(settings)) {}

void LineGatherer::add(const BatchedLine& line, Duration now) {
  if (filling_.empty()) first_ = now;
  last_ = now;
  append_line(filling_, line);
  if (filling_.size() >= settings_.batch_bytes) close_batch();
}

void LineGatherer::close_batch() {
  if (filling_.empty()) return;
  waiting_.push_back(std::move(filling_));
  filling_.clear();
}

void LineGatherer::finish(Duration now) {
  close_batch();
  turn(now);
}

void LineGatherer::turn(Duration now) {
  if (!filling_.empty() && (now - last_ >= settings_.quiet || now - first_ >= settings_.longest)) close_batch();
  if (offered_ && offered_->answered.load(std::memory_order_acquire)) {
    const absl::Status status = std::move(offered_->status);
    offered_.reset();
    if (status.code() == absl::StatusCode::kUnavailable) {
      not_before_ = now + pause_;
      pause_ = std::min(pause_ * 2, seconds(5));
    } else {
      pause_ = milliseconds(100);
      if (status.ok()) {
        doorway_.status.last_signal_ns = doorway_.clock.now().ns;
        doorway_.ledger.note_taken(settings_.door, verdict_.accepted, verdict_.rejected.size(),
                                   waiting_.front().size());
      } else {
        doorway_.ledger.note_refused({settings_.door, doorway_.clock.now(), refused_why(status),
                                      std::string(message_of(status)), "", waiting_.front().size(), ""});
      }
      waiting_.pop_front();
    }
  }
  if (!offered_ && !waiting_.empty() && now >= not_before_) offer(now);
}

void LineGatherer::offer(Duration now) {
  auto verdict = judge(Encoding::log_lines, waiting_.front(), doorway_.limits, doorway_.clock.now());
  offered_ = std::make_shared<Offered>();
  if (!verdict.ok()) {  // it is our own writing: only limits set very low can bring this about
    offered_->status = verdict.status();
    offered_->answered = true;
    return;
  }
  verdict_ = *verdict;
  SignalsArrived arrived{.encoding = Encoding::log_lines,
                         .body = waiting_.front(),
                         .principal = settings_.principal,
                         .verdict = *std::move(verdict),
                         .labels = settings_.labels};
  doorway_.inbox.offer(std::move(arrived), Priority::signals, [offered = offered_](absl::Status status, Sequence) {
    offered->status = std::move(status);
    offered->answered.store(true, std::memory_order_release);
  });
  not_before_ = now;
}

}  // namespace nightjar
