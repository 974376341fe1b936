// Whose change is it? What senders name against what serves traffic.
#include "tests/unit/decisions/shop.h"

namespace nightjar {
namespace {

class NamedChanges : public ::testing::Test {
 protected:
  void SetUp() override {
    EngineConfig config;
    config.services = {{{"payment"}, "", "shop/payment-api", 0.5, {"payments-*", "prod/pay"}},
                       {{"cart"}, "", "shop/mono", 0.5, {}},
                       {{"search"}, "", "shop/mono", 0.5, {"payments-search-*"}}};
    shop_.step(ConfigApplied{config, "cafe"});
    shop_.serve_for(minutes(2),
                    {{"shop/payment", "2.4.0"}, {"cart", "1.0.0"}, {"search", "3.0.0"}, {"catalog", "1.1.0"}});
  }
  const Change& take(std::string application, std::string repository, std::string version = "9f8e",
                     std::string commit = "9f8e") {
    ChangeEvent event;
    event.key = fmt::format("test {}", ++key_);
    event.source = ChangeSource::gitlab;
    event.application = std::move(application);
    event.repository = std::move(repository);
    event.version = std::move(version);
    event.commit = std::move(commit);
    event.started_at = shop_.now();
    shop_.step(ChangeArrived{event});
    return shop_.world().changes.rbegin()->second;
  }
  std::string service(std::string application, std::string repository) {
    return take(std::move(application), std::move(repository)).event.service.value;
  }
  const Change& newest() { return shop_.world().changes.rbegin()->second; }

  Shop shop_;
  int key_ = 0;
};

TEST_F(NamedChanges, TheOperatorsNamesComeFirst) {
  EXPECT_EQ(service("payments-production", ""), "shop/payment") << "a pattern, and telemetry's whole name";
  EXPECT_EQ(service("payments-search-production", ""), "search") << "the longest pattern";
  EXPECT_EQ(service("prod/pay", "shop/catalog"), "shop/payment") << "the application before the repository";
  EXPECT_EQ(service("", "shop/payment-api"), "shop/payment");
}

TEST_F(NamedChanges, ThenWhatServesTraffic) {
  EXPECT_EQ(service("", "shop/catalog"), "catalog");
  EXPECT_EQ(service("argocd/catalog", "deploy/everything"), "catalog");
  EXPECT_EQ(service("payment", ""), "shop/payment");
}

TEST_F(NamedChanges, WhatFitsNothingOrTwoIsLeftOpen) {
  EXPECT_EQ(service("", "shop/mono"), "") << "two services live in it";
  EXPECT_EQ(service("", "shop/website"), "");
  EXPECT_EQ(service("", ""), "");
  const Incident& incident = shop_.alarm("cart");
  shop_.serve({{"cart", "1.0.0"}});
  for (const RuledOut& out : incident.ruled_out) EXPECT_FALSE(out.service.empty()) << "no candidate: " << out.text;
}

TEST_F(NamedChanges, MessagesOfOneDeploymentAreOneChange) {
  ChangeEvent event;
  event.key = "gitlab shop/catalog job 796";
  event.source = ChangeSource::gitlab;
  event.repository = "shop/catalog";
  event.commit = event.version = "9f8e";
  event.started_at = shop_.now();
  shop_.step(ChangeArrived{event});
  const ChangeId id = newest().id;
  event.status = ChangeStatus::succeeded;
  event.started_at = event.started_at + seconds(50);
  event.finished_at = event.started_at;
  for (int again = 0; again < 2; ++again) shop_.step(ChangeArrived{event});
  EXPECT_EQ(newest().id, id);
  EXPECT_EQ(newest().event.status, ChangeStatus::succeeded);
  EXPECT_EQ(newest().event.finished_at, event.finished_at);
  EXPECT_LT(newest().event.started_at, *newest().event.finished_at);
}

// GitLab, Flux, Jenkins know a commit; the instances say 1.2.0.
TEST_F(NamedChanges, AVersionNobodyAnnouncedBelongsToTheDeployThatNamedACommit) {
  const ChangeId id = take("", "shop/catalog").id;
  shop_.serve({{"catalog", "1.1.0"}});
  shop_.serve({{"catalog", "1.2.0"}});
  EXPECT_EQ(newest().id, id) << "no second record";
  EXPECT_EQ(newest().event.version, "1.2.0");
  EXPECT_EQ(newest().event.previous_version, "1.1.0");
  EXPECT_EQ(newest().event.source, ChangeSource::gitlab);
}

TEST_F(NamedChanges, AlsoWhenTheMessageComesAfterTheVersion) {
  shop_.serve({{"catalog", "1.2.0"}});
  ASSERT_EQ(newest().event.source, ChangeSource::observed);
  const ChangeId id = newest().id;
  take("", "shop/catalog");
  EXPECT_EQ(newest().id, id);
  EXPECT_EQ(newest().event.version, "1.2.0");
  EXPECT_EQ(newest().event.commit, "9f8e");
  EXPECT_EQ(newest().event.source, ChangeSource::gitlab) << "what a tool says outranks what was merely observed";
}

// The pipeline and the tool it calls tell of the same deploy.
TEST_F(NamedChanges, TwoToolsThatShareACommitTellOfOneChange) {
  const ChangeId id = take("catalog", "", "1.2.0", "9f8e").id;
  ChangeEvent event;
  event.key = "jenkins http://jenkins.example.com/job/deploy/18/";
  event.source = ChangeSource::jenkins;
  event.repository = "shop/catalog";
  event.version = event.commit = "9f8e";
  event.status = ChangeStatus::succeeded;
  event.started_at = shop_.now();
  shop_.step(ChangeArrived{event});
  EXPECT_EQ(newest().id, id);
  EXPECT_EQ(newest().event.version, "1.2.0");
  EXPECT_EQ(newest().event.status, ChangeStatus::succeeded);
}

// A tag is pushed minutes before it is deployed; the deploy must still be noticed and watched.
TEST_F(NamedChanges, ATagIsNotTheDeployThatFollowsIt) {
  ChangeEvent tag;
  tag.key = "gitea shop/catalog push refs/tags/v1.2.0 9f8e";
  tag.source = ChangeSource::gitea;
  tag.kind = ChangeKind::push;
  tag.repository = "shop/catalog";
  tag.version = "1.2.0";
  tag.started_at = shop_.now();
  shop_.step(ChangeArrived{tag});
  const ChangeId pushed = newest().id;
  EXPECT_EQ(newest().event.service.value, "catalog");
  shop_.serve({{"catalog", "1.2.0"}});
  EXPECT_NE(newest().id, pushed);
  EXPECT_EQ(newest().event.kind, ChangeKind::deploy);
  EXPECT_EQ(newest().event.source, ChangeSource::observed);
  EXPECT_EQ(newest().watch.verdict, WatchVerdict::watching);
}

}  // namespace
}  // namespace nightjar
