#include "io/serve/console.h"

#include <fstream>

#include "tests/unit/io_serve/serve_fixture.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

class Console : public ServeTest {};

TEST_F(Console, IndexForItsOwnAddressesAnd404ForMissingFiles) {
  for (const char* path : {"/", "/incidents/inc-7", "/services/shop.payment", "/approve?action=act-7"}) {
    const auto reply = call("GET", path);
    EXPECT_EQ(reply->status, 200) << path;
    EXPECT_EQ(find_header(reply->headers, "Content-Type"), "text/html; charset=utf-8") << path;
    EXPECT_EQ(find_header(reply->headers, "Cache-Control"), "no-cache") << path;
    EXPECT_THAT(reply->body, HasSubstr("<h1>"));
  }
  EXPECT_EQ(call("GET", "/app-AAAAAAAA.js")->status, 404);
  EXPECT_EQ(call("GET", "/favicon.ico")->status, 404);
}

TEST_F(Console, ZippedForThoseWhoTakeIt) {
  const auto reply = call("GET", "/", "", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(find_header(reply->headers, "Content-Encoding"), "gzip");
  EXPECT_EQ(reply->body.substr(0, 2), "\x1f\x8b");
}

TEST_F(Console, FromAFolderThatNoPathLeaves) {
  const auto folder = directory_ / "dist";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "index.html") << "the page";
  std::ofstream(folder / "app-V6O7MBMH.js") << "the script";
  std::ofstream(directory_ / "secret.txt") << "secret";
  console_directory_ = folder;
  server_.reset();
  serve();
  EXPECT_EQ(call("GET", "/")->body, "the page");
  const auto script = call("GET", "/app-V6O7MBMH.js");
  EXPECT_EQ(script->body, "the script");
  EXPECT_THAT(std::string(find_header(script->headers, "Cache-Control")), HasSubstr("immutable"));
  RawClient climber(server_->port());
  climber.send("GET /../secret.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(climber.read_to_end(), ::testing::Not(HasSubstr("secret")));
  EXPECT_THAT(call("GET", "/%2e%2e%2fsecret.txt")->body, ::testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace nightjar
