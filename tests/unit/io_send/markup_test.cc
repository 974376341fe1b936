#include "io/send/markup.h"

namespace nightjar {
namespace {

TEST(Markup, PlainTextIsBoundedUtf8WithoutControls) {
  EXPECT_EQ(plain_line("a\nb\tc\x1b[31m\x7f", 100), "a b c[31m");
  EXPECT_EQ(plain_text("a\nb\r\n", 100), "a\nb\n");
  EXPECT_EQ(plain_text("\xFFz", 100), "?z");
  EXPECT_EQ(plain_text("abc\xE2\x80\xAEgpj.exe", 100), "abcgpj.exe");
  EXPECT_EQ(plain_text("naïve ✓", 100), "naïve ✓");
  EXPECT_EQ(plain_line("abcdef", 3), "abc…");
}

TEST(Markup, Escapes) {
  EXPECT_EQ(slack_escaped("<!channel> & <@U1>"), "&lt;!channel&gt; &amp; &lt;@U1&gt;");
  EXPECT_EQ(html_escaped("<a href=\"x\" onclick='y'>"), "&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;");
  EXPECT_EQ(markdown_escaped("[x](y) *b* `c` <d>"), "\\[x\\](y) \\*b\\* \\`c\\` \\<d\\>");
  EXPECT_EQ(markdown_escaped("# h\n- i\n1. j"), "\\#\xE2\x81\xA0 h\n\\- i\n1\\. j");
  EXPECT_EQ(markdown_escaped("payment 2.4.1 - 31 s"), "payment 2.4.1 - 31 s") << "what needs no escape stays readable";
  EXPECT_EQ(markdown_escaped("@ada #1").find("@ada"), std::string::npos);
  EXPECT_EQ(markdown_escaped("http://evil").find("://"), std::string::npos);
  EXPECT_EQ(markdown_escaped("www.evil.test").find("www."), std::string::npos);
}

TEST(Markup, MailHeaders) {
  EXPECT_EQ(mail_header("payment fails"), "payment fails");
  EXPECT_EQ(mail_header("größer"), "=?UTF-8?B?Z3LDtsOfZXI=?=");
  EXPECT_EQ(mail_header("a\r\nBcc: x"), "a Bcc: x");
  const std::string encoded = mail_header("ü" + std::string(300, 'x'));
  for (std::size_t from = 0; from < encoded.size();) {
    const std::size_t end = std::min(encoded.find("\r\n", from), encoded.size());
    EXPECT_LE(end - from, 76u);
    from = end + 2;
  }
  EXPECT_NE(mail_header("=?UTF-8?B?eA==?="), "=?UTF-8?B?eA==?=") << "what looks encoded is encoded again";
}

TEST(Markup, OnlyOurKindOfLinks) {
  EXPECT_EQ(safe_url("https://nightjar.test/incidents/inc-1?a=b&c=d%20e"),
            "https://nightjar.test/incidents/inc-1?a=b&c=d%20e");
  for (const char* url : {"", "javascript:alert(1)", "ftp://x", "http://a b", "http://a\"b", "http://a)b", "http://a|b",
                          "http://a\nb", "http://ä"}) {
    EXPECT_EQ(safe_url(url), "") << url;
  }
}

}  // namespace
}  // namespace nightjar
