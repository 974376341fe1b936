#include "wire/changes/forge_events.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "model/words.h"
#include "wire/changes/named_version.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

absl::Status not_its_body(const Forge& forge, std::string_view event, std::string_view missing) {
  return invalid_argument("{} {}: {} is missing; is this {}'s own body?", forge.name, event, missing, forge.name);
}

void context(ChangeEvent& event, const ServiceVersion& named, Timestamp at) {
  event.kind = ChangeKind::push;
  event.status = ChangeStatus::succeeded;
  event.service = {named.service};
  event.version = named.version;
  event.started_at = at;
  event.finished_at = at;
}

}  // namespace

ChangeEvent forge_event(const Forge& forge, const Json& whole, std::string_view delivery) {
  ChangeEvent event;
  event.source = forge.source;
  event.delivery = cut(delivery, 128);
  event.repository = foreign::text(whole, {"repository", "full_name"});
  event.author = foreign::text(whole, {"sender", "login"});
  return event;
}

absl::StatusOr<ChangeDelivery> read_push(const Forge& forge, const Json& whole, std::string_view delivery,
                                         Timestamp received_at) {
  ChangeEvent event = forge_event(forge, whole, delivery);
  const std::string ref = foreign::text(whole, {"ref"}, 512),
                    branch = foreign::text(whole, {"repository", "default_branch"});
  event.commit = foreign::text(whole, {"after"}, 64);
  if (ref.empty() || event.commit.empty() || event.repository.empty())
    return not_its_body(forge, "push", "ref, after or repository.full_name");
  const bool deleted = event.commit.find_first_not_of('0') == std::string::npos;
  if (deleted || foreign::flag(whole, {"deleted"})) return ignored_because(ChangeIgnored::branch_deleted);
  const bool tag = ref.starts_with("refs/tags/");
  if (!tag && (branch.empty() || ref != "refs/heads/" + branch)) return ignored_because(ChangeIgnored::other_branch);
  // Not the commit's own time: it may have been written days before it was pushed.
  context(event, read_ref(tag ? ref : std::string()),
          foreign::time(whole, {"repository", "pushed_at"}).value_or(received_at));
  event.key = fmt::format("{} {} push {} {}", word(forge.source), event.repository, ref, event.commit);
  for (const char* name : {"name", "login"})
    if (const std::string pusher = foreign::text(whole, {"pusher", name}); !pusher.empty()) event.author = pusher;
  event.title = first_line(foreign::text(whole, {"head_commit", "message"}, 4096));
  event.url = foreign::text(whole, {"head_commit", "url"}, 2048);
  for (const char* compare : {"compare", "compare_url"})
    if (event.url.empty()) event.url = foreign::text(whole, {compare}, 2048);
  return one_change(std::move(event));
}

absl::StatusOr<ChangeDelivery> read_release(const Forge& forge, const Json& whole, std::string_view delivery,
                                            Timestamp received_at) {
  const Json& release = foreign::at(whole, {"release"});
  ChangeEvent event = forge_event(forge, whole, delivery);
  const std::string tag = foreign::text(release, {"tag_name"});
  if (tag.empty() || event.repository.empty())
    return not_its_body(forge, "release", "release.tag_name or repository.full_name");
  if (foreign::text(whole, {"action"}) != "published" || foreign::flag(release, {"draft"}))
    return ignored_because(ChangeIgnored::not_published);
  context(event, read_ref(tag), foreign::time(release, {"published_at"}).value_or(received_at));
  if (event.version.empty()) event.version = tag;
  event.key = fmt::format("{} {} release {}", word(forge.source), event.repository, tag);
  event.title = first_line(foreign::text(release, {"name"}));
  event.url = foreign::text(release, {"html_url"}, 2048);
  return one_change(std::move(event));
}

absl::StatusOr<ChangeDelivery> read_pull_request(const Forge& forge, const Json& whole, std::string_view delivery,
                                                 Timestamp received_at) {
  const Json& pull = foreign::at(whole, {"pull_request"});
  ChangeEvent event = forge_event(forge, whole, delivery);
  const std::string number = foreign::number_text(pull, {"number"});
  if (number.empty() || event.repository.empty())
    return not_its_body(forge, "pull_request", "pull_request.number or repository.full_name");
  if (foreign::text(whole, {"action"}) != "closed" || !foreign::flag(pull, {"merged"}))
    return ignored_because(ChangeIgnored::not_merged);
  const std::string branch = foreign::text(whole, {"repository", "default_branch"});
  if (!branch.empty() && foreign::text(pull, {"base", "ref"}) != branch)
    return ignored_because(ChangeIgnored::other_branch);
  context(event, {}, foreign::time(pull, {"merged_at"}).value_or(received_at));
  event.key = fmt::format("{} {} pull {}", word(forge.source), event.repository, number);
  event.commit = foreign::text(pull, {"merge_commit_sha"}, 64);
  event.title = first_line(foreign::text(pull, {"title"}));
  event.url = foreign::text(pull, {"html_url"}, 2048);
  if (const std::string who = foreign::text(pull, {"merged_by", "login"}); !who.empty()) event.author = who;
  return one_change(std::move(event));
}

}  // namespace nightjar
