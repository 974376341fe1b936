#include "engine/observe/log_tokens.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "engine/observe/chars.h"
#include "engine/observe/variable_word.h"

namespace nightjar {
namespace {

enum class CharKind : std::uint8_t { word, mark, space };

constexpr std::array<CharKind, 256> kCharKinds = [] {
  std::array<CharKind, 256> kinds{};
  for (std::size_t c = 0; c < 256; ++c) kinds[c] = c <= 32 || c == 127 ? CharKind::space : CharKind::word;
  for (const char c : std::string_view(":,;=|()[]{}<>`^'\"#*&?!"))
    kinds[static_cast<unsigned char>(c)] = CharKind::mark;
  return kinds;
}();
CharKind kind_of(char c) { return kCharKinds[static_cast<unsigned char>(c)]; }

constexpr std::uint64_t mix(std::uint64_t x) {  // splitmix64's finaliser
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

std::uint64_t load(const char* at, std::size_t bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, bytes);
  return value;
}

// Words are short and many: two overlapping loads and a multiplication for most, no call. Never leaves the lane's
// state.
std::uint64_t word_hash(std::string_view word) {
  const char* const at = word.data();
  const std::size_t n = word.size();
  std::uint64_t a, b;
  if (n >= 8) {
    a = load(at, 8);
    b = load(at + n - 8, 8);
    for (std::size_t i = 8; i + 8 < n; i += 8) a = (a ^ load(at + i, 8)) * 0x9FB21C651E98DF25ull, a ^= a >> 32;
  } else if (n >= 4) {
    a = load(at, 4);
    b = load(at + n - 4, 4);
  } else {
    a = n == 0 ? 0
               : static_cast<unsigned char>(at[0]) | static_cast<std::uint64_t>(static_cast<unsigned char>(at[n / 2]))
                                                         << 8;
    b = n == 0 ? 0 : static_cast<unsigned char>(at[n - 1]);
  }
  return mix((a ^ n * 0xC2B2AE3D27D4EB4Full) * 0x9FB21C651E98DF25ull ^ b);
}

constexpr std::array<std::uint64_t, 1024> kFactors = [] {
  std::array<std::uint64_t, 1024> factors{};
  for (std::size_t i = 0; i < factors.size(); ++i) factors[i] = mix(i) | 1;
  return factors;
}();

bool among(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_unit(std::string_view word) {
  return word.size() <= 12 &&
         among(word, {"ns",   "us",      "ms",  "s",     "sec",    "secs",         "second", "seconds", "min",
                      "mins", "minutes", "h",   "hours", "millis", "milliseconds", "B",      "KB",      "MB",
                      "GB",   "TB",      "KiB", "MiB",   "GiB",    "kB",           "bytes",  "%"});
}

bool is_calendar_word(std::string_view word) {
  return word.size() >= 3 && word.size() <= 9 &&
         among(word, {"Jan",       "Feb",      "Mar",       "Apr",      "May",      "Jun",      "Jul",    "Aug",
                      "Sep",       "Oct",      "Nov",       "Dec",      "Mon",      "Tue",      "Wed",    "Thu",
                      "Fri",       "Sat",      "Sun",       "January",  "February", "March",    "April",  "June",
                      "July",      "August",   "September", "October",  "November", "December", "Monday", "Tuesday",
                      "Wednesday", "Thursday", "Friday",    "Saturday", "Sunday"});
}

// The letters of a word with digits: "worker-7" and "worker-12" hash alike.
std::uint64_t soft_hash(std::string_view word) {
  std::array<char, 64> letters;
  std::size_t n = 0;
  for (std::size_t i = 0; i < word.size() && n < letters.size(); ++i) {
    if (!is_digit(word[i]))
      letters[n++] = word[i];
    else if (i == 0 || !is_digit(word[i - 1]))
      letters[n++] = '0';
  }
  return ~word_hash({letters.data(), n});
}

// Hex groups between colons, at least three of them: MAC and IPv6 addresses. 0 when it is none.
std::size_t colon_address_end(std::string_view line, std::size_t at) {
  std::size_t i = at, colons = 0, run = 0;
  while (i < line.size() && (is_hex(line[i]) || line[i] == ':')) {
    run = line[i] == ':' ? 0 : run + 1;
    colons += line[i] == ':';
    if (run > 4) return 0;
    ++i;
  }
  if (colons < 3 || (i < line.size() && kind_of(line[i]) == CharKind::word)) return 0;
  while (i > at && line[i - 1] == ':') --i;
  return i;
}

}  // namespace

const std::uint64_t kVariableHash = mix(0x76617269ull);

std::uint64_t position_factor(std::size_t i) { return kFactors[i % kFactors.size()]; }

std::uint64_t hash_tokens(const std::vector<LogToken>& tokens) {
  std::uint64_t sum = tokens.size();
  for (std::size_t i = 0; i < tokens.size(); ++i) sum += tokens[i].hash * position_factor(i);
  return mix(sum);
}

std::uint64_t LineTokens::hash() const { return hash_tokens(tokens_); }

bool LineTokens::is_mark(const LogToken& token, char c) const {
  return token.kind == TokenKind::mark && line_[token.begin] == c;
}

void LineTokens::push(std::size_t begin, std::size_t end, TokenKind kind) {
  const std::string_view text = line_.substr(begin, end - begin);
  const std::uint64_t hash = kind == TokenKind::variable ? kVariableHash
                             : kind == TokenKind::soft   ? soft_hash(text)
                             : kind == TokenKind::mark   ? mix(static_cast<unsigned char>(text[0]))
                                                         : word_hash(text);
  tokens_.push_back({hash, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin), kind, blank_});
  blank_ = false;
}

void LineTokens::push_word(std::size_t begin, std::size_t end) {
  // "done." is the word and a full stop.
  std::size_t stop = end;
  while (stop > begin + 1 && line_[stop - 1] == '.') --stop;
  const WordKind kind = kind_of_word(line_.substr(begin, stop - begin));
  push(begin, stop,
       kind == WordKind::variable ? TokenKind::variable
       : kind == WordKind::soft   ? TokenKind::soft
                                  : TokenKind::word);
  if (stop < end) push(stop, end, TokenKind::mark);
}

std::size_t LineTokens::read_word(std::size_t at) {
  if (is_hex(line_[at])) {
    if (const std::size_t end = colon_address_end(line_, at); end != 0) {
      push(at, end, TokenKind::variable);
      return end;
    }
  }
  std::size_t end = at;
  while (end < line_.size() && kind_of(line_[end]) == CharKind::word) ++end;
  const bool url = line_.substr(end, 3) == "://";
  if (url || (line_[at] == '/' && end > at + 1)) {
    while (end < line_.size() && kind_of(line_[end]) != CharKind::space &&
           std::string_view("'\"`<>()[]{},;|").find(line_[end]) == std::string_view::npos)
      ++end;
    while (end > at + 1 && std::string_view(".:!?").find(line_[end - 1]) != std::string_view::npos) --end;
    push(at, end, TokenKind::variable);
    return end;
  }
  push_word(at, end);
  return end;
}

// A quoted value after '=' or ':' is one value; 0 when it is not that.
std::size_t LineTokens::read_quoted(std::size_t at) {
  if (tokens_.empty() || !(is_mark(tokens_.back(), '=') || is_mark(tokens_.back(), ':'))) return 0;
  const std::size_t close = line_.find(line_[at], at + 1);
  if (close == std::string_view::npos || close - at > 512) return 0;
  push(at, close + 1, TokenKind::variable);
  return close + 1;
}

void LineTokens::read(std::string_view line, std::size_t limit) {
  line_ = line;
  tokens_.clear();
  blank_ = false;
  for (std::size_t at = 0; at < line.size();) {
    if (tokens_.size() >= limit) {
      push(at, line.size(), TokenKind::variable);
      break;
    }
    const char c = line[at];
    switch (kind_of(c)) {
      case CharKind::space:
        blank_ = !tokens_.empty();
        ++at;
        break;
      case CharKind::word:
        at = read_word(at);
        break;
      case CharKind::mark: {
        const std::size_t end = c == '"' || c == '\'' ? read_quoted(at) : 0;
        if (end != 0) {
          at = end;
        } else {
          push(at, at + 1, TokenKind::mark);
          ++at;
        }
        break;
      }
    }
  }
}

// Looks at the end of the stack, most specific first. True when something became one value.
bool LineTokens::reduce_once() {
  const std::size_t n = stack_.size();
  const auto top = [&](std::size_t back) -> LogToken& { return stack_[n - 1 - back]; };
  const auto is_variable = [&](std::size_t back) { return n > back && top(back).kind == TokenKind::variable; };
  const auto drop_into = [&](std::size_t keep_back) {
    LogToken& kept = top(keep_back);
    kept = {kVariableHash, kept.begin, top(0).begin + top(0).length - kept.begin, TokenKind::variable,
            kept.blank_before};
    stack_.resize(n - keep_back);
  };
  // 10:22:31, 1,234, 12/31, 5x7: values around a mark without blanks.
  if (is_variable(0) && is_variable(2) && top(1).kind == TokenKind::mark && top(1).length == 1 &&
      !top(1).blank_before && !top(0).blank_before &&
      std::string_view(":,#*&|").find(line_[top(1).begin]) != std::string_view::npos) {
    drop_into(2);
    return true;
  }
  if (is_variable(0) && is_variable(1) && !top(0).blank_before) {
    drop_into(1);
    return true;
  }
  if (n >= 2 && top(0).kind == TokenKind::word && is_variable(1) &&
      (is_unit(text_of(top(0))) || is_calendar_word(text_of(top(0))))) {
    drop_into(1);
    return true;
  }
  if (is_variable(0) && n >= 2 && top(1).kind == TokenKind::word && is_calendar_word(text_of(top(1)))) {
    drop_into(1);
    return true;
  }
  return false;
}

void LineTokens::reduce() {
  while (reduce_once()) {
  }
}

void LineTokens::canonicalise() {
  stack_.clear();
  const auto empty_value = [&](const LogToken& before) {
    stack_.push_back({kVariableHash, before.begin + before.length, 0, TokenKind::variable, false});
  };
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const LogToken& token = tokens_[i];
    if (!stack_.empty()) {
      const LogToken before = stack_.back();
      // "key= other" and "call()" hold an empty value.
      const bool ends_value = token.blank_before || is_mark(token, ',') || is_mark(token, ';') || is_mark(token, ')');
      if (is_mark(before, '=') && !before.blank_before && ends_value) empty_value(before);
      if (is_mark(before, '(') && is_mark(token, ')')) empty_value(before);
    }
    stack_.push_back(token);
    reduce();
  }
  if (!stack_.empty() && is_mark(stack_.back(), '=') && !stack_.back().blank_before)
    empty_value(LogToken(stack_.back()));
  tokens_.swap(stack_);
  collapse_repeats();
}

// "<*>, <*>, <*>, " -> "<*>, ": a block of one to six tokens three times or more in a row is there once.
void LineTokens::collapse_repeats() {
  for (std::size_t width = 1; width <= 6; ++width) {
    const auto equal_blocks = [&](std::size_t a, std::size_t b) {
      for (std::size_t k = 0; k < width; ++k)
        if (tokens_[a + k].hash != tokens_[b + k].hash) return false;
      return true;
    };
    for (std::size_t i = 0; i + 3 * width <= tokens_.size(); ++i) {
      std::size_t times = 1;
      while (i + (times + 1) * width <= tokens_.size() && equal_blocks(i, i + times * width)) ++times;
      if (times < 3) continue;
      const auto from = tokens_.begin() + static_cast<std::ptrdiff_t>(i + width);
      tokens_.erase(from, from + static_cast<std::ptrdiff_t>((times - 1) * width));
    }
  }
}

std::string LineTokens::render(std::size_t limit) const {
  std::string text;
  for (const LogToken& token : tokens_) {
    if (text.size() > limit) break;
    if (token.blank_before && !text.empty()) text += ' ';
    const std::string_view here = text_of(token);
    if (token.kind == TokenKind::variable) {
      text += "<*>";
    } else if (token.kind == TokenKind::soft) {
      for (std::size_t i = 0; i < here.size(); ++i) {
        if (!is_digit(here[i]))
          text += here[i];
        else if (i == 0 || !is_digit(here[i - 1]))
          text += "<*>";
      }
    } else {
      text += here;
    }
  }
  return cut(text, limit);
}

}  // namespace nightjar
