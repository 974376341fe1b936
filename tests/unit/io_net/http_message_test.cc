#include "io/net/http_message.h"

#include "base/text.h"
#include "io/net/router.h"

namespace nightjar {
namespace {

TEST(HttpMessage, DecodesUrls) {
  EXPECT_EQ(decode_url("shop%2Fpayment", false), "shop/payment");
  EXPECT_EQ(decode_url("a+b", false), "a+b");
  EXPECT_EQ(decode_url("a+b", true), "a b");
  EXPECT_EQ(decode_url("%4", false), std::nullopt);
  EXPECT_EQ(decode_url("%zz", false), std::nullopt);
  EXPECT_EQ(decode_url("a%00b", false), std::nullopt);
}

TEST(HttpMessage, ParsesQueries) {
  const auto query = parse_query("from=2026-11-24T22%3A50%3A40Z&limit=5&&empty=&flag");
  EXPECT_EQ(query.at("from"), "2026-11-24T22:50:40Z");
  EXPECT_EQ(query.at("limit"), "5");
  EXPECT_EQ(query.at("empty"), "");
  EXPECT_EQ(query.at("flag"), "");
  EXPECT_EQ(query.size(), 4u);
}

TEST(HttpMessage, MapsStatusToHttpInOnePlace) {
  EXPECT_EQ(answer_for(invalid_argument("x")).status, 400);
  EXPECT_EQ(answer_for(unauthenticated("x")).status, 401);
  EXPECT_EQ(answer_for(permission_denied("x")).status, 403);
  EXPECT_EQ(answer_for(not_found("x")).status, 404);
  EXPECT_EQ(answer_for(failed_precondition("x")).status, 409);
  EXPECT_EQ(answer_for(too_large("x")).status, 413);
  EXPECT_EQ(answer_for(internal_error("x")).status, 500);
  const HttpAnswer overload = answer_for(unavailable("full"));
  EXPECT_EQ(overload.status, 503);
  const int seconds = std::stoi(std::string(find_header(overload.headers, "retry-after")));
  EXPECT_GE(seconds, 1);
  EXPECT_LE(seconds, 30);
}

TEST(HttpMessage, BytesOfASenderCannotBreakTheErrorBody) {
  EXPECT_EQ(error_answer(400, "x", "a\"b\xff\n").body,
            "{\"error\":{\"code\":\"x\",\"message\":\"a\\\"b\xEF\xBF\xBD\\n\"}}");
}

Router two_routes() {
  Router router;
  router.add({"GET", "/api/v1/incidents", [](auto, Responder) {}});
  router.add({"GET", "/api/v1/incidents/{id}", [](auto, Responder) {}});
  router.add({"GET", "/api/v1/incidents/latest", [](auto, Responder) {}});
  router.add({"POST", "/api/v1/incidents/{id}/acknowledge", [](auto, Responder) {}});
  return router;
}

TEST(Router, FindsByMethodAndPattern) {
  const Router router = two_routes();
  EXPECT_EQ(router.find("GET", "/api/v1/incidents/inc-7").parameters.at("id"), "inc-7");
  EXPECT_EQ(router.find("GET", "/api/v1/incidents/shop%2Fcart").parameters.at("id"), "shop/cart");
  EXPECT_EQ(router.find("HEAD", "/api/v1/incidents").route->pattern, "/api/v1/incidents");
  EXPECT_EQ(router.find("GET", "/api/v1/incidents/latest").route->pattern, "/api/v1/incidents/latest");
  EXPECT_EQ(router.find("GET", "/api/v1/incidents/").problem.status, 404);
  EXPECT_EQ(router.find("GET", "/api/v1/nothing").problem.status, 404);
  const auto wrong_method = router.find("DELETE", "/api/v1/incidents");
  EXPECT_EQ(wrong_method.problem.status, 405);
  EXPECT_EQ(find_header(wrong_method.problem.headers, "Allow"), "GET");
}

}  // namespace
}  // namespace nightjar
