// wire/alerts/pagerduty_change.h
// PagerDuty's `POST /v2/change/enqueue` -> ChangeEvent: the deploy event that many build tools already send. What it
// names is free ("custom_details"), so service, version, commit, environment, repository and author are looked for
// under the words pipelines use. Called by io/receive. Pure, any thread. Source: PagerDuty's developer documentation,
// "Send a Change Event".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/change.h"
#include "wire/alerts/pagerduty.h"

namespace nightjar {

struct PagerDutyChange {
  std::string routing_key;
  std::optional<ChangeEvent> event;  // absent: `errors`
  std::vector<std::string> errors;
};

// Without a service it is a push: context of what happened, not something that serves. The same body twice is one
// change. Errors as parse_pagerduty_event.
absl::StatusOr<PagerDutyChange> parse_pagerduty_change(std::string_view body, Timestamp received_at,
                                                       const AlertLimits& limits = {.body_bytes = kPagerDutyBodyBytes});

}  // namespace nightjar
