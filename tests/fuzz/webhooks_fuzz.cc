// The other tools that deploy and the ticket systems with arbitrary bytes. The first byte chooses; what is taken must
// be writable into the journal and read back as the same line.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/changes/argocd.h"
#include "wire/changes/cdevents.h"
#include "wire/changes/flux.h"
#include "wire/changes/gitlab.h"
#include "wire/changes/jenkins.h"
#include "wire/changes/named_version.h"
#include "wire/json/input_json.h"
#include "wire/tickets/issues.h"
#include "wire/tickets/jira.h"
#include "wire/tickets/servicenow.h"

namespace nightjar {
namespace {

void must_come_back(InputBody body) {
  const std::string line = encode_input({1, {1}, std::move(body)});
  const auto again = decode_input(line);
  CHECK(again.ok());
  CHECK(encode_input(*again) == line);
}

void look(const absl::StatusOr<ChangeDelivery>& delivery) {
  if (!delivery.ok()) return;
  CHECK(delivery->changes.empty() == (delivery->ignored != ChangeIgnored::none));
  for (const ChangeEvent& event : delivery->changes) {
    CHECK(!event.key.empty());
    CHECK(!event.finished_at || *event.finished_at >= event.started_at);
    must_come_back(ChangeArrived{event});
  }
}

void look(const absl::StatusOr<TicketDelivery>& delivery) {
  if (!delivery.ok()) return;
  CHECK(delivery->ticket.has_value() == (delivery->ignored == TicketIgnored::none));
  if (!delivery->ticket) return;
  CHECK(!delivery->ticket->key.empty());
  must_come_back(TicketArrived{*delivery->ticket});
}

void look_with(std::uint8_t choice, std::string_view body) {
  const Timestamp now{1'764'024'640'000'000'000};
  switch (choice % 11) {
    case 0:
      return look(parse_gitlab("d", body, now));
    case 1:
      return look(parse_jenkins(body, now));
    case 2:
      return look(parse_argocd(body, now));
    case 3:
      return look(parse_flux(body, now));
    case 4:
      return look(parse_cdevent({"application/json", "dev.cdevents.service.deployed.0.2.0", "1"}, body, now));
    case 5:
      return look(parse_cdevent({"application/cloudevents+json", "", ""}, body, now));
    case 6:
      return look(parse_issue(TicketSystem::github, "issues", "d", body, now));
    case 7:
      return look(parse_issue(TicketSystem::gitea, "issue_comment", "d", body, now));
    case 8:
      return look(parse_jira("d", body, now));
    case 9:
      return look(parse_servicenow(body, now));
    case 10:
      (void)read_artifact(body);
      (void)read_ref(body);
      (void)repository_of(body);
  }
}

}  // namespace
}  // namespace nightjar

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  nightjar::look_with(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
