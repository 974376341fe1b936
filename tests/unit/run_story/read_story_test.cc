// What a scenario's author sees when something is wrong with it: file, line, and what was expected there.
#include "run/story/read_story.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "run/story/check_story.h"

namespace nightjar {
namespace {

constexpr const char* kShop = "rate 10\nservice web version 5.0 calls pay\nservice pay version 1.9 instances 2\n";

absl::StatusOr<Story> read(const std::string& text) {
  return read_story("a.txt", text, [](const std::string& file) -> absl::StatusOr<std::string> {
    if (file == "shop.world") return std::string(kShop);
    if (file == "wrong.world") return std::string("rate 10\nservice pay\n");
    return not_found("there is no {}", file);
  });
}

std::string error_of(const std::string& text) {
  const auto story = read(text);
  return story.ok() ? "none" : std::string(message_of(story.status()));
}

// The third line is the one under test.
std::string error_of_line(const std::string& line) {
  return error_of("# why\nworld shop\n" + line + "\nlearn 1m\nrun until 12:01:00\n----\n");
}
std::string error_at_noon(const std::string& line) {
  return error_of("# why\nworld shop\nlearn 1m\n12:00:00 " + line + "\nrun until 12:01:00\n----\n");
}

TEST(ReadStory, TakesTheWorldWhatHappensAndWhatIsExpected) {
  const auto story = read(
      "# why\nseed 7\nworld shop\npolicy p permits rollback auto cooldown 5m\nlearn 10m\n"
      "12:00:30 deploy pay 1.9 -> 2.0 on pay-2 by ada\n12:01:00 fault pay in 2.0 errors 15%\nrun until 12:06:00\n"
      "----\n12:02:00 incident\n");
  ASSERT_TRUE(story.ok()) << message_of(story.status());
  EXPECT_EQ(story->seed, 7u);
  EXPECT_EQ(story->services.size(), 2u);
  EXPECT_EQ(story->services[1].instances.at("pay-2"), "1.9");
  EXPECT_EQ(story->config.policies.front().cooldown, minutes(5));
  EXPECT_EQ((story->told_from - story->begins), minutes(10));
  EXPECT_EQ((story->ends - story->told_from), minutes(6));
  ASSERT_EQ(story->lines.size(), 2u);
  const auto& deploy = std::get<DeployHappens>(story->lines[0].happening);
  EXPECT_EQ(deploy.to, "2.0");
  EXPECT_EQ(deploy.instances, std::vector<std::string>{"pay-2"});
  EXPECT_EQ(deploy.author, "ada");
  EXPECT_DOUBLE_EQ(std::get<FaultBegins>(story->lines[1].happening).fault.amount, 0.15);
  EXPECT_EQ(story->expected, "12:02:00 incident\n");
  EXPECT_TRUE(story->script.ends_with("----\n"));
}

TEST(ReadStory, SaysFileAndLineAndWhatWasExpected) {
  EXPECT_EQ(error_of("rate 10\n----\n"), "a.txt:1: a story begins with '# ' and why it is told");
  EXPECT_EQ(error_of("# why\nworld shop\nlearn 1m\nrun until 12:01:00\n"),
            "a.txt: there is no line '----' after which the output stands");
  EXPECT_EQ(error_of("# why\nworld shop\nlearn 1m\n----\n"), "a.txt: 'run until' is missing before '----'");
  EXPECT_EQ(error_of("# why\nworld shop\nrun until 12:01:00\n----\n"),
            "a.txt:3: 'learn' is missing: nothing is normal yet");
  EXPECT_EQ(error_of("# why\nworld mall\n"), "a.txt:2: there is no mall.world");
  EXPECT_EQ(error_of("# why\nworld wrong\n"), "wrong.world:2: the version of the service is missing");
  EXPECT_EQ(error_of_line("sped 4"), "a.txt:3: 'sped' is unknown; read_story.h lists what a story may say");
  EXPECT_EQ(error_of_line("rate fast"), "a.txt:3: rate: 'fast' is no whole number from 1 to 100000");
  EXPECT_EQ(error_of_line("service pay version 2"), "a.txt:3: service 'pay' is described twice");
  EXPECT_EQ(error_of_line("service db version 2 errors lots"), "a.txt:3: errors: 'lots' is no share like 0.2%");
  EXPECT_EQ(error_of_line("policy p permits magic"), "a.txt:3: 'magic' is no kind of action");
  EXPECT_EQ(error_of_line("statement cart 3ms on shop: SELECT 1"), "a.txt:3: there is no service 'cart' so far");
  EXPECT_EQ(error_of_line("12:00:00 heal pay"), "a.txt:3: 'learn' stands before the first time");
  EXPECT_EQ(error_of_line("service a version 1 calls b\nservice b version 1 calls a"),
            "a.txt: the calls of the services go round in a circle");
  EXPECT_EQ(error_of_line("service a version 1 calls z"), "a.txt: a calls 'z', which is no service of this world");
}

TEST(ReadStory, SaysWhatIsWrongWithWhatHappens) {
  EXPECT_EQ(error_at_noon("deploy pay 1.9 2.0"), "a.txt:4: expected '->', found 2.0");
  EXPECT_EQ(error_at_noon("deploy pay 1.9 ->"), "a.txt:4: expected the new version, found the end of the line");
  EXPECT_EQ(error_at_noon("deploy cart 1 -> 2"), "a.txt:4: there is no service 'cart' in this world");
  EXPECT_EQ(error_at_noon("deploy pay 1.9 -> 2.0 on pay-3"), "a.txt:4: pay has no instance 'pay-3'");
  EXPECT_EQ(error_at_noon("fault pay sad"), "a.txt:4: expected errors, slow, silent, disk or statement, found 'sad'");
  EXPECT_EQ(error_at_noon("fault pay errors 15% quickly"), "a.txt:4: 'quickly' is too much here");
  EXPECT_EQ(error_at_noon("fault pay disk 4%/min"), "a.txt:4: pay has no disk: say 'disk 40%' where it is described");
  EXPECT_EQ(error_at_noon("approve inc-1 by bob"), "a.txt:4: expected an id like act-1, found 'inc-1'");
  EXPECT_EQ(error_at_noon("approve act-1"), "a.txt:4: expected 'by', found the end");
  EXPECT_EQ(error_at_noon("hand answers maybe"),
            "a.txt:4: hand answers succeeded, failed, refused, unknown or nothing, not 'maybe'");
  EXPECT_EQ(error_at_noon("destination pager fails"), "a.txt:4: no route names the destination 'pager'");
  EXPECT_EQ(error_at_noon("heal pay\n11:59:59 heal pay"),
            "a.txt:5: a story begins at 12:00:00; before that is what 'learn' says");
  EXPECT_EQ(error_at_noon("heal pay\n12:00:30 heal pay\n12:00:20 heal pay"), "a.txt:6: times never go back");
}

TEST(ReadStory, NoTextMakesItFall) {
  const std::string whole =
      "# why\nworld shop\nlearn 1m\n12:00:00 deploy pay 1.9 -> 2.0 on pay-2\n12:00:00 fault pay disk 4%/min\n"
      "12:00:01 alert A pay warning at pay-1 times 3: text\nrun until 12:01:00\n----\n";
  for (std::size_t length = 0; length <= whole.size(); ++length) (void)read(whole.substr(0, length));
  for (std::size_t at = 0; at < whole.size(); ++at) (void)read(whole.substr(0, at) + ' ' + whole.substr(at + 1));
}

TEST(CheckStory, ShowsOnlyWhatDiffers) {
  EXPECT_EQ(difference_of("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(difference_of("a\nb\nc\nd\ne\n", "a\nb\nx\nd\ne\n"), "  …\n  b\n- c\n+ x\n  d\n");
  EXPECT_EQ(difference_of("", "a\n"), "+ a\n");
  EXPECT_EQ(difference_of("a\n", "a"), "they differ in the last line's end\n");
}

}  // namespace
}  // namespace nightjar
