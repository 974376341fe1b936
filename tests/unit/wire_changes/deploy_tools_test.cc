// Jenkins, Argo CD, Flux and CDEvents: tools that deploy.
#include "base/text.h"
#include "wire/changes/argocd.h"
#include "wire/changes/cdevents.h"
#include "wire/changes/flux.h"
#include "wire/changes/jenkins.h"

namespace nightjar {
namespace {

const Timestamp kToolsNow = parse_rfc3339("2026-11-24T22:50:40Z").value();

ChangeDelivery taken(const absl::StatusOr<ChangeDelivery>& delivery) {
  EXPECT_TRUE(delivery.ok()) << message_of(delivery.status());
  return delivery.value_or(ChangeDelivery{});
}

std::string jenkins_body(std::string_view phase, std::string_view rest) {
  return fmt::format(R"({{"name":"deploy-payment","display_name":"Deploy payment","url":"job/shop/job/deploy-payment/",
    "build":{{"full_url":"http://localhost:8080/job/shop/job/deploy-payment/18/","number":18,"queue_id":7,"phase":"{}",
    "url":"job/shop/job/deploy-payment/18/","log":"","notes":"","artifacts":{{}},
    "scm":{{"url":"https://github.com/shop/payment.git","branch":"origin/main","commit":"c6d86dc654b12425e706bcf951adfe5a8627a517","changes":[],"culprits":[]}},{}}}}})",
                     phase, rest);
}

TEST(Jenkins, StartedThenFinalized) {
  const auto started =
      taken(parse_jenkins(jenkins_body("STARTED", R"("status":"FAILURE","timestamp":1795560600000)"), kToolsNow));
  ASSERT_EQ(started.changes.size(), 1u);
  EXPECT_EQ(started.changes[0].status, ChangeStatus::running) << "the status at the start is the last build's";
  EXPECT_EQ(started.changes[0].application, "shop/deploy-payment");
  EXPECT_EQ(started.changes[0].repository, "shop/payment");
  EXPECT_EQ(started.changes[0].version, "c6d86dc654b12425e706bcf951adfe5a8627a517");
  EXPECT_EQ(started.changes[0].started_at, kToolsNow - seconds(40));
  const auto done = taken(parse_jenkins(
      jenkins_body(
          "FINALIZED",
          R"("status":"SUCCESS","duration":30000,"timestamp":1795560635000,"parameters":{"SERVICE":"payment","Version":"2.4.1","ENVIRONMENT":"production","INTENT":"act-7"})"),
      kToolsNow));
  ASSERT_EQ(done.changes.size(), 1u);
  EXPECT_EQ(done.changes[0].key, started.changes[0].key);
  EXPECT_EQ(done.changes[0].status, ChangeStatus::succeeded);
  EXPECT_EQ(done.changes[0].service.value, "payment");
  EXPECT_EQ(done.changes[0].version, "2.4.1");
  EXPECT_EQ(done.changes[0].environment, "production");
  EXPECT_EQ(done.changes[0].caused_by, ActionId{7});
  EXPECT_EQ(done.changes[0].started_at, kToolsNow - seconds(35));
  EXPECT_EQ(done.changes[0].finished_at, kToolsNow - seconds(5));
  EXPECT_EQ(taken(parse_jenkins(jenkins_body("FINALIZED", R"("status":"ABORTED")"), kToolsNow)).changes.at(0).status,
            ChangeStatus::failed);
  EXPECT_EQ(taken(parse_jenkins(jenkins_body("FINALIZED", R"("status":"UNSTABLE")"), kToolsNow)).changes.at(0).status,
            ChangeStatus::succeeded);
  EXPECT_EQ(taken(parse_jenkins(jenkins_body("COMPLETED", R"("status":"SUCCESS")"), kToolsNow)).ignored,
            ChangeIgnored::phase_not_watched);
  EXPECT_EQ(taken(parse_jenkins(jenkins_body("FINALIZED", R"("status":"NOT_BUILT")"), kToolsNow)).ignored,
            ChangeIgnored::not_started);
  for (const char* body :
       {"", "[]", "{}", R"({"name":"x","build":7})", R"({"name":"x","build":{"number":"1","phase":"STARTED"}})"})
    EXPECT_EQ(parse_jenkins(body, kToolsNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
}

TEST(Argocd, OneSyncIsOneChange) {
  const auto body = [](std::string_view phase, std::string_view rest) {
    return fmt::format(R"({{"application":"payment-production","project":"shop","namespace":"shop","phase":"{}",
      "revision":"3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a","repository":"https://git.example.com/shop/deploy.git",
      "images":["registry.example.com/shop/payment:2.4.1","envoyproxy/envoy:v1.30.0"],"startedAt":"2026-11-24T22:49:00Z",
      "url":"https://argocd.example.com/applications/payment-production",{}}})",
                       phase, rest);
  };
  const auto running = taken(parse_argocd(body("Running", R"("finishedAt":null,"author":null)"), kToolsNow));
  ASSERT_EQ(running.changes.size(), 1u);
  EXPECT_EQ(running.changes[0].application, "payment-production");
  EXPECT_EQ(running.changes[0].version, "2.4.1") << "not the side-car's";
  EXPECT_EQ(running.changes[0].commit, "3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a");
  EXPECT_EQ(running.changes[0].repository, "shop/deploy");
  const auto done =
      taken(parse_argocd(body("Succeeded", R"("finishedAt":"2026-11-24T22:49:30Z","author":"ada")"), kToolsNow));
  EXPECT_EQ(done.changes.at(0).key, running.changes[0].key);
  EXPECT_EQ(done.changes.at(0).status, ChangeStatus::succeeded);
  EXPECT_EQ(done.changes.at(0).finished_at, parse_rfc3339("2026-11-24T22:49:30Z"));
  EXPECT_EQ(taken(parse_argocd(body("Error", R"("images":null)"), kToolsNow)).changes.at(0).status,
            ChangeStatus::failed);
  EXPECT_EQ(taken(parse_argocd(body("Failed", R"("images":[7])"), kToolsNow)).changes.at(0).version,
            "3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a");
  for (const char* text : {"", "[]", "{}", R"({"application":"x"})", R"({"phase":"Running"})"})
    EXPECT_EQ(parse_argocd(text, kToolsNow).status().code(), absl::StatusCode::kInvalidArgument) << text;
}

std::string flux_body(std::string_view kind, std::string_view reason, std::string_view metadata,
                      std::string_view severity = "info") {
  return fmt::format(
      R"({{"involvedObject":{{"kind":"{}","namespace":"shop","name":"payment","uid":"1","apiVersion":"x/v1","resourceVersion":"7"}},
    "severity":"{}","timestamp":"2026-11-24T22:50:00Z","message":"Reconciliation finished in 1.2s\nnext run in 10m","reason":"{}",
    "metadata":{},"reportingController":"kustomize-controller","reportingInstance":"kustomize-controller-7f"}})",
      kind, severity, reason, metadata);
}

TEST(Flux, AKustomization) {
  const std::string metadata =
      R"({"kustomize.toolkit.fluxcd.io/revision":"main@sha1:731f7eaddfb6af01cb2173e18f0f75b0ba780ef1","env":"production"})";
  const auto progressing = taken(parse_flux(flux_body("Kustomization", "Progressing", metadata), kToolsNow));
  ASSERT_EQ(progressing.changes.size(), 1u);
  EXPECT_EQ(progressing.changes[0].status, ChangeStatus::running);
  EXPECT_EQ(progressing.changes[0].application, "shop/payment");
  EXPECT_EQ(progressing.changes[0].environment, "production");
  EXPECT_EQ(progressing.changes[0].commit, "731f7eaddfb6af01cb2173e18f0f75b0ba780ef1");
  EXPECT_EQ(progressing.changes[0].version, progressing.changes[0].commit);
  EXPECT_EQ(progressing.changes[0].title, "Reconciliation finished in 1.2s");
  const auto done = taken(parse_flux(flux_body("Kustomization", "ReconciliationSucceeded", metadata), kToolsNow));
  EXPECT_EQ(done.changes.at(0).key, progressing.changes[0].key);
  EXPECT_EQ(done.changes.at(0).status, ChangeStatus::succeeded);
  EXPECT_EQ(done.changes.at(0).started_at, kToolsNow - seconds(40));
  EXPECT_EQ(taken(parse_flux(flux_body("Kustomization", "HealthCheckFailed", metadata, "error"), kToolsNow))
                .changes.at(0)
                .status,
            ChangeStatus::failed);
  EXPECT_EQ(taken(parse_flux(flux_body("Kustomization", "DependencyNotReady", metadata, "error"), kToolsNow)).ignored,
            ChangeIgnored::not_a_deploy);
  EXPECT_EQ(taken(parse_flux(flux_body("Kustomization", "ReconciliationSucceeded", R"({"revision":"v2.4.1/731f7ead"})"),
                             kToolsNow))
                .changes.at(0)
                .commit,
            "731f7ead");
  EXPECT_EQ(
      taken(parse_flux(flux_body("Kustomization", "ReconciliationSucceeded", R"({"revision":"v2.4.1@sha1:731f7ead"})"),
                       kToolsNow))
          .changes.at(0)
          .version,
      "2.4.1");
  EXPECT_EQ(taken(parse_flux(flux_body("GitRepository", "NewArtifact", "{}"), kToolsNow)).ignored,
            ChangeIgnored::other_object);
}

TEST(Flux, AHelmRelease) {
  const std::string metadata =
      R"({"helm.toolkit.fluxcd.io/revision":"6.6.1+0cc9a8446c95","helm.toolkit.fluxcd.io/app-version":"2.4.1","service":"payment"})";
  const auto upgraded = taken(parse_flux(flux_body("HelmRelease", "UpgradeSucceeded", metadata), kToolsNow));
  ASSERT_EQ(upgraded.changes.size(), 1u);
  EXPECT_EQ(upgraded.changes[0].version, "2.4.1");
  EXPECT_EQ(upgraded.changes[0].service.value, "payment");
  EXPECT_EQ(upgraded.changes[0].key,
            taken(parse_flux(flux_body("HelmRelease", "UpgradeSucceeded", metadata), kToolsNow + seconds(5)))
                .changes.at(0)
                .key)
      << "sent again after a lost answer";
  EXPECT_NE(upgraded.changes[0].key,
            taken(parse_flux(flux_body("HelmRelease", "RollbackSucceeded", metadata), kToolsNow)).changes.at(0).key);
  EXPECT_EQ(taken(parse_flux(flux_body("HelmRelease", "UpgradeSucceeded", R"({"revision":"6.6.1+0cc9"})"), kToolsNow))
                .changes.at(0)
                .version,
            "6.6.1");
  EXPECT_EQ(taken(parse_flux(flux_body("HelmRelease", "TestSucceeded", metadata), kToolsNow)).ignored,
            ChangeIgnored::not_a_deploy);
  for (const char* body :
       {"", "[]", "{}", R"({"involvedObject":{"kind":"HelmRelease"}})", R"({"involvedObject":7,"reason":"x"})"})
    EXPECT_EQ(parse_flux(body, kToolsNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
}

// After CDEvents' conformance examples.
std::string cdevent(std::string_view predicate, std::string_view artifact,
                    std::string_view chain = R"("chainId":"4c8cb7dd-3448",)", std::string_view id = "271069a8-fc18") {
  return fmt::format(R"({{"context":{{"version":"0.4.0","id":"{}",{}"source":"/event/source/123",
    "type":"dev.cdevents.service.{}.0.2.0","timestamp":"2026-11-24T22:50:00.315384Z"}},
    "subject":{{"id":"mySubject123","source":"/event/source/123","type":"service","content":{{"environment":{{"id":"test123"}},"artifactId":"{}"}}}}}})",
                     id, chain, predicate, artifact);
}

TEST(Cdevents, BinaryAndStructuredAreTheSame) {
  const std::string event = cdevent("deployed", "pkg:oci/myapp@sha256%3A0b31b1c0?tag=2.4.1");
  const auto binary = taken(
      parse_cdevent({"application/json", "dev.cdevents.service.deployed.0.2.0", "271069a8-fc18"}, event, kToolsNow));
  ASSERT_EQ(binary.changes.size(), 1u);
  EXPECT_EQ(binary.changes[0].application, "mySubject123");
  EXPECT_EQ(binary.changes[0].version, "2.4.1");
  EXPECT_EQ(binary.changes[0].environment, "test123");
  EXPECT_EQ(binary.changes[0].kind, ChangeKind::deploy);
  EXPECT_EQ(binary.changes[0].status, ChangeStatus::succeeded);
  const auto structured = taken(parse_cdevent(
      {"application/cloudevents+json", "", ""},
      fmt::format(
          R"({{"specversion":"1.0","id":"271069a8-fc18","source":"/event/source/123","type":"dev.cdevents.service.deployed.0.2.0","datacontenttype":"application/json","data":{}}})",
          event),
      kToolsNow));
  EXPECT_EQ(structured.changes.at(0).key, binary.changes[0].key);
  EXPECT_EQ(structured.changes.at(0).version, "2.4.1");
}

TEST(Cdevents, WhatHappenedToAService) {
  const auto key = [](std::string_view predicate, std::string_view chain = R"("chainId":"4c8cb7dd-3448",)",
                      std::string_view id = "1") {
    return taken(parse_cdevent({}, cdevent(predicate, "payment:2.4.1", chain, id), kToolsNow)).changes.at(0).key;
  };
  EXPECT_EQ(key("deployed"), key("upgraded"));
  EXPECT_EQ(key("deployed"), key("published"));
  EXPECT_NE(key("deployed"), key("rolledback"));
  EXPECT_NE(key("deployed"), key("removed"));
  EXPECT_EQ(key("deployed", "", "1"), key("deployed", "", "1"));
  EXPECT_NE(key("deployed", "", "1"), key("deployed", "", "2")) << "without a chain each event is its own";
  EXPECT_EQ(taken(parse_cdevent({}, cdevent("removed", ""), kToolsNow)).changes.at(0).kind, ChangeKind::config);
  EXPECT_EQ(taken(parse_cdevent(
                      {}, R"({"context":{"id":"1","type":"dev.cdevents.build.finished.0.2.0"},"subject":{"id":"b"}})",
                      kToolsNow))
                .ignored,
            ChangeIgnored::event_not_watched);
  EXPECT_EQ(taken(parse_cdevent({}, cdevent("scaled", ""), kToolsNow)).ignored, ChangeIgnored::event_not_watched);
}

TEST(Cdevents, BodiesOfOthers) {
  for (const char* body :
       {"", "null", "[]", "{}", R"({"context":{"id":"1"}})",
        R"({"context":{"id":"1","type":"dev.cdevents.service.deployed.0.1.1"}})",
        R"({"specversion":"1.0","id":"1","type":"dev.cdevents.service.deployed.0.1.1","data_base64":"e30="})"})
    EXPECT_EQ(parse_cdevent({}, body, kToolsNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
  EXPECT_FALSE(parse_cdevent({"application/cloudevents-batch+json", "", ""}, "[]", kToolsNow).ok());
}

}  // namespace
}  // namespace nightjar
