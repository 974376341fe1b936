// wire/changes/change_delivery.h
// What a webhook of a deploy or source tool told: changes, or why it is none. Every decoder of wire/changes returns it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/change.h"

namespace nightjar {

// Why a delivery that was understood is not a change. All are answered with success.
enum class ChangeIgnored : std::uint8_t {
  none,
  ping,
  event_not_watched,
  other_branch,  // a push that is neither to the default branch nor of a tag
  branch_deleted,
  deployment_inactive,  // an older deployment makes room for a newer one
  not_a_deploy,         // a pipeline or workflow that deploys nothing
  not_started,          // waiting for approval, a person or a runner; or skipped
  not_merged,           // a pull request that was closed, or goes on
  not_published,        // a draft, an edited or deleted release
  phase_not_watched,    // of a Jenkins build: the end is told by FINALIZED
  other_object          // a Flux object that only fetches
};
std::string_view word(ChangeIgnored reason);

struct ChangeDelivery {
  std::vector<ChangeEvent> changes;  // one message may tell of several; empty exactly when it is ignored
  ChangeIgnored ignored = ChangeIgnored::none;
};

inline ChangeDelivery one_change(ChangeEvent event) { return {{std::move(event)}, ChangeIgnored::none}; }
inline ChangeDelivery ignored_because(ChangeIgnored reason) { return {{}, reason}; }

}  // namespace nightjar
