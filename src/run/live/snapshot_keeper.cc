#include "run/live/snapshot_keeper.h"

#include <chrono>

#include <spdlog/spdlog.h>

#include "base/text.h"

namespace nightjar {
namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

SnapshotKeeper::SnapshotKeeper(SnapshotStore& store, SnapshotSettings settings,
                               std::function<absl::Status()> make_durable)
    : store_(store), settings_(settings), make_durable_(std::move(make_durable)) {}

SnapshotKeeper::~SnapshotKeeper() { finish(); }

void SnapshotKeeper::begin_from(Sequence sequence, Timestamp engine_time) {
  taken_ = last_ = {sequence, engine_time};
  sequence_ = sequence;
  engine_time_ns_ = sequence == 0 ? 0 : engine_time.ns;
}

void SnapshotKeeper::handled(const Input& input) {
  if (!taken_.engine_time) taken_.engine_time = input.time;
  last_ = {input.sequence, input.time};
  more_than_ticks_ = more_than_ticks_ || !std::holds_alternative<Tick>(input.body);
}

bool SnapshotKeeper::due() const {
  const Duration passed = last_.engine_time - taken_.engine_time;
  return passed >= (more_than_ticks_ ? settings_.every : settings_.every * 6) && behind() && !busy_;
}

void SnapshotKeeper::keep(const std::function<std::string()>& take) {
  finish();
  const auto begin = std::chrono::steady_clock::now();
  Snapshot snapshot{last_.sequence, last_.engine_time, take()};
  take_seconds_ = seconds_since(begin);
  taken_ = last_;
  more_than_ticks_ = false;
  busy_ = true;
  writing_ = std::thread([this, snapshot = std::move(snapshot)] { write(snapshot); });
}

void SnapshotKeeper::write(const Snapshot& snapshot) {
  const auto begin = std::chrono::steady_clock::now();
  const absl::Status durable = make_durable_();
  const absl::StatusOr<std::uint64_t> bytes = durable.ok() ? store_.write(snapshot) : durable;
  if (bytes.ok()) {
    write_seconds_ = seconds_since(begin);
    bytes_ = *bytes;
    engine_time_ns_ = snapshot.engine_time.ns;
    sequence_ = snapshot.sequence;
  } else {
    spdlog::error("snapshot of input {}: {}; the journal keeps what it would have replaced", snapshot.sequence,
                  message_of(bytes.status()));
  }
  busy_ = false;
}

void SnapshotKeeper::finish() {
  if (writing_.joinable()) writing_.join();
}

SnapshotFigures SnapshotKeeper::figures() const {
  return {sequence_, {engine_time_ns_}, bytes_, take_seconds_, write_seconds_};
}

}  // namespace nightjar
