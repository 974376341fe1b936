// io/send/markup.h
// Text into each sink's own language, so that it stays text: what came from telemetry never becomes markup, a mention
// or a link. All pure; input is UTF-8 or is made so; limits are of the services.
#pragma once

#include <string>
#include <string_view>

namespace nightjar {

// Control characters but line breaks and tabs removed, invalid UTF-8 replaced, direction overrides removed, at most
// `limit` bytes.
std::string plain_line(std::string_view text, std::size_t limit);  // line breaks become spaces
std::string plain_text(std::string_view text, std::size_t limit);

std::string slack_escaped(std::string_view text);  // & < >
std::string html_escaped(std::string_view text);   // & < > " '
// GitHub's markdown: characters that could begin markup get a backslash; @, #, :// and www. are broken apart by a
// character without width, so that nobody is mentioned and nothing is linked.
std::string markdown_escaped(std::string_view text);
// A header field of an e-mail: plain ASCII as it is, else RFC 2047 encoded words. Never a line break.
std::string mail_header(std::string_view text);

std::string base64(std::string_view bytes);  // RFC 4648, padded, one line

// Our own links only (public_url and what it signs): "" when it is not http or https, or holds a character that could
// end the place where it is put.
std::string safe_url(std::string_view url);

}  // namespace nightjar
