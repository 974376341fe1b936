#include "io/receive/door_ledger.h"

#include <algorithm>

namespace nightjar {

std::string_view word(Door door) {
  switch (door) {
    case Door::otlp_http:
      return "otlp_http";
    case Door::otlp_grpc:
      return "otlp_grpc";
    case Door::remote_write:
      return "remote_write";
    case Door::alertmanager_api:
      return "alertmanager_api";
    case Door::alertmanager_webhook:
      return "alertmanager_webhook";
    case Door::grafana:
      return "grafana";
    case Door::pagerduty:
      return "pagerduty";
    case Door::pagerduty_changes:
      return "pagerduty_changes";
    case Door::datadog:
      return "datadog";
    case Door::cloudwatch:
      return "cloudwatch";
    case Door::azure_monitor:
      return "azure_monitor";
    case Door::gcp:
      return "gcp";
    case Door::zabbix:
      return "zabbix";
    case Door::sentry:
      return "sentry";
    case Door::new_relic:
      return "new_relic";
    case Door::dynatrace:
      return "dynatrace";
    case Door::github:
      return "github";
    case Door::changes:
      return "changes";
    case Door::gitlab:
      return "gitlab";
    case Door::gitea:
      return "gitea";
    case Door::jenkins:
      return "jenkins";
    case Door::argocd:
      return "argocd";
    case Door::flux:
      return "flux";
    case Door::cdevents:
      return "cdevents";
    case Door::jira:
      return "jira";
    case Door::servicenow:
      return "servicenow";
    case Door::scrape:
      return "scrape";
    case Door::events:
      return "events";
    case Door::loki:
      return "loki";
    case Door::syslog:
      return "syslog";
    case Door::file_tail:
      return "file_tail";
  }
  return "";
}

std::string_view word(RefusedWhy why) {
  switch (why) {
    case RefusedWhy::overload:
      return "overload";
    case RefusedWhy::too_large:
      return "too_large";
    case RefusedWhy::unauthenticated:
      return "unauthenticated";
    case RefusedWhy::forbidden:
      return "forbidden";
    case RefusedWhy::unsupported_type:
      return "unsupported_type";
    case RefusedWhy::undecodable:
      return "undecodable";
    case RefusedWhy::broken:
      return "broken";
  }
  return "";
}

RefusedWhy refused_why(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return RefusedWhy::overload;
    case absl::StatusCode::kResourceExhausted:
      return RefusedWhy::too_large;
    case absl::StatusCode::kUnauthenticated:
      return RefusedWhy::unauthenticated;
    case absl::StatusCode::kPermissionDenied:
      return RefusedWhy::forbidden;
    case absl::StatusCode::kUnimplemented:
      return RefusedWhy::unsupported_type;
    case absl::StatusCode::kInvalidArgument:
      return RefusedWhy::undecodable;
    default:
      return RefusedWhy::broken;
  }
}

void DoorLedger::note_taken(Door door, std::uint64_t items, std::uint64_t rejected_items, std::size_t bytes) {
  Cells& cells = cells_[static_cast<std::size_t>(door)];
  ++cells.requests;
  cells.items += items;
  cells.rejected_items += rejected_items;
  cells.bytes += bytes;
}

void DoorLedger::note_ignored(Door door) { ++cells_[static_cast<std::size_t>(door)].ignored; }

void DoorLedger::note_refused(RefusedBody refused) {
  const auto door = static_cast<std::size_t>(refused.door);
  ++cells_[door].refused[static_cast<std::size_t>(refused.why)];
  if (refused.why == RefusedWhy::overload) return;
  if (refused.beginning.size() > kKeptBytes) {
    refused.beginning.resize(kKeptBytes);
    refused.beginning.shrink_to_fit();
  }
  std::lock_guard lock(mutex_);
  kept_[door].push_back(std::move(refused));
  if (kept_[door].size() > kKept) kept_[door].pop_front();
}

DoorLedger::DoorCounts DoorLedger::counts(Door door) const {
  const Cells& cells = cells_[static_cast<std::size_t>(door)];
  DoorCounts counts{cells.requests, cells.items, cells.rejected_items, cells.ignored, cells.bytes, {}};
  for (int i = 0; i < kRefusedWhys; ++i)
    counts.refused[static_cast<std::size_t>(i)] = cells.refused[static_cast<std::size_t>(i)];
  return counts;
}

std::vector<RefusedBody> DoorLedger::refused_bodies() const {
  std::vector<RefusedBody> result;
  {
    std::lock_guard lock(mutex_);
    for (const auto& door : kept_) result.insert(result.end(), door.begin(), door.end());
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const RefusedBody& a, const RefusedBody& b) { return a.at > b.at; });
  return result;
}

}  // namespace nightjar
