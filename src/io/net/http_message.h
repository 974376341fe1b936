// io/net/http_message.h
// A request as a handler sees it and the answer it gives. Plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "io/net/byte_budget.h"
#include "io/net/http_headers.h"

namespace nightjar {

struct HttpRequest {
  std::string method;
  std::string path;                               // decoded, without the query
  std::map<std::string, std::string> query;       // decoded; of equal names the last
  std::map<std::string, std::string> parameters;  // {id} of the route's pattern
  HttpHeaders headers;
  std::string body;    // as sent: still encoded as Content-Encoding says
  std::string remote;  // numeric address of the peer
  ByteHold hold;       // what `body` takes from the budget

  std::string_view header(std::string_view name) const { return find_header(headers, name); }
  // Without parameters and in lower case: "application/json".
  std::string media_type() const;
  // Of "Authorization: Bearer …"; "" when there is none.
  std::string_view bearer_token() const;
  // "" when absent.
  std::string_view query_value(std::string_view name) const;
};

struct HttpAnswer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  HttpHeaders headers;
};

HttpAnswer json_answer(int status, std::string json);
// {"error":{"code","message"}}: the one shape of the API's errors.
HttpAnswer error_answer(int status, std::string_view code, std::string_view message);
// The one place where a Status becomes HTTP: invalid_argument 400, unauthenticated 401, permission_denied 403,
// not_found 404, failed_precondition and already_exists 409, resource_exhausted 413, unavailable 503 with Retry-After,
// unimplemented 415, anything else 500.
HttpAnswer answer_for(const absl::Status& status);
int http_status_of(const absl::Status& status);
// 1 to 30 s, growing with `pressure` (0..1) and spread, so that refused senders do not come back together.
int retry_after_seconds(double pressure);

// "%2F" -> "/", "+" stays unless `plus_is_space`. nullopt: a broken escape or a NUL.
std::optional<std::string> decode_url(std::string_view text, bool plus_is_space);
std::map<std::string, std::string> parse_query(std::string_view query);

}  // namespace nightjar
