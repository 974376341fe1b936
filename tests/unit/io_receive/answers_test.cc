// The answer table of the telemetry doors over real sockets: what a sender is told, and what is in the journal then.
#include <future>

#include "tests/unit/io_receive/door_fixture.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

const HttpHeaders kProtobuf = {{"Content-Type", "application/x-protobuf"}};
const HttpHeaders kJson = {{"Content-Type", "application/json; charset=utf-8"}};

HttpHeaders with(HttpHeaders headers, std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return headers;
}

// {timeseries=1{labels=1{name,value}, samples=2{value=1 double, timestamp=2 ms}}}
std::string write_request_1(const std::vector<Timestamp>& times) {
  std::string label, series, request;
  protozero::pbf_writer label_writer(label);
  label_writer.add_string(1, "__name__");
  label_writer.add_string(2, "up");
  protozero::pbf_writer series_writer(series);
  series_writer.add_message(1, label);
  for (Timestamp time : times) {
    std::string sample;
    protozero::pbf_writer sample_writer(sample);
    sample_writer.add_double(1, 1.5);
    sample_writer.add_int64(2, time.ns / 1'000'000);
    series_writer.add_message(2, sample);
  }
  protozero::pbf_writer(request).add_message(1, series);
  return request;
}

// {symbols=4, timeseries=5{labels_refs=1 packed, samples=2{value=1, timestamp=2}}}
std::string write_request_2(const std::vector<Timestamp>& times) {
  std::string series, request;
  {
    protozero::pbf_writer series_writer(series);
    const std::uint32_t refs[] = {1, 2};
    series_writer.add_packed_uint32(1, std::begin(refs), std::end(refs));
    for (Timestamp time : times) {
      std::string sample;
      protozero::pbf_writer sample_writer(sample);
      sample_writer.add_double(1, 1.5);
      sample_writer.add_int64(2, time.ns / 1'000'000);
      series_writer.add_message(2, sample);
    }
  }
  protozero::pbf_writer writer(request);
  writer.add_string(4, "");
  writer.add_string(4, "__name__");
  writer.add_string(4, "up");
  writer.add_message(5, series);
  return request;
}

const HttpHeaders kWrite1 = {{"Content-Type", "application/x-protobuf"},
                             {"Content-Encoding", "snappy"},
                             {"X-Prometheus-Remote-Write-Version", "0.1.0"}};
const HttpHeaders kWrite2 = {{"Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request"},
                             {"Content-Encoding", "snappy"}};

class Otlp : public DoorTest {};

TEST_F(Otlp, AllStoredIsAnEmpty200InTheSameFormat) {
  open();
  const std::string body = traces_request({span_bytes()});
  const HttpReply protobuf = post("/v1/traces", body, kProtobuf);
  EXPECT_EQ(protobuf.status, 200);
  EXPECT_EQ(protobuf.body, "");
  EXPECT_EQ(find_header(protobuf.headers, "Content-Type"), "application/x-protobuf");
  const auto arrived = inbox_.last<SignalsArrived>();
  EXPECT_EQ(arrived.body, body);
  EXPECT_EQ(arrived.encoding, Encoding::otlp_traces_protobuf);
  EXPECT_EQ(arrived.verdict.accepted, 1u);
  EXPECT_EQ(inbox_.priorities.back(), Priority::signals);

  const HttpReply json =
      post("/v1/logs", R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hi"}}]}]}]})", kJson);
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.body, "{}");
  EXPECT_EQ(find_header(json.headers, "Content-Type"), "application/json");
  EXPECT_EQ(inbox_.last<SignalsArrived>().encoding, Encoding::otlp_logs_json);
  EXPECT_EQ(ledger_.counts(Door::otlp_http).items, 2u);
}

TEST_F(Otlp, TakesGzipZstdAndChunkedJson) {
  open();
  const std::string body = traces_request({span_bytes()});
  EXPECT_EQ(post("/v1/traces", gzip(body), with(kProtobuf, "Content-Encoding", "gzip")).status, 200);
  EXPECT_EQ(inbox_.last<SignalsArrived>().body, body);
  EXPECT_EQ(post("/v1/traces", zstd(body), with(kProtobuf, "Content-Encoding", "zstd")).status, 200);
  EXPECT_EQ(inbox_.last<SignalsArrived>().body, body);
  // As the JavaScript SDK sends it.
  RawClient node(server_->port());
  node.send(
      "POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  node.send("14\r\n{\"resourceSpans\":[]}\r\n0\r\n\r\n");
  EXPECT_THAT(node.read_until("{}"), HasSubstr("200 OK"));
}

TEST_F(Otlp, AnEmptyRequestIsASuccessAndNotStored) {
  open();
  EXPECT_EQ(post("/v1/metrics", "", kProtobuf).status, 200);
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(Otlp, OneBadSpanCostsOneSpan) {
  open();
  const std::string body = traces_request({span_bytes(), span_bytes(kNow + hours(24)), span_bytes()});
  const HttpReply reply = post("/v1/traces", body, kProtobuf);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body.substr(0, 1), "\x0a");  // partial_success is set
  EXPECT_EQ(inbox_.last<SignalsArrived>().verdict.rejected, std::vector<std::uint32_t>{1});
  EXPECT_EQ(ledger_.counts(Door::otlp_http).rejected_items, 1u);
}

TEST_F(Otlp, UndecodableIs400WithAStatusInTheSameFormat) {
  open();
  const HttpReply protobuf = post("/v1/traces", "\x0a\xff", kProtobuf);
  EXPECT_EQ(protobuf.status, 400);
  EXPECT_EQ(protobuf.body.substr(0, 2), "\x08\x03");  // code 3, INVALID_ARGUMENT
  const HttpReply json = post("/v1/traces", "{\"resourceSpans\":", kJson);
  EXPECT_EQ(json.status, 400);
  EXPECT_THAT(json.body, HasSubstr("\"code\":3"));
  EXPECT_EQ(post("/v1/traces", "not gzip", with(kProtobuf, "Content-Encoding", "gzip")).status, 400);
  EXPECT_EQ(post("/v1/traces", "", with(kProtobuf, "Content-Encoding", "gzip, gzip")).status, 400);
  EXPECT_EQ(inbox_.count(), 0u);
  EXPECT_EQ(ledger_.counts(Door::otlp_http).refused[static_cast<int>(RefusedWhy::undecodable)], 4u);
  const auto kept = ledger_.refused_bodies();
  ASSERT_EQ(kept.size(), 4u);
  EXPECT_EQ(kept[1].beginning, "{\"resourceSpans\":");
}

TEST_F(Otlp, OtherTypesAre415AndOtherMethods405) {
  open();
  EXPECT_EQ(post("/v1/traces", "x", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(call_http({.url = fmt::format("http://127.0.0.1:{}/v1/traces", server_->port())})->status, 405);
  EXPECT_EQ(post("/v1/profiles", "x", kProtobuf).status, 404);
}

TEST_F(Otlp, TooLargeIs413AlsoWhenOnlyTheInflatedBodyIs) {
  open();
  const HttpReply plain = post("/v1/traces", std::string((20u << 20) + 1, 'x'), kProtobuf);
  EXPECT_EQ(plain.status, 413);
  EXPECT_EQ(plain.body.substr(0, 2), "\x08\x08");  // RESOURCE_EXHAUSTED
  const std::string bomb = gzip(std::string(100u << 20, '\0'));
  ASSERT_LT(bomb.size(), 200'000u);
  EXPECT_EQ(post("/v1/traces", bomb, with(kProtobuf, "Content-Encoding", "gzip")).status, 413);
  EXPECT_EQ(ledger_.counts(Door::otlp_http).refused[static_cast<int>(RefusedWhy::too_large)], 2u);
  EXPECT_EQ(inbox_.count(), 0u);
  server_->stop();  // what the last request held goes a moment after its answer
  EXPECT_EQ(budget_.used_bytes(), 0u);
}

TEST_F(Otlp, OverloadIs503WithRetryAfter) {
  open();
  inbox_.refuse = unavailable("the journal is 12 s behind");
  const HttpReply reply = post("/v1/traces", traces_request({span_bytes()}), kProtobuf);
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.body.substr(0, 2), "\x08\x0e");  // UNAVAILABLE
  const int seconds = std::stoi(std::string(find_header(reply.headers, "Retry-After")));
  EXPECT_GE(seconds, 1);
  EXPECT_LE(seconds, 30);
  EXPECT_TRUE(ledger_.refused_bodies().empty());  // says nothing about the body
  EXPECT_EQ(ledger_.counts(Door::otlp_http).refused[static_cast<int>(RefusedWhy::overload)], 1u);
}

TEST_F(Otlp, TokensAreAskedBeforeTheBody) {
  open({{"collector", to_hex(sha256("nj_good"))}});
  RawClient without(server_->port());
  without.send(
      "POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_THAT(without.read_until("doors.tokens"), HasSubstr(" 401 "));
  EXPECT_EQ(post("/v1/traces", "", with(kProtobuf, "Authorization", "Bearer nj_wrong")).status, 401);
  EXPECT_EQ(
      post("/v1/traces", traces_request({span_bytes()}), with(kProtobuf, "Authorization", "bearer nj_good")).status,
      200);
  EXPECT_EQ(inbox_.last<SignalsArrived>().principal, "collector");
}

TEST_F(Otlp, AWebPageMayNotPostToALoopbackDoor) {
  open();
  EXPECT_EQ(post("/v1/traces", "", with(kProtobuf, "Origin", "https://evil.example")).status, 403);
}

class RemoteWrite : public DoorTest {};

TEST_F(RemoteWrite, Version1Is204) {
  open();
  const std::string body = write_request_1({kNow});
  const HttpReply reply = post("/api/v1/write", snap(body), kWrite1);
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(find_header(reply.headers, "X-Prometheus-Remote-Write-Samples-Written"), "");
  EXPECT_EQ(inbox_.last<SignalsArrived>().body, body);
  EXPECT_EQ(inbox_.last<SignalsArrived>().encoding, Encoding::remote_write_1);
}

TEST_F(RemoteWrite, Version2HasTheThreeWrittenHeaders) {
  open();
  const HttpReply reply = post("/api/v1/write", snap(write_request_2({kNow, kNow + seconds(1)})), kWrite2);
  EXPECT_EQ(reply.status, 204) << reply.body;
  EXPECT_EQ(find_header(reply.headers, "X-Prometheus-Remote-Write-Samples-Written"), "2");
  EXPECT_EQ(find_header(reply.headers, "X-Prometheus-Remote-Write-Histograms-Written"), "0");
  EXPECT_EQ(find_header(reply.headers, "X-Prometheus-Remote-Write-Exemplars-Written"), "0");
  EXPECT_EQ(inbox_.last<SignalsArrived>().encoding, Encoding::remote_write_2);
}

TEST_F(RemoteWrite, SomeRejectedIs400AfterStoringTheGood) {
  open();
  const HttpReply one = post("/api/v1/write", snap(write_request_1({kNow, kNow + hours(24), kNow})), kWrite1);
  EXPECT_EQ(one.status, 400);
  EXPECT_THAT(one.body, HasSubstr("1 of 3"));
  EXPECT_EQ(inbox_.count(), 1u);
  EXPECT_EQ(inbox_.last<SignalsArrived>().verdict.accepted, 2u);
  const HttpReply two = post("/api/v1/write", snap(write_request_2({kNow, kNow + hours(24)})), kWrite2);
  EXPECT_EQ(two.status, 400);
  EXPECT_EQ(find_header(two.headers, "X-Prometheus-Remote-Write-Samples-Written"), "1");
}

TEST_F(RemoteWrite, RefusalsSpeakTheSendersLanguage) {
  open();
  EXPECT_EQ(
      post("/api/v1/write", snap("x"), {{"Content-Type", "application/json"}, {"Content-Encoding", "snappy"}}).status,
      415);
  EXPECT_EQ(post("/api/v1/write", snap("x"),
                 {{"Content-Type", "application/x-protobuf;proto=io.prometheus.write.v3.Request"}})
                .status,
            415);
  EXPECT_EQ(post("/api/v1/write", snap("\x0a\xff"), kWrite1).status, 400);
  EXPECT_EQ(post("/api/v1/write", "not snappy \xff\xff\xff\xff\xff", kWrite1).status, 400);
  // 4 GiB declared in five bytes of snappy.
  const int declared =
      post("/api/v1/write", std::string("\xff\xff\xff\xff\x0f", 5) + std::string(100, 'x'), kWrite1).status;
  EXPECT_TRUE(declared == 400 || declared == 413) << declared;
  inbox_.refuse = unavailable("disk full");
  const HttpReply overload = post("/api/v1/write", snap(write_request_1({kNow})), kWrite1);
  EXPECT_EQ(overload.status, 503);
  EXPECT_NE(find_header(overload.headers, "Retry-After"), "");
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(RemoteWrite, AFullPoolIs503) {
  open();
  // Both threads of the pool are taken, then its queue. The work owns what it waits for: some of it outlives this test.
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  const auto running = std::make_shared<std::atomic<int>>(0);
  const auto wait = [opened, running] {
    ++*running;
    opened.wait();
  };
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(pool_.post(wait));
  while (*running < 2) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  while (pool_.post(wait)) {
  }
  EXPECT_EQ(post("/api/v1/write", snap(write_request_1({kNow})), kWrite1).status, 503);
  // Alerts have a pool of their own.
  EXPECT_EQ(post("/api/v2/alerts", "[]", kJson).status, 200);
  gate.set_value();
}

}  // namespace
}  // namespace nightjar
