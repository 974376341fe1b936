// io/net/address_list.h
// Which addresses may come in: "10.0.0.0/8", "2001:db8::/32", "192.0.2.7". This machine's own always may. A value.
#pragma once

#include <string>
#include <vector>

#include <absl/status/statusor.h>
#include <boost/asio/ip/address.hpp>

namespace nightjar {

class AddressList {
 public:
  AddressList() = default;
  // INVALID_ARGUMENT names the one that is no address and no CIDR.
  static absl::StatusOr<AddressList> parse(const std::vector<std::string>& cidrs);
  // An IPv4 address inside an IPv6 one is the IPv4 address.
  bool contains(boost::asio::ip::address address) const;

 private:
  struct Range {
    boost::asio::ip::address first;
    int bits = 0;
  };
  std::vector<Range> ranges_;
};

}  // namespace nightjar
