#include "io/net/address_list.h"

#include <charconv>

#include "base/text.h"

namespace nightjar {
namespace {

using boost::asio::ip::address;

template <class Bytes>
bool same_bits(const Bytes& a, const Bytes& b, int bits) {
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const unsigned mask = bits >= 8 ? 0xFFu : 0xFFu << (8 - bits) & 0xFFu;
    if ((a[i] & mask) != (b[i] & mask)) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<AddressList> AddressList::parse(const std::vector<std::string>& cidrs) {
  AddressList list;
  for (const std::string& text : cidrs) {
    const std::size_t slash = text.find('/');
    boost::system::error_code error;
    Range range{boost::asio::ip::make_address(text.substr(0, slash), error), 0};
    const int most = range.first.is_v4() ? 32 : 128;
    range.bits = most;
    bool right = !error;
    if (right && slash != text.npos) {
      const char *begin = text.data() + slash + 1, *end = text.data() + text.size();
      const auto [stop, problem] = std::from_chars(begin, end, range.bits);
      right = problem == std::errc() && stop == end && range.bits >= 0 && range.bits <= most;
    }
    if (!right) return invalid_argument("\"{}\" is no address and no range such as 10.0.0.0/8", text);
    list.ranges_.push_back(range);
  }
  return list;
}

bool AddressList::contains(address from) const {
  if (from.is_v6() && from.to_v6().is_v4_mapped()) from = make_address_v4(boost::asio::ip::v4_mapped, from.to_v6());
  if (from.is_loopback()) return true;
  for (const Range& range : ranges_) {
    if (range.first.is_v4() != from.is_v4()) continue;
    if (from.is_v4() ? same_bits(range.first.to_v4().to_bytes(), from.to_v4().to_bytes(), range.bits)
                     : same_bits(range.first.to_v6().to_bytes(), from.to_v6().to_bytes(), range.bits))
      return true;
  }
  return false;
}

}  // namespace nightjar
