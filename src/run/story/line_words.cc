#include "run/story/line_words.h"

#include <charconv>

#include "base/text.h"

namespace nightjar {

void LineWords::skip_blanks() {
  while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
}

// A colon at the end of a word is a word of its own: "on shop: SELECT".
std::string_view LineWords::peek() const {
  std::string_view word = rest_.substr(0, rest_.find(' '));
  if (word.size() > 1 && word.ends_with(':')) word.remove_suffix(1);
  return word;
}

bool LineWords::take_if(std::string_view word) {
  if (at_end() || peek() != word) return false;
  rest_.remove_prefix(word.size());
  skip_blanks();
  return true;
}

void LineWords::expect(std::string_view word) {
  if (!take_if(word)) wrong(fmt::format("expected '{}', found {}", word, at_end() ? "the end" : peek()));
}

std::string LineWords::word(const char* what) {
  if (at_end()) {
    wrong(fmt::format("expected {}, found the end of the line", what));
    return {};
  }
  const std::string taken(peek());
  rest_.remove_prefix(taken.size());
  skip_blanks();
  return taken;
}

std::string LineWords::after_colon() {
  if (!take_if(":")) return {};
  const std::string taken(rest_);
  rest_ = {};
  if (taken.empty()) wrong("nothing follows the ':'");
  return taken;
}

double LineWords::share(const char* what) {
  const std::string text = word(what);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || std::string_view(stopped, end) != "%" || value < 0 || value > 100)
    wrong(fmt::format("{}: '{}' is no share like 0.2%", what, text));
  return value / 100;
}

int LineWords::number(const char* what) {
  const std::string text = word(what);
  int value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end || value < 1 || value > 100'000)
    wrong(fmt::format("{}: '{}' is no whole number from 1 to 100000", what, text));
  return value;
}

Duration LineWords::duration(const char* what) {
  const std::string text = word(what);
  const auto value = parse_duration(text);
  if (!value) wrong(fmt::format("{}: '{}' is no duration like 300ms, 90s or 15m", what, text));
  return value.value_or(Duration{});
}

int LineWords::id(std::string_view prefix) {
  const std::string text = word("an id");
  int value = 0;
  const char* end = text.data() + text.size();
  if (text.size() > prefix.size() + 1 && text.starts_with(prefix) && text[prefix.size()] == '-')
    if (const auto [stopped, error] = std::from_chars(text.data() + prefix.size() + 1, end, value);
        error == std::errc() && stopped == end && value > 0)
      return value;
  wrong(fmt::format("expected an id like {}-1, found '{}'", prefix, text));
  return 0;
}

void LineWords::wrong(std::string_view what_is_wrong) {
  if (status_.ok()) status_ = invalid_argument("{}: {}", place_, what_is_wrong);
}

void LineWords::expect_end() {
  if (!at_end()) wrong(fmt::format("'{}' is too much here", peek()));
}

}  // namespace nightjar
