// Arbitrary text into every sink's language: bounded, valid UTF-8, and without the characters that would end being
// text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "io/send/markup.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightjar;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string text = plain_text(bytes, 1000), line = plain_line(bytes, 1000);
  CHECK(is_utf8(text) && is_utf8(line));
  CHECK(text.size() <= 1003 && line.size() <= 1003);
  CHECK(line.find('\n') == std::string::npos && text.find('\x1b') == std::string::npos);
  CHECK(slack_escaped(text).find_first_of("<>") == std::string::npos);
  CHECK(html_escaped(text).find_first_of("<>\"'") == std::string::npos);
  const std::string markdown = markdown_escaped(text);
  for (std::size_t i = 0; i < markdown.size(); ++i) {
    if (markdown[i] == '\\') {
      ++i;  // what follows is escaped
    } else {
      CHECK(std::string_view("`*_[]<>|~&$").find(markdown[i]) == std::string_view::npos);
    }
  }
  CHECK(markdown.find("://") == std::string::npos);
  const std::string header = mail_header(bytes);
  for (std::size_t at = header.find('\n'); at != std::string::npos; at = header.find('\n', at + 1)) {
    CHECK(at > 0 && header[at - 1] == '\r' && at + 1 < header.size() && header[at + 1] == ' ');  // only folding
  }
  const std::string url = safe_url(bytes);
  CHECK(url.empty() || url == bytes);
  return 0;
}
