// io/receive/cloudwatch_door.h
// POST /api/v1/webhooks/cloudwatch: alarms as Amazon SNS delivers them, signed, of the topics an operator has named;
// and without the envelope (EventBridge's API destination, raw delivery), which is nobody's word but the token's.
// Internal to io/receive; called by alert_doors.
//
// A message of SNS is checked in this order, and refused at the first that fails: its topic is one of ours; the
// certificate's address is SNS's own; the certificate can be had; the signature is of these bytes; it was sent within
// the last two hours (SNS itself retries for one). Only then is it read.
#pragma once

#include "io/receive/alert_doors.h"

namespace nightjar {

void add_cloudwatch_route(Router& router, Doorway& doorway, AlertDoorSettings settings);

}  // namespace nightjar
