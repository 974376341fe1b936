// wire/alerts/cloudwatch.h
// A CloudWatch alarm -> one Alert: the JSON text inside an SNS notification (AlarmName, NewStateValue, Trigger) or an
// EventBridge event ("CloudWatch Alarm State Change"). Both have the alarm's ARN, so they are the same alert. OK ends
// it; ALARM, INSUFFICIENT_DATA and what Amazon may yet invent are alerts. Other events are ignored. The signed envelope
// is wire/alerts/sns. Pure, any thread. Source: Amazon CloudWatch's documentation, "Alarm events and EventBridge".
#pragma once

#include "wire/alerts/received.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> parse_cloudwatch(std::string_view body, Timestamp received_at,
                                                const AlertLimits& limits = {});

}  // namespace nightjar
