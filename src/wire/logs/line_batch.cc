#include "wire/logs/line_batch.h"

#include <bit>
#include <cstring>
#include <map>

#include "base/text.h"
#include "wire/item_filter.h"
#include "wire/logs/line_text.h"
#include "wire/logs/log_source.h"
#include "wire/logs/record_joiner.h"
#include "wire/logs/severity.h"
#include "wire/logs/utf8_repair.h"
#include "wire/otlp/attributes.h"
#include "wire/syslog/syslog_message.h"

namespace nightjar {
namespace {

constexpr std::string_view kMagic = "NJL1";
constexpr std::size_t kHeadBytes = 1 + 1 + 8 + 2;
constexpr std::size_t kSourceBytes = 1024;
// A line of kLogLineBytes has a syslog header in front at most as long again.
constexpr std::size_t kTextBytes = 2 * kLogLineBytes;

template <class Number>
void put(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i)
    out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF);
}
template <class Number>
Number get(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return static_cast<Number>(value);
}

// Calls take(line) for each; what is wrong otherwise.
template <class Take>
absl::Status walk_lines(std::string_view batch, Take take) {
  if (!batch.starts_with(kMagic)) return invalid_argument("this is no batch of lines: it does not begin with NJL1");
  std::size_t at = kMagic.size();
  for (std::size_t n = 0; at < batch.size(); ++n) {
    if (batch.size() - at < 4) return invalid_argument("batch of lines: line {} is cut short at byte {}", n, at);
    const std::size_t size = get<std::uint32_t>(batch.substr(at));
    at += 4;
    if (size < kHeadBytes || size > batch.size() - at)
      return invalid_argument("batch of lines: line {} at byte {} claims {} bytes", n, at, size);
    const std::string_view bytes = batch.substr(at, size);
    at += size;
    const auto kind = static_cast<unsigned char>(bytes[0]), marks = static_cast<unsigned char>(bytes[1]);
    const std::size_t source = get<std::uint16_t>(bytes.substr(10));
    if (kind > 1 || marks > 7 || source > size - kHeadBytes || source > kSourceBytes + 3 ||
        size - kHeadBytes - source > kTextBytes + 3)
      return invalid_argument("batch of lines: line {} before byte {} is not one of ours", n, at);
    take(BatchedLine{static_cast<LineKind>(kind), (marks & 1) != 0, (marks & 2) != 0, (marks & 4) != 0,
                     Timestamp{get<std::int64_t>(bytes.substr(2))}, bytes.substr(kHeadBytes, source),
                     bytes.substr(kHeadBytes + source)});
  }
  return absl::OkStatus();
}

// A message says its own time in one of many ways; what is far from when it came is not believed (a sender without a
// clock), and a time without a zone is its sender's local one: the offset is found in quarters of an hour.
Timestamp believed(const syslog::Message& message, Timestamp received) {
  if (!message.time) return received;
  Timestamp time = *message.time;
  if (!message.has_zone) {
    const Duration quarter = minutes(15);
    const std::int64_t difference = (received - time).ns;
    const std::int64_t half = quarter.ns / 2;
    const std::int64_t quarters = (difference >= 0 ? difference + half : difference - half) / quarter.ns;
    if (quarters > 56 || quarters < -56) return received;  // zones reach 14 hours
    time = time + Duration{quarters * quarter.ns};
  }
  return time <= received + minutes(10) && time >= received - days(7) ? time : received;
}

void add(Attributes& attributes, std::string name, std::string_view value) {
  if (!value.empty() && name.size() <= 256) attributes.emplace_back(std::move(name), logs::shown(value, kValueBytes));
}

// rsyslog writes control characters as "#" and three octal digits. Where a trace is recognised by them they are put
// back: tabs at the start, and line ends before a tab. Elsewhere "#012" may be anybody's own text.
std::string unescaped(std::string_view text) {
  std::string out;
  while (text.starts_with("#011")) {
    out += '\t';
    text.remove_prefix(4);
  }
  for (std::size_t at; (at = text.find("#012#011")) != text.npos; text.remove_prefix(at + 8)) {
    out += text.substr(0, at);
    out += "\n\t";
  }
  out += text;
  return out;
}

class LinesDecoder {
 public:
  LinesDecoder(const Verdict& verdict, const Attributes& labels) : filter_(verdict), labels_(labels) {}

  absl::StatusOr<std::vector<Signals>> decode(std::string_view batch) {
    const absl::Status status = walk_lines(batch, [this](const BatchedLine& line) {
      if (filter_.keep_next()) take(line);
    });
    if (!status.ok()) return status;
    for (auto& [key, source] : sources_) source.joiner.finish(all_[source.signals].logs);
    return std::move(all_);
  }

 private:
  struct Source {
    std::size_t signals = 0;
    logs::RecordJoiner joiner;
  };

  void take(const BatchedLine& line) {
    if (line.kind == LineKind::syslog) return take_syslog(line);
    Source& source = source_of(line.source, line.source, [&] {
      Attributes attributes;
      add(attributes, "log.file.path", line.source);
      return attributes;
    });
    LogRecord record;
    logs::read_line(line.text, {line.received, false, attributes_left_}, record);
    finish(source, line, std::move(record));
  }

  void take_syslog(const BatchedLine& line) {
    const syslog::Message message = syslog::read_message(line.text, line.received);
    const std::string owner = fmt::format("{}\n{}\n{}", line.source, message.host, message.app);
    const std::string stream = fmt::format("{}\n{}", owner, message.process);
    Source& source = source_of(owner, stream, [&] {
      Attributes attributes;
      add(attributes, "service.name", message.app);
      add(attributes, "host.name", message.host.empty() ? line.source : message.host);
      return attributes;
    });
    LogRecord record;
    record.time = believed(message, line.received);
    logs::read_line(unescaped(message.text), {line.received, message.time.has_value(), attributes_left_}, record);
    // What the program says of itself in its text is nearer to the truth than the priority that a shipper made up.
    if (record.severity == 0) record.severity = logs::severity_of_syslog(message.severity);
    add(record.attributes, "syslog.facility", syslog::facility_word(message.facility));
    add(record.attributes, "syslog.procid", message.process);
    add(record.attributes, "syslog.msgid", message.id);
    add(record.attributes, "client.address", line.source);
    for (const auto& [name, value] : message.parameters) {
      if (attributes_left_ == 0) break;
      --attributes_left_;
      add(record.attributes, "syslog." + logs::repaired_utf8(name), value);
    }
    finish(source, line, std::move(record));
  }

  template <class Describe>
  Source& source_of(std::string_view owner, std::string_view stream, Describe describe) {
    const auto known = sources_.find(stream);
    if (known != sources_.end()) return known->second;
    const auto [place, is_new] = owners_.try_emplace(std::string(owner), all_.size());
    if (is_new) {
      all_.emplace_back();
      all_.back().resource = logs::resource_of_labels(describe(), labels_);
    }
    return sources_.emplace(std::string(stream), Source{place->second, {}}).first->second;
  }

  void finish(Source& source, const BatchedLine& line, LogRecord record) {
    if (line.cut) record.attributes.emplace_back("log.cut", "true");
    otlp::finish_attributes(record.attributes);
    const logs::LineEdge edge = line.begins    ? logs::LineEdge::begins
                                : line.goes_on ? logs::LineEdge::goes_on
                                               : logs::LineEdge::unknown;
    source.joiner.add(all_[source.signals].logs, std::move(record), edge);
  }

  ItemFilter filter_;
  const Attributes& labels_;
  std::size_t attributes_left_ = logs::kAttributesPerBody;
  std::vector<Signals> all_;
  std::map<std::string, std::size_t, std::less<>> owners_;  // index in all_
  std::map<std::string, Source, std::less<>> sources_;
};

}  // namespace

void append_line(std::string& batch, const BatchedLine& line) {
  if (batch.empty()) batch = kMagic;
  const std::string source = logs::shown(line.source, kSourceBytes);
  const std::string_view text = line.text.substr(0, kTextBytes);
  put(batch, static_cast<std::uint32_t>(kHeadBytes + source.size() + text.size()));
  batch += static_cast<char>(line.kind);
  batch += static_cast<char>((line.cut ? 1 : 0) | (line.begins ? 2 : 0) | (line.goes_on ? 4 : 0));
  put(batch, line.received.ns);
  put(batch, static_cast<std::uint16_t>(source.size()));
  batch += source;
  batch += text;
}

absl::StatusOr<Verdict> judge_log_lines(std::string_view batch, const Limits& limits, Timestamp wall_now) {
  if (batch.size() > limits.other_bytes)
    return too_large("batch of lines has {} bytes, more than {}", batch.size(), limits.other_bytes);
  Verdict verdict;
  std::uint64_t items = 0;
  const absl::Status status = walk_lines(batch, [&](const BatchedLine& line) {
    if (items < limits.items) {
      std::string_view why;
      if (!is_utf8(line.source))
        why = "its source is not UTF-8";
      else if (line.received.ns < 0 || line.received > wall_now + limits.ahead)
        why = "it was received at no possible time";
      else if (limits.signal_retention && line.received < wall_now - *limits.signal_retention)
        why = "it is older than signals are kept";
      if (!why.empty()) {
        if (verdict.rejected.empty()) verdict.first_reason = fmt::format("line {}: {}", items, why);
        verdict.rejected.push_back(static_cast<std::uint32_t>(items));
      }
    }
    ++items;
  });
  if (!status.ok()) return status;
  if (items > limits.items) return too_large("batch has more than {} lines", limits.items);
  verdict.accepted = items - verdict.rejected.size();
  return verdict;
}

absl::StatusOr<std::vector<Signals>> decode_log_lines(std::string_view batch, const Verdict& verdict,
                                                      const Attributes& labels) {
  return LinesDecoder(verdict, labels).decode(batch);
}

}  // namespace nightjar
