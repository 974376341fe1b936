#include "io/receive/signals_intake.h"

#include <memory>

#include "base/text.h"
#include "wire/decode.h"
#include "wire/prometheus/remote_write.h"

namespace nightjar {
namespace {

using Done = std::function<void(SignalsOutcome)>;

bool is_remote_write(Encoding encoding) {
  return encoding == Encoding::remote_write_1 || encoding == Encoding::remote_write_2;
}

void refuse(const SignalsBody& body, absl::Status status, const Done& done) {
  SignalsOutcome outcome;
  outcome.status = std::move(status);
  outcome.beginning = body.bytes.substr(0, 4096);
  done(std::move(outcome));
}

void judge_and_offer(Doorway& doorway, SignalsBody& body, const Done& done) {
  std::string inflated;
  if (body.compression != Compression::none) {
    auto result = inflate(body.compression, body.bytes, body.inflated_limit_bytes);
    if (!result.ok()) return refuse(body, result.status(), done);
    if (!body.hold.grow(result->size())) {
      return refuse(
          body, unavailable("too much is waiting to be stored; nothing of this request was kept: send it again later"),
          done);
    }
    inflated = *std::move(result);
  } else if (body.bytes.size() > body.inflated_limit_bytes) {
    return refuse(body, too_large("the body has more than {} bytes; send less at a time", body.inflated_limit_bytes),
                  done);
  }
  std::string& raw = body.compression == Compression::none ? body.bytes : inflated;
  auto verdict = judge(body.encoding, raw, doorway.limits, doorway.clock.now());
  if (!verdict.ok()) return refuse(body, verdict.status(), done);

  SignalsOutcome outcome;
  outcome.verdict = *verdict;
  if (is_remote_write(body.encoding)) {
    const auto version = body.encoding == Encoding::remote_write_2 ? RemoteWriteVersion::two : RemoteWriteVersion::one;
    auto written = count_written(version, raw, *verdict);
    if (!written.ok()) return refuse(body, written.status(), done);
    outcome.samples = written->samples;
    outcome.histograms = written->histograms;
    outcome.exemplars = written->exemplars;
  }
  // Nothing in it to keep: an empty request is a success (senders probe with it), and no reason to write to a disk.
  if (verdict->accepted == 0) return done(std::move(outcome));

  SignalsArrived arrived{body.encoding, std::move(raw), std::move(body.principal), *std::move(verdict),
                         std::move(body.labels)};
  // The hold goes with the callback: the bytes are in memory until the journal has them.
  auto hold = std::make_shared<ByteHold>(std::move(body.hold));
  doorway.inbox.offer(std::move(arrived), Priority::signals,
                      [&doorway, hold, outcome = std::move(outcome), done](absl::Status status, Sequence) mutable {
                        if (status.ok()) doorway.status.last_signal_ns = doorway.clock.now().ns;
                        outcome.status = std::move(status);
                        done(std::move(outcome));
                      });
}

}  // namespace

void take_signals(Doorway& doorway, SignalsBody body, std::function<void(SignalsOutcome)> done) {
  if (body.bytes.empty() && body.compression == Compression::none && !is_remote_write(body.encoding) &&
      body.encoding != Encoding::otlp_traces_json && body.encoding != Encoding::otlp_metrics_json &&
      body.encoding != Encoding::otlp_logs_json && body.encoding != Encoding::loki_json) {
    return done({});  // an empty protobuf message has no bytes
  }
  auto shared = std::make_shared<SignalsBody>(std::move(body));
  const bool taken = doorway.pool.post([&doorway, shared, done] { judge_and_offer(doorway, *shared, done); });
  if (!taken)
    refuse(*shared, unavailable("too many requests are waiting; nothing of this one was kept: send it again later"),
           done);
}

}  // namespace nightjar
