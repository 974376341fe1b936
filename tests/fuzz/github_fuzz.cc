// GitHub's and Gitea's events and our own change door with arbitrary bytes. The first byte chooses.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/changes/announced_change.h"
#include "wire/changes/gitea.h"
#include "wire/changes/github.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const nightjar::Timestamp now{1'764'024'640'000'000'000};
  if (data[0] % 16 == 15) {
    const auto event = nightjar::parse_announced_change(body, now);
    if (event.ok()) CHECK(!event->service.empty() && !event->version.empty() && !event->key.empty());
    return 0;
  }
  constexpr std::string_view kGithub[] = {"push",         "deployment", "deployment_status",
                                          "workflow_run", "release",    "pull_request"};
  constexpr std::string_view kGitea[] = {"push", "create", "release", "pull_request"};
  const auto delivery = data[0] % 16 < 8 ? nightjar::parse_github(kGithub[data[0] % 6], "d", body, now)
                                         : nightjar::parse_gitea(kGitea[data[0] % 4], "d", body, now);
  if (delivery.ok()) {
    CHECK(delivery->changes.empty() == (delivery->ignored != nightjar::ChangeIgnored::none));
    for (const nightjar::ChangeEvent& event : delivery->changes) CHECK(!event.key.empty());
  }
  return 0;
}
