#include "wire/json/effect_json.h"

#include <limits>

#include "base/text.h"
#include "tests/unit/wire_json/examples.h"
#include "wire/json/document_json.h"

namespace nightjar {
namespace {

TEST(EffectJson, ComesBackTheSame) {
  const Effects effects = {SaveIncident{examples::incident()}, SaveChange{examples::change()},
                           SaveAction{examples::action()},     DispatchAction{examples::action()},
                           Deliver{examples::delivery()},      KillSwitchSet{true, "ada"},
                           SaveTicket{examples::ticket()}};
  for (const Effect& effect : effects) {
    const std::string line = encode_effect(effect);
    const auto again = decode_effect(line);
    ASSERT_TRUE(again.ok()) << line << "\n" << message_of(again.status());
    EXPECT_EQ(again->index(), effect.index());
    EXPECT_EQ(encode_effect(*again), line);
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(EffectJson, ForgetsNoField) {
  const auto action = decode_action(encode_action(examples::action()));
  ASSERT_TRUE(action.ok());
  EXPECT_EQ(action->blast_radius.uncertainty, 0.03);
  EXPECT_EQ(action->decision.reasons.at(0).reason, DecisionReason::approval_required);
  EXPECT_EQ(action->approvals.at(0).via, ApprovalVia::link);
  EXPECT_EQ(action->verification->e_worse, 0.25);
  EXPECT_EQ(action->expires_at, examples::at(961));
  EXPECT_EQ(action->arguments.at("to_version"), "2.4.0");
  EXPECT_EQ(action->outcome_text, "exit 0");

  const auto change = decode_change(encode_change(examples::change()));
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(change->watch.e_value, examples::change().watch.e_value) << "to the last bit";
  EXPECT_EQ(change->watch.e_value_no_harm, 5e-324);
  EXPECT_EQ(change->event.caused_by, ActionId{7});

  const auto incident = decode_incident(encode_incident(examples::incident()));
  ASSERT_TRUE(incident.ok()) << message_of(incident.status());
  EXPECT_EQ(incident->symptoms.at(0).fingerprint, ~std::uint64_t{0});
  EXPECT_EQ(incident->symptoms.at(0).series, examples::series());
  EXPECT_EQ(incident->findings.at(0).statement->fingerprint.value, 0xffff'ffff'ffff'fff0);
  EXPECT_EQ(incident->findings.at(0).evidence.at(0).window.end, examples::at(2));
  EXPECT_EQ(incident->ticket->key, "shop/shop#3");
  EXPECT_EQ(incident->timeline.at(0).ref, "sym-3");

  const auto delivery = decode_delivery(encode_delivery(examples::delivery()));
  ASSERT_TRUE(delivery.ok());
  EXPECT_EQ(delivery->message.facts, examples::delivery().message.facts);
  EXPECT_EQ(delivery->message.links.at(0).label, "Approve");
}

TEST(EffectJson, NumbersThatJsonDoesNotHave) {
  Change change = examples::change();
  change.watch.e_value = std::numeric_limits<double>::infinity();
  change.watch.e_value_no_harm = -0.0;
  const auto again = decode_change(encode_change(change));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->watch.e_value, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::signbit(again->watch.e_value_no_harm));
}

TEST(EffectJson, TextThatIsNotUtf8DoesNotThrow) {
  Incident incident = examples::incident();
  incident.title = "caf\xE9";
  EXPECT_NE(encode_incident(incident).find("caf\xEF\xBF\xBD"), std::string::npos);
}

TEST(EffectJson, ClosedWindowIsADigestOfEverythingInIt) {
  const CloseWindow window = examples::close_window();
  const std::string line = encode_effect(window);
  EXPECT_EQ(line, encode_effect(examples::close_window()));
  EXPECT_EQ(decode_effect(line).status().code(), absl::StatusCode::kFailedPrecondition);

  std::vector<CloseWindow> others(6, window);
  others[0].rollups.requests[0].counts.own_errors = 0;
  others[1].rollups.requests[0].counts.self_times.observe(1);
  others[2].judgement.expected[0].expected.high = 0.020000000000000004;
  others[3].judgement.slos.push_back({});
  others[4].rollups.requests[0].key.version = "2.4.0";
  others[5].judgement.data_quality.push_back({});
  for (const CloseWindow& other : others) EXPECT_NE(encode_effect(other), line);
}

TEST(EffectJson, SaysWhereItIsWrong) {
  for (const char* line : {"", "7", "{}", R"({"save_incident":7})", R"({"deliver":{"message":{"facts":[["a",1]]}}})"})
    EXPECT_EQ(decode_effect(line).status().code(), absl::StatusCode::kInvalidArgument) << line;
}

}  // namespace
}  // namespace nightjar
