// wire/changes/argocd.h
// Argo CD's notifications -> a change. The body is the template's, so it is ours: docs/senders/changes.md has the
// ConfigMap that makes it.
//
//   {"application":"payment-production","phase":"Succeeded","revision":"3f2a…","images":["registry/payment:2.4.1"],
//    "repository":"https://…","startedAt":"…","finishedAt":"…","namespace":"shop","url":"…","author":"…","environment":"…"}
//
// Called by io/receive. Pure, any thread.
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "wire/changes/change_delivery.h"

namespace nightjar {

// One sync is one change: its key is the application, what was synced and when it began. Version: the tag of the image
// that is named like the service or the application, or of the only image; else the revision, when it is a tag or a
// commit. INVALID_ARGUMENT: not JSON, or application, phase missing. At most 50 images are looked at.
absl::StatusOr<ChangeDelivery> parse_argocd(std::string_view body, Timestamp received_at);

}  // namespace nightjar
