#include "engine/observe/observed_span.h"

#include <cstring>

#include "engine/observe/log_line.h"
#include "engine/observe/statement.h"
#include "engine/observe/variable_word.h"

namespace nightjar {
namespace {

constexpr char kPodSeparator = '\x1f';

// UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE, DATA_LOSS, UNIMPLEMENTED has no excuse but is
// the caller's mistake. Source: semantic conventions, rpc.grpc.status_code on server spans.
bool is_grpc_failure(int code) { return code == 2 || code == 4 || code == 8 || code == 13 || code == 14 || code == 15; }

Answer answer_of(const Span& span, const KnownAttributes& known, bool& error_without_answer) {
  const bool calls = span.kind == SpanKind::client || span.kind == SpanKind::producer;
  if (const auto status = known.number(Known::http_status)) {
    if (*status >= 500) return Answer::failed;
    // A client span of a 4xx has status ERROR by convention; a server span has it only when its author says so.
    if (*status >= 400) return calls || !span.failed ? Answer::refused : Answer::failed;
    return span.failed ? Answer::failed : Answer::fine;
  }
  if (const auto status = known.number(Known::rpc_status)) {
    if (is_grpc_failure(*status)) return Answer::failed;
    if (*status != 0) return calls || !span.failed ? Answer::refused : Answer::failed;
    return span.failed ? Answer::failed : Answer::fine;
  }
  error_without_answer = span.failed;
  return span.failed ? Answer::failed : Answer::fine;
}

struct Operation {
  std::string text;
  bool routed = false;
};

Operation operation_of(const Span& span, const KnownAttributes& known, std::size_t limit) {
  if (known.has(Known::http_route)) {
    const std::string_view method = known[Known::http_method];
    std::string text(method);
    if (!text.empty()) text += ' ';
    text += known[Known::http_route];
    return {cut(text, limit), true};
  }
  if (known.has(Known::rpc_method)) {
    std::string text(known[Known::rpc_service]);
    if (!text.empty()) text += '/';
    text += known[Known::rpc_method];
    return {cut(text, limit), true};
  }
  if (known.has(Known::messaging_destination)) {
    std::string_view verb = known[Known::messaging_operation];
    if (verb.empty()) verb = "process";
    return {mask_name(std::string(verb) + " " + std::string(known[Known::messaging_destination]), limit), true};
  }
  return {mask_name(span.name, limit), false};
}

// "http://user@host:8080/path" -> "host:8080"
std::string_view authority_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const std::size_t user = url.rfind('@');
  return user == std::string_view::npos ? url : url.substr(user + 1);
}

bool is_ip(std::string_view host) {
  if (host.find(':') != std::string_view::npos) return true;
  for (char c : host)
    if ((c < '0' || c > '9') && c != '.') return false;
  return !host.empty();
}

std::string address_of(const KnownAttributes& known) {
  if (known.has(Known::server_address)) {
    std::string address(known[Known::server_address]);
    if (known.has(Known::server_port)) address.append(":").append(known[Known::server_port]);
    return address;
  }
  if (known.has(Known::url)) return std::string(authority_of(known[Known::url]));
  return std::string(known[Known::http_host]);
}

// A host name says who it is; a bare IP address only together with its port.
std::string external_name(const KnownAttributes& known, const std::string& address) {
  if (known.has(Known::peer_service)) return "external " + std::string(known[Known::peer_service]);
  if (address.empty()) return {};
  const std::size_t colon = address.rfind(':');
  const std::string host = colon == std::string::npos ? address : address.substr(0, colon);
  return "external " + (is_ip(host) ? address : host);
}

std::string database_name(const KnownAttributes& known, const std::string& address) {
  std::string name(known[Known::db_system]);
  std::string_view space = known[Known::db_namespace];
  space = space.substr(0, space.find('|'));  // PostgreSQL: database|schema
  if (space.empty()) space = address;
  if (!space.empty()) name.append(" ").append(space);
  return name;
}

void read_call(const Span& span, const KnownAttributes& known, Names& names, const ObserveSettings& settings,
               ObservedSpan& out) {
  const std::string address = address_of(known);
  if (known.has(Known::db_system)) {
    out.call = DependencyKind::database;
    out.callee = names.number_of(cut(database_name(known, address), settings.name_bytes));
    if (known.has(Known::db_text)) {
      const std::string text = normalise_statement(known[Known::db_text], settings.statement_bytes);
      out.statement = names.number_of(text);
      out.table =
          names.number_of(known.has(Known::db_collection) ? cut(known[Known::db_collection], settings.name_bytes)
                                                          : cut(table_of_statement(text), settings.name_bytes));
    }
    return;
  }
  if (known.has(Known::messaging_system) || span.kind == SpanKind::producer) {
    std::string_view system = known[Known::messaging_system];
    if (system.empty()) system = "queue";
    out.call = DependencyKind::messaging;
    const std::string queue = mask_name(known[Known::messaging_destination], settings.name_bytes);
    out.callee = names.number_of(cut(std::string(system) + (queue.empty() ? "" : " " + queue), settings.name_bytes));
    return;
  }
  out.call = known.has(Known::rpc_system) || known.has(Known::rpc_status) ? DependencyKind::grpc : DependencyKind::http;
  out.address = names.number_of(cut(address, settings.name_bytes));
  out.external = names.number_of(cut(external_name(known, address), settings.name_bytes));
}

}  // namespace

std::string pod_text(const Resource& resource, std::size_t name_bytes) {
  std::string text = cut(resource.service.value, name_bytes);
  text += kPodSeparator;
  text += cut(resource.version, name_bytes);
  text += kPodSeparator;
  text += cut(resource.instance.value, name_bytes);
  return text;
}

Pod pod_of(std::string_view text) {
  // From the right: a service's name is the one part that may hold anything.
  const std::size_t second = text.rfind(kPodSeparator);
  if (second == std::string_view::npos) return {text, {}, {}};
  const std::size_t first = text.rfind(kPodSeparator, second - 1);
  if (second == 0 || first == std::string_view::npos) return {text.substr(0, second), {}, text.substr(second + 1)};
  return {text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

std::uint64_t span_number(const SpanIdBytes& id) {
  std::uint64_t number;
  static_assert(sizeof number == sizeof id);
  std::memcpy(&number, id.data(), sizeof number);
  return number;
}

ObservedSpan read_span(const Span& span, Names::Number service, Names::Number pod, Names& names,
                       const ObserveSettings& settings) {
  const KnownAttributes known(span.attributes);
  ObservedSpan out;
  out.id = span_number(span.span_id);
  out.parent = span_number(span.parent_span_id);
  out.start_ns = std::min(span.start.ns, span.end.ns);
  out.end_ns = span.end.ns;
  out.service = service;
  out.pod = pod;
  out.kind = span.kind;
  out.answer = answer_of(span, known, out.error_without_answer);
  if (out.is_served() || (out.is_inner() && out.parent == 0)) {
    const Operation operation = operation_of(span, known, settings.name_bytes);
    out.operation = names.number_of(operation.text);
    out.routed = operation.routed;
  }
  // Some drivers open their spans as internal: what names a database is a call whatever its kind.
  if (out.is_inner() && known.has(Known::db_system)) out.kind = SpanKind::client;
  if (out.is_call() || out.kind == SpanKind::consumer) read_call(span, known, names, settings, out);
  if (!span.exception_type.empty() || !span.exception_message.empty()) {
    out.exception = names.number_of(exception_pattern(span.exception_type, span.exception_message, settings.patterns));
    out.example =
        names.number_of(cut(span.exception_type + ": " + span.exception_message, settings.patterns.example_bytes));
  }
  return out;
}

}  // namespace nightjar
