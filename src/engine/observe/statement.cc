#include "engine/observe/statement.h"

#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "engine/observe/chars.h"

namespace nightjar {
namespace {

bool is_name(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Reads tokens and writes the normal form as it goes; what was written last decides about blanks and lists.
class Normaliser {
 public:
  Normaliser(std::string_view text, std::size_t limit) : text_(text), limit_(limit) {}

  std::string run() {
    while (at_ < text_.size() && out_.size() <= limit_) {
      if (skip_space_and_comments()) {
        blank_ = !out_.empty();
        continue;
      }
      step();
    }
    return cut(out_, limit_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  bool skip_space_and_comments() {
    if (is_space(peek())) {
      ++at_;
      return true;
    }
    if (peek() == '-' && peek(1) == '-') {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return true;
    }
    if (peek() == '/' && peek(1) == '*') {
      const std::size_t end = text_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
      return true;
    }
    return false;
  }

  void step() {
    const char c = peek();
    if (c == '\'') return literal(quoted_end('\''));
    if (c == '$' && (peek(1) == '$' || is_name(peek(1)))) return dollar();
    if (c == '"' || c == '`') return name(quoted_end(c));
    if (c == '?' || (c == ':' && is_name(peek(1)) && !after_name()) || (c == '@' && is_name(peek(1))))
      return placeholder();
    if (c == '%' && (peek(1) == 's' || peek(1) == '(')) return percent_placeholder();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return literal(number_end());
    if (is_name(c)) return word();
    if (c == ';') {  // an end mark says nothing
      ++at_;
      blank_ = true;
      return;
    }
    if (c == ')') close_list();
    write(text_.substr(at_, 1));
    ++at_;
  }

  // "a::date" is a cast in PostgreSQL and "session:42" a key elsewhere, not a named placeholder.
  bool after_name() const { return at_ > 0 && (text_[at_ - 1] == ':' || is_name(text_[at_ - 1])); }

  std::size_t quoted_end(char quote) const {
    std::size_t i = at_ + 1;
    for (; i < text_.size(); ++i) {
      if (text_[i] == '\\' && quote == '\'') {
        ++i;
      } else if (text_[i] == quote) {
        if (i + 1 < text_.size() && text_[i + 1] == quote)
          ++i;
        else
          return i + 1;
      }
    }
    return text_.size();
  }

  std::size_t number_end() const {
    std::size_t i = at_;
    while (i < text_.size() &&
           (is_name(text_[i]) || text_[i] == '.' ||
            ((text_[i] == '-' || text_[i] == '+') && (text_[i - 1] == 'e' || text_[i - 1] == 'E') && i > at_)))
      ++i;
    return i;
  }

  void dollar() {  // $1, or a dollar-quoted string $tag$...$tag$
    if (is_digit(peek(1))) {
      std::size_t i = at_ + 1;
      while (i < text_.size() && is_digit(text_[i])) ++i;
      return literal(i);
    }
    std::size_t i = at_ + 1;
    while (i < text_.size() && is_name(text_[i])) ++i;
    if (i >= text_.size() || text_[i] != '$') {
      write(text_.substr(at_, 1));
      ++at_;
      return;
    }
    const std::string_view tag = text_.substr(at_, i + 1 - at_);
    const std::size_t end = text_.find(tag, i + 1);
    literal(end == std::string_view::npos ? text_.size() : end + tag.size());
  }

  void placeholder() {
    std::size_t i = at_ + 1;
    while (i < text_.size() && is_name(text_[i])) ++i;
    literal(i);
  }

  void percent_placeholder() {
    std::size_t i = at_ + 1;
    if (text_[i] == '(') {
      const std::size_t end = text_.find(")s", i);
      i = end == std::string_view::npos ? text_.size() : end + 2;
    } else {
      i += 1;
    }
    literal(i);
  }

  void word() {
    std::size_t i = at_;
    while (i < text_.size() && is_name(text_[i])) ++i;
    const std::string_view text = text_.substr(at_, i - at_);
    // N'..', E'..', X'..': the letter belongs to the literal.
    if (text.size() == 1 && i < text_.size() && text_[i] == '\'') {
      at_ = i;
      return literal(quoted_end('\''));
    }
    write(text);
    at_ = i;
  }

  void name(std::size_t end) {
    write(text_.substr(at_, end - at_));
    at_ = end;
  }

  // A literal after `?,` disappears into it: lists of any length are one.
  void literal(std::size_t end) {
    at_ = end;
    if (ends_with("?,")) {
      out_.pop_back();
      blank_ = false;
      return;
    }
    if (ends_with("-") || ends_with("+")) {  // a sign, not an operator, when nothing stands before it
      const std::size_t before = out_.size() - 1;
      const char previous = before > 0 ? out_[before - 1] : '(';
      const char sign_of = previous == ' ' && before > 1 ? out_[before - 2] : previous;
      if (sign_of == '(' || sign_of == ',' || sign_of == '=' || sign_of == '<' || sign_of == '>') {
        out_.pop_back();
        blank_ = false;
        if (ends_with("?,") || ends_with("?, ")) {
          while (out_.back() != '?') out_.pop_back();
          return;
        }
      }
    }
    write("?");
  }

  // VALUES (?), (?), (?) -> VALUES (?)
  void close_list() {
    blank_ = false;
    if (ends_with("(?), (?") || ends_with("(?),(?")) {
      out_.resize(out_.rfind("(?)") + 2);
    }
  }

  bool ends_with(std::string_view end) const {
    return out_.size() >= end.size() && std::string_view(out_).substr(out_.size() - end.size()) == end;
  }

  void write(std::string_view token) {
    // No blanks just inside brackets and before commas, so that layout does not make another statement.
    const bool tight = token == "," || token == ")" || ends_with("(");
    if (blank_ && !tight && !out_.empty() && out_.back() != ' ') out_ += ' ';
    blank_ = token == ",";
    out_ += token;
  }

  std::string_view text_;
  std::size_t limit_;
  std::size_t at_ = 0;
  bool blank_ = false;  // a blank is due before the next token
  std::string out_;
};

bool same_word(std::string_view word, std::string_view upper) {
  if (word.size() != upper.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i] >= 'a' && word[i] <= 'z' ? static_cast<char>(word[i] - 32) : word[i];
    if (c != upper[i]) return false;
  }
  return true;
}

}  // namespace

std::string normalise_statement(std::string_view text, std::size_t limit) { return Normaliser(text, limit).run(); }

std::string table_of_statement(std::string_view normalised) {
  bool wanted = false;
  for (std::size_t i = 0; i < normalised.size();) {
    const std::size_t end = std::min(normalised.find(' ', i), normalised.size());
    const std::string_view word = normalised.substr(i, end - i);
    i = end + 1;
    if (wanted && (same_word(word, "ONLY") || same_word(word, "LATERAL") || same_word(word, "TABLE"))) continue;
    if (wanted && !word.empty() && word[0] != '(' && !same_word(word, "SELECT") && !same_word(word, "SET")) {
      std::string table;
      for (char c : word) {
        if (c == '(' || c == ',' || c == ')') break;
        if (c != '"' && c != '`' && c != '[' && c != ']') table += c;
      }
      if (!table.empty()) return table;
    }
    const std::string_view bare = word.substr(std::min(word.rfind('(') + 1, word.size()));
    wanted = same_word(bare, "FROM") || same_word(bare, "INTO") || same_word(bare, "UPDATE") || same_word(bare, "JOIN");
  }
  return {};
}

StatementId statement_id(std::string_view normalised) {
  const std::uint64_t hash = stable_hash(normalised, 11);
  return {hash == 0 ? 1 : hash};  // 0 means none
}

}  // namespace nightjar
