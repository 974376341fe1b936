// wire/alerts/split_array.h
// Finds the items of a JSON array without building them, so that 100,000 alerts need the memory of one. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace nightjar {

// Views into `text`, in order. nullopt when the text is not one array, or an item nests deeper than `depth`. The items
// themselves are not checked: parse each.
std::optional<std::vector<std::string_view>> split_array(std::string_view text, int depth);

}  // namespace nightjar
