#include "wire/logs/severity.h"

#include <algorithm>
#include <array>
#include <string>

#include "wire/logs/text_parts.h"

namespace nightjar::logs {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }

struct Named {
  std::string_view word;
  int number;
};
constexpr std::array<Named, 25> kWords{
    {{"trace", 1},   {"finest", 1},  {"debug", 5},   {"finer", 5},       {"fine", 5},
     {"verbose", 5}, {"dbg", 5},     {"info", 9},    {"information", 9}, {"inf", 9},
     {"log", 9},     {"notice", 10}, {"warn", 13},   {"warning", 13},    {"wrn", 13},
     {"error", 17},  {"err", 17},    {"severe", 17}, {"eror", 17},       {"critical", 18},
     {"crit", 18},   {"alert", 19},  {"fatal", 21},  {"panic", 21},      {"emerg", 21}}};

// Digits with separators: "2026-11-24", "10:22:31,123", "2026-11-24T10:22:31.123Z".
bool is_time_word(std::string_view word) {
  if (word.size() < 5 || !is_digit(word.front())) return false;
  std::size_t digits = 0, separators = 0, letters = 0;
  for (const char c : word) {
    if (is_digit(c))
      ++digits;
    else if (c == ':' || c == '-' || c == '/' || c == '.' || c == ',' || c == '+')
      ++separators;
    else if (is_letter(c))
      ++letters;
    else
      return false;
  }
  return digits >= 4 && separators >= 1 && letters <= 4;
}

}  // namespace

int severity_of_word(std::string_view word) {
  if (word.size() < 3 || word.size() > 11) return 0;
  std::string lower(word);
  for (char& c : lower) c = static_cast<char>(is_upper(c) ? c + 32 : c);
  if (lower == "emergency") return 21;
  for (const Named& named : kWords)
    if (named.word == lower) return named.number;
  return 0;
}

int severity_of_number(double number) {
  if (number >= 0 && number < 8) return severity_of_syslog(static_cast<int>(number));
  if (number < 10 || number > 60) return 0;
  constexpr std::array<int, 7> kTens{0, 1, 5, 9, 13, 17, 21};
  return kTens[static_cast<std::size_t>(number / 10)];
}

int severity_of_syslog(int severity) {
  constexpr std::array<int, 8> kNumbers{21, 19, 18, 17, 13, 10, 9, 5};
  return severity >= 0 && severity < 8 ? kNumbers[static_cast<std::size_t>(severity)] : 0;
}

int severity_at_start(std::string_view line) {
  line = line.substr(0, 200);
  // systemd's "<3>text" and glog's "E1124 10:22:31.123456".
  if (line.size() > 3 && line[0] == '<' && is_digit(line[1]) && line[2] == '>')
    return severity_of_syslog(line[1] - '0');
  if (line.size() > 8 && std::all_of(line.begin() + 1, line.begin() + 5, is_digit) && line[5] == ' ' &&
      is_digit(line[6])) {
    if (line[0] == 'I') return 9;
    if (line[0] == 'W') return 13;
    if (line[0] == 'E') return 17;
    if (line[0] == 'F') return 21;
  }
  // Before a level stand times, brackets and, behind a time, a few names (logger, thread, zone).
  int names = 0;
  bool timed = false;
  for (int n = 0; n < 10; ++n) {
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    if (line.empty()) return 0;
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    std::string_view word = line.substr(0, end);
    line.remove_prefix(end);
    const char first = word.front();
    const bool bracketed = first == '[' || first == '<' || first == '(';
    while (!word.empty() && !is_letter(word.front()) && !is_digit(word.front())) word.remove_prefix(1);
    std::size_t letters = 0;
    while (letters < word.size() && is_letter(word[letters])) ++letters;
    const std::string_view level = word.substr(0, letters);
    const std::string_view behind = word.substr(letters);
    const bool ends = behind.empty() || behind.front() == ':' || behind.front() == ']' || behind.front() == '>' ||
                      behind.front() == ')' || behind.front() == ',' || behind.front() == '|';
    if (ends && !level.empty()) {
      const bool marked = bracketed || (!behind.empty() && behind.front() == ':' && names == 0 && !timed) ||
                          std::all_of(level.begin(), level.end(), is_upper);
      if (const int severity = severity_of_word(level); severity != 0 && marked) return severity;
    }
    std::string_view bare = word;
    while (!bare.empty() && !is_letter(bare.back()) && !is_digit(bare.back())) bare.remove_suffix(1);
    if (is_time_word(bare)) {
      timed = true;
    } else if (!bracketed && !word.empty()) {
      const bool month = word.size() == 3 && is_upper(first);
      if (!timed && !month && !is_digit(first)) return 0;
      if (++names > 3) return 0;
    }
  }
  return 0;
}

}  // namespace nightjar::logs
