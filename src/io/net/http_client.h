// io/net/http_client.h
// One blocking HTTP call to a place an operator has configured (a chat, a ticket system, a supervisor). Called by
// io/act and io/send on their own threads; never from a server's thread, it blocks up to `timeout`. Any thread; no
// state is shared between calls.
//
// What it never does: follow a redirect, read a proxy or netrc setting of the environment, keep cookies, speak anything
// but http and https, or take more than `answer_limit_bytes` of an answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/time.h"
#include "io/net/http_headers.h"

namespace nightjar {

struct HttpCall {
  std::string method = "GET";
  std::string url;  // http://… or https://…; with `unix_socket` the host is only a name
  HttpHeaders headers;
  std::string body;
  std::string unix_socket;  // path of a socket to connect to instead of the host; "" none
  Duration timeout = seconds(10);
  std::size_t answer_limit_bytes = 64 * 1024;
  // Asked with the numeric address ("127.0.0.1", "fd00::1") of every connection just before it is opened, after names
  // were resolved: what was checked is what is connected to. Not OK: not connected, and its message is the call's
  // error. Empty: every address will do.
  std::function<absl::Status(std::string_view address)> check_address;
};

struct HttpReply {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

// Any status code is a reply. Errors, by what the caller may do next:
//   unavailable          nothing was sent (no address, no connection): trying again is safe
//   deadline_exceeded    it may have arrived: try again only what can be repeated
//   unknown              the same, for a connection that broke
//   permission_denied    check_address said no
//   resource_exhausted   the answer was too long
//   invalid_argument     the URL or a header cannot be used
absl::StatusOr<HttpReply> call_http(const HttpCall& call);

}  // namespace nightjar
