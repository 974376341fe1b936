// wire/changes/flux.h
// Events of Flux's notification-controller (providers `generic` and `generic-hmac`) -> a change: a Kustomization that
// applied a revision, a HelmRelease that was installed, upgraded or rolled back. Pure, any thread. Source: Flux,
// "Providers" and "Alerts".
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "wire/changes/change_delivery.h"

namespace nightjar {

// The application is "namespace/name" of the involved object. Metadata read: revision, app-version (as Flux names them,
// with or without the API group before a '/'), and from the Alert's eventMetadata service, environment or env.
// INVALID_ARGUMENT: not JSON, or involvedObject, reason missing.
absl::StatusOr<ChangeDelivery> parse_flux(std::string_view body, Timestamp received_at);

}  // namespace nightjar
