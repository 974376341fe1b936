#include "wire/changes/named_version.h"

namespace nightjar {
namespace {

TEST(NamedVersion, Artifacts) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"registry.example.com:5000/shop/payment:v2.4.1", "payment", "2.4.1"},
      {"payment:2.4.1@sha256:0b31", "payment", "2.4.1"},
      {"shop/payment@sha256:0b31", "payment", "sha256:0b31"},
      {"shop/payment:main-3f2a1b", "payment", "main-3f2a1b"},
      {"shop/payment", "payment", ""},
      {"localhost:5000/payment", "payment", ""},
      {"pkg:oci/myapp@sha256%3A0b31b1c0", "myapp", "sha256:0b31b1c0"},
      {"pkg:oci/payment@sha256%3A0b31?repository_url=ghcr.io/shop&tag=v2.4.1", "payment", "2.4.1"},
      {"pkg:docker/shop/payment@2.4.1", "payment", "2.4.1"},
      {"pkg:golang/example.com/shop/payment@v2.4.1#cmd", "payment", "2.4.1"},
      {"pkg:npm/%40shop/payment@2.4.1", "payment", "2.4.1"},
      {"pkg:", "", ""},
      {"", "", ""},
      {"pkg:oci/a@%zz%", "a", "%zz%"},
  };
  for (const auto& [text, service, version] : cases) {
    EXPECT_EQ(read_artifact(text).service, service) << text;
    EXPECT_EQ(read_artifact(text).version, version) << text;
  }
}

TEST(NamedVersion, Repositories) {
  EXPECT_EQ(repository_of("https://git.example.com/shop/payment.git"), "shop/payment");
  EXPECT_EQ(repository_of("ssh://git@git.example.com:2222/shop/backend/payment.git"), "shop/backend/payment");
  EXPECT_EQ(repository_of("git@git.example.com:shop/payment.git"), "shop/payment");
  EXPECT_EQ(repository_of("https://git.example.com/shop/payment/"), "shop/payment");
  EXPECT_EQ(repository_of("shop/payment"), "shop/payment");
  EXPECT_EQ(repository_of(""), "");
  EXPECT_EQ(repository_of("https://"), "");
}

}  // namespace
}  // namespace nightjar
