// Bodies of tools nobody knows, made into changes and alerts.
#include "wire/mapping/mapping.h"

#include <fstream>
#include <random>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

// 2026-11-24T22:50:00Z
constexpr Timestamp kNow{1'795'560'600'000'000'000};

Mapping mapping(MappedKind kind, std::map<std::string, std::vector<std::string>> fields, std::string each = "") {
  Mapping made{.kind = kind};
  if (!each.empty()) made.each = *JsonPath::parse(each);
  for (const auto& [field, texts] : fields)
    for (const std::string& text : texts) made.fields[field].push_back(*MappedSource::parse(text));
  return made;
}
Mapping when(Mapping mapping, const std::string& path, std::vector<std::string> texts) {
  mapping.when.push_back({*JsonPath::parse(path), std::move(texts)});
  return mapping;
}

TEST(JsonPath, leads_to_one_place_or_to_none) {
  const auto whole =
      nlohmann::json::parse(R"({"a": {"b": [{"c": 1}, {"c": 2}], "x y": {"ü": 3}}, "d": null, "k-e_y": 4})");
  const auto at = [&](const char* path) { return JsonPath::parse(path)->in(whole, whole["a"]).dump(); };
  EXPECT_EQ(at("$.b[0].c"), "1");
  EXPECT_EQ(at("$.b[-1].c"), "2");
  EXPECT_EQ(at("$['x y'].ü"), "3");
  EXPECT_EQ(at("$[\"x y\"]['ü']"), "3");
  EXPECT_EQ(at("$$.a.b[1]"), R"({"c":2})");
  EXPECT_EQ(at("$$.k-e_y"), "4");
  EXPECT_EQ(at("$$['d']"), "null");
  for (const char* nowhere : {"$.b[2]", "$.b[-3]", "$.b.c", "$.nothing.at.all", "$[0]", "$$.d.e"})
    EXPECT_EQ(at(nowhere), "null") << nowhere;
  for (const char* bad : {"", "a", "$.", "$..a", "$[", "$[]", "$[x]", "$['a]", "$['a'", "$a", "$.a[*]", "$.a[1:2]",
                          "$[99999999999999999999]"})
    EXPECT_FALSE(JsonPath::parse(bad).ok()) << bad;
  EXPECT_EQ(JsonPath::parse("$.a[x]").status().message(),
            "path \"$.a[x]\", character 4: [ and a whole number or a key in quotes was expected");
}

TEST(Mapping, change_of_a_tool) {
  const auto deploy = mapping(MappedKind::change, {{"service", {"$.app.nick", "$.app.name"}},
                                                   {"version", {"$.tag"}},
                                                   {"at", {"$.time"}},
                                                   {"status", {"$.result"}},
                                                   {"environment", {"production"}},
                                                   {"id", {"$.no"}}});
  const auto events = apply_mappings(
      {deploy}, "my-tool",
      R"({"app": {"name": "cart", "nick": ""}, "tag": "1.4", "time": 1795560000, "result": "OK", "no": 17})", kNow);
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_EQ(events->changes.size(), 1u);
  const ChangeEvent& event = events->changes[0];
  EXPECT_EQ(event.service.value, "cart");
  EXPECT_EQ(event.version, "1.4");
  EXPECT_EQ(event.environment, "production");
  EXPECT_EQ(event.status, ChangeStatus::succeeded);
  EXPECT_EQ(event.key, "my-tool 17");
  EXPECT_EQ(event.started_at, Timestamp{1'795'560'000'000'000'000});
  EXPECT_EQ(event.finished_at, event.started_at);
}

TEST(Mapping, each_item_is_an_event_and_one_that_does_not_fit_costs_itself) {
  const auto deploys = mapping(MappedKind::change,
                               {{"service", {"$.name"}}, {"version", {"$.v"}}, {"environment", {"$$.env"}}}, "$.items");
  const auto events = apply_mappings(
      {deploys}, "my-tool",
      R"({"env": "staging", "items": [{"name": "a", "v": "1"}, {"v": "2"}, {"name": "c", "v": 3}]})", kNow);
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_EQ(events->changes.size(), 2u);
  EXPECT_EQ(events->changes[1].service.value, "c");
  EXPECT_EQ(events->changes[1].version, "3");
  EXPECT_EQ(events->changes[1].environment, "staging");
  ASSERT_EQ(events->refused.size(), 1u);
  EXPECT_EQ(events->refused[0].index, 1u);
  EXPECT_EQ(apply_mappings({deploys}, "my-tool", R"({"items": []})", kNow)->changes.size(), 0u);
  EXPECT_FALSE(apply_mappings({deploys}, "my-tool", R"({"things": []})", kNow).ok());
}

TEST(Mapping, first_one_whose_when_holds_is_taken) {
  const std::vector<Mapping> mappings = {
      when(mapping(MappedKind::ignore, {}), "$.type", {"ping", "hello"}),
      when(mapping(MappedKind::alert, {{"name", {"$.what"}}}), "$.severity", {"*"}),
      when(mapping(MappedKind::change, {{"service", {"$.what"}}, {"title", {"a change"}}}), "$.type", {"deploy"})};
  EXPECT_EQ(apply_mappings(mappings, "t", R"({"type": "PING"})", kNow)->ignored, 1u);
  EXPECT_EQ(apply_mappings(mappings, "t", R"({"type": "deploy", "what": "x", "severity": 3})", kNow)->alerts.size(),
            1u);
  EXPECT_EQ(apply_mappings(mappings, "t", R"({"type": "deploy", "what": "x"})", kNow)->changes.size(), 1u);
  const auto none = apply_mappings(mappings, "t", R"({"type": "other"})", kNow);
  EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(none.status().message(), "t: no mapping's `when` and `each` fit");
  EXPECT_EQ(apply_mappings({}, "t", "{}", kNow).status().message(), "t: there is no mapping events.t in nightjar.yaml");
}

TEST(Mapping, alert_begins_and_ends_as_one) {
  const auto alerts = mapping(MappedKind::alert, {{"name", {"$.title"}},
                                                  {"service", {"$.svc"}},
                                                  {"severity", {"$.prio"}},
                                                  {"status", {"$.state"}},
                                                  {"labels", {"$.tags"}},
                                                  {"at", {"$.at"}}});
  const auto one = [&](std::string_view body) { return apply_mappings({alerts}, "t", body, kNow)->alerts.at(0); };
  const Alert firing = one(
      R"({"title": "Disk", "svc": "db", "prio": 1, "state": "ALERT", "tags": ["env:prod", "urgent"], "at": "2026-11-24T22:00:00Z"})");
  EXPECT_EQ(firing.name, "Disk");
  EXPECT_EQ(firing.service.value, "db");
  EXPECT_EQ(firing.severity, "1");
  EXPECT_EQ(firing.sender, "t");
  EXPECT_EQ(find_attribute(firing.labels, "env"), "prod");
  EXPECT_FALSE(firing.ends_at);
  const Alert over = one(R"({"title": "Disk", "svc": "db", "state": "Recovered", "at": "2026-11-24T22:00:00Z"})");
  EXPECT_EQ(over.fingerprint, firing.fingerprint);
  EXPECT_EQ(over.starts_at, firing.starts_at);
  EXPECT_TRUE(over.ends_at);
}

TEST(Mapping, words_of_the_tool) {
  auto deploy =
      mapping(MappedKind::change, {{"service", {"$.s"}}, {"version", {"$.v"}}, {"status", {"$.r"}}, {"kind", {"$.k"}}});
  deploy.words["status"] = {{"grün", "succeeded"}, {"schiefgegangen", "failed"}};
  deploy.words["kind"] = {{"schalter", "flag"}};
  const auto one = [&](std::string_view result, std::string_view kind) {
    return apply_mappings({deploy}, "t", fmt::format(R"({{"s": "a", "v": "1", "r": "{}", "k": "{}"}})", result, kind),
                          kNow)
        ->changes.at(0);
  };
  EXPECT_EQ(one("grün", "Schalter").kind, ChangeKind::flag);
  EXPECT_EQ(one("SCHIEFGEGANGEN", "").status, ChangeStatus::failed);
  EXPECT_EQ(one("nobody knows", "nor this").status, ChangeStatus::running);  // kept, never dropped
  EXPECT_EQ(one("", "").status, ChangeStatus::succeeded);
}

TEST(Proposal, of_a_deploy) {
  EXPECT_EQ(
      *propose_mapping("my-tool",
                       R"({"event": "deployed", "app": {"name": "cart", "team": "shop"}, "release": {"tag": "v1.4.2"},
                                 "git_commit": "0a1b2c3", "deployed_by": "ada", "stage": "production",
                                 "result": "OK", "finished_at": "2026-11-24T22:00:00Z", "links": {"html_url": "https://ci/7"}})",
                       std::nullopt),
      "events:\n"
      "  my-tool:\n"
      "    kind: change  # a guess, from the names of its keys; the other is alert\n"
      "    fields:  # guesses, with what the sample holds there\n"
      "      service: $.app.name  # cart\n"
      "      version: $.release.tag  # v1.4.2\n"
      "      commit: $.git_commit  # 0a1b2c3\n"
      "      author: $.deployed_by  # ada\n"
      "      environment: $.stage  # production\n"
      "      url: $.links.html_url  # https://ci/7\n"
      "      status: $.result  # OK\n"
      "      finished_at: $.finished_at  # 2026-11-24T22:00:00Z\n"
      "    # words:  # only for what is not understood by itself (success, failed, running, resolved, …)\n"
      "    #   status: {\"OK\": succeeded}\n"
      "    # not found in the sample: previous_version, repository, title, id, at\n");
}

TEST(Proposal, of_alerts_in_a_list) {
  EXPECT_EQ(
      *propose_mapping(
          "t", R"({"alerts": [{"alert name": "Disk full", "severity": "high", "host": "db-1", "tags": {"a": "b"}}]})",
          std::nullopt),
      "events:\n"
      "  t:\n"
      "    kind: alert  # a guess, from the names of its keys; the other is change\n"
      "    each: $.alerts\n"
      "    fields:  # guesses, with what the sample holds there\n"
      "      name: \"$['alert name']\"  # Disk full\n"
      "      instance: $.host  # db-1\n"
      "      severity: $.severity  # high\n"
      "      labels: $.tags  # object\n"
      "    # not found in the sample: service, summary, status, id, at, ended_at, url\n");
}

TEST(Proposal, of_nothing_that_looks_like_anything) {
  EXPECT_THAT(*propose_mapping("t", R"({"x": 1})", std::nullopt), HasSubstr("service: t  # nothing looked like it"));
  EXPECT_FALSE(propose_mapping("t", "[1]", std::nullopt).ok());
  EXPECT_FALSE(propose_mapping("t", "7", std::nullopt).ok());
  EXPECT_FALSE(propose_mapping("t", "{", std::nullopt).ok());
}

TEST(Mapping, hostile_bodies) {
  std::mt19937 random(5);
  const auto alerts = mapping(MappedKind::alert, {{"name", {"$.name"}}, {"labels", {"$.labels"}}, {"at", {"$.at"}}});
  const auto changes = mapping(MappedKind::change, {{"service", {"$.service"}}, {"version", {"$.version"}}}, "$.items");
  for (const char* name : {"alert", "changes"}) {
    std::ifstream file(std::string(NIGHTJAR_SOURCE_DIR) + "/tests/fuzz/corpus/mapping/" + name);
    const std::string good = std::string(std::istreambuf_iterator<char>(file), {}).substr(1);
    ASSERT_TRUE(apply_mappings({changes, alerts}, "t", good, kNow).ok()) << good;
    const auto try_body = [&](const std::string& body) {
      apply_mappings({changes, alerts}, "t", body, kNow).status().IgnoreError();
      propose_mapping("t", body, std::nullopt).status().IgnoreError();
    };
    for (std::size_t length = 0; length < good.size(); ++length) try_body(good.substr(0, length));
    for (int i = 0; i < 5'000; ++i) {
      std::string body = good;
      for (int change = 0; change < 3; ++change) body[random() % body.size()] = "[]{}:,\"\\01e-\xff"[random() % 13];
      try_body(body);
    }
  }
  EXPECT_EQ(apply_mappings({changes}, "t", std::string(2u << 20, ' '), kNow).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(apply_mappings({changes}, "t", std::string(100'000, '['), kNow).ok());
  std::string many = "{\"items\":[0";
  for (int i = 0; i < 20'000; ++i) many += ",0";
  EXPECT_EQ(apply_mappings({changes}, "t", many + "]}", kNow).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace nightjar
