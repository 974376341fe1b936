// tests/peers/received.cc
// nightjar_received DIR: everything a nightjar took in, decoded by the very code the engine uses, one JSON object per
// line. The peers' checks (./dev peers) compare it with what a real sender sent, value by value. Reads the journal
// below a data folder as it is now; `nightjar serve` may be running. For tests only: the API shows people what matters.
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/time.h"
#include "store/journal/journal.h"
#include "wire/decode.h"
#include "wire/json/input_json.h"
#include "wire/json/signals_record.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

Json attributes_json(const Attributes& attributes) {
  Json object = Json::object();
  for (const auto& [key, value] : attributes) object[key] = value;
  return object;
}

template <class Bytes>
std::string hex(const Bytes& bytes) {
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

// JSON has no NaN and no infinity; as text they can still be compared.
Json number_json(double value) { return std::isfinite(value) ? Json(value) : Json(fmt::format("{}", value)); }

Json span_json(const Span& span) {
  return {{"name", span.name},
          {"trace_id", hex(span.trace_id)},
          {"span_id", hex(span.span_id)},
          {"parent_span_id", hex(span.parent_span_id)},
          {"kind", static_cast<int>(span.kind)},
          {"start_ns", span.start.ns},
          {"end_ns", span.end.ns},
          {"failed", span.failed},
          {"status_message", span.status_message},
          {"exception_type", span.exception_type},
          {"exception_message", span.exception_message},
          {"links", span.links.size()},
          {"attributes", attributes_json(span.attributes)}};
}

Json log_json(const LogRecord& record) {
  return {{"time_ns", record.time.ns},
          {"severity", record.severity},
          {"body", record.body},
          {"trace_id", hex(record.trace_id)},
          {"span_id", hex(record.span_id)},
          {"attributes", attributes_json(record.attributes)}};
}

Json point_json(const MetricPoint& point) {
  Json object{{"name", point.series->name},
              {"unit", point.series->unit},
              {"kind", static_cast<int>(point.series->kind)},
              {"temporality", static_cast<int>(point.series->temporality)},
              {"time_ns", point.time.ns},
              {"start_ns", point.start.ns},
              {"value", number_json(point.value)},
              {"stale", point.stale},
              {"attributes", attributes_json(point.series->labels.to_attributes())}};
  if (point.histogram) {
    object["count"] = point.histogram->count;
    object["sum"] = number_json(point.histogram->sum);
    object["bounds"] = point.histogram->bounds;
    object["counts"] = point.histogram->counts;
  }
  return object;
}

void print(const Json& line) {
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::printf("%s\n", text.c_str());
}

// `what` is "span", "log" or "point"; each line carries the resource it belongs to.
void print_item(const Input& input, const Signals& signals, std::string_view what, Json item) {
  const auto& arrived = std::get<SignalsArrived>(input.body);
  item["what"] = what;
  item["sequence"] = input.sequence;
  item["encoding"] = static_cast<int>(arrived.encoding);
  item["service"] = signals.resource.service.value;
  item["version"] = signals.resource.version;
  item["instance"] = signals.resource.instance.value;
  item["environment"] = signals.resource.environment;
  item["scope"] = signals.scope;
  item["resource"] = attributes_json(signals.resource.attributes);
  print(item);
}

absl::Status print_signals(const Input& input) {
  const auto& arrived = std::get<SignalsArrived>(input.body);
  const auto decoded = decode(arrived.encoding, arrived.body, arrived.verdict, arrived.labels);
  if (!decoded.ok()) return decoded.status();
  for (const Signals& signals : *decoded) {
    for (const Span& span : signals.spans) print_item(input, signals, "span", span_json(span));
    for (const LogRecord& record : signals.logs) print_item(input, signals, "log", log_json(record));
    for (const MetricPoint& point : signals.metrics) {
      Signals of_series;  // series of remote write say themselves whose they are
      of_series.resource = signals.resource;
      of_series.scope = signals.scope;
      of_series.resource.service = point.series->service.empty() ? signals.resource.service : point.series->service;
      of_series.resource.instance = point.series->instance;
      print_item(input, of_series, "point", point_json(point));
    }
  }
  return absl::OkStatus();
}

absl::Status print_entry(const JournalEntry& entry) {
  if (entry.fault != RecordFault::none) {
    return {absl::StatusCode::kDataLoss, to_absl(fmt::format("record {} is damaged", entry.sequence))};
  }
  if (entry.stream == JournalStream::signals) {
    const auto input = decode_signals_record(entry.bytes);
    return input.ok() ? print_signals(*input) : input.status();
  }
  Json line = Json::parse(entry.bytes, nullptr, false);
  if (!line.is_object() || line.contains("tick") || line.contains("config_applied")) return absl::OkStatus();
  line["what"] = "decision";
  print(line);
  return absl::OkStatus();
}

int run(const std::string& folder) {
  JournalSettings settings;
  settings.opening = JournalOpening::read_only;
  const auto journal = Journal::open(folder + "/journal", settings);
  const absl::Status status = journal.ok() ? (*journal)->for_each(1, print_entry) : journal.status();
  if (status.ok()) return 0;
  std::fprintf(stderr, "nightjar_received: %s\n", std::string(message_of(status)).c_str());
  return 1;
}

}  // namespace
}  // namespace nightjar

int main(int count, char** words) {
  if (count == 2) return nightjar::run(words[1]);
  std::fprintf(stderr, "usage: nightjar_received DATA_DIR\n");
  return 2;
}
