// wire/loki/label_text.h
// `{app="cart", env="prod"}`: a stream's labels as Loki's clients write them, values quoted as Go quotes strings. Pure,
// no recursion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nightjar::loki {

struct LabelPair {
  std::string_view name;
  std::string_view quoted;  // with its quotes and escapes
};

enum class LabelFault : std::uint8_t { none, no_braces, no_name, no_value, not_closed, text_behind };

class LabelReader {
 public:
  explicit LabelReader(std::string_view text);
  // False at the end and at a fault.
  bool next(LabelPair& pair);
  LabelFault fault() const { return fault_; }

 private:
  bool stop(LabelFault fault);
  void skip_space();

  std::string_view rest_;
  LabelFault fault_ = LabelFault::none;
  bool first_ = true, done_ = false;
};

// Without quotes and escapes. What an unknown escape means is kept as it stands.
std::string unquoted(std::string_view quoted);

}  // namespace nightjar::loki
