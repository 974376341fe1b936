// wire/changes/cdevents.h
// CDEvents over CloudEvents HTTP, binary and structured -> a change: service deployed, upgraded, rolled back, removed,
// published. Pure, any thread. Source: CDEvents 0.3 to 0.5, CloudEvents 1.0 HTTP binding.
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "wire/changes/change_delivery.h"

namespace nightjar {

// Of the HTTP request. Binary mode: the event is the body, ce-type and ce-id are headers. Structured mode: the media
// type is application/cloudevents+json and the event is in its `data`.
struct CloudEventHeaders {
  std::string_view media_type, type, id;
};

// The application is the subject; the service is found by it. Version: of the artifact (a package URL or an image
// reference). Events of one chain about one subject are one change; without a chain each event is its own.
// INVALID_ARGUMENT: not JSON, a batch, or type, subject.id missing. Body at most 1 MiB.
absl::StatusOr<ChangeDelivery> parse_cdevent(const CloudEventHeaders& headers, std::string_view body,
                                             Timestamp received_at);

}  // namespace nightjar
