// store/bytes/crc32c.h
// CRC-32C (Castagnoli): finds every single bit flip and every burst of up to 32 bits in a record. Against accidents,
// not against people: for those the decisions are hash-chained. Source: RFC 3720, appendix B.4.
#pragma once

#include <cstdint>
#include <string_view>

namespace nightjar {

// `before`: the checksum of what came before, to go on from there.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace nightjar
