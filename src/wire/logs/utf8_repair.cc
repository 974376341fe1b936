#include "wire/logs/utf8_repair.h"

#include "base/text.h"

namespace nightjar::logs {

std::string repaired_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      out += text[i++];
      continue;
    }
    std::size_t length = 2;
    while (length <= 4 && (i + length > text.size() || !is_utf8(text.substr(i, length)))) ++length;
    if (length <= 4) {
      out += text.substr(i, length);
      i += length;
    } else {
      out += "\xEF\xBF\xBD";
      ++i;
    }
  }
  return out;
}

std::string shown(std::string_view text, std::size_t limit) {
  // Beyond the limit nothing is shown, so nothing there needs to be repaired; three bytes more keep a code point whole.
  return cut(repaired_utf8(text.size() > limit + 4 ? text.substr(0, limit + 4) : text), limit);
}

}  // namespace nightjar::logs
