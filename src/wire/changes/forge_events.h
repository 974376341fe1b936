// wire/changes/forge_events.h
// Pushes, releases and merged pull requests as GitHub and Gitea tell them: the same fields under the same names.
// Context for a diagnosis (ChangeKind::push), not something that serves. Used by github.cc and gitea.cc; pure, any
// thread.
#pragma once

#include <string_view>

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

#include "wire/changes/change_delivery.h"

namespace nightjar {

// A forge's own part of the event: source, delivery, repository, author. `forge` begins the keys: "github", "gitea".
struct Forge {
  std::string_view name;  // as people write it, for errors
  ChangeSource source = ChangeSource::github;
};
ChangeEvent forge_event(const Forge& forge, const nlohmann::json& whole, std::string_view delivery);

// To the default branch or of a tag.
absl::StatusOr<ChangeDelivery> read_push(const Forge& forge, const nlohmann::json& whole, std::string_view delivery,
                                         Timestamp received_at);
// Published; drafts are not.
absl::StatusOr<ChangeDelivery> read_release(const Forge& forge, const nlohmann::json& whole, std::string_view delivery,
                                            Timestamp received_at);
// Merged into the default branch.
absl::StatusOr<ChangeDelivery> read_pull_request(const Forge& forge, const nlohmann::json& whole,
                                                 std::string_view delivery, Timestamp received_at);

}  // namespace nightjar
