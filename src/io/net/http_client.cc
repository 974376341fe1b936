#include "io/net/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <memory>
#include <mutex>

#include "base/text.h"

namespace nightjar {
namespace {

// What the callbacks of one call write into.
struct Transfer {
  const HttpCall* call = nullptr;
  HttpReply reply;
  bool too_long = false;
  absl::Status refused;
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.reply.body.size() + size * count > transfer.call->answer_limit_bytes) {
    transfer.too_long = true;
    return 0;
  }
  transfer.reply.body.append(bytes, size * count);
  return size * count;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  std::string_view line(bytes, size * count);
  if (line.substr(0, 5) == "HTTP/") transfer.reply.headers.clear();  // a 100 Continue came before
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || transfer.reply.headers.size() >= 100) return line.size();
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && std::isspace(static_cast<unsigned char>(value.front()))) value.remove_prefix(1);
  while (!value.empty() && std::isspace(static_cast<unsigned char>(value.back()))) value.remove_suffix(1);
  transfer.reply.headers.emplace_back(line.substr(0, colon), value);
  return line.size();
}

std::string numeric_address(const sockaddr& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  } else if (address.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof text);
  }
  return text;
}

curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (address->family != AF_UNIX && transfer.call->check_address) {
    const absl::Status verdict = transfer.call->check_address(numeric_address(address->addr));
    if (!verdict.ok()) {
      transfer.refused = verdict;
      return CURL_SOCKET_BAD;
    }
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

absl::Status failure(CURLcode code, const HttpCall& call, const Transfer& transfer, const char* detail) {
  if (!transfer.refused.ok() && code == CURLE_COULDNT_CONNECT) {
    return permission_denied("{} {}: {}", call.method, call.url, message_of(transfer.refused));
  }
  if (transfer.too_long) {
    return too_large("{} {}: the answer is longer than {} bytes; it was not read further", call.method, call.url,
                     call.answer_limit_bytes);
  }
  const char* why = *detail ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return unavailable("{} {}: {}; nothing was sent: check that the address is right and the service runs",
                         call.method, call.url, why);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return invalid_argument("{} {}: {}; an http:// or https:// URL is needed", call.method, call.url, why);
    case CURLE_OPERATION_TIMEDOUT:
      return {absl::StatusCode::kDeadlineExceeded,
              to_absl(fmt::format("{} {}: no answer within {}; it may have arrived", call.method, call.url,
                                  for_people(call.timeout)))};
    default:
      return {absl::StatusCode::kUnknown,
              to_absl(fmt::format("{} {}: {}; it may have arrived", call.method, call.url, why))};
  }
}

}  // namespace

absl::StatusOr<HttpReply> call_http(const HttpCall& call) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });

  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return internal_error("{} {}: no memory for the call", call.method, call.url);
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // no extra round trip before a body
  for (const auto& [name, value] : call.headers) {
    // A line break in a value would begin a header of somebody else's choosing.
    if (name.find_first_of("\r\n:") != std::string::npos || value.find_first_of("\r\n") != std::string::npos) {
      curl_slist_free_all(list);
      return invalid_argument("{} {}: header {} holds a line break", call.method, call.url, name);
    }
    list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
  }
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list, curl_slist_free_all);

  Transfer transfer{&call, {}, false, absl::OkStatus()};
  char detail[CURL_ERROR_SIZE] = "";
  CURL* handle = curl.get();
  curl_easy_setopt(handle, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // the environment's proxy must not see what an operator's URL gets
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout.ns / 1'000'000));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call.timeout.ns / 1'000'000));
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "nightjar");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &transfer);
  if (!call.unix_socket.empty()) curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, call.unix_socket.c_str());
  if (call.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else if (call.method != "GET" || !call.body.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body.data());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  }

  const CURLcode code = curl_easy_perform(handle);
  if (code != CURLE_OK) return failure(code, call, transfer, detail);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  transfer.reply.status = static_cast<int>(status);
  return std::move(transfer.reply);
}

}  // namespace nightjar
