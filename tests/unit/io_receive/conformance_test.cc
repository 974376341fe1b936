// The answer table: every door with every outcome, over real sockets and a real gRPC client. What is asked of each
// answer: its exact status, its headers, a body in the sender's own language (statuses of OTLP are read by
// libprotobuf), one count in the ledger under the right reason, and that nothing of a refused body reaches the inbox.
#include <nlohmann/json.hpp>

#include "rpc_status.pb.h"
#include "tests/unit/io_receive/grpc_client.h"
#include "tests/unit/io_receive/senders.h"
#include "tests/unit/wire/oracle.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr char kGood[] = "nj_good";

std::string hash_of(std::string_view token) { return to_hex(sha256(token)); }
std::string only_for(SentKind kind) { return "nj_only_" + std::string(word(kind)); }
SentKind another(SentKind kind) { return static_cast<SentKind>((static_cast<int>(kind) + 1) % kSentKinds); }

std::vector<DoorToken> tokens() {
  std::vector<DoorToken> all = {{"collector", hash_of(kGood)}};
  for (int i = 0; i < kSentKinds; ++i) {
    const auto kind = static_cast<SentKind>(i);
    all.push_back({"only-" + std::string(word(kind)), hash_of(only_for(kind)), {kind}});
  }
  all.push_back({"old", hash_of("nj_old"), SentKinds::all(), {}, 0, kNow - days(1)});
  return all;
}

bool is_otlp(const Sender& sender) {
  return sender.family == Family::otlp_protobuf || sender.family == Family::otlp_json;
}
bool is_write(const Sender& sender) {
  return sender.family == Family::remote_write_1 || sender.family == Family::remote_write_2;
}

int success_of(const Sender& sender) {
  if (is_otlp(sender) || sender.family == Family::alerts) return 200;
  return is_write(sender) ? 204 : 202;
}

std::string undecodable(const Sender& sender) {
  const bool binary = sender.family == Family::otlp_protobuf || is_write(sender);
  return binary ? std::string("\x0a\xff", 2) : std::string("{\"cut");
}

// The body with one item more that no door takes: a time a day ahead, or an alert that is none.
template <class Request, class Spoil>
std::string spoilt(const std::string& body, Spoil spoil) {
  Request request;
  EXPECT_TRUE(request.ParseFromString(body));
  spoil(request);
  return request.SerializeAsString();
}
std::string with_bad_item(const Sender& sender) {
  const auto tomorrow = static_cast<std::uint64_t>((kNow + days(1)).ns);
  switch (sender.family) {
    case Family::otlp_protobuf:
      if (sender.kind == SentKind::traces)
        return spoilt<oracle::TracesRequest>(sender.body, [&](auto& request) {
          auto* spans = request.mutable_resource_spans(0)->mutable_scope_spans(0);
          const auto copy = spans->spans(0);
          *spans->add_spans() = copy;
          spans->mutable_spans(spans->spans_size() - 1)->set_start_time_unix_nano(tomorrow);
        });
      if (sender.kind == SentKind::logs)
        return spoilt<oracle::LogsRequest>(sender.body, [&](auto& request) {
          auto* records = request.mutable_resource_logs(0)->mutable_scope_logs(0);
          const auto copy = records->log_records(0);
          *records->add_log_records() = copy;
          records->mutable_log_records(records->log_records_size() - 1)->set_time_unix_nano(tomorrow);
        });
      return spoilt<oracle::MetricsRequest>(sender.body, [&](auto& request) {
        auto* metric = request.mutable_resource_metrics(0)->mutable_scope_metrics(0)->add_metrics();
        metric->set_name("tomorrow");
        metric->mutable_gauge()->add_data_points()->set_time_unix_nano(tomorrow);
      });
    case Family::otlp_json: {
      Json body = Json::parse(sender.body);
      const std::string at = std::to_string(tomorrow);
      if (sender.kind == SentKind::traces) {
        Json& spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"];
        spans.push_back(spans[0]);
        spans.back()["startTimeUnixNano"] = at;
      } else if (sender.kind == SentKind::logs) {
        Json& records = body["resourceLogs"][0]["scopeLogs"][0]["logRecords"];
        records.push_back(records[0]);
        records.back()["timeUnixNano"] = at;
      } else {
        body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].push_back(
            {{"name", "tomorrow"}, {"gauge", {{"dataPoints", {{{"timeUnixNano", at}, {"asDouble", 1}}}}}}});
      }
      return body.dump();
    }
    case Family::remote_write_1:
      return spoilt<oracle::WriteRequest1>(sender.body, [&](auto& request) {
        request.mutable_timeseries(0)->add_samples()->set_timestamp(static_cast<std::int64_t>(tomorrow / 1'000'000));
      });
    case Family::remote_write_2:
      return spoilt<oracle::WriteRequest2>(sender.body, [&](auto& request) {
        request.mutable_timeseries(0)->add_samples()->set_timestamp(static_cast<std::int64_t>(tomorrow / 1'000'000));
      });
    case Family::alerts:
      if (sender.door == Door::alertmanager_api) return sender.body.substr(0, sender.body.size() - 1) + ",null]";
      if (sender.door == Door::alertmanager_webhook || sender.door == Door::grafana) {
        Json body = Json::parse(sender.body);
        body["alerts"].push_back(nullptr);
        return body.dump();
      }
      return "";
    default:
      return "";
  }
}

// Written by hand from google.rpc.Code: what an OTLP/HTTP answer says beside its HTTP status.
int rpc_code(int http_status) {
  switch (http_status) {
    case 400:
      return 3;  // INVALID_ARGUMENT
    case 401:
      return 16;  // UNAUTHENTICATED
    case 403:
      return 7;  // PERMISSION_DENIED
    case 413:
      return 8;  // RESOURCE_EXHAUSTED
    case 415:
      return 12;  // UNIMPLEMENTED
    default:
      return 14;  // UNAVAILABLE
  }
}

std::uint64_t rejected_in(const Sender& sender, const std::string& body) {
  using namespace opentelemetry::proto::collector;
  if (sender.family == Family::otlp_json) {
    const Json partial = Json::parse(body).value("partialSuccess", Json::object());
    for (const char* key : {"rejectedSpans", "rejectedDataPoints", "rejectedLogRecords"})
      if (partial.contains(key)) return std::stoull(partial[key].get<std::string>());
    return 0;
  }
  if (sender.kind == SentKind::traces) {
    trace::v1::ExportTraceServiceResponse response;
    EXPECT_TRUE(response.ParseFromString(body));
    return static_cast<std::uint64_t>(response.partial_success().rejected_spans());
  }
  if (sender.kind == SentKind::metrics) {
    metrics::v1::ExportMetricsServiceResponse response;
    EXPECT_TRUE(response.ParseFromString(body));
    return static_cast<std::uint64_t>(response.partial_success().rejected_data_points());
  }
  logs::v1::ExportLogsServiceResponse response;
  EXPECT_TRUE(response.ParseFromString(body));
  return static_cast<std::uint64_t>(response.partial_success().rejected_log_records());
}

class AnswerTable : public DoorTest {
 protected:
  void TearDown() override { EXPECT_EQ(inbox_changed_by_refusals_, 0u); }

  std::uint64_t refused(Door door) {
    std::uint64_t all = 0;
    for (std::uint64_t count : ledger_.counts(door).refused) all += count;
    return all;
  }

  HttpReply send(const Sender& sender, const Sent& sent) { return post(sender.path, sent.body, sent.headers); }

  // One row that ends in a refusal.
  void row_refused(const Sender& sender, const std::string& outcome, const Sent& sent, int status, RefusedWhy why) {
    SCOPED_TRACE(sender.name + ": " + outcome);
    ++rows_;
    const std::size_t before = inbox_.count();
    const DoorLedger::DoorCounts counts = ledger_.counts(sender.door);
    const std::uint64_t all = refused(sender.door);
    check_refusal(sender, send(sender, sent), status);
    inbox_changed_by_refusals_ += inbox_.count() - before;
    EXPECT_EQ(refused(sender.door), all + 1);
    EXPECT_EQ(ledger_.counts(sender.door).refused[static_cast<std::size_t>(why)],
              counts.refused[static_cast<std::size_t>(why)] + 1);
    EXPECT_EQ(ledger_.counts(sender.door).requests, counts.requests);
  }

  static void check_refusal(const Sender& sender, const HttpReply& reply, int status) {
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_NE(reply.status, 429);
    EXPECT_LT(reply.status == 503 ? 0 : reply.status, 500);
    const std::string_view retry = find_header(reply.headers, "Retry-After");
    if (status == 503) {
      ASSERT_FALSE(retry.empty());
      const int seconds = std::stoi(std::string(retry));
      EXPECT_GE(seconds, 1);
      EXPECT_LE(seconds, 30);
    } else {
      EXPECT_TRUE(retry.empty()) << retry;
    }
    const std::string_view type = find_header(reply.headers, "Content-Type");
    if (sender.family == Family::otlp_protobuf) {
      EXPECT_EQ(type, "application/x-protobuf");
      google::rpc::Status said;
      ASSERT_TRUE(said.ParseFromString(reply.body));
      EXPECT_EQ(said.code(), rpc_code(status));
      EXPECT_FALSE(said.message().empty());
    } else if (sender.family == Family::otlp_json) {
      EXPECT_EQ(type, "application/json");
      const Json said = Json::parse(reply.body);
      EXPECT_EQ(said["code"], rpc_code(status));
      EXPECT_FALSE(said["message"].get<std::string>().empty());
    } else if (is_write(sender)) {
      EXPECT_EQ(type, "text/plain; charset=utf-8");
      EXPECT_GT(reply.body.size(), 5u);
    } else if (sender.family == Family::pagerduty) {
      const Json said = Json::parse(reply.body);
      EXPECT_EQ(said["status"], status == 400 ? "invalid event" : "error");
      EXPECT_FALSE(said["errors"].empty());
    } else {
      EXPECT_EQ(type, "application/json");
      EXPECT_FALSE(Json::parse(reply.body)["error"]["message"].get<std::string>().empty()) << reply.body;
    }
  }

  void row_stored(const Sender& sender, const std::string& outcome, const Sent& sent) {
    SCOPED_TRACE(sender.name + ": " + outcome);
    ++rows_;
    const std::size_t before = inbox_.count();
    const DoorLedger::DoorCounts counts = ledger_.counts(sender.door);
    const HttpReply reply = send(sender, sent);
    EXPECT_EQ(reply.status, success_of(sender)) << reply.body;
    EXPECT_GE(inbox_.count(), before + 1);
    const bool signals = is_otlp(sender) || is_write(sender);
    EXPECT_EQ(inbox_.priorities.back(), signals ? Priority::signals : Priority::control);
    EXPECT_EQ(ledger_.counts(sender.door).requests, counts.requests + 1);
    EXPECT_GT(ledger_.counts(sender.door).items, counts.items);
    EXPECT_EQ(ledger_.counts(sender.door).rejected_items, counts.rejected_items);
    if (signals) {
      EXPECT_EQ(inbox_.last<SignalsArrived>().principal, "collector");
    }
    check_success(sender, reply, 0);
  }

  void check_success(const Sender& sender, const HttpReply& reply, std::uint64_t rejected) {
    if (is_otlp(sender)) {
      EXPECT_EQ(find_header(reply.headers, "Content-Type"), find_header(sender.headers, "Content-Type"));
      EXPECT_EQ(rejected_in(sender, reply.body), rejected);
    }
    for (const char* kind : {"Samples", "Histograms", "Exemplars"}) {
      const auto written = find_header(reply.headers, fmt::format("X-Prometheus-Remote-Write-{}-Written", kind));
      EXPECT_EQ(written.empty(), sender.family != Family::remote_write_2) << kind;
    }
    if (sender.family == Family::remote_write_2) {
      const auto& verdict = inbox_.last<SignalsArrived>().verdict;
      std::uint64_t stored = 0;
      for (const char* kind : {"Samples", "Histograms"})
        stored += std::stoull(
            std::string(find_header(reply.headers, fmt::format("X-Prometheus-Remote-Write-{}-Written", kind))));
      EXPECT_EQ(stored, verdict.accepted);
    }
  }

  void row_partly(const Sender& sender, const std::string& token) {
    const std::string body = with_bad_item(sender);
    if (body.empty()) return;
    SCOPED_TRACE(sender.name + ": some rejected");
    ++rows_;
    const std::size_t before = inbox_.count();
    const std::uint64_t rejected = ledger_.counts(sender.door).rejected_items;
    const HttpReply reply = send(sender, sent_by(sender, body, token));
    EXPECT_EQ(reply.status, is_write(sender) ? 400 : 200) << reply.body;
    EXPECT_EQ(inbox_.count(), before + 1);  // the good ones are stored whatever is answered
    EXPECT_EQ(ledger_.counts(sender.door).rejected_items, rejected + 1);
    check_success(sender, reply, 1);
  }

  // Only the claim is sent: refused before the body comes.
  void row_declared_too_large(const Sender& sender, const std::string& token) {
    SCOPED_TRACE(sender.name + ": declared too large");
    ++rows_;
    const std::size_t before = inbox_.count();
    const std::uint64_t too_large = ledger_.counts(sender.door).refused[static_cast<int>(RefusedWhy::too_large)];
    const Sent sent = sent_by(sender, "", token);
    std::string head =
        fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n", sender.path, sender.limit_bytes + 1);
    for (const auto& [name, value] : sent.headers) head += fmt::format("{}: {}\r\n", name, value);
    RawClient client(server_->port());
    client.send(head + "\r\n");
    const std::string answer = client.read_until("\r\n\r\n");
    EXPECT_EQ(answer.substr(0, 13), "HTTP/1.1 413 ");
    EXPECT_EQ(answer.find("Retry-After"), std::string::npos);
    inbox_changed_by_refusals_ += inbox_.count() - before;
    EXPECT_EQ(ledger_.counts(sender.door).refused[static_cast<int>(RefusedWhy::too_large)], too_large + 1);
  }

  void row_wrong_method(const Sender& sender, const char* method) {
    SCOPED_TRACE(sender.name + ": " + method);
    ++rows_;
    const auto reply =
        call_http({.method = method, .url = fmt::format("http://127.0.0.1:{}{}", server_->port(), sender.path)});
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->status, 405);
    EXPECT_EQ(find_header(reply->headers, "Allow"), "POST");
  }

  // What an answered request held comes back a moment after its answer: taken too.
  ByteHold all_memory() {
    ByteHold hold(&budget_);
    while (hold.bytes() < budget_.limit_bytes()) {
      if (!hold.grow(budget_.limit_bytes() - budget_.used_bytes())) continue;
      std::this_thread::yield();
    }
    return hold;
  }

  int rows_ = 0;
  std::size_t inbox_changed_by_refusals_ = 0;
};

HttpHeaders replaced(HttpHeaders headers, std::string_view name, std::string value) {
  std::erase_if(headers, [&](const auto& header) { return equal_without_case(header.first, name); });
  headers.emplace_back(std::string(name), std::move(value));
  return headers;
}

TEST_F(AnswerTable, EveryHttpDoorAndOutcome) {
  open(tokens());
  const std::vector<Sender> senders = all_senders();
  for (const Sender& sender : senders) {
    const bool own = has_own_secret(sender);
    const std::string token = own ? kSecret : kGood;
    const Sent good = sent_by(sender, sender.body, token);
    row_stored(sender, "all stored", good);
    row_partly(sender, token);
    row_refused(sender, "undecodable", sent_by(sender, undecodable(sender), token), 400, RefusedWhy::undecodable);
    row_declared_too_large(sender, token);
    // PagerDuty's key is in the body, and without one the body is not its event.
    if (sender.proof != Proof::routing_key)
      row_refused(sender, "no token", sent_by(sender, sender.body, ""), 401, RefusedWhy::unauthenticated);
    row_refused(sender, "wrong token", sent_by(sender, sender.body, "nj_wrong"), 401, RefusedWhy::unauthenticated);
    if (!own) {
      row_refused(sender, "expired token", sent_by(sender, sender.body, "nj_old"), 401, RefusedWhy::unauthenticated);
      row_refused(sender, "wrong kind", sent_by(sender, sender.body, only_for(another(sender.kind))), 403,
                  RefusedWhy::forbidden);
      ++rows_;
      EXPECT_EQ(send(sender, sent_by(sender, sender.body, only_for(sender.kind))).status, success_of(sender))
          << sender.name << ": right kind";
    }
    for (const char* why : {"more arrives than can be kept up with", "nightjar is starting or stopping",
                            "the disk of data_dir is nearly full"}) {
      inbox_.refuse = unavailable("{}", why);
      row_refused(sender, why, good, 503, RefusedWhy::overload);
    }
    inbox_.refuse = absl::OkStatus();
    {
      const ByteHold everything = all_memory();
      row_refused(sender, "no memory", good, 503, RefusedWhy::overload);
    }
    row_wrong_method(sender, "GET");
    row_wrong_method(sender, "PUT");
    if (is_otlp(sender) || is_write(sender)) {
      // The answer's format follows the request's; of an unknown one it is protobuf.
      Sender other = sender;
      if (is_otlp(sender)) other.family = Family::otlp_protobuf;
      row_refused(other, "unknown type", {good.body, replaced(good.headers, "Content-Type", "text/plain")}, 415,
                  RefusedWhy::unsupported_type);
    }
    if (sender.family == Family::webhook)
      row_refused(sender, "a form",
                  {good.body, replaced(good.headers, "Content-Type", "application/x-www-form-urlencoded")}, 415,
                  RefusedWhy::unsupported_type);
    // A signature is of the bytes as sent.
    const bool codes = is_otlp(sender) || is_write(sender) || (sender.family == Family::alerts && !own);
    if (codes) {
      row_refused(sender, "unknown coding", {good.body, replaced(good.headers, "Content-Encoding", "br")}, 400,
                  RefusedWhy::undecodable);
      row_refused(sender, "two codings", {good.body, replaced(good.headers, "Content-Encoding", "gzip, gzip")}, 400,
                  RefusedWhy::undecodable);
      row_refused(sender, "not what the coding says", {"plain", replaced(good.headers, "Content-Encoding", "gzip")},
                  400, RefusedWhy::undecodable);
    }
    if (codes && !is_write(sender))
      row_stored(sender, "gzip", {gzip(good.body), replaced(good.headers, "Content-Encoding", "gzip")});
    if (is_otlp(sender)) {
      row_stored(sender, "zstd", {zstd(good.body), replaced(good.headers, "Content-Encoding", "zstd")});
      row_refused(sender, "too large inflated",
                  {gzip(std::string((20u << 20) + 1, '\0')), replaced(good.headers, "Content-Encoding", "gzip")}, 413,
                  RefusedWhy::too_large);
    }
  }
  std::printf("the answer table: %zu HTTP doors, %d rows\n", senders.size(), rows_);
  EXPECT_GE(rows_, 120);
}

TEST_F(AnswerTable, DoorsOfTheirOwnSecretAreClosedWithoutOne) {
  open_with(tokens(), {}, {});
  for (const Sender& sender : all_senders())
    if (has_own_secret(sender))
      row_refused(sender, "closed", sent_by(sender, sender.body, kSecret), 403, RefusedWhy::forbidden);
  EXPECT_EQ(rows_, 10);
}

TEST_F(AnswerTable, WebPagesStayOutsideWhereNoTokenGuards) {
  open();
  for (const Sender& sender : all_senders()) {
    if (has_own_secret(sender)) continue;
    Sent sent = sent_by(sender, sender.body, "");
    sent.headers.emplace_back("Origin", "https://evil.example");
    row_refused(sender, "a web page", sent, 403, RefusedWhy::forbidden);
  }
  EXPECT_GE(rows_, 20);
}

struct GrpcMethod {
  const char* path;
  const char* corpus;
  SentKind kind;
};
constexpr GrpcMethod kMethods[] = {
    {kTraces, "traces", SentKind::traces}, {kMetrics, "metrics", SentKind::metrics}, {kLogs, "logs", SentKind::logs}};

TEST_F(AnswerTable, EveryGrpcMethodAndOutcome) {
  doorway_.tokens = tokens();
  const auto server = *OtlpGrpcServer::start("127.0.0.1:0", doorway_);
  GrpcClient client(server->port());
  const auto refused = [&](const GrpcMethod& method, const char* outcome, const std::string& body, bool compressed,
                           const std::string& token, grpc::StatusCode code) {
    SCOPED_TRACE(std::string(method.corpus) + ": " + outcome);
    ++rows_;
    const std::size_t before = inbox_.count();
    const GrpcReply reply = client.call(method.path, body, compressed, token);
    EXPECT_EQ(reply.status.error_code(), code) << reply.status.error_message();
    EXPECT_FALSE(reply.status.error_message().empty());
    inbox_changed_by_refusals_ += inbox_.count() - before;
    if (code != grpc::StatusCode::UNAVAILABLE) {
      // RESOURCE_EXHAUSTED with a RetryInfo would be sent again for ever.
      EXPECT_EQ(reply.status.error_details(), "");
      return;
    }
    google::rpc::Status details;
    ASSERT_TRUE(details.ParseFromString(reply.status.error_details()));
    EXPECT_EQ(details.code(), 14);
    EXPECT_EQ(details.message(), reply.status.error_message());
    ASSERT_EQ(details.details_size(), 1);
    google::rpc::RetryInfo retry;
    ASSERT_TRUE(details.details(0).UnpackTo(&retry));
    EXPECT_GE(retry.retry_delay().seconds(), 1);
    EXPECT_LE(retry.retry_delay().seconds(), 30);
  };
  for (const GrpcMethod& method : kMethods) {
    SCOPED_TRACE(method.corpus);
    Sender sender;
    sender.family = Family::otlp_protobuf;
    sender.kind = method.kind;
    sender.body = corpus(std::string("otlp_protobuf/") + method.corpus);
    const auto stored = [&](const std::string& body, bool compressed, std::uint64_t rejected) {
      ++rows_;
      const std::size_t before = inbox_.count();
      const GrpcReply reply = client.call(method.path, body, compressed, kGood);
      EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
      EXPECT_EQ(rejected_in(sender, reply.body), rejected);
      EXPECT_EQ(inbox_.count(), before + 1);
    };
    stored(sender.body, false, 0);
    stored(sender.body, true, 0);
    stored(with_bad_item(sender), false, 1);
    ++rows_;
    EXPECT_TRUE(client.call(method.path, "", false, kGood).status.ok());
    using enum grpc::StatusCode;
    refused(method, "undecodable", "\x0a\xff", false, kGood, INVALID_ARGUMENT);
    refused(method, "not gzip", "\x1f\x8bzzzz", false, kGood, INVALID_ARGUMENT);
    refused(method, "too large", std::string((20u << 20) + 1, 'x'), false, kGood, RESOURCE_EXHAUSTED);
    refused(method, "a bomb", std::string(100u << 20, '\0'), true, kGood, RESOURCE_EXHAUSTED);
    refused(method, "no token", sender.body, false, "", UNAUTHENTICATED);
    refused(method, "wrong token", sender.body, false, "nj_wrong", UNAUTHENTICATED);
    refused(method, "expired token", sender.body, false, "nj_old", UNAUTHENTICATED);
    refused(method, "wrong kind", sender.body, false, only_for(another(method.kind)), PERMISSION_DENIED);
    for (const char* why : {"more arrives than can be kept up with", "nightjar is starting or stopping",
                            "the disk of data_dir is nearly full"}) {
      inbox_.refuse = unavailable("{}", why);
      refused(method, why, sender.body, false, kGood, UNAVAILABLE);
    }
    inbox_.refuse = absl::OkStatus();
    {
      const ByteHold everything = all_memory();
      refused(method, "no memory", sender.body, false, kGood, UNAVAILABLE);
    }
  }
  refused(
      {"/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export", "profiles", SentKind::traces},
      "unknown method", "", false, kGood, grpc::StatusCode::UNIMPLEMENTED);
  std::printf("the answer table: 3 gRPC methods, %d rows\n", rows_);
  EXPECT_GE(rows_, 45);
}

TEST_F(AnswerTable, RetryAfterIsSpread) {
  open(tokens());
  inbox_.refuse = unavailable("later");
  std::set<std::string> seen;
  const Sender write = all_senders()[6];
  ASSERT_EQ(write.door, Door::remote_write);
  {
    ByteHold half(&budget_);
    ASSERT_TRUE(half.grow(budget_.limit_bytes() / 2));
    for (int i = 0; i < 40; ++i)
      seen.insert(std::string(find_header(send(write, sent_by(write, write.body, kGood)).headers, "Retry-After")));
  }
  EXPECT_GE(seen.size(), 4u) << "refused senders would come back together";
}

}  // namespace
}  // namespace nightjar
