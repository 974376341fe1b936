#include "io/receive/signals_intake.h"

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "wire/decode.h"
#include "wire/prometheus/remote_write.h"
#include "wire/series_quota.h"

namespace nightjar {
namespace {

// What comes plain is packed here, on a thread of its own, rather than by the store, which has one.
constexpr std::size_t kWorthPacking = 4096;

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

// Sorted by key, each once.
Attributes labels_of(const DoorToken* token, Attributes given) {
  if (token == nullptr || token->labels.empty()) return given;
  Attributes labels = token->labels;
  for (auto& label : given)
    if (find_attribute(token->labels, label.first).empty()) labels.push_back(std::move(label));
  std::sort(labels.begin(), labels.end());
  return labels;
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
  Timestamp newest;
  auto verdict = judge(body.encoding, raw, doorway.limits, doorway.clock.now(), &newest);
  if (!verdict.ok()) return refuse(body, verdict.status(), done);

  const DoorToken* token = token_named(doorway, body.principal);
  if (token != nullptr && token->max_series > 0) {
    const auto refused = apply_series_quota(
        body.encoding, raw,
        fmt::format("token {} has brought its {} series; known ones go on", token->name, token->max_series),
        [&](std::uint64_t series) { return doorway.allowance.may_come(*token, series); }, *verdict);
    if (!refused.ok()) return refuse(body, refused.status(), done);
    if (*refused > 0) doorway.allowance.note_refused(*token, *refused);
  }
  SignalsOutcome outcome;
  outcome.verdict = *verdict;
  outcome.newest = newest;
  if (body.encoding == Encoding::remote_write_2) {
    auto written = count_written(RemoteWriteVersion::two, raw, *verdict);
    if (!written.ok()) return refuse(body, written.status(), done);
    outcome.samples = written->samples;
    outcome.histograms = written->histograms;
    outcome.exemplars = written->exemplars;
  }
  // Nothing in it to keep: an empty request is a success (senders probe with it), and no reason to write to a disk.
  if (verdict->accepted == 0) return done(std::move(outcome));

  SignalsArrived arrived{.encoding = body.encoding,
                         .principal = std::move(body.principal),
                         .verdict = *std::move(verdict),
                         .labels = labels_of(token, std::move(body.labels))};
  if (body.compression != Compression::none) {
    arrived.packing = body.compression;
    arrived.packed = std::move(body.bytes);
  } else if (raw.size() >= kWorthPacking) {
    arrived.packing = Compression::snappy_block;
    arrived.packed = deflate_fast(raw);
  }
  arrived.body = std::move(raw);
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
