// run/story/read_story.h
// The text of a scenario -> Story. The language, one line each; words in capitals are yours, [ ] may be left out:
//
//   # why this story is told                    (first line; comments may stand anywhere)
//   world FILE                                  lines of FILE.world beside it, for what many stories share
//   seed N | rate N                             requests of users a second, 10 when not said
//   service NAME version V [instances N] [serves METHOD PATH] [calls A B] [takes 25ms] [errors 0.2%] [tier 0.5]
//           [disk 40%]
//   statement SERVICE 3ms on DATABASE: SQL
//   policy NAME permits KIND auto [blast 30] | approvals N [expires 15m] [cooldown 20m] [verify 10m]
//   policy NAME forbids KIND
//   objective NAME SERVICE 99.5%
//   route [SERVICE] -> DESTINATION [tickets DESTINATION]      default: * -> oncall tickets tickets
//   hand absent
//   learn 10m                                   then it is 12:00:00
//   12:00:00 deploy SERVICE FROM -> TO [on INSTANCE…] [by AUTHOR] [unannounced]
//   12:00:00 fault SERVICE errors 15% | slow 300ms | silent | disk 4%/min | statement 400ms on DATABASE: SQL
//                 after the service: [at INSTANCE] [in VERSION]
//   12:00:00 heal SERVICE
//   12:00:00 alert NAME SERVICE SEVERITY [at INSTANCE] [times N] [: SUMMARY]
//   12:00:00 alert NAME SERVICE resolved
//   12:00:00 again change | alert               the last such message once more
//   12:00:00 approve act-1 by PERSON [with another plan]
//   12:00:00 reject act-1 by PERSON [: WHY]
//   12:00:00 acknowledge inc-1 by PERSON
//   12:00:00 kill switch on | off by PERSON
//   12:00:00 hand absent | connected | answers succeeded | failed | refused | unknown | nothing [: TEXT]
//   12:00:00 destination NAME fails | works
//   run until 12:06:00
//   ----
//
// Errors name file, line and what was expected there.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "run/story/story.h"

namespace nightjar {

// Gives the text of a world file by its name ("shop.world"); not_found when there is none.
using ReadWorld = std::function<absl::StatusOr<std::string>(const std::string& file)>;

// `file` is what errors call it.
absl::StatusOr<Story> read_story(const std::string& file, std::string_view text, const ReadWorld& read_world);

}  // namespace nightjar
