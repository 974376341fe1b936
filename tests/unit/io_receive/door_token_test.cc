// What a machine's token allows, asked at the doors.
#include "io/receive/door_token.h"

#include "tests/unit/io_receive/senders.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

TEST(DoorTokenForm, IsMadeAndChecked) {
  const MadeToken made = make_token(std::string(32, '\x5a'));
  EXPECT_EQ(made.token.size(), 83u);
  EXPECT_EQ(made.token.substr(0, 10), "nj_" + made.kid + "_");
  EXPECT_EQ(made.sha256, to_hex(sha256(made.token)));
  EXPECT_TRUE(check_token_form(made.token).ok());
  for (std::size_t at = 10; at < made.token.size(); ++at) {
    std::string mistyped = made.token;
    mistyped[at] = mistyped[at] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(check_token_form(mistyped).ok()) << at;
    EXPECT_FALSE(check_token_form(made.token.substr(0, at)).ok()) << at;
  }
  EXPECT_NE(make_token(std::string(32, '\x5b')).token, made.token);
  for (const char* other : {"", "s3cret", "nj_good", "njx"}) EXPECT_TRUE(check_token_form(other).ok()) << other;
}

class DoorTokens : public DoorTest {};

TEST_F(DoorTokens, RefusalsSayWhatTheTokenIsFor) {
  const MadeToken made = make_token(std::string(32, '\x01'));
  open({{"collector", made.sha256, {SentKind::metrics, SentKind::logs}}});
  const auto send = [&](const std::string& token) {
    return post("/v1/traces", "", {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token}});
  };
  const HttpReply kind = send(made.token);
  EXPECT_EQ(kind.status, 403);
  EXPECT_THAT(kind.body, HasSubstr("token collector is for metrics, logs, not for traces"));
  EXPECT_EQ(kind.body.find('\n'), std::string::npos);
  EXPECT_THAT(send(made.token.substr(0, 50)).body, HasSubstr("cut or joined"));
  EXPECT_THAT(send(made.token.substr(0, 82) + "x").body, HasSubstr("mistyped"));
}

TEST_F(DoorTokens, ForcedLabelsAreJournalledAndApplied) {
  open({{"staging", to_hex(sha256("nj_s")), SentKinds::all(), {{"deployment.environment.name", "staging"}}}});
  for (const Sender& sender : all_senders()) {
    if (sender.door != Door::otlp_http && sender.door != Door::remote_write) continue;
    const Sent sent = sent_by(sender, sender.body, "nj_s");
    post(sender.path, sent.body, sent.headers);
    const auto arrived = inbox_.last<SignalsArrived>();
    ASSERT_EQ(arrived.labels, (Attributes{{"deployment.environment.name", "staging"}})) << sender.name;
    const auto signals = decode(arrived.encoding, arrived.body, arrived.verdict, arrived.labels);
    for (const Signals& part : *signals) {
      if (!part.resource.service.empty()) {
        EXPECT_EQ(part.resource.environment, "staging") << sender.name;
      }
      if (sender.door != Door::remote_write) continue;
      for (const MetricPoint& point : part.metrics)
        EXPECT_EQ(point.series->labels.find("deployment_environment_name"), "staging") << sender.name;
    }
  }
}

TEST_F(DoorTokens, NewSeriesOverTheQuotaAreRejectedWithTheReason) {
  open({{"small", to_hex(sha256("nj_q")), SentKinds::all(), {}, 2}});
  const auto write = [&](int first, int count) {
    std::string request;
    protozero::pbf_writer all(request);
    for (int i = first; i < first + count; ++i) {
      std::string series, label, sample;
      protozero::pbf_writer label_writer(label), sample_writer(sample), writer(series);
      label_writer.add_string(1, "__name__");
      label_writer.add_string(2, fmt::format("up_{}", i));
      sample_writer.add_double(1, 1);
      sample_writer.add_int64(2, kNow.ns / 1'000'000);
      writer.add_message(1, label);
      writer.add_message(2, sample);
      all.add_message(1, series);
    }
    return post("/api/v1/write", snap(request),
                {{"Content-Type", "application/x-protobuf"}, {"Authorization", "Bearer nj_q"}});
  };
  EXPECT_EQ(write(0, 2).status, 204);
  const HttpReply over = write(0, 4);
  EXPECT_EQ(over.status, 400);
  EXPECT_THAT(over.body, HasSubstr("2 of 4 items were not stored"));
  EXPECT_THAT(over.body, HasSubstr("token small has brought its 2 series"));
  EXPECT_EQ(inbox_.last<SignalsArrived>().verdict.accepted, 2u);
  EXPECT_EQ(write(1, 1).status, 204);
  ASSERT_EQ(doorway_.allowance.figures().size(), 1u);
  EXPECT_EQ(doorway_.allowance.figures()[0].series, 2u);
  EXPECT_EQ(doorway_.allowance.figures()[0].refused_items, 2u);
}

}  // namespace
}  // namespace nightjar
