// wire/logs/severity.h
// How bad a line says it is, as an OpenTelemetry severity number (1 to 24, 0 unknown). Used by all of wire/logs and by
// wire/loki. Source: OpenTelemetry logs data model, "Mapping of SeverityNumber" and its appendix for syslog. Pure.
#pragma once

#include <string_view>

namespace nightjar::logs {

// "WARN", "error", "Critical"; 0: not a level.
int severity_of_word(std::string_view word);
// What programs write as a number: pino's and bunyan's tens (30 info, 50 error), syslog's 0 to 7 (GELF, journald).
int severity_of_number(double number);
// Syslog: 0 emergency to 7 debug.
int severity_of_syslog(int severity);
// Of a line that no format tells of: "[error]", "ERROR:", "<3>", "E1124 10:22:31", a word in capitals behind a time. A
// level in the middle of a sentence is none.
int severity_at_start(std::string_view line);

}  // namespace nightjar::logs
