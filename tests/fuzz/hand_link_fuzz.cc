// Arbitrary bytes between serve and hand, and from a supervisor. What is understood must survive being said again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "io/act/link_message.h"
#include "io/act/xml_rpc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)nightjar::parse_xml_rpc(bytes);
  nightjar::FrameCutter cutter;
  cutter.take(bytes);
  for (auto frame = cutter.next(); frame.ok() && frame->has_value(); frame = cutter.next()) {
    CHECK((*frame)->size() <= nightjar::kLinkFrameLimitBytes);
  }
  const auto message = nightjar::decode_message(bytes);
  if (!message.ok()) return 0;
  const std::string again = nightjar::encode_frame(*message);
  const auto back = nightjar::decode_message(std::string_view(again).substr(4));
  CHECK(back.ok());
  CHECK(nightjar::encode_frame(*back) == again);
  return 0;
}
