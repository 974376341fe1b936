// A field added to a noun and forgotten in wire/json/describe_*.h would be lost on the way through the journal. Counts
// both.
#include <typeinfo>

#include <boost/pfr/tuple_size.hpp>
#include <nlohmann/json.hpp>

#include "wire/json/describe_action.h"
#include "wire/json/describe_change.h"
#include "wire/json/describe_config.h"
#include "wire/json/describe_incident.h"
#include "wire/json/describe_judgement.h"
#include "wire/json/describe_notification.h"
#include "wire/json/describe_rollup.h"
#include "wire/json/describe_ticket.h"

namespace nightjar {
namespace {

struct CountingWalk {
  static constexpr bool reading = false;
  std::size_t fields = 0;
  template <class T>
  void operator()(std::string_view, const T&) {
    ++fields;
  }
};

template <class... Nouns>
void expect_all_fields_walked() {
  const auto one = []<class Noun>(const Noun& noun) {
    CountingWalk walk;
    fields::describe(walk, noun);
    EXPECT_EQ(walk.fields, boost::pfr::tuple_size_v<Noun>) << typeid(Noun).name();
  };
  (one(Nouns{}), ...);
}

TEST(EveryField, IsWalked) {
  expect_all_fields_walked<Alert, ChangeEvent, ChangeWatch, Change, TicketEvent, Ticket>();
  expect_all_fields_walked<BlastRadius, DecisionPart, Decision, Approval, Verification, Action, ActionReport>();
  expect_all_fields_walked<ApproveAction, RejectAction, AcknowledgeIncident, SetKillSwitch>();
  expect_all_fields_walked<TimeRange, SeriesKey, Expectation, ExpectedValue, Anomaly, Forecast, SloStatus, DataQuality,
                           WindowJudgement>();
  expect_all_fields_walked<JoinReason, Symptom, Evidence, StatementCause, Finding, RuledOut, Hurt, TimelineEntry,
                           TicketRef, Incident>();
  expect_all_fields_walked<MessageLink, Message, Delivery, DeliveryReport>();
  expect_all_fields_walked<RequestKey, RequestCounts, RequestRollup, DependencyKey, DependencyCounts, DependencyRollup,
                           StatementKey, StatementCounts, StatementRollup, PatternKey, PatternCounts, PatternRollup,
                           MetricKey, MetricCounts, MetricRollup, AnswerKey, AnswerRollup, UnansweredKey,
                           UnansweredRollup, WindowRollups>();
  expect_all_fields_walked<ServiceConfig, SloConfig, RouteConfig, PolicyWhen, PolicyConfig, RunbookConfig,
                           EngineConfig>();
}

}  // namespace
}  // namespace nightjar
