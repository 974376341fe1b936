#include "io/receive/alert_doors.h"

#include "base/hash.h"
#include "base/text.h"
#include "io/receive/cloudwatch_door.h"
#include "io/receive/offer_alerts.h"
#include "io/receive/pagerduty_doors.h"
#include "io/receive/webhook_token.h"
#include "wire/alerts/alertmanager.h"
#include "wire/alerts/azure_monitor.h"
#include "wire/alerts/datadog.h"
#include "wire/alerts/dynatrace.h"
#include "wire/alerts/gcp.h"
#include "wire/alerts/grafana.h"
#include "wire/alerts/new_relic.h"
#include "wire/alerts/sentry.h"
#include "wire/alerts/zabbix.h"

namespace nightjar {
namespace {

enum class Guard { token, sentry_signature };
enum class Load { one_alert, many_alerts };

struct AlertDoor {
  Door door;
  std::string_view path;
  ParseAlerts parse;
  Load load = Load::one_alert;
  Guard guard = Guard::token;
};

constexpr AlertDoor kAlertDoors[] = {
    {Door::alertmanager_api, "/api/v2/alerts", parse_alerts_v2, Load::many_alerts},
    {Door::alertmanager_webhook, "/api/v1/webhooks/alertmanager", parse_alert_webhook, Load::many_alerts},
    {Door::grafana, "/api/v1/webhooks/grafana", parse_grafana, Load::many_alerts},
    {Door::datadog, "/api/v1/webhooks/datadog", parse_datadog},
    {Door::azure_monitor, "/api/v1/webhooks/azure-monitor", parse_azure_monitor},
    {Door::gcp, "/api/v1/webhooks/gcp", parse_gcp},
    {Door::zabbix, "/api/v1/webhooks/zabbix", parse_zabbix},
    {Door::sentry, "/api/v1/webhooks/sentry", parse_sentry, Load::one_alert, Guard::sentry_signature},
    {Door::new_relic, "/api/v1/webhooks/new-relic", parse_new_relic},
    {Door::dynatrace, "/api/v1/webhooks/dynatrace", parse_dynatrace},
};

std::size_t body_limit(const Doorway& doorway, Load load) {
  if (load == Load::one_alert) return 1u << 20;
  // 100,000 alerts in one body of an Alertmanager are 37 MB: taken from senders we know.
  return doorway.tokens.empty() ? 16u << 20 : 64u << 20;
}

absl::Status admit_sentry(const HttpRequest& request, const std::string& secret) {
  if (secret.empty())
    return permission_denied(
        "this door is closed: set doors.sentry.secret_file in nightjar.yaml to a file with the integration's client "
        "secret");
  if (request.header("sentry-hook-signature").empty())
    return unauthenticated("no Sentry-Hook-Signature: send from an internal integration's webhook");
  return absl::OkStatus();
}

// HMAC-SHA-256 of the body as sent, in hex. Before anything looks into the body.
absl::Status check_sentry_signature(const HttpRequest& request, const std::string& secret) {
  if (equal_in_constant_time(request.header("sentry-hook-signature"), to_hex(hmac_sha256(secret, request.body))))
    return absl::OkStatus();
  return unauthenticated(
      "the signature is not of this body: doors.sentry.secret_file must hold the client secret of "
      "the integration that sends");
}

void take(const AlertCall& call, const AlertDoor& door, std::size_t limit_bytes, const std::string& sentry_secret) {
  if (door.guard == Guard::sentry_signature)
    if (absl::Status status = check_sentry_signature(*call.request, sentry_secret); !status.ok())
      return call.refuse(status);
  const auto body = inflated_body(call, limit_bytes);
  if (!body.ok()) return call.refuse(body.status());
  AlertLimits limits;
  limits.body_bytes = limit_bytes;
  auto received = door.parse(*body, call.doorway.clock.now(), limits);
  if (!received.ok()) return call.refuse(received.status());
  HttpAnswer success = describe_taken(*received);
  offer_alerts(call, *std::move(received), std::move(success));
}

void add_alert_route(Router& router, Doorway& doorway, const AlertDoor& door, const std::string& sentry_secret) {
  const std::size_t limit_bytes = body_limit(doorway, door.load);
  const auto handle =
      on_control_pool(doorway, door.door,
                      [&doorway, &door, limit_bytes, sentry_secret](const auto& request, const Responder& responder) {
                        take({doorway, door.door, request, responder}, door, limit_bytes, sentry_secret);
                      });
  Route route = door_route(doorway, door.door, "POST", std::string(door.path), limit_bytes, handle);
  if (door.guard == Guard::sentry_signature)
    route.admit = [sentry_secret](const HttpRequest& request) { return admit_sentry(request, sentry_secret); };
  else
    route.admit = [&doorway](const HttpRequest& request) { return admit_webhook(doorway, request); };
  router.add(std::move(route));
}

}  // namespace

void add_alert_routes(Router& router, Doorway& doorway, AlertDoorSettings settings) {
  for (const AlertDoor& door : kAlertDoors) add_alert_route(router, doorway, door, settings.sentry_secret);
  add_pagerduty_routes(router, doorway);
  add_cloudwatch_route(router, doorway, std::move(settings));
}

}  // namespace nightjar
