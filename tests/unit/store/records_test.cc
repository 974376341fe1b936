#include "store/records/records.h"

#include <fstream>

#include "base/text.h"
#include "tests/unit/store/folder.h"
#include "wire/json/document_json.h"

namespace nightjar {
namespace {

constexpr RecordCodec kCodec{encode_incident, encode_change, encode_action, encode_delivery, encode_ticket,
                             decode_incident, decode_change, decode_action, decode_delivery, decode_ticket};
Timestamp at(std::int64_t second) { return Timestamp{1'764'000'000'000'000'000} + seconds(second); }
constexpr TimeRange kAlways{{1}, {9'000'000'000'000'000'000}};

std::unique_ptr<Records> open(const std::string& path) {
  auto records = Records::open(path, kCodec);
  EXPECT_TRUE(records.ok()) << message_of(records.status());
  return records.ok() ? *std::move(records) : nullptr;
}

Incident incident(std::uint64_t id, std::int64_t opened, std::optional<Timestamp> resolved = {}) {
  Incident incident;
  incident.id = {id};
  incident.title = fmt::format("incident {}", id);
  incident.service = {id % 2 ? "payment" : "cart"};
  incident.opened_at = at(opened);
  incident.resolved_at = resolved;
  return incident;
}
Change change(std::uint64_t id, std::string service, std::int64_t started) {
  Change change;
  change.id = {id};
  change.event.service = {std::move(service)};
  change.event.started_at = at(started);
  return change;
}
Action action(std::uint64_t id, std::uint64_t incident, ActionState state, std::int64_t proposed) {
  Action action;
  action.id = {id};
  action.incident = {incident};
  action.state = state;
  action.proposed_at = at(proposed);
  return action;
}
Delivery delivery(std::uint64_t id, std::string destination, DeliveryOperation operation) {
  Delivery delivery;
  delivery.id = {id};
  delivery.destination = std::move(destination);
  delivery.operation = operation;
  delivery.message.title = fmt::format("message {}", id);
  return delivery;
}
template <class Nouns>
std::vector<std::uint64_t> ids(const Nouns& nouns) {
  EXPECT_TRUE(nouns.ok()) << message_of(nouns.status());
  std::vector<std::uint64_t> ids;
  if (nouns.ok())
    for (const auto& noun : *nouns) ids.push_back(noun.id.value);
  return ids;
}
using Ids = std::vector<std::uint64_t>;

TEST(Records, KeepsTheNewestOfEachAcrossReopening) {
  Folder folder;
  {
    auto records = open(folder / "records.db");
    ASSERT_TRUE(
        records->apply({1, at(1), Tick{}}, {SaveIncident{incident(5, 1)}, SaveChange{change(3, "cart", 1)}}).ok());
    Incident worse = incident(5, 1, at(9));
    worse.title = "it is over";
    ASSERT_TRUE(
        records->apply({2, at(2), Tick{}}, {SaveIncident{worse}, SaveAction{action(7, 5, ActionState::running, 2)}})
            .ok());
    EXPECT_EQ(records->last_sequence(), 2u);
  }
  auto records = open(folder / "records.db");
  EXPECT_EQ(records->last_sequence(), 2u);
  EXPECT_EQ(records->incident({5})->title, "it is over");
  EXPECT_EQ(records->change({3})->event.service.value, "cart");
  EXPECT_EQ(records->action({7})->state, ActionState::running);
  EXPECT_EQ(records->incident({6}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(message_of(records->incident({6}).status()), "there is no inc-6");
}

TEST(Records, AReplayAppliesNothingTwice) {
  Folder folder;
  auto records = open(folder / "records.db");
  const Input first{1, at(1), Tick{}}, second{2, at(2), Tick{}};
  const Effects open_it = {SaveIncident{incident(5, 1)}}, close_it = {SaveIncident{incident(5, 1, at(2))}};
  const std::vector<RecordStep> steps = {{&first, &open_it}, {&second, &close_it}};
  ASSERT_TRUE(records->apply(steps).ok());
  ASSERT_TRUE(records->apply(first, open_it).ok()) << "again";
  EXPECT_TRUE(records->incident({5})->resolved_at) << "what is older must not win";
}

TEST(Records, TicksCostNoTransaction) {
  Folder folder;
  auto records = open(folder / "records.db");
  ASSERT_TRUE(records->apply({1, at(1), Tick{}}, {CloseWindow{}}).ok());
  EXPECT_EQ(records->last_sequence(), 0u);
}

TEST(Records, TicketsAreFoundByTheirIncident) {
  Folder folder;
  auto records = open(folder / "records.db");
  const auto ticket = [](std::uint64_t id, std::optional<IncidentId> incident, std::int64_t opened) {
    Ticket ticket;
    ticket.id = {id};
    ticket.incident = incident;
    ticket.event.opened_at = at(opened);
    return SaveTicket{ticket};
  };
  ASSERT_TRUE(
      records
          ->apply({1, at(1), Tick{}}, {ticket(1, {}, 10), ticket(2, IncidentId{5}, 20), ticket(3, IncidentId{5}, 15)})
          .ok());
  ASSERT_TRUE(records->apply({2, at(2), Tick{}}, {ticket(1, IncidentId{6}, 10)}).ok());
  EXPECT_EQ(ids(records->tickets(kAlways, 10)), (Ids{2, 3, 1}));
  EXPECT_EQ(ids(records->tickets({at(12), at(20)}, 10)), (Ids{3}));
  EXPECT_EQ(ids(records->tickets_of({5})), (Ids{3, 2}));
  EXPECT_EQ(ids(records->tickets_of({6})), (Ids{1}));
  ASSERT_TRUE(records->drop_before(at(18)).ok());
  EXPECT_EQ(ids(records->tickets(kAlways, 10)), (Ids{2}));
}

TEST(Records, Lists) {
  Folder folder;
  auto records = open(folder / "records.db");
  const Effects effects = {SaveIncident{incident(1, 10, at(20))},
                           SaveIncident{incident(2, 30)},
                           SaveIncident{incident(3, 50, at(60))},
                           SaveChange{change(1, "cart", 10)},
                           SaveChange{change(2, "payment", 20)},
                           SaveChange{change(3, "cart", 30)},
                           SaveChange{change(4, "", 40)},
                           SaveAction{action(1, 1, ActionState::succeeded, 10)},
                           SaveAction{action(2, 2, ActionState::awaiting_approval, 30)},
                           SaveAction{action(3, 2, ActionState::denied, 31)}};
  ASSERT_TRUE(records->apply({1, at(70), Tick{}}, effects).ok());
  EXPECT_EQ(ids(records->incidents(kAlways, 10)), (Ids{3, 2, 1}));
  EXPECT_EQ(ids(records->incidents(kAlways, 2)), (Ids{3, 2}));
  EXPECT_EQ(ids(records->incidents({at(25), at(45)}, 10)), (Ids{2})) << "1 was over, 3 had not begun";
  EXPECT_EQ(ids(records->incidents({at(15), at(31)}, 10)), (Ids{2, 1}));
  EXPECT_EQ(ids(records->incidents_of({"payment"}, kAlways, 10)), (Ids{3, 1}));
  EXPECT_EQ(ids(records->changes(kAlways, 10)), (Ids{4, 3, 2, 1}));
  EXPECT_EQ(ids(records->changes({at(20), at(40)}, 10)), (Ids{3, 2}));
  EXPECT_EQ(ids(records->changes_of({"cart"}, kAlways, 10)), (Ids{3, 1}));
  const auto newest = records->last_changes().value();
  EXPECT_EQ(newest.size(), 2u);
  EXPECT_EQ(newest.at({"cart"}).id.value, 3u);
  EXPECT_EQ(ids(records->actions(kAlways, 10)), (Ids{3, 2, 1}));
  EXPECT_EQ(ids(records->actions_of({2})), (Ids{2, 3}));
  EXPECT_EQ(ids(records->actions_in(ActionState::awaiting_approval)), (Ids{2}));
}

TEST(Records, NotificationsAndTheirReports) {
  Folder folder;
  auto records = open(folder / "records.db");
  ASSERT_TRUE(records
                  ->apply({1, at(1), Tick{}}, {Deliver{delivery(1, "oncall", DeliveryOperation::create)},
                                               Deliver{delivery(2, "mail", DeliveryOperation::create)},
                                               Deliver{delivery(3, "oncall", DeliveryOperation::update)}})
                  .ok());
  ASSERT_TRUE(records->apply({2, at(2), DeliveryReported{{{1}, true, "1.2", "http://127.0.0.1/1", ""}}}, {}).ok());
  ASSERT_TRUE(records->apply({3, at(3), DeliveryReported{{{2}, false, "", "", "550 no such person"}}}, {}).ok());
  ASSERT_TRUE(records->apply({4, at(4), Tick{}}, {Deliver{delivery(1, "oncall", DeliveryOperation::create)}}).ok());
  const auto told = records->notifications(kAlways, 10).value();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].delivery.id.value, 3u);
  EXPECT_FALSE(told[0].reported);
  EXPECT_TRUE(told[1].reported);
  EXPECT_FALSE(told[1].delivered);
  EXPECT_EQ(told[1].error, "550 no such person");
  EXPECT_TRUE(told[2].delivered) << "decided again, but reported once";
  EXPECT_EQ(told[2].external_ref, "1.2");
  EXPECT_EQ(ids(records->unreported_deliveries()), (Ids{3}));
  EXPECT_EQ(records->counts(kAlways)->messages, (std::map<std::string, std::uint64_t>{{"oncall", 1}}));
}

TEST(Records, CountsTheNight) {
  Folder folder;
  auto records = open(folder / "records.db");
  Alert alert;
  alert.fingerprint = ~std::uint64_t{0};
  alert.starts_at = at(1);
  Alert next = alert;
  next.starts_at = at(100);
  ASSERT_TRUE(records->apply({1, at(5), AlertsArrived{{alert}}}, {SaveIncident{incident(1, 5)}}).ok());
  ASSERT_TRUE(records->apply({2, at(65), AlertsArrived{{alert, next}}}, {}).ok());
  EXPECT_EQ(records->counts(kAlways)->alerts, 2u) << "sent again is the same one";
  EXPECT_EQ(records->counts({at(60), at(70)})->alerts, 1u);
  EXPECT_EQ(records->counts(kAlways)->incidents, 1u);
}

TEST(Records, KillSwitch) {
  Folder folder;
  auto records = open(folder / "records.db");
  EXPECT_FALSE(records->kill_switch()->on);
  ASSERT_TRUE(records->apply({1, at(5), Tick{}}, {KillSwitchSet{true, "ada"}}).ok());
  EXPECT_TRUE(records->kill_switch()->on);
  EXPECT_EQ(records->kill_switch()->person, "ada");
  EXPECT_EQ(records->kill_switch()->at, at(5));
}

TEST(Records, ForgetsWhatIsOver) {
  Folder folder;
  auto records = open(folder / "records.db");
  ASSERT_TRUE(
      records
          ->apply({1, at(1), Tick{}},
                  {SaveIncident{incident(1, 1, at(2))}, SaveIncident{incident(2, 1)}, SaveChange{change(1, "a", 1)},
                   SaveAction{action(1, 1, ActionState::failed, 1)}, SaveAction{action(2, 2, ActionState::failed, 1)}})
          .ok());
  ASSERT_TRUE(records->drop_before(at(100)).ok());
  EXPECT_EQ(ids(records->incidents(kAlways, 10)), (Ids{2})) << "still open";
  EXPECT_EQ(ids(records->actions(kAlways, 10)), (Ids{2}));
  EXPECT_TRUE(records->changes(kAlways, 10)->empty());
}

TEST(Records, SaysWhyItDoesNotOpen) {
  Folder folder;
  std::ofstream(folder / "records.db") << std::string(8192, 'x');
  const auto damaged = Records::open(folder / "records.db", kCodec);
  EXPECT_EQ(damaged.status().code(), absl::StatusCode::kDataLoss) << message_of(damaged.status());
  std::filesystem::create_directory(folder / "folder.db");
  EXPECT_FALSE(Records::open(folder / "folder.db", kCodec).ok());
  open(folder / "newer.db");
  {
    auto database = Database::open(folder / "newer.db");
    ASSERT_TRUE(database->run("PRAGMA user_version = 99").ok());
  }
  EXPECT_EQ(Records::open(folder / "newer.db", kCodec).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace nightjar
