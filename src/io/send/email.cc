#include "io/send/email.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <memory>

#include "base/hash.h"
#include "base/text.h"
#include "io/send/markup.h"

namespace nightjar {
namespace {

constexpr std::size_t kMailParagraphLimit = 8000;

std::string mail_date(Timestamp now) {
  const std::time_t seconds = now.ns / 1'000'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", kDays[parts.tm_wday], parts.tm_mday,
                     kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

// Base64 in lines of 76: nothing in a body can then look like SMTP, MIME or a header.
std::string base64_lines(std::string_view bytes) {
  const std::string line = base64(bytes);
  std::string lines;
  for (std::size_t from = 0; from < line.size(); from += 76) lines += line.substr(from, 76) + "\r\n";
  return lines;
}

std::string text_part(const Message& message) {
  std::string text = plain_line(message.title, 300) + "\n\n";
  for (const std::string& paragraph : message.paragraphs) text += plain_text(paragraph, kMailParagraphLimit) + "\n\n";
  for (const auto& [label, value] : message.facts) {
    text += plain_line(label, 200) + ": " + plain_text(value, kMailParagraphLimit) + "\n";
  }
  text += "\n";
  for (const MessageLink& link : message.links) {
    const std::string url = safe_url(link.url);
    if (!url.empty()) text += plain_line(link.label, 200) + ": " + url + "\n";
  }
  return text;
}

std::string html_part(const Message& message) {
  const auto lines = [](std::string_view text) {
    std::string html;
    for (const char c : html_escaped(plain_text(text, kMailParagraphLimit))) {
      if (c == '\n') {
        html += "<br>";
      } else {
        html += c;
      }
    }
    return html;
  };
  std::string html =
      "<!doctype html><html><body style=\"font-family:system-ui,sans-serif;max-width:40em;line-height:1.45\">"
      "<h2 style=\"font-size:1.2em\">" +
      html_escaped(plain_line(message.title, 300)) + "</h2>";
  for (const std::string& paragraph : message.paragraphs) html += "<p>" + lines(paragraph) + "</p>";
  if (!message.facts.empty()) html += "<table style=\"border-collapse:collapse\">";
  for (const auto& [label, value] : message.facts) {
    html += "<tr><td style=\"padding:2px 1em 2px 0;color:#666;vertical-align:top\">" + lines(label) +
            "</td><td style=\"padding:2px 0\">" + lines(value) + "</td></tr>";
  }
  if (!message.facts.empty()) html += "</table>";
  for (const MessageLink& link : message.links) {
    const std::string url = safe_url(link.url);
    if (url.empty()) continue;
    html += fmt::format("<p><a href=\"{}\">{}</a></p>", html_escaped(url), html_escaped(plain_line(link.label, 200)));
  }
  return html + "</body></html>\n";
}

// What the callbacks of one transfer use.
struct Mailing {
  const Egress* egress;
  std::string text;
  std::size_t sent = 0;
  absl::Status refused;
};

std::size_t give_mail(char* buffer, std::size_t size, std::size_t count, void* context) {
  auto& mailing = *static_cast<Mailing*>(context);
  const std::size_t length = std::min(size * count, mailing.text.size() - mailing.sent);
  std::memcpy(buffer, mailing.text.data() + mailing.sent, length);
  mailing.sent += length;
  return length;
}

curl_socket_t open_mail_socket(void* context, curlsocktype, curl_sockaddr* address) {
  auto& mailing = *static_cast<Mailing*>(context);
  char text[INET6_ADDRSTRLEN] = "";
  if (address->family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&address->addr)->sin_addr, text, sizeof text);
  } else if (address->family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&address->addr)->sin6_addr, text, sizeof text);
  }
  mailing.refused = check_address(*mailing.egress, text);
  if (!mailing.refused.ok()) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

std::string message_id(const DestinationRecord& record, const Delivery& delivery) {
  const std::string domain = record.from.substr(record.from.find('@') + 1);
  // The number alone would be the same again in another installation; what it says is not.
  const std::string what = fmt::format("{}\n{}\n{}", record.name, delivery.thread, delivery.message.title);
  return fmt::format("<{}.{:016x}@{}>", to_string(delivery.id), stable_hash(what), domain);
}

std::string mail_text(const DestinationRecord& record, const Delivery& delivery, Timestamp now) {
  const std::string id = message_id(record, delivery);
  const std::string boundary = fmt::format("nightjar-{:016x}", stable_hash(id));
  std::string mail;
  mail += fmt::format("Date: {}\r\nFrom: {}\r\nTo: {}\r\n", mail_date(now), record.from, fmt::join(record.to, ", "));
  const bool reply = delivery.operation != DeliveryOperation::create;
  mail += fmt::format("Subject: {}\r\n",
                      mail_header((reply ? "Re: [" : "[") + delivery.thread + "] " + delivery.message.title));
  mail += fmt::format("Message-ID: {}\r\n", id);
  const std::string first = plain_line(delivery.external_ref, 200);
  if (reply && !first.empty()) mail += fmt::format("In-Reply-To: {0}\r\nReferences: {0}\r\n", first);
  mail += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
  mail += fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n", boundary);
  for (const bool html : {false, true}) {
    mail += fmt::format("--{}\r\nContent-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                        boundary, html ? "html" : "plain");
    mail += base64_lines(html ? html_part(delivery.message) : text_part(delivery.message));
  }
  return mail + fmt::format("--{}--\r\n", boundary);
}

absl::StatusOr<Delivered> Email::deliver(const Delivery& delivery) {
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return unavailable("email: no memory for the call");
  Mailing mailing{&record_.egress, mail_text(record_, delivery, clock_.now()), 0, absl::OkStatus()};
  curl_slist* list = nullptr;
  for (const std::string& to : record_.to) list = curl_slist_append(list, to.c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(list, curl_slist_free_all);
  char detail[CURL_ERROR_SIZE] = "";
  CURL* handle = curl.get();
  // The path is the name that is said in EHLO.
  const std::string url = fmt::format("smtp://{}/nightjar", record_.smtp);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, 20'000L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, record_.from.c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, give_mail);
  curl_easy_setopt(handle, CURLOPT_READDATA, &mailing);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_mail_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &mailing);
  const bool login = !record_.username.empty();
  curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(login ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  if (login) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, record_.username.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, record_.token.reveal().c_str());
  }
  const CURLcode code = curl_easy_perform(handle);
  if (code == CURLE_OK) {
    return Delivered{delivery.external_ref.empty() ? message_id(record_, delivery) : delivery.external_ref, ""};
  }
  const std::string why = *detail != '\0' ? detail : curl_easy_strerror(code);
  if (!mailing.refused.ok()) return permission_denied("email: {}: {}", record_.smtp, message_of(mailing.refused));
  long answer = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer);
  if (code == CURLE_LOGIN_DENIED || answer >= 500) {
    return failed_precondition("email: {}: {}; check addresses, username and password", record_.smtp, why);
  }
  return unavailable("email: {}: {}", record_.smtp, why);
}

}  // namespace nightjar
