// engine/observe/observed_span.h
// A span as the lane keeps it until its trace is judged: 80 bytes, texts as numbers of the lane's Names.
#pragma once

#include <cstdint>

#include "engine/observe/known_attributes.h"
#include "engine/observe/names.h"
#include "engine/observe/observe_settings.h"
#include "model/rollup.h"
#include "model/signals.h"

namespace nightjar {

// What the protocol says came of it. refused: the callee did its work and said no (HTTP 4xx): nobody is broken.
enum class Answer : std::uint8_t { fine, refused, failed };

struct ObservedSpan {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;  // 0: a root
  std::int64_t start_ns = 0, end_ns = 0;
  Names::Number service = 0;
  Names::Number pod = 0;        // pod_text of (service, version, instance)
  Names::Number operation = 0;  // of requests; 0 otherwise
  Names::Number callee = 0;     // known without an answer: "postgresql shop", "kafka orders"
  Names::Number address = 0;    // "10.1.2.3:8080"
  Names::Number external = 0;   // "external cards.example.com"
  Names::Number statement = 0;  // normalised text
  Names::Number table = 0;
  Names::Number exception = 0;  // "exception KeyError: 'discount'", masked
  Names::Number example = 0;    // of the exception, as it came
  SpanKind kind = SpanKind::unspecified;
  DependencyKind call = DependencyKind::http;
  Answer answer = Answer::fine;
  bool error_without_answer = false;  // status ERROR and no protocol status: a timeout, a refused connection
  bool routed = false;
  bool judged = false;

  bool is_call() const { return kind == SpanKind::client || kind == SpanKind::producer; }
  bool is_served() const { return kind == SpanKind::server || kind == SpanKind::consumer; }
  bool is_inner() const { return !is_call() && !is_served(); }
};

// (service, version, instance) as one text; sorts like the triple.
std::string pod_text(const Resource& resource, std::size_t name_bytes);
struct Pod {
  std::string_view service, version, instance;
};
Pod pod_of(std::string_view pod_text);

std::uint64_t span_number(const SpanIdBytes& id);

// Reads `span`; texts go into `names`. `pod` and `service` are its resource's, numbered once by the caller.
ObservedSpan read_span(const Span& span, Names::Number service, Names::Number pod, Names& names,
                       const ObserveSettings& settings);

}  // namespace nightjar
