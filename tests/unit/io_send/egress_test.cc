#include "io/send/egress.h"

#include "base/text.h"

namespace nightjar {
namespace {

TEST(Egress, KnowsWhatAnAddressIs) {
  const std::pair<const char*, AddressClass> known[] = {
      {"93.184.216.34", AddressClass::global},
      {"2606:2800:220:1:248:1893:25c8:1946", AddressClass::global},
      {"127.0.0.1", AddressClass::loopback},
      {"127.255.255.254", AddressClass::loopback},
      {"::1", AddressClass::loopback},
      {"10.1.2.3", AddressClass::private_network},
      {"172.16.0.1", AddressClass::private_network},
      {"172.31.255.255", AddressClass::private_network},
      {"172.32.0.1", AddressClass::global},
      {"192.168.1.1", AddressClass::private_network},
      {"100.64.0.1", AddressClass::private_network},
      {"100.128.0.1", AddressClass::global},
      {"198.18.0.1", AddressClass::private_network},
      {"169.254.169.254", AddressClass::link_local},
      {"fe80::1", AddressClass::link_local},
      {"fd00:ec2::254", AddressClass::private_network},
      {"224.0.0.1", AddressClass::multicast},
      {"ff02::1", AddressClass::multicast},
      {"0.0.0.0", AddressClass::reserved},
      {"255.255.255.255", AddressClass::reserved},
      {"::", AddressClass::reserved},
      {"2001:db8::1", AddressClass::reserved},
      // the same in other clothes
      {"::ffff:127.0.0.1", AddressClass::loopback},
      {"::ffff:10.0.0.1", AddressClass::private_network},
      {"::ffff:93.184.216.34", AddressClass::global},
      {"64:ff9b::169.254.169.254", AddressClass::link_local},
      {"2002:7f00:1::", AddressClass::loopback},
      {"::127.0.0.1", AddressClass::reserved},
      {"localhost", AddressClass::reserved},
      {"", AddressClass::reserved},
      {"0x7f.1", AddressClass::reserved},
  };
  for (const auto& [address, kind] : known) EXPECT_EQ(classify_address(address), kind) << address;
}

TEST(Egress, AllowPrivateAllowsThatAndNoMore) {
  EXPECT_FALSE(check_address({false}, "127.0.0.1").ok());
  EXPECT_TRUE(check_address({true}, "127.0.0.1").ok());
  EXPECT_TRUE(check_address({false}, "93.184.216.34").ok());
  EXPECT_FALSE(check_address({true}, "224.0.0.1").ok());
  EXPECT_FALSE(check_url({false}, "http://example.com").ok());
  EXPECT_TRUE(check_url({true}, "http://example.com").ok());
  EXPECT_FALSE(check_url({true}, "gopher://example.com").ok());
}

// The check is of the address that a name gives, whatever the URL looks like.
TEST(Egress, NamesAreCheckedByTheirAddress) {
  for (const char* url : {"https://localhost:9/", "https://127.0.0.1:9/", "https://[::1]:9/", "https://2130706433:9/",
                          "https://0x7f000001:9/"}) {
    const auto reply = call_destination({false}, {.url = url});
    EXPECT_EQ(reply.status().code(), absl::StatusCode::kPermissionDenied) << url << " " << reply.status();
  }
}

}  // namespace
}  // namespace nightjar
