#include "wire/changes/jenkins.h"

#include <algorithm>
#include <initializer_list>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/changes/named_version.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kParametersAtMost = 200;

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](unsigned char x, unsigned char y) { return (x | 0x20) == (y | 0x20); });
}

// The first of `names` that is a parameter with text.
std::string parameter(const Json& build, std::initializer_list<std::string_view> names) {
  const Json& parameters = foreign::at(build, {"parameters"});
  if (!parameters.is_object() || parameters.size() > kParametersAtMost) return {};
  for (const std::string_view name : names)
    for (const auto& [key, value] : parameters.items())
      if (same_word(key, name))
        if (const auto* text = value.get_ptr<const std::string*>(); text && !text->empty()) return cut(*text, 256);
  return {};
}

// "job/shop/job/deploy-payment/" -> "shop/deploy-payment": the plugin's `name` leaves the folders out.
std::string job_name(const Json& whole) {
  std::string url = foreign::text(whole, {"url"}, 1024), name;
  for (std::string_view left = url; left.starts_with("job/");) {
    left.remove_prefix(4);
    const std::size_t slash = left.find('/');
    name += (name.empty() ? "" : "/") + std::string(left.substr(0, slash));
    left.remove_prefix(slash == std::string_view::npos ? left.size() : slash + 1);
  }
  return name.empty() ? foreign::text(whole, {"name"}) : cut(name, 256);
}

void take_build_target(const Json& build, ChangeEvent& event) {
  event.commit = foreign::text(build, {"scm", "commit"}, 64);
  event.repository = repository_of(foreign::text(build, {"scm", "url"}, 1024));
  event.service = {parameter(build, {"service", "service_name"})};
  event.environment = parameter(build, {"environment", "env", "deploy_env"});
  event.previous_version = parameter(build, {"previous_version"});
  event.version = parameter(build, {"version", "tag", "image_tag"});
  if (event.version.empty()) event.version = read_ref(foreign::text(build, {"scm", "branch"})).version;
  if (event.version.empty()) event.version = event.commit;
  if (const auto action = parse_id<ActionTag>(parameter(build, {"intent", "caused_by"}))) event.caused_by = action;
}

}  // namespace

absl::StatusOr<ChangeDelivery> parse_jenkins(std::string_view body, Timestamp received_at) {
  const auto whole = parse_json(body, "Jenkins notification");
  if (!whole.ok()) return whole.status();
  if (!whole->is_object())
    return invalid_argument("Jenkins notification: expected an object, found {}", whole->type_name());
  const Json& build = foreign::at(*whole, {"build"});
  const std::string number = foreign::number_text(build, {"number"}), phase = foreign::text(build, {"phase"});
  ChangeEvent event;
  event.application = job_name(*whole);
  if (number.empty() || phase.empty() || event.application.empty())
    return invalid_argument(
        "Jenkins notification: name, build.number or build.phase is missing; is the endpoint's format JSON?");
  if (phase != "STARTED" && phase != "FINALIZED") return ignored_because(ChangeIgnored::phase_not_watched);
  const std::string status = foreign::text(build, {"status"});
  if (phase == "FINALIZED" && status == "NOT_BUILT") return ignored_because(ChangeIgnored::not_started);
  event.source = ChangeSource::jenkins;
  event.kind = ChangeKind::deploy;
  event.url = foreign::text(build, {"full_url"}, 2048);
  // Several Jenkins may have a job of the same name; the whole URL tells them apart when its root is configured.
  event.key = event.url.empty() ? fmt::format("jenkins {} {}", event.application, number) : "jenkins " + event.url;
  event.delivery = fmt::format("{} {}", event.application, number);
  event.title = fmt::format("{} #{}", foreign::text(*whole, {"display_name"}, 150), number);
  take_build_target(build, event);
  const Timestamp told_at = foreign::time_ms(build, {"timestamp"}).value_or(received_at);
  event.started_at = told_at;
  if (phase == "STARTED") return one_change(std::move(event));
  // UNSTABLE: built and deployed, and some test did not pass. At the start the status is that of the build before.
  event.status = status == "SUCCESS" || status == "UNSTABLE" ? ChangeStatus::succeeded : ChangeStatus::failed;
  event.finished_at = told_at;
  const Json& duration = foreign::at(build, {"duration"});
  if (duration.is_number_unsigned() && duration.get<std::uint64_t>() < 7u * 86'400'000u)
    event.started_at = told_at - milliseconds(duration.get<std::int64_t>());
  return one_change(std::move(event));
}

}  // namespace nightjar
