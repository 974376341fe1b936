// Jira, ServiceNow, GitHub and Gitea: news of tickets.
#include "base/text.h"
#include "wire/tickets/issues.h"
#include "wire/tickets/jira.h"
#include "wire/tickets/servicenow.h"
#include "wire/tickets/ticket_words.h"

namespace nightjar {
namespace {

const Timestamp kTicketNow = parse_rfc3339("2026-11-24T22:55:00Z").value();

TicketEvent taken(const absl::StatusOr<TicketDelivery>& delivery) {
  EXPECT_TRUE(delivery.ok()) << message_of(delivery.status());
  EXPECT_TRUE(delivery.ok() && delivery->ticket) << "ignored";
  return delivery.ok() && delivery->ticket ? *delivery->ticket : TicketEvent{};
}

std::string issue_body(std::string_view action, std::string_view rest, std::string_view issue_fields = "") {
  return fmt::format(R"({{"action":"{}","issue":{{"number":7,"title":"payment answers 500","state":"open",
    "body":"See the graphs.\n\n<!-- nightjar:inc-12 -->\n","html_url":"https://github.com/shop/payment/issues/7",
    "user":{{"login":"ada"}},"labels":[{{"name":"service:payment"}},{{"name":"P1"}},{{"name":7}},{{}}],
    "created_at":"2026-11-24T22:50:00Z","updated_at":"2026-11-24T22:52:00Z"{}}},
    "repository":{{"full_name":"shop/payment"}},"sender":{{"login":"grace"}}{}}})",
                     action, issue_fields, rest);
}

TEST(Issues, OpenedClosedReopenedCommented) {
  const auto read = [](std::string_view event, const std::string& body) {
    return taken(parse_issue(TicketSystem::github, event, "d-1", body, kTicketNow));
  };
  const TicketEvent opened = read("issues", issue_body("opened", ""));
  EXPECT_EQ(opened.key, "shop/payment#7");
  EXPECT_EQ(opened.news, TicketNews::opened);
  EXPECT_EQ(opened.delivery, "d-1");
  EXPECT_EQ(opened.author, "grace") << "who did it, not who opened it once";
  EXPECT_EQ(opened.services, std::vector<std::string>{"payment"});
  EXPECT_EQ(opened.priority, "P1");
  EXPECT_EQ(opened.labels.size(), 2u);
  EXPECT_EQ(opened.incident, IncidentId{12}) << "our mark";
  EXPECT_EQ(opened.opened_at, kTicketNow - minutes(5));
  EXPECT_EQ(opened.at, kTicketNow - minutes(3));
  EXPECT_FALSE(opened.resolved);
  const TicketEvent closed = read("issues", issue_body("closed", "", R"(,"state":"closed")"));
  EXPECT_EQ(closed.news, TicketNews::resolved);
  EXPECT_TRUE(closed.resolved);
  EXPECT_EQ(read("issues", issue_body("reopened", "")).news, TicketNews::reopened);
  EXPECT_EQ(read("issues", issue_body("labeled", "")).news, TicketNews::updated);
  const TicketEvent comment =
      read("issue_comment", issue_body("created", R"(,"comment":{"id":90,"body":"It is the new retry."})"));
  EXPECT_EQ(comment.news, TicketNews::commented);
  EXPECT_EQ(comment.text, "It is the new retry.");
  EXPECT_EQ(comment.delivery, "comment 90");
  EXPECT_FALSE(comment.by_us);
  EXPECT_TRUE(read("issue_comment",
                   issue_body("created", R"(,"comment":{"id":91,"body":"Verified.\n<!-- nightjar:ntf-4 -->"})"))
                  .by_us);
}

TEST(Issues, WhatIsNoNews) {
  const auto ignored = [](TicketSystem system, std::string_view event, const std::string& body) {
    const auto delivery = parse_issue(system, event, "d-1", body, kTicketNow);
    EXPECT_TRUE(delivery.ok() && !delivery->ticket);
    return delivery.ok() ? delivery->ignored : TicketIgnored::none;
  };
  EXPECT_EQ(ignored(TicketSystem::github, "issues", issue_body("assigned", "")), TicketIgnored::action_not_watched);
  EXPECT_EQ(ignored(TicketSystem::github, "issue_comment", issue_body("edited", "")),
            TicketIgnored::action_not_watched);
  EXPECT_EQ(ignored(TicketSystem::github, "issue_comment", issue_body("created", "", R"(,"pull_request":{"url":"x"})")),
            TicketIgnored::pull_request);
  EXPECT_EQ(ignored(TicketSystem::gitea, "issue_comment", issue_body("created", R"(,"is_pull":true)")),
            TicketIgnored::pull_request);
  EXPECT_EQ(ignored(TicketSystem::gitea, "wiki", "{}"), TicketIgnored::event_not_watched);
  for (const char* body :
       {"", "null", "[]", "{}", R"({"issue":{"number":"7"}})", R"({"issue":{"number":7},"repository":[]})"})
    EXPECT_EQ(parse_issue(TicketSystem::gitea, "issues", "", body, kTicketNow).status().code(),
              absl::StatusCode::kInvalidArgument)
        << body;
}

std::string jira_body(std::string_view event, std::string_view fields, std::string_view rest = "") {
  return fmt::format(
      R"({{"timestamp":1795560660000,"webhookEvent":"{}","user":{{"displayName":"Ada Lovelace","accountId":"5b10"}},
    "issue":{{"id":"10042","self":"https://shop.atlassian.net/rest/api/2/issue/10042","key":"OPS-12","fields":{{"summary":"Customers cannot pay",
    "priority":{{"name":"High"}},"labels":["nightjar-inc-12","oncall"],"components":[{{"name":"payment"}}],
    "created":"2026-11-24T23:50:00.000+0100","description":"Three calls.",{}}}}}{}}})",
      event, fields, rest);
}

TEST(Jira, CreatedUpdatedCommented) {
  const auto read = [](const std::string& body) { return taken(parse_jira("w-1", body, kTicketNow)); };
  const std::string open = R"("status":{"name":"To Do","statusCategory":{"key":"new"}},"resolution":null)",
                    done = R"("status":{"name":"Done","statusCategory":{"key":"done"}})";
  const TicketEvent created = read(jira_body("jira:issue_created", open));
  EXPECT_EQ(created.news, TicketNews::opened);
  EXPECT_EQ(created.url, "https://shop.atlassian.net/browse/OPS-12");
  EXPECT_EQ(created.services, std::vector<std::string>{"payment"});
  EXPECT_EQ(created.incident, IncidentId{12});
  EXPECT_EQ(created.priority, "High");
  EXPECT_EQ(created.author, "Ada Lovelace");
  EXPECT_EQ(created.opened_at, parse_rfc3339("2026-11-24T22:50:00Z")) << "a zone without a colon";
  EXPECT_EQ(created.at, parse_rfc3339("2026-11-24T22:51:00Z"));

  const TicketEvent moved =
      read(jira_body("jira:issue_updated", done,
                     R"(,"changelog":{"items":[{"field":"status","fromString":"To Do","toString":"Done"}]})"));
  EXPECT_EQ(moved.news, TicketNews::resolved);
  EXPECT_TRUE(moved.resolved);
  EXPECT_EQ(read(jira_body("jira:issue_updated", done,
                           R"(,"changelog":{"items":[{"field":"resolution","from":null,"to":"10000"}]})"))
                .news,
            TicketNews::resolved);
  EXPECT_EQ(read(jira_body("jira:issue_updated", open,
                           R"(,"changelog":{"items":[{"field":"resolution","from":"10000","to":null}]})"))
                .news,
            TicketNews::reopened);
  EXPECT_EQ(read(jira_body("jira:issue_updated", open, R"(,"changelog":{"items":[{"field":"priority"}]})")).news,
            TicketNews::updated);

  const std::string said = R"(,"comment":{"id":"20001","author":{"displayName":"Grace Hopper"},"body":"Rolled back."})";
  const TicketEvent comment = read(jira_body("comment_created", open, said));
  EXPECT_EQ(comment.news, TicketNews::commented);
  EXPECT_EQ(comment.text, "Rolled back.");
  EXPECT_EQ(comment.author, "Grace Hopper");
  EXPECT_EQ(read(jira_body("jira:issue_updated", open, said)).delivery, comment.delivery)
      << "told twice by Data Center";
  const TicketEvent document = read(jira_body(
      "comment_created", open,
      R"(,"comment":{"id":"3","body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Rolled"},{"type":"text","text":"back"}]}]}})"));
  EXPECT_EQ(document.text, "Rolled back");
}

TEST(Jira, BodiesOfOthers) {
  for (const char* body : {"", "null", "[]", "{}", R"({"webhookEvent":"jira:issue_created"})",
                           R"({"webhookEvent":"comment_created","issue":{"key":7}})"})
    EXPECT_EQ(parse_jira("", body, kTicketNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
  EXPECT_EQ(parse_jira("", R"({"webhookEvent":"sprint_started"})", kTicketNow)->ignored,
            TicketIgnored::event_not_watched);
}

TEST(ServiceNow, TheRecordOfOurBusinessRule) {
  const auto read = [](std::string_view operation, std::string_view before, std::string_view state,
                       std::string_view comment) {
    return taken(parse_servicenow(
        fmt::format(R"({{"number":"INC0010023","sys_id":"9d38","operation":"{}","state":"{}","previous_state":"{}",
          "short_description":"Checkout is down","description":"Reported by shops.","comment":"{}","priority":"2","cmdb_ci":"payment",
          "business_service":"","correlation_id":"nightjar-inc-12","opened_at":"2026-11-24 22:50:00","updated_at":"2026-11-24 22:51:00",
          "updated_by":"ada","url":"https://shop.service-now.com/incident.do?sys_id=9d38"}})",
                    operation, state, before, comment),
        kTicketNow));
  };
  const TicketEvent opened = read("insert", "", "1", "");
  EXPECT_EQ(opened.news, TicketNews::opened);
  EXPECT_EQ(opened.key, "INC0010023");
  EXPECT_EQ(opened.services, std::vector<std::string>{"payment"});
  EXPECT_EQ(opened.incident, IncidentId{12});
  EXPECT_EQ(opened.opened_at, kTicketNow - minutes(5)) << "UTC without saying so";
  EXPECT_EQ(read("update", "2", "6", "").news, TicketNews::resolved);
  EXPECT_EQ(read("update", "6", "7", "").news, TicketNews::updated) << "resolved already";
  EXPECT_EQ(read("update", "6", "2", "").news, TicketNews::reopened);
  EXPECT_EQ(read("update", "2", "2", "it is back").news, TicketNews::commented);
  EXPECT_EQ(read("update", "2", "2", "it is back").text, "it is back");
  for (const char* body : {"", "[]", "{}", R"({"number":"INC1"})", R"({"number":1,"state":"1"})"})
    EXPECT_EQ(parse_servicenow(body, kTicketNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
}

TEST(TicketWords, OurMarksAndServicesInLabels) {
  EXPECT_EQ(our_incident("<!-- nightjar:inc-7 -->"), IncidentId{7});
  EXPECT_EQ(our_incident("nightjar-inc-7"), IncidentId{7});
  EXPECT_EQ(our_incident("nightjar:inc-"), std::nullopt);
  EXPECT_EQ(our_incident("nightjar:inc-0"), std::nullopt);
  EXPECT_EQ(our_incident("nightjar:inc-99999999999999999999999"), std::nullopt);
  EXPECT_EQ(our_incident("inc-7"), std::nullopt) << "an id alone is no mark";
  EXPECT_EQ(service_of_label("service: payment"), "payment");
  EXPECT_EQ(service_of_label("svc/payment"), "payment");
  EXPECT_EQ(service_of_label("component=payment"), "payment");
  EXPECT_EQ(service_of_label("services"), "");
  EXPECT_EQ(service_of_label("service"), "");
}

}  // namespace
}  // namespace nightjar
