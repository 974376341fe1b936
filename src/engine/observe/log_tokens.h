// engine/observe/log_tokens.h
// A line as tokens: words, words with a digit in them, values, marks. Two steps: `read` is what every line pays;
// `canonicalise` finds values that span tokens and is for forms not seen before. Keeps its buffers between lines; not
// thread-safe. Rules and their measured effect: docs of the pattern miner (pattern_miner.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nightjar {

enum class TokenKind : std::uint8_t { word, soft, variable, mark };

struct LogToken {
  std::uint64_t hash = 0;  // of what stays the same: the word, its letters, the mark; all variables are equal
  std::uint32_t begin = 0, length = 0;
  TokenKind kind = TokenKind::word;
  bool blank_before = false;

  bool is_constant() const { return kind == TokenKind::word || kind == TokenKind::soft; }
};

// Order matters: position i counts with its own odd factor. A sum, so that one token can be taken out again.
std::uint64_t position_factor(std::size_t i);
extern const std::uint64_t kVariableHash;

class LineTokens {
 public:
  // Splits `line` (kept by reference until the next read). Tokens past `limit` become one variable.
  void read(std::string_view line, std::size_t limit);
  void canonicalise();
  const std::vector<LogToken>& tokens() const { return tokens_; }
  std::string_view text_of(const LogToken& token) const { return line_.substr(token.begin, token.length); }
  std::uint64_t hash() const;
  // "user <*> logged in from <*>", at most `limit` bytes.
  std::string render(std::size_t limit) const;

 private:
  std::size_t read_word(std::size_t at);
  std::size_t read_quoted(std::size_t at);
  void push_word(std::size_t begin, std::size_t end);
  void push(std::size_t begin, std::size_t end, TokenKind kind);
  void reduce();
  bool reduce_once();
  void collapse_repeats();
  bool is_mark(const LogToken& token, char c) const;

  std::string_view line_;
  std::vector<LogToken> tokens_, stack_;
  bool blank_ = false;
};

std::uint64_t hash_tokens(const std::vector<LogToken>& tokens);

}  // namespace nightjar
