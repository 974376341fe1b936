// tests/unit/io_send/fake_services.h
// Slack, GitHub, a webhook and a mail server as far as a notifier sees them, behind real sockets on 127.0.0.1. They
// keep what they were sent and can be told to misbehave: answer with another status, or take the request and hang up
// without an answer, which is how a second message comes about.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

namespace nightjar {

// One connection at a time; the handler reads and writes the socket.
class FakeServer {
 public:
  explicit FakeServer(std::function<void(int)> converse) : converse_(std::move(converse)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 16), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (;;) {
        const int fd = accept(listener_, nullptr, nullptr);
        if (fd < 0) return;
        converse_(fd);
        close(fd);
      }
    });
  }
  ~FakeServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  int port() const { return port_; }

 private:
  std::function<void(int)> converse_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

inline void send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

struct FakeRequest {
  std::string method, target, head, body;
};

enum class Misbehaviour { none, hangs_up_before, hangs_up_after, unavailable, too_many, forbidden, redirect, garbage };

// Answers a request with (status, JSON text); misbehaves first as often as told.
class FakeHttp {
 public:
  using Answer = std::function<std::pair<int, std::string>(const FakeRequest&)>;
  explicit FakeHttp(Answer answer) : answer_(std::move(answer)), server_([this](int fd) { converse(fd); }) {}

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  void misbehave(Misbehaviour how, int times = 1) {
    how_ = how;
    times_ = times;
  }
  std::vector<FakeRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void converse(int fd) {
    std::string bytes;
    char part[4096];
    std::size_t head_end = std::string::npos, length = 0;
    for (;;) {
      if (head_end == std::string::npos && (head_end = bytes.find("\r\n\r\n")) != std::string::npos) {
        const std::size_t at = bytes.find("Content-Length: ");
        length = at == std::string::npos ? 0 : std::stoul(bytes.substr(at + 16));
      }
      if (head_end != std::string::npos && bytes.size() >= head_end + 4 + length) break;
      const ssize_t got = recv(fd, part, sizeof part, 0);
      if (got <= 0) return;
      bytes.append(part, static_cast<std::size_t>(got));
    }
    FakeRequest request{.head = bytes.substr(0, head_end), .body = bytes.substr(head_end + 4)};
    request.method = request.head.substr(0, request.head.find(' '));
    const std::size_t target = request.method.size() + 1;
    request.target = request.head.substr(target, request.head.find(' ', target) - target);
    const Misbehaviour now = times_.fetch_sub(1) > 0 ? how_.load() : Misbehaviour::none;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    std::pair<int, std::string> answer{200, "{}"};
    if (now == Misbehaviour::none || now == Misbehaviour::hangs_up_after) answer = answer_(request);
    switch (now) {
      case Misbehaviour::none:
        break;
      case Misbehaviour::hangs_up_before:
      case Misbehaviour::hangs_up_after:
        return;
      case Misbehaviour::unavailable:
        answer = {503, "later"};
        break;
      case Misbehaviour::too_many:
        answer = {429, "slow down"};
        break;
      case Misbehaviour::forbidden:
        answer = {403, "no rights"};
        break;
      case Misbehaviour::redirect:
        answer = {302, ""};
        break;
      case Misbehaviour::garbage:
        answer = {200, "<html>"};
        break;
    }
    send_all(fd, "HTTP/1.1 " + std::to_string(answer.first) +
                     " x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: " + std::to_string(answer.second.size()) +
                     "\r\nConnection: close\r\n\r\n" + answer.second);
  }

  const Answer answer_;
  std::atomic<Misbehaviour> how_ = Misbehaviour::none;
  std::atomic<int> times_ = 0;
  mutable std::mutex mutex_;
  std::vector<FakeRequest> requests_;
  FakeServer server_;  // last: its thread uses all of the above
};

// chat.postMessage and chat.update.
class FakeSlack {
 public:
  FakeHttp http{[this](const FakeRequest& request) { return answer(request); }};
  std::vector<nlohmann::json> messages() const {
    const std::lock_guard lock(mutex_);
    return messages_;
  }

 private:
  std::pair<int, std::string> answer(const FakeRequest& request) {
    const std::lock_guard lock(mutex_);
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (request.target == "/api/chat.postMessage") {
      messages_.push_back(body);
      return {200, R"({"ok":true,"channel":"C42","ts":")" + std::to_string(messages_.size()) + R"(.000100"})"};
    }
    const std::size_t at = std::stoul(body.value("ts", "0")) - 1;
    if (request.target != "/api/chat.update" || body.value("channel", "") != "C42" || at >= messages_.size()) {
      return {200, R"({"ok":false,"error":"message_not_found"})"};
    }
    messages_[at] = body;
    return {200, R"({"ok":true,"channel":"C42","ts":"1.000100"})"};
  }
  mutable std::mutex mutex_;
  std::vector<nlohmann::json> messages_;
};

// Issues of shop/shop, as GitHub has them or as Gitea does: that one takes only numbers as a new issue's labels, and
// passes over names of labels it does not have.
class FakeGithub {
 public:
  bool gitea = false;
  FakeHttp http{[this](const FakeRequest& request) { return answer(request); }};
  nlohmann::json issues() const {
    const std::lock_guard lock(mutex_);
    return issues_;
  }
  std::size_t comments() const {
    const std::lock_guard lock(mutex_);
    return comments_.size();
  }

 private:
  std::pair<int, std::string> answer(const FakeRequest& request) {
    using nlohmann::json;
    const std::lock_guard lock(mutex_);
    const std::string base = "/repos/shop/shop/issues";
    std::string path = request.target.substr(0, request.target.find('?'));
    json body = json::parse(request.body, nullptr, false);
    if (path == "/repos/shop/shop/labels" && request.method == "POST") {
      known_labels_.push_back(body["name"]);
      return {201, body.dump()};
    }
    if (path.rfind(base, 0) != 0) return {404, "{}"};
    path = path.substr(base.size());
    if (path.empty() && request.method == "GET") return {200, issues_.dump()};
    if (path.empty()) {
      for (const json& label : body.value("labels", json::array())) {
        if (gitea && !label.is_number()) return {422, R"({"message":"labels: of type int64"})"};
      }
      body["labels"] = json::array();
      body["number"] = issues_.size() + 1;
      body["html_url"] = "http://github.test/shop/shop/issues/" + std::to_string(issues_.size() + 1);
      body["state"] = "open";
      issues_.push_back(body);
      return {201, body.dump()};
    }
    const std::size_t number = std::stoul(path.substr(1));
    if (number < 1 || number > issues_.size()) return {404, "{}"};
    if (path.ends_with("/labels")) return {200, add_labels(issues_[number - 1]["labels"], body["labels"]).dump()};
    if (path.ends_with("/comments") && request.method == "GET") return {200, comments_.dump()};
    if (path.ends_with("/comments")) {
      comments_.push_back(body);
      return {201, body.dump()};
    }
    issues_[number - 1].update(body);
    return {200, issues_[number - 1].dump()};
  }
  const nlohmann::json& add_labels(nlohmann::json& labels, const nlohmann::json& names) {
    for (const auto& name : names) {
      if (!gitea || std::find(known_labels_.begin(), known_labels_.end(), name) != known_labels_.end()) {
        labels.push_back({{"id", 7}, {"name", name}});
      }
    }
    return labels;
  }
  mutable std::mutex mutex_;
  nlohmann::json issues_ = nlohmann::json::array(), comments_ = nlohmann::json::array(),
                 known_labels_ = nlohmann::json::array();
};

// As much SMTP as a client needs; `refuse` is answered to MAIL FROM when set.
class FakeMail {
 public:
  FakeServer server{[this](int fd) { converse(fd); }};
  std::string address() const { return "127.0.0.1:" + std::to_string(server.port()); }
  void refuse(std::string answer, int times = 1) {
    const std::lock_guard lock(mutex_);
    refuse_ = std::move(answer);
    refusals_ = times;
  }
  std::vector<std::string> mails() const {
    const std::lock_guard lock(mutex_);
    return mails_;
  }

 private:
  void converse(int fd) {
    send_all(fd, "220 fake\r\n");
    std::string bytes;
    bool in_data = false;
    for (;;) {
      const std::string end = in_data ? "\r\n.\r\n" : "\r\n";
      const std::size_t at = bytes.find(end);
      if (at == std::string::npos) {
        char part[4096];
        const ssize_t got = recv(fd, part, sizeof part, 0);
        if (got <= 0) return;
        bytes.append(part, static_cast<std::size_t>(got));
        continue;
      }
      const std::string line = bytes.substr(0, at);
      bytes.erase(0, at + end.size());
      const std::lock_guard lock(mutex_);
      std::string answer = "250 ok\r\n";
      if (in_data) {
        mails_.push_back(line);
        in_data = false;
      } else if (line == "DATA") {
        in_data = true;
        answer = "354 go on\r\n";
      } else if (line.rfind("MAIL", 0) == 0 && refusals_ > 0) {
        --refusals_;
        answer = refuse_ + "\r\n";
      } else if (line == "QUIT") {
        send_all(fd, "221 bye\r\n");
        return;
      }
      send_all(fd, answer);
    }
  }
  mutable std::mutex mutex_;
  std::string refuse_;
  int refusals_ = 0;
  std::vector<std::string> mails_;
};

}  // namespace nightjar
