#include "model/plan.h"

#include "base/hash.h"
#include "model/words.h"

namespace nightjar {
namespace {

std::string plan_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace

std::string plan_text(const Action& action) {
  std::string arguments;
  for (const auto& [name, value] : action.arguments) {
    if (!arguments.empty()) arguments += ',';
    arguments += plan_quoted(name) + ':' + plan_quoted(value);
  }
  return fmt::format(
      R"({{"arguments":{{{}}},"change":{},"kind":{},"runbook":{},"service":{},"undo":{},"undo_by":{},"undoes":{}}})",
      arguments, action.change ? plan_quoted(to_string(*action.change)) : "null", plan_quoted(word(action.kind)),
      plan_quoted(action.runbook), plan_quoted(action.service.value), plan_quoted(action.undo),
      plan_quoted(action.undo_by), action.undoes ? plan_quoted(to_string(*action.undoes)) : "null");
}

std::string plan_hash(const Action& action) { return to_hex(sha256(plan_text(action))); }

}  // namespace nightjar
