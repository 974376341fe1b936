#include "wire/logs/record_joiner.h"

#include "wire/limits.h"
#include "wire/logs/exception_text.h"
#include "wire/logs/utf8_repair.h"
#include "wire/otlp/attributes.h"

namespace nightjar::logs {
namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

}  // namespace

void RecordJoiner::add(std::vector<LogRecord>& logs, LogRecord record, LineEdge edge) {
  bool joins = is_open_ && edge != LineEdge::begins;
  if (joins) {
    const LogRecord& open = logs[open_];
    const bool other_trace = record.trace_id != TraceIdBytes{} && record.trace_id != open.trace_id;
    const bool fits = open.body.size() + record.body.size() + 1 <= kLogLineBytes;
    joins = !other_trace && fits && (state_.goes_on(record.body) || edge == LineEdge::goes_on);
  }
  if (!joins) {
    finish(logs);
    state_.begin(record.body, record.severity);
    open_ = logs.size();
    is_open_ = true;
    logs.push_back(std::move(record));
    return;
  }
  LogRecord& open = logs[open_];
  if (!is_blank(record.body)) joined_ = true;
  open.body += '\n';
  open.body += record.body;
}

void RecordJoiner::finish(std::vector<LogRecord>& logs) {
  if (!is_open_) return;
  LogRecord& record = logs[open_];
  while (!record.body.empty() && (record.body.back() == '\n' || record.body.back() == ' ')) record.body.pop_back();
  if (joined_ && find_attribute(record.attributes, "exception.type").empty()) {
    if (const NamedException named = find_exception(record.body); !named.type.empty()) {
      record.attributes.emplace_back("exception.type", shown(named.type, kValueBytes));
      if (!named.message.empty())
        record.attributes.emplace_back("exception.message", shown(named.message, kValueBytes));
      otlp::finish_attributes(record.attributes);
      if (record.severity == 0) record.severity = 17;
    }
  }
  is_open_ = joined_ = false;
  state_.close();
}

}  // namespace nightjar::logs
