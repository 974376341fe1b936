// run/story/line_words.h
// The words of one line of a scenario, taken from left to right. The first thing that does not fit is kept as the
// line's error and later calls give empty values, so that a reader needs one check at its end. Borrows the line.
#pragma once

#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "base/time.h"

namespace nightjar {

class LineWords {
 public:
  LineWords(std::string place, std::string_view line) : place_(std::move(place)), rest_(line) { skip_blanks(); }

  bool at_end() const { return rest_.empty(); }
  std::string_view peek() const;               // the next word; "" at the end
  bool take_if(std::string_view word);         // takes it when it is next
  void expect(std::string_view word);          // an error when it is not next
  std::string word(const char* what);          // `what` is said when the line ends here: "a version"
  std::string after_colon();                   // the rest after ":"; "" when there is none
  double share(const char* what);              // "15%" -> 0.15
  int number(const char* what);                // 1..100,000
  Duration duration(const char* what);         // "300ms"
  int id(std::string_view prefix);             // "act-2" -> 2
  void wrong(std::string_view what_is_wrong);  // kept when it is the first
  void expect_end();
  const absl::Status& status() const { return status_; }
  const std::string& place() const { return place_; }

 private:
  void skip_blanks();
  std::string place_;
  std::string_view rest_;
  absl::Status status_;
};

}  // namespace nightjar
