#include "io/receive/cloudwatch_door.h"

#include <spdlog/spdlog.h>

#include "base/text.h"
#include "io/receive/offer_alerts.h"
#include "io/receive/sns_certificates.h"
#include "io/receive/webhook_token.h"
#include "wire/alerts/cloudwatch.h"
#include "wire/alerts/sns.h"
#include "wire/alerts/sns_signature.h"

namespace nightjar {
namespace {

constexpr std::size_t kSnsBodyBytes = 1 << 20;  // SNS delivers at most 256 KiB, escaped
constexpr Duration kFresh = hours(2);

class CloudWatchDoor {
 public:
  CloudWatchDoor(Doorway& doorway, AlertDoorSettings settings)
      : settings_(std::move(settings)), certificates_(doorway.clock, settings_.fetch_from_sns) {}

  void take(const AlertCall& call) {
    if (call.request->header("x-amz-sns-message-type").empty()) return take_bare(call);
    auto message = parse_sns(call.request->body);
    if (!message.ok()) return call.refuse(message.status());
    if (absl::Status status = check(call, *message); !status.ok()) return call.refuse(status);
    switch (message->type) {
      case SnsType::notification:
        return take_alarm(call, message->message);
      case SnsType::subscription_confirmation:
        return confirm(call, *message);
      case SnsType::unsubscribe_confirmation:
        spdlog::warn("SNS topic {} has been unsubscribed from: no alarms of it will come", message->topic_arn);
        return ignore(call, "unsubscribed");
    }
  }

 private:
  absl::Status check(const AlertCall& call, const SnsMessage& message) {
    const auto& topics = settings_.cloudwatch_topics;
    if (std::find(topics.begin(), topics.end(), message.topic_arn) == topics.end())
      return permission_denied(
          "topic {} is not named: add it to doors.cloudwatch.topics in nightjar.yaml if it is yours",
          cut(message.topic_arn, 256));
    auto certificate = certificates_.get(message.signing_cert_url);
    if (!certificate.ok()) return certificate.status();
    const Timestamp now = call.doorway.clock.now();
    if (absl::Status status = check_sns_signature(message, *certificate, now); !status.ok()) return status;
    if (message.sent_at + kFresh < now)
      return permission_denied("SNS message: sent {} ago, too long to be a retry; check this machine's clock",
                               for_people(now - message.sent_at));
    return absl::OkStatus();
  }

  // Not signed. Where topics are named people count on signatures, so only a token lets it in.
  void take_bare(const AlertCall& call) {
    absl::Status status = admit_webhook(call.doorway, *call.request);
    if (status.ok() && call.doorway.tokens.empty() && !settings_.cloudwatch_topics.empty())
      status = unauthenticated(
          "not signed by SNS: send it through one of doors.cloudwatch.topics without raw message delivery, or "
          "configure "
          "doors.tokens");
    if (!status.ok()) return call.refuse(status);
    const auto body = inflated_body(call, kSnsBodyBytes);
    if (!body.ok()) return call.refuse(body.status());
    take_alarm(call, *body);
  }

  void take_alarm(const AlertCall& call, std::string_view alarm) {
    auto received = parse_cloudwatch(alarm, call.doorway.clock.now());
    if (!received.ok()) return call.refuse(received.status());
    HttpAnswer success = describe_taken(*received);
    offer_alerts(call, *std::move(received), std::move(success));
  }

  void confirm(const AlertCall& call, const SnsMessage& message) {
    if (!settings_.cloudwatch_confirm) {
      spdlog::warn(
          "SNS topic {} asks whether its alarms may come here: open the link of GET /api/v1/refused within three "
          "days, or set doors.cloudwatch.confirm",
          message.topic_arn);
      return call.refuse(permission_denied(
          "topic {} waits to be confirmed: open {} or set doors.cloudwatch.confirm: true and request a confirmation in "
          "the SNS console",
          message.topic_arn, message.subscribe_url));
    }
    if (!is_sns_url(message.subscribe_url))
      return call.refuse(permission_denied("SNS message: its SubscribeURL is not an address of SNS"));
    const auto answer = settings_.fetch_from_sns(message.subscribe_url);
    if (!answer.ok())
      return call.refuse(
          unavailable("topic {} could not be confirmed: {}", message.topic_arn, message_of(answer.status())));
    spdlog::info("SNS topic {} is confirmed: its alarms come here", message.topic_arn);
    ignore(call, "subscription confirmed");
  }

  static void ignore(const AlertCall& call, std::string_view why) {
    const ReceivedAlerts received = ignored_because(why);
    offer_alerts(call, received, describe_taken(received));
  }

  const AlertDoorSettings settings_;
  SnsCertificates certificates_;
};

}  // namespace

void add_cloudwatch_route(Router& router, Doorway& doorway, AlertDoorSettings settings) {
  const bool open_to_sns = !settings.cloudwatch_topics.empty() && settings.fetch_from_sns;
  const auto door = std::make_shared<CloudWatchDoor>(doorway, std::move(settings));
  const auto handle =
      on_control_pool(doorway, Door::cloudwatch, [&doorway, door](const auto& request, const Responder& responder) {
        door->take({doorway, Door::cloudwatch, request, responder});
      });
  Route route = door_route(doorway, Door::cloudwatch, "POST", "/api/v1/webhooks/cloudwatch", kSnsBodyBytes, handle);
  // SNS signs its bodies; what does not come from it shows its token once it has been read.
  route.admit = [&doorway, open_to_sns](const HttpRequest& request) -> absl::Status {
    if (request.header("x-amz-sns-message-type").empty()) return admit_webhook(doorway, request);
    if (open_to_sns) return refuse_web_pages(doorway, request);
    return permission_denied("this door is closed to SNS: name its topics in doors.cloudwatch.topics in nightjar.yaml");
  };
  router.add(std::move(route));
}

}  // namespace nightjar
