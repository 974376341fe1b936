// io/net/responder.h
// How a handler answers: later, from any thread, once. Copies speak for the same request; when the last one goes
// without an answer the client gets a 500 that says so, never silence.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "io/net/http_message.h"

namespace nightjar {

// An answer that goes on: server-sent events. Any thread. Bounded: a reader that is further behind than `limit_bytes`
// is disconnected, it will come back and ask for what it missed.
class EventStream {
 public:
  explicit EventStream(std::size_t limit_bytes = 256 * 1024) : limit_(limit_bytes) {}
  // False: the reader has gone or was too slow; stop writing.
  bool write(std::string_view text);
  void close();
  bool is_closed() const;

  // For the connection that sends it.
  struct Taken {
    std::string text;
    bool closed = false;
  };
  Taken take();
  void on_write(std::function<void()> wake);  // empty: the connection has gone

 private:
  mutable std::mutex mutex_;
  const std::size_t limit_;
  std::string pending_;
  bool closed_ = false;
  std::function<void()> wake_;
};

struct HttpReplyToSend {
  HttpAnswer answer;
  std::shared_ptr<EventStream> stream;  // set: `answer` is only its head
};

class Responder {
 public:
  using Send = std::function<void(HttpReplyToSend)>;
  explicit Responder(Send send);
  // Once per request; a second time is a programmer's error (CHECK).
  void answer(HttpAnswer answer) const;
  // Answers 200 with these headers and keeps the answer open.
  std::shared_ptr<EventStream> stream(std::string content_type) const;

 private:
  struct Pending;
  std::shared_ptr<Pending> pending_;
};

}  // namespace nightjar
