// io/net/http_headers.h
// Header fields in the order they came or are sent; shared by the client and the server.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nightjar {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;
// The first value of that name, whatever its case; "" when absent.
std::string_view find_header(const HttpHeaders& headers, std::string_view name);
// ASCII letters only: what header names, encodings and media types need.
bool equal_without_case(std::string_view a, std::string_view b);

}  // namespace nightjar
