// The journal's readers with arbitrary bytes: no crash, and what was read is written and read back the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/json/effect_json.h"
#include "wire/json/input_json.h"
#include "wire/json/signals_record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto input = nightjar::decode_input(bytes); input.ok()) {
    const std::string once = nightjar::encode_input(*input);
    const auto again = nightjar::decode_input(once);
    CHECK(again.ok());
    CHECK(nightjar::encode_input(*again) == once);
  }
  if (const auto effect = nightjar::decode_effect(bytes); effect.ok()) {
    const std::string once = nightjar::encode_effect(*effect);
    const auto again = nightjar::decode_effect(once);
    CHECK(again.ok());
    CHECK(nightjar::encode_effect(*again) == once);
  }
  if (const auto signals = nightjar::decode_signals_record(bytes); signals.ok())
    CHECK(nightjar::decode_signals_record(nightjar::encode_signals_record(*signals)).ok());
  return 0;
}
