#include "wire/otlp/attributes.h"

#include <algorithm>

#include "wire/limits.h"
#include "wire/otlp/any_value.h"

namespace nightjar::otlp {

void add_attribute(Attributes& attributes, std::string_view key_value) {
  const KeyValue pair = read_key_value(key_value);
  attributes.emplace_back(std::string(pair.key), value_text(pair.value, kValueBytes));
}

void finish_attributes(Attributes& attributes) {
  const auto before = [](const auto& a, const auto& b) { return a.first < b.first; };
  if (!std::is_sorted(attributes.begin(), attributes.end(), before)) {
    std::stable_sort(attributes.begin(), attributes.end(), before);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (i + 1 < attributes.size() && attributes[i + 1].first == attributes[i].first) continue;
    if (kept != i) attributes[kept] = std::move(attributes[i]);
    ++kept;
  }
  attributes.resize(kept);
}

}  // namespace nightjar::otlp
