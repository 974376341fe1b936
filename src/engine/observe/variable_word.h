// engine/observe/variable_word.h
// Which words are values rather than names: numbers, ids, hashes, paths, addresses. One rule for log lines, exception
// messages and span names. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nightjar {

// constant: the same in every line of its kind. soft: a name with a digit or two in it ("worker-7", "api2"), told apart
// by its letters only. variable: a value.
enum class WordKind : std::uint8_t { constant, soft, variable };

WordKind kind_of_word(std::string_view word);

// "GET /orders/8c12f/items/7?page=2" -> "GET /orders/{id}/items/{id}". Cut to `limit` bytes.
std::string mask_name(std::string_view name, std::size_t limit);

}  // namespace nightjar
