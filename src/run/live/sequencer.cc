#include "run/live/sequencer.h"

#include <chrono>

#include <spdlog/spdlog.h>

#include "base/text.h"
#include "wire/json/input_json.h"
#include "wire/json/signals_record.h"

namespace nightjar {
namespace {

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

EngineClock::EngineClock(const Clock& wall, Timestamp not_before)
    : wall_(wall), last_(std::max(wall.now(), not_before)), steady_at_last_ns_(steady_ns()) {}

Timestamp EngineClock::now() {
  const std::int64_t steady = steady_ns();
  const Timestamp by_monotonic{last_.ns + (steady - steady_at_last_ns_)};
  const Timestamp wall = wall_.now();
  // The wall may be ahead by what the kernel slewed; a leap beyond ten seconds is somebody setting the clock, and is
  // not followed.
  const bool slewed = wall > by_monotonic && wall - by_monotonic <= seconds(10);
  last_ = slewed ? wall : by_monotonic;
  steady_at_last_ns_ = steady;
  return last_;
}

Sequencer::Sequencer(Journal& journal, const Clock& wall, Sequence last, Timestamp not_before,
                     SequencerSettings settings)
    : journal_(journal), settings_(settings), clock_(wall, not_before), next_(last + 1) {}

Sequencer::~Sequencer() { stop(); }

void Sequencer::start(Consumer consumer, std::function<std::size_t()> backlog) {
  consumer_ = std::move(consumer);
  backlog_ = std::move(backlog);
  accepting_ = true;
  thread_ = std::thread([this] { run(); });
}

void Sequencer::stop() {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
    accepting_ = false;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Sequencer::offer(InputBody body, Priority priority, std::function<void(absl::Status, Sequence)> done) {
  absl::Status refused;
  {
    std::lock_guard lock(mutex_);
    const auto* signals = std::get_if<SignalsArrived>(&body);
    const std::size_t bytes = signals == nullptr ? 0 : signals->body.size();
    if (!accepting_) {
      refused = unavailable("nightjar is starting or stopping; try again in a few seconds");
    } else if (priority == Priority::signals && disk_low_) {
      refused = unavailable("the disk of data_dir is nearly full: free some space; commands and alerts still work");
    } else if (priority == Priority::signals && (signals_.size() >= settings_.signals_waiting ||
                                                 signal_bytes_ + bytes > settings_.signal_bytes_waiting)) {
      refused = unavailable("more arrives than can be kept up with; send again a little later");
    } else if (priority == Priority::control && control_.size() >= settings_.control_waiting) {
      refused = unavailable("too many commands, alerts and changes are waiting; send again a little later");
    } else if (priority == Priority::signals) {
      signal_bytes_ += bytes;
      signals_.push_back({std::move(body), std::move(done)});
    } else {
      control_.push_back({std::move(body), std::move(done)});
    }
  }
  if (refused.ok()) return changed_.notify_one();
  done(refused, 0);
}

std::vector<Sequencer::Offer> Sequencer::take_group() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(100),
                    [&] { return stopping_ || !control_.empty() || !signals_.empty(); });
  std::vector<Offer> group;
  while (!control_.empty() && group.size() < settings_.group) {
    group.push_back(std::move(control_.front()));
    control_.pop_front();
  }
  // The engine's backlog is bounded here: what it cannot take yet waits in the queue, and the full queue refuses.
  const bool behind = backlog_() >= settings_.engine_behind;
  while (!behind && !signals_.empty() && group.size() < settings_.group) {
    signal_bytes_ -= std::get<SignalsArrived>(signals_.front().body).body.size();
    group.push_back(std::move(signals_.front()));
    signals_.pop_front();
  }
  return group;
}

void Sequencer::run() {
  while (true) {
    std::vector<Offer> group = take_group();
    const std::int64_t second = steady_ns() / 1'000'000'000;
    if (second != last_tick_second_) {
      last_tick_second_ = second;
      disk_low_ = disk_is_low();
      group.push_back({Tick{}, [](absl::Status, Sequence) {}});
    }
    if (!group.empty()) write(std::move(group));
    std::lock_guard lock(mutex_);
    if (stopping_ && control_.empty() && signals_.empty()) return;
  }
}

bool Sequencer::disk_is_low() {
  const auto room = journal_.room_left();
  return room.ok() && room->room == DiskRoom::low;
}

void Sequencer::write(std::vector<Offer> group) {
  std::vector<Input> inputs;
  std::vector<JournalRecord> records;
  for (Offer& offer : group) {
    inputs.push_back({next_ + inputs.size(), clock_.now(), std::move(offer.body)});
    const Input& input = inputs.back();
    const bool signals = std::holds_alternative<SignalsArrived>(input.body);
    records.push_back({input.sequence, input.time, signals ? JournalStream::signals : JournalStream::decisions,
                       signals ? encode_signals_record(input) : encode_input(input)});
  }
  const absl::Status status = journal_.append(records);
  if (!status.ok()) {
    // Nothing of this group was promised to anybody. What the disk holds of it is unknown, so nothing more is written:
    // read only.
    spdlog::error("journal: {}; nothing more is accepted until nightjar is restarted", message_of(status));
    std::lock_guard lock(mutex_);
    accepting_ = false;
    for (Offer& offer : group) offer.done(unavailable("the journal cannot be written: {}", message_of(status)), 0);
    return;
  }
  next_ += inputs.size();
  for (std::size_t i = 0; i < group.size(); ++i) group[i].done(absl::OkStatus(), inputs[i].sequence);
  for (Input& input : inputs) {
    if (auto* signals = std::get_if<SignalsArrived>(&input.body)) signals->packed = {};  // on the disk now
    consumer_(std::move(input));
  }
}

}  // namespace nightjar
