// Tickets beside incidents: what people write down, next to what is measured.
#include "tests/unit/decisions/shop.h"

namespace nightjar {
namespace {

class Tickets : public ::testing::Test {
 protected:
  void SetUp() override {
    EngineConfig config;
    config.services = {{{"payment"}, "", "shop/payment-api", 0.5, {}}};
    config.routes = {{{"*"}, {}, "tickets", ""}};
    config.destination_kinds = {{"tickets", "github_issues"}};
    shop_.step(ConfigApplied{config, "cafe"});
    shop_.serve_for(minutes(2), kServing);
  }
  TicketEvent ticket(std::string title) {
    TicketEvent event;
    event.key = "OPS-12";
    event.title = std::move(title);
    event.author = "ada";
    event.opened_at = event.at = shop_.now();
    return event;
  }
  const Ticket& newest() { return shop_.world().tickets.rbegin()->second; }
  // Not the tickets that the engine writes itself.
  std::vector<std::string> told(const Incident& incident) {
    std::vector<std::string> lines;
    for (const TimelineEntry& entry : incident.timeline)
      if (entry.ref.starts_with("tkt-")) lines.push_back(entry.text);
    return lines;
  }

  int key_ = 100;
  const std::map<std::string, std::string> kServing = {{"payment", "2.4.0"}, {"cart", "1.0.0"}};
  Shop shop_;
};

TEST_F(Tickets, ATicketThatNamesTheServiceStandsBesideItsIncident) {
  const Incident& incident = shop_.alarm("payment");
  const Effects effects = shop_.step(TicketArrived{ticket("Payment answers 500")});
  EXPECT_EQ(newest().incident, incident.id);
  ASSERT_EQ(newest().services.size(), 1u);
  EXPECT_EQ(newest().services[0].value, "payment");
  EXPECT_FALSE(newest().ours);
  ASSERT_EQ(told(incident).size(), 1u);
  EXPECT_NE(told(incident)[0].find("OPS-12 \"Payment answers 500\""), std::string::npos) << told(incident)[0];
  EXPECT_TRUE(std::any_of(effects.begin(), effects.end(),
                          [](const Effect& effect) { return std::holds_alternative<SaveTicket>(effect); }));
  EXPECT_TRUE(std::any_of(effects.begin(), effects.end(),
                          [](const Effect& effect) { return std::holds_alternative<SaveIncident>(effect); }));
}

TEST_F(Tickets, WaysToNameAService) {
  const Incident& incident = shop_.alarm("payment");
  const auto finds = [&](const TicketEvent& event) {
    TicketEvent copy = event;
    copy.key = fmt::format("OPS-{}", ++key_);
    shop_.step(TicketArrived{copy});
    return newest().incident == incident.id;
  };
  TicketEvent event = ticket("It is broken");
  EXPECT_FALSE(finds(event));
  event.title = "prepayment and repayments";
  EXPECT_FALSE(finds(event)) << "words, not parts of words";
  event.title = "cart is slow";
  event.text = "payment is fine";
  EXPECT_FALSE(finds(event)) << "the title names another; a text mentions bystanders";
  event.title = "It is broken";
  EXPECT_TRUE(finds(event)) << "the text, when nothing else names one";
  event.text = {};
  event.labels = {"payment"};
  EXPECT_TRUE(finds(event));
  event.labels = {};
  event.repository = "shop/payment-api";
  EXPECT_TRUE(finds(event));
  event.repository = {};
  event.services = {"payment"};
  EXPECT_TRUE(finds(event));
  event.resolved = true;
  EXPECT_FALSE(finds(event)) << "over when we hear of it";
}

TEST_F(Tickets, ATicketMayComeBeforeTheIncident) {
  shop_.step(TicketArrived{ticket("payment answers 500")});
  EXPECT_FALSE(newest().incident);
  shop_.serve_for(minutes(5), kServing);
  const Incident& incident = shop_.alarm("payment");
  EXPECT_FALSE(newest().incident) << "placed when the window closes";
  shop_.serve(kServing);
  EXPECT_EQ(newest().incident, incident.id);
  EXPECT_EQ(told(incident).size(), 1u);
}

TEST_F(Tickets, AnOldTicketIsAnotherStory) {
  shop_.step(TicketArrived{ticket("payment answers 500")});
  shop_.serve_for(minutes(40), kServing);
  shop_.alarm("payment");
  shop_.serve(kServing);
  EXPECT_FALSE(newest().incident);
}

TEST_F(Tickets, AnIncidentOfAnotherServiceIsLeftAlone) {
  const Incident& incident = shop_.alarm("cart");
  shop_.step(TicketArrived{ticket("payment answers 500")});
  shop_.serve(kServing);
  EXPECT_FALSE(newest().incident);
  EXPECT_TRUE(told(incident).empty());
}

TEST_F(Tickets, WhatHappensToItIsToldOnce) {
  const Incident& incident = shop_.alarm("payment");
  TicketEvent event = ticket("payment answers 500");
  shop_.step(TicketArrived{event});
  TicketEvent comment = event;
  comment.news = TicketNews::commented;
  comment.delivery = "comment 90";
  comment.text = "It is the new retry.\nMore below.";
  comment.author = "grace";
  comment.at = event.at + seconds(30);
  for (int again = 0; again < 2; ++again) shop_.step(TicketArrived{comment});
  shop_.step(TicketArrived{event});  // the first one, sent again
  EXPECT_EQ(newest().comments, 1u);
  TicketEvent closed = event;
  closed.news = TicketNews::resolved;
  closed.resolved = true;
  closed.at = event.at + seconds(60);
  shop_.step(TicketArrived{closed});
  const auto lines = told(incident);
  ASSERT_EQ(lines.size(), 3u) << fmt::format("{}", fmt::join(lines, "\n"));
  EXPECT_EQ(lines[1], "grace on OPS-12: It is the new retry.");
  EXPECT_EQ(lines[2], "ada resolved OPS-12; the incident goes by what is measured");
  EXPECT_EQ(incident.state, IncidentState::open);
  EXPECT_EQ(shop_.world().tickets.size(), 1u);
}

TEST_F(Tickets, OurOwnIsKnownByItsUrlOrOurMark) {
  const Incident& incident = shop_.alarm("payment");
  shop_.serve_for(minutes(2), kServing);  // after a minute a ticket is written
  NotificationId written;
  for (const auto& entry : incident.timeline)
    if (entry.kind == TimelineKind::ticket) written = parse_id<NotificationTag>(entry.ref);
  ASSERT_NE(written.value, 0u) << "the engine writes a ticket";
  shop_.step(DeliveryReported{{written, true, "7", "https://github.com/shop/ops/issues/7", ""}});
  ASSERT_TRUE(incident.ticket);
  const std::size_t before = told(incident).size();

  TicketEvent ours = ticket("payment: it fails");
  ours.system = TicketSystem::github;
  ours.key = "shop/ops#7";
  ours.url = "https://github.com/shop/ops/issues/7";
  shop_.step(TicketArrived{ours});
  EXPECT_TRUE(newest().ours);
  EXPECT_EQ(newest().incident, incident.id);
  EXPECT_EQ(told(incident).size(), before) << "that we wrote it is told already";
  ours.news = TicketNews::commented;
  ours.by_us = true;
  ours.at = ours.at + seconds(5);
  shop_.step(TicketArrived{ours});
  EXPECT_EQ(told(incident).size(), before) << "our own comment coming back";
  EXPECT_EQ(newest().comments, 0u);
  ours.by_us = false;
  ours.news = TicketNews::resolved;
  ours.resolved = true;
  ours.at = ours.at + seconds(5);
  shop_.step(TicketArrived{ours});
  EXPECT_EQ(incident.ticket->state, "resolved");
  EXPECT_EQ(incident.state, IncidentState::open) << "a person's opinion, noted";
  EXPECT_EQ(told(incident).size(), before + 1);

  TicketEvent marked = ticket("Something");
  marked.key = "OPS-99";
  marked.incident = incident.id;
  shop_.step(TicketArrived{marked});
  EXPECT_TRUE(newest().ours);
  EXPECT_EQ(newest().incident, incident.id);
}

TEST_F(Tickets, AreBounded) {
  TicketEvent event = ticket("nothing");
  for (int i = 0; i < 5010; ++i) {
    event.key = fmt::format("OPS-{}", i);
    shop_.step(TicketArrived{event});
  }
  EXPECT_EQ(shop_.world().tickets.size(), 5000u);
}

}  // namespace
}  // namespace nightjar
