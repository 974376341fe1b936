// What a door forces is stronger than what a body claims, and the claim stays to be seen.
#include "wire/forced_labels.h"

#include <random>
#include <set>

#include "oracle.h"
#include "wire/decode.h"
#include "wire/series_quota.h"

namespace nightjar {
namespace {

std::vector<Signals> decoded(Encoding encoding, const std::string& body, const Attributes& labels) {
  const auto verdict = judge(encoding, body, {}, oracle::kNow);
  EXPECT_TRUE(verdict.ok()) << verdict.status();
  auto signals = decode(encoding, body, *verdict, labels);
  EXPECT_TRUE(signals.ok());
  return *std::move(signals);
}

TEST(ForcedLabels, ReplaceResourceAttributesAndIdentityIsDerivedAgain) {
  const std::string body = oracle::traces().SerializeAsString();
  const auto plain = decoded(Encoding::otlp_traces_protobuf, body, {});
  const auto forced = decoded(Encoding::otlp_traces_protobuf, body,
                              {{"deployment.environment.name", "prod"}, {"service.name", "mine"}, {"team", "shop"}});
  ASSERT_EQ(forced.size(), plain.size());
  for (std::size_t i = 0; i < forced.size(); ++i) {
    const Resource& resource = forced[i].resource;
    EXPECT_EQ(resource.environment, "prod");
    EXPECT_TRUE(resource.service.value == "mine" || resource.service.value.ends_with("/mine"))
        << resource.service.value;
    EXPECT_EQ(find_attribute(resource.attributes, "team"), "shop");
    EXPECT_EQ(find_attribute(resource.attributes, "claimed_service.name"),
              find_attribute(plain[i].resource.attributes, "service.name"));
    EXPECT_EQ(resource.version, plain[i].resource.version);
    EXPECT_EQ(forced[i].spans.size(), plain[i].spans.size());
    EXPECT_TRUE(std::is_sorted(resource.attributes.begin(), resource.attributes.end()));
  }
}

std::string two_series() {
  oracle::WriteRequest1 request;
  for (const char* job : {"cart", "payment"}) {
    auto* series = request.add_timeseries();
    const auto label = [&](const char* name, const char* value) {
      auto* one = series->add_labels();
      one->set_name(name);
      one->set_value(value);
    };
    label("__name__", "up");
    label("env", "test");
    label("job", job);
    auto* sample = series->add_samples();
    sample->set_value(1);
    sample->set_timestamp(oracle::kNow.ns / 1'000'000);
  }
  return request.SerializeAsString();
}

TEST(ForcedLabels, ReplaceSeriesLabels) {
  const auto forced = decoded(Encoding::remote_write_1, two_series(), {{"env", "prod"}, {"k8s.cluster", "eu"}});
  ASSERT_EQ(forced.size(), 1u);
  ASSERT_EQ(forced[0].metrics.size(), 2u);
  for (const MetricPoint& point : forced[0].metrics) {
    EXPECT_EQ(point.series->labels.find("env"), "prod");
    EXPECT_EQ(point.series->labels.find("claimed_env"), "test");
    EXPECT_EQ(point.series->labels.find("k8s_cluster"), "eu");
  }
  EXPECT_EQ(forced[0].metrics[0].series->service.value, "cart");
}

TEST(ForcedLabels, AForcedJobIsTheService) {
  const auto forced = decoded(Encoding::remote_write_1, two_series(), {{"job", "shop"}});
  ASSERT_EQ(forced.size(), 1u);
  EXPECT_EQ(forced[0].metrics.at(0).series->service.value, "shop");
  ASSERT_EQ(forced[0].metrics.size(), 2u);
  EXPECT_EQ(forced[0].metrics[1].series->labels.find("claimed_job"), "payment");
}

TEST(ForcedLabels, TwiceIsAsGoodAsOnce) {
  const Attributes labels = {{"env", "prod"}, {"job", "shop"}, {"service.name", "mine"}};
  const std::string body = two_series();
  auto once = decoded(Encoding::remote_write_1, body, labels);
  auto twice = once;
  SeriesCatalogue catalogue;
  force_labels(Encoding::remote_write_1, labels, twice, catalogue);
  ASSERT_EQ(once.size(), twice.size());
  EXPECT_EQ(once[0].metrics[0].id, twice[0].metrics[0].id);
  EXPECT_EQ(once[0].metrics[0].series->labels, twice[0].metrics[0].series->labels);
}

TEST(SeriesQuota, NewSeriesBeyondItAreRejectedAndKnownOnesGoOn) {
  const std::string body = two_series();
  std::set<std::uint64_t> known;
  const auto may_come = [&](std::uint64_t series) {
    if (known.contains(series)) return true;
    return known.size() < 1 && known.insert(series).second;
  };
  for (int time = 0; time < 2; ++time) {
    Verdict verdict = *judge(Encoding::remote_write_1, body, {}, oracle::kNow);
    EXPECT_EQ(*apply_series_quota(Encoding::remote_write_1, body, "over its quota", may_come, verdict), 1u);
    EXPECT_EQ(verdict.rejected, std::vector<std::uint32_t>{1});
    EXPECT_EQ(verdict.accepted, 1u);
    EXPECT_EQ(verdict.first_reason, "item 1: over its quota");
    EXPECT_EQ(decode(Encoding::remote_write_1, body, verdict)->at(0).metrics.size(), 1u);
  }
}

// It walks every body the judge accepts, asks once for each accepted item, and what is left can be decoded.
template <class Request>
void walk_all(Encoding encoding, const Request& request) {
  const std::string whole = request.SerializeAsString();
  std::mt19937 random(7);
  int walked = 0;
  for (int run = 0; run < 4000; ++run) {
    std::string body = whole;
    if (run > 0) body[random() % body.size()] = static_cast<char>(random());
    if (run % 3 == 1) body.resize(random() % body.size());
    auto verdict = judge(encoding, body, {}, oracle::kNow);
    if (!verdict.ok()) continue;
    ++walked;
    std::uint64_t asked = 0;
    const std::uint64_t accepted = verdict->accepted;
    const auto refused = apply_series_quota(
        encoding, body, "odd", [&](std::uint64_t) { return ++asked % 2 == 0; }, *verdict);
    ASSERT_TRUE(refused.ok()) << refused.status();
    ASSERT_EQ(asked, accepted);
    ASSERT_EQ(verdict->accepted + *refused, accepted);
    ASSERT_TRUE(std::is_sorted(verdict->rejected.begin(), verdict->rejected.end()));
    const auto signals = decode(encoding, body, *verdict, {{"env", "prod"}});
    ASSERT_TRUE(signals.ok());
    // A summary is decoded into two points.
    if (encoding != Encoding::otlp_metrics_protobuf) {
      ASSERT_EQ(oracle::count_items(*signals), verdict->accepted);
    }
  }
  EXPECT_GT(walked, 100);
}

TEST(SeriesQuota, AsksOnceForEachAcceptedItem) {
  walk_all(Encoding::otlp_metrics_protobuf, oracle::metrics());
  walk_all(Encoding::remote_write_1, oracle::write_1());
  walk_all(Encoding::remote_write_2, oracle::write_2());
}

}  // namespace
}  // namespace nightjar
