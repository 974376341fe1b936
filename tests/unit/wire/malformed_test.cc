// Bodies no sender should send. The oracle is libprotobuf: what it can read has as many items as we count, and what we
// accept we decode.
#include <random>

#include "oracle.h"
#include "wire/decode.h"
#include "wire/prometheus/remote_write.h"

namespace nightjar {
namespace {

std::uint64_t items_of(const oracle::TracesRequest& request) {
  std::uint64_t items = 0;
  for (const auto& resource : request.resource_spans()) {
    for (const auto& scope : resource.scope_spans()) items += static_cast<std::uint64_t>(scope.spans_size());
  }
  return items;
}
std::uint64_t items_of(const oracle::LogsRequest& request) {
  std::uint64_t items = 0;
  for (const auto& resource : request.resource_logs()) {
    for (const auto& scope : resource.scope_logs()) items += static_cast<std::uint64_t>(scope.log_records_size());
  }
  return items;
}
template <class Series>
std::uint64_t items_of_series(const Series& all) {
  std::uint64_t items = 0;
  for (const auto& series : all) items += static_cast<std::uint64_t>(series.samples_size() + series.histograms_size());
  return items;
}
std::uint64_t items_of(const oracle::WriteRequest1& request) { return items_of_series(request.timeseries()); }
std::uint64_t items_of(const oracle::WriteRequest2& request) { return items_of_series(request.timeseries()); }

struct Tally {
  int accepted = 0, refused = 0, read_by_oracle = 0;
};

template <class Request>
void try_body(Encoding encoding, const std::string& body, Tally& tally) {
  const auto verdict = judge(encoding, body, {}, oracle::kNow);
  Request request;
  const bool readable = request.ParseFromString(body);
  tally.read_by_oracle += readable;
  if (!verdict.ok()) {
    ++tally.refused;
    ASSERT_EQ(verdict.status().code(), absl::StatusCode::kInvalidArgument) << verdict.status();
    return;
  }
  ++tally.accepted;
  ASSERT_EQ(verdict->first_reason.empty(), verdict->rejected.empty());
  ASSERT_TRUE(std::is_sorted(verdict->rejected.begin(), verdict->rejected.end()));
  const auto signals = decode(encoding, body, *verdict);
  ASSERT_TRUE(signals.ok()) << signals.status();
  ASSERT_EQ(oracle::count_items(*signals), verdict->accepted);
  if (!readable) return;
  ASSERT_EQ(verdict->accepted + verdict->rejected.size(), items_of(request));
}

template <class Request>
Tally truncate_everywhere(Encoding encoding, const Request& request) {
  Tally tally;
  for (const std::string& whole : {request.SerializeAsString(), oracle::reversed(request)}) {
    for (std::size_t size = 0; size <= whole.size(); ++size) try_body<Request>(encoding, whole.substr(0, size), tally);
  }
  return tally;
}

template <class Request>
Tally change_bytes(Encoding encoding, const Request& request, int runs) {
  Tally tally;
  std::mt19937 random(20261124);
  const std::string whole = request.SerializeAsString();
  for (int run = 0; run < runs; ++run) {
    std::string body = whole;
    for (std::uint32_t changes = 1 + random() % 3; changes > 0; --changes) {
      const std::size_t at = random() % body.size();
      switch (random() % 3) {
        case 0:
          body[at] = static_cast<char>(random());
          break;
        case 1:
          body.erase(at, 1 + random() % 4);
          break;
        case 2:
          body.insert(at, 1, static_cast<char>(random()));
          break;
      }
      if (body.empty()) break;
    }
    try_body<Request>(encoding, body, tally);
    if (testing::Test::HasFatalFailure()) break;
  }
  return tally;
}

TEST(Malformed, truncated_at_every_byte) {
  for (const Tally& tally : {truncate_everywhere(Encoding::otlp_traces_protobuf, oracle::traces()),
                             truncate_everywhere(Encoding::otlp_logs_protobuf, oracle::logs()),
                             truncate_everywhere(Encoding::remote_write_1, oracle::write_1()),
                             truncate_everywhere(Encoding::remote_write_2, oracle::write_2())}) {
    EXPECT_GE(tally.accepted, 2);
    EXPECT_GT(tally.refused, 100);
    EXPECT_EQ(tally.accepted, tally.read_by_oracle);
  }
}

TEST(Malformed, changed_bytes) {
  for (const Tally& tally : {change_bytes(Encoding::otlp_traces_protobuf, oracle::traces(), 20'000),
                             change_bytes(Encoding::otlp_logs_protobuf, oracle::logs(), 20'000),
                             change_bytes(Encoding::remote_write_1, oracle::write_1(), 20'000),
                             change_bytes(Encoding::remote_write_2, oracle::write_2(), 20'000)}) {
    EXPECT_GT(tally.accepted, 1000);
    EXPECT_GT(tally.refused, 1000);
  }
}

TEST(Malformed, metrics_changed_and_truncated) {
  std::mt19937 random(7);
  const std::string whole = oracle::metrics().SerializeAsString();
  int accepted = 0;
  for (int run = 0; run < 40'000; ++run) {
    std::string body = whole.substr(0, run < 2000 ? random() % whole.size() : whole.size());
    if (!body.empty()) body[random() % body.size()] = static_cast<char>(random());
    const auto verdict = judge(Encoding::otlp_metrics_protobuf, body, {}, oracle::kNow);
    if (!verdict.ok()) continue;
    ++accepted;
    ASSERT_TRUE(decode(Encoding::otlp_metrics_protobuf, body, *verdict).ok());
  }
  EXPECT_GT(accepted, 1000);
}

// A verdict of another body: whatever comes out, it comes out.
TEST(Malformed, decoding_what_was_never_judged_does_not_crash) {
  std::mt19937 random(11);
  for (Encoding encoding :
       {Encoding::otlp_traces_protobuf, Encoding::otlp_metrics_protobuf, Encoding::otlp_logs_protobuf,
        Encoding::otlp_traces_json, Encoding::remote_write_1, Encoding::remote_write_2}) {
    for (int run = 0; run < 2000; ++run) {
      std::string body(random() % 64, '\0');
      for (char& c : body) c = static_cast<char>(random());
      (void)decode(encoding, body, {.accepted = 5, .rejected = {1, 2, 900}});
    }
  }
}

}  // namespace
}  // namespace nightjar
