#include "engine/observe/flatten.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::size_t kMostKeys = 64;
constexpr std::string_view kMessageKeys[] = {"message", "msg",   "body",     "log",
                                             "text",    "event", "@message", "short_message"};
constexpr std::string_view kLevelKeys[] = {"level", "severity", "lvl", "levelname", "severity_text", "log.level"};
constexpr std::string_view kExceptionKeys[] = {"exception.type", "error.type", "exc_type", "exception_type"};

// How early `key` stands in the list; npos when it does not.
template <std::size_t N>
std::size_t rank_in(const std::string_view (&keys)[N], std::string_view key) {
  const auto at = std::find(std::begin(keys), std::end(keys), key);
  return at == std::end(keys) ? std::string_view::npos : static_cast<std::size_t>(at - std::begin(keys));
}

class Collector {
 public:
  void take(const std::string& key, std::string value, bool is_text) {
    if (keys_.size() < kMostKeys) keys_.push_back(cut(key, 64));
    if (is_text) {
      if (const std::size_t rank = rank_in(kMessageKeys, key); rank < message_rank_) {
        message_rank_ = rank;
        flat_.message = std::move(value);
        return;
      }
      if (flat_.level.empty() && rank_in(kLevelKeys, key) != std::string_view::npos) flat_.level = value;
      if (flat_.exception.empty() && rank_in(kExceptionKeys, key) != std::string_view::npos) flat_.exception = value;
    }
  }
  FlatBody finish() {
    flat_.structured = true;
    if (message_rank_ == std::string_view::npos) {
      std::sort(keys_.begin(), keys_.end());
      flat_.message = "{";
      for (std::size_t i = 0; i < keys_.size(); ++i) flat_.message += (i > 0 ? ", " : "") + keys_[i];
      flat_.message += "}";
    }
    return std::move(flat_);
  }
  bool has_message() const { return message_rank_ != std::string_view::npos; }

 private:
  FlatBody flat_;
  std::size_t message_rank_ = std::string_view::npos;
  std::vector<std::string> keys_;
};

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  FlatBody run() {
    Collector found;
    skip_blanks();
    if (!take('{')) return {};
    skip_blanks();
    if (take('}')) return finish(found);
    while (true) {
      skip_blanks();
      std::string key, value;
      if (!read_text(key)) return {};
      skip_blanks();
      if (!take(':')) return {};
      skip_blanks();
      const bool is_text = peek() == '"';
      if (is_text ? !read_text(value) : !skip_value()) return {};
      found.take(key, std::move(value), is_text);
      skip_blanks();
      if (take('}')) return finish(found);
      if (!take(',')) return {};
    }
  }

 private:
  // Text after the object: not JSON after all.
  FlatBody finish(Collector& found) {
    skip_blanks();
    return at_ == text_.size() ? found.finish() : FlatBody{};
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool read_text(std::string& out) {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c != '\\') {
        out += c;
        continue;
      }
      const char escaped = peek();
      ++at_;
      switch (escaped) {
        case 'n':
          out += '\n';
          break;
        case 't':
          out += '\t';
          break;
        case 'r':
          out += '\r';
          break;
        case 'u':  // a place holder: the pattern does not need the letter, and bad escapes must stay harmless
          at_ = std::min(at_ + 4, text_.size());
          out += '?';
          break;
        default:
          out += escaped;
      }
    }
    return false;
  }
  // Numbers, words, arrays and objects, skipped by their brackets; no recursion, so depth costs nothing.
  bool skip_value() {
    std::size_t depth = 0;
    std::string ignored;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        ignored.clear();
        if (!read_text(ignored)) return false;
        if (depth == 0) return true;
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}')) return true;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') {
        if (depth == 0) return false;
        --depth;
      }
      ++at_;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_key(std::string_view word) {
  return !word.empty() && word.size() <= 64 && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-' || c == '@';
  });
}

}  // namespace

FlatBody flatten_json(std::string_view body) { return JsonReader(body).run(); }

FlatBody flatten_logfmt(std::string_view body) {
  Collector found;
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < body.size();) {
    while (i < body.size() && body[i] == ' ') ++i;
    if (i >= body.size()) break;
    const std::size_t equals = body.find_first_of("= \"", i);
    // Every word must be a pair: a sentence with one `a=b` in it is a sentence.
    if (equals == std::string_view::npos || body[equals] != '=' || !is_key(body.substr(i, equals - i))) return {};
    const std::string key(body.substr(i, equals - i));
    std::string value;
    i = equals + 1;
    if (i < body.size() && body[i] == '"') {
      for (++i; i < body.size() && body[i] != '"'; ++i) {
        if (body[i] == '\\' && i + 1 < body.size()) ++i;
        value += body[i];
      }
      if (i >= body.size()) return {};
      ++i;
    } else {
      const std::size_t end = std::min(body.find(' ', i), body.size());
      value = std::string(body.substr(i, end - i));
      i = end;
    }
    found.take(key, std::move(value), true);
    ++pairs;
  }
  return pairs >= 2 && found.has_message() ? found.finish() : FlatBody{};
}

}  // namespace nightjar
