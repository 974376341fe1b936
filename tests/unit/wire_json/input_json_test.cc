#include "wire/json/input_json.h"

#include <limits>

#include "base/text.h"
#include "tests/unit/wire_json/examples.h"
#include "wire/compression/inflate.h"
#include "wire/json/signals_record.h"

namespace nightjar {
namespace {

using examples::at;

std::vector<Input> one_of_each() {
  const std::vector<InputBody> bodies = {
      Tick{},
      AlertsArrived{{examples::alert(), Alert{}}},
      ChangeArrived{examples::change_event()},
      CommandArrived{{"ada", ApproveAction{{7}, "ab12", ApprovalVia::link}}},
      CommandArrived{{"ada", RejectAction{{7}, "ab12", "not now"}}},
      CommandArrived{{"ada", AcknowledgeIncident{{5}}}},
      CommandArrived{{"ada", SetKillSwitch{true, "drill"}}},
      ActionReported{{{7}, ReportKind::failed, at(9), "exit 1"}},
      DeliveryReported{{{9}, true, "1.2", "http://127.0.0.1/1", "late"}},
      HandPresence{true},
      ConfigApplied{examples::config(), "cafe"},
      TicketArrived{examples::ticket_event()},
  };
  std::vector<Input> inputs;
  for (const InputBody& body : bodies) inputs.push_back({inputs.size() + 1, at(0), body});
  return inputs;
}

TEST(InputJson, ComesBackTheSame) {
  for (const Input& input : one_of_each()) {
    const std::string line = encode_input(input);
    const absl::StatusOr<Input> again = decode_input(line);
    ASSERT_TRUE(again.ok()) << line << "\n" << message_of(again.status());
    EXPECT_EQ(again->sequence, input.sequence);
    EXPECT_EQ(again->time, input.time);
    EXPECT_EQ(again->body.index(), input.body.index());
    EXPECT_EQ(encode_input(*again), line);
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(InputJson, WhatItLooksLike) {
  EXPECT_EQ(encode_input({12, at(0), Tick{}}), R"({"sequence":12,"tick":{},"time":1764024640123456789})");
  EXPECT_EQ(
      encode_input({13, at(0), CommandArrived{{"ada", ApproveAction{{7}, "ab12", ApprovalVia::cli}}}}),
      R"({"command_arrived":{"approve_action":{"action":"act-7","plan_hash":"ab12","via":"cli"},"person":"ada"},"sequence":13,"time":1764024640123456789})");
}

// Every field is spelled out in the example, so a field that a walk forgot would be missing here.
TEST(InputJson, ForgetsNoField) {
  const auto again = decode_input(encode_input({1, at(0), ConfigApplied{examples::config(), "cafe"}}));
  ASSERT_TRUE(again.ok());
  const EngineConfig& config = std::get<ConfigApplied>(again->body).config;
  EXPECT_EQ(config.environment, "") << "an empty text must not come back as the default";
  EXPECT_EQ(config.window, seconds(5));
  EXPECT_EQ(config.lateness, seconds(7));
  EXPECT_EQ(config.services.at(0).tier, 0.75);
  EXPECT_EQ(config.slos.at(0).window, days(7));
  EXPECT_EQ(config.routes.at(0).approver, "ada");
  EXPECT_EQ(config.destination_kinds.at("oncall"), "slack");
  const PolicyConfig& policy = config.policies.at(0);
  EXPECT_EQ(policy.effect, PolicyEffect::forbid);
  EXPECT_FALSE(policy.when.harmful_verdict);
  EXPECT_EQ(policy.when.blast_score_at_most, 99);
  EXPECT_TRUE(policy.auto_allowed);
  EXPECT_FALSE(policy.auto_needs_concurrent_control);
  EXPECT_EQ(policy.cooldown, minutes(5));
  EXPECT_EQ(config.runbooks.at(0).arguments.size(), 2u);

  const auto alert = decode_input(encode_input({1, at(0), AlertsArrived{{examples::alert()}}}));
  ASSERT_TRUE(alert.ok());
  const Alert& a = std::get<AlertsArrived>(alert->body).alerts.at(0);
  EXPECT_EQ(a.fingerprint, 0xfedc'ba98'7654'3210);
  EXPECT_EQ(a.summary, "payment \"fails\"\n✓");
  EXPECT_EQ(a.ends_at, at(2));
  EXPECT_EQ(a.labels, examples::alert().labels);
}

TEST(InputJson, SaysWhereItIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "not JSON"},
      {"null", "expected an object"},
      {"[]", "expected an object"},
      {R"({"time":1,"tick":{}})", "\"sequence\" is missing"},
      {R"({"sequence":-1,"time":1,"tick":{}})", "input.sequence: expected a whole number from 0 that fits, found -1"},
      {R"({"sequence":1.5,"time":1,"tick":{}})", "input.sequence"},
      {R"({"sequence":1,"time":1})", "names nothing"},
      {R"({"sequence":1,"time":1,"tick":{},"hand_presence":{}})", "more than one"},
      {R"({"sequence":1,"time":1,"tick":null})", "input.tick: expected an object, found null"},
      {R"({"sequence":1,"time":1,"alerts_arrived":{"alerts":[{},null]}})",
       "input.alerts_arrived.alerts[1]: expected an object, found null"},
      {R"({"sequence":1,"time":1,"alerts_arrived":{"alerts":[{"labels":[["a"]]}]}})",
       "input.alerts_arrived.alerts[0].labels[0]: expected a pair of texts"},
      {R"({"sequence":1,"time":1,"command_arrived":{"person":"ada"}})",
       "input.command_arrived: expected exactly one of"},
      {R"({"sequence":1,"time":1,"command_arrived":{"person":7,"acknowledge_incident":{}}})",
       "input.command_arrived.person: expected text, found 7"},
      {R"({"sequence":1,"time":1,"action_reported":{"action":"inc-7"}})",
       "input.action_reported.action: expected act-12 or the like, found \"inc-7\""},
      {R"({"sequence":1,"time":1,"action_reported":{"kind":"exploded"}})", "input.action_reported.kind"},
      {R"({"sequence":1,"time":1,"signals_arrived":{}})", "only in the journal of signals"},
  };
  for (const auto& [line, expected] : cases) {
    const auto input = decode_input(line);
    ASSERT_FALSE(input.ok()) << line;
    EXPECT_EQ(input.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(message_of(input.status()).find(expected), std::string_view::npos) << line << "\n"
                                                                                 << message_of(input.status());
  }
}

TEST(InputJson, DeepNestingIsRefusedBeforeItIsBuilt) {
  const std::string deep = R"({"sequence":1,"time":1,"tick":)" + std::string(100'000, '[');
  const auto input = decode_input(deep);
  ASSERT_FALSE(input.ok());
  EXPECT_NE(message_of(input.status()).find("nested deeper"), std::string_view::npos);
}

TEST(InputJson, FieldsOfAnotherVersionAreLeftAlone) {
  const auto input = decode_input(R"({"sequence":1,"time":1,"tick":{"moon":"full"},"weather":"rain"})");
  ASSERT_TRUE(input.ok()) << message_of(input.status());
}

TEST(SignalsRecord, KeepsTheBodyByteForByte) {
  std::string body;
  for (int i = 0; i < 1024; ++i) body.push_back(static_cast<char>(i));
  const Input input{7, at(1),
                    SignalsArrived{.encoding = Encoding::remote_write_2,
                                   .body = body,
                                   .principal = "token shop",
                                   .verdict = {998, {3, 17}, "label name is empty"}}};
  const std::string record = encode_signals_record(input);
  const auto again = decode_signals_record(record);
  ASSERT_TRUE(again.ok()) << message_of(again.status());
  const auto& signals = std::get<SignalsArrived>(again->body);
  EXPECT_EQ(again->sequence, 7u);
  EXPECT_EQ(again->time, at(1));
  EXPECT_EQ(signals.encoding, Encoding::remote_write_2);
  EXPECT_EQ(signals.body, body);
  EXPECT_EQ(signals.principal, "token shop");
  EXPECT_EQ(signals.verdict.accepted, 998u);
  EXPECT_EQ(signals.verdict.rejected, (std::vector<std::uint32_t>{3, 17}));
  EXPECT_EQ(signals.verdict.first_reason, "label name is empty");
  for (std::size_t length = 0; length < record.size() - body.size(); ++length)
    EXPECT_FALSE(decode_signals_record(std::string_view(record).substr(0, length)).ok()) << length;
}

// Journalled as it was sent, read as it was meant.
TEST(SignalsRecord, ABodyThatCamePackedIsKeptPacked) {
  const std::string body(100'000, 'x');
  Input input{7, at(1), SignalsArrived{.encoding = Encoding::remote_write_1, .body = body}};
  auto& arrived = std::get<SignalsArrived>(input.body);
  arrived.packing = Compression::snappy_block;
  arrived.packed = deflate_fast(body);
  const std::string record = encode_signals_record(input);
  EXPECT_LT(record.size(), body.size() / 10);
  const auto again = decode_signals_record(record);
  ASSERT_TRUE(again.ok()) << message_of(again.status());
  EXPECT_EQ(std::get<SignalsArrived>(again->body).body, body);
  EXPECT_FALSE(decode_signals_record(std::string_view(record).substr(0, record.size() - 9)).ok());
}

}  // namespace
}  // namespace nightjar
