// model/attributes.h
// What is said about a thing as key and value, both text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nightjar {

// Key and value as text, sorted by key. Numbers and booleans are rendered; arrays and maps become JSON text.
using Attributes = std::vector<std::pair<std::string, std::string>>;
// "" when absent.
std::string_view find_attribute(const Attributes& attributes, std::string_view key);

}  // namespace nightjar
