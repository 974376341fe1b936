// engine/observe/flatten.h
// Finds the message in a structured log body. A small reader instead of a JSON library: it must take anything, keeps
// nothing, and looks at the outermost object only. Pure, linear time.
#pragma once

#include <string>
#include <string_view>

namespace nightjar {

struct FlatBody {
  bool structured = false;
  std::string message;    // of msg, message, body, log, text, event; else the sorted keys: "{level, path, user}"
  std::string level;      // of level, severity, lvl
  std::string exception;  // of exception.type, error.type, exc_type
};

FlatBody flatten_json(std::string_view body);
// `level=warn msg="disk is slow" disk=sda`
FlatBody flatten_logfmt(std::string_view body);

}  // namespace nightjar
