#include "wire/alerts/sns.h"

#include "tests/unit/wire_alerts/bodies.h"
#include "tests/unit/wire_alerts/sns_signer.h"
#include "wire/alerts/sns_signature.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

TEST(Sns, OnlyItsOwnHosts) {
  for (const char* url :
       {"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem",
        "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-abc.pem"}) {
    EXPECT_TRUE(is_sns_url(url)) << url;
    EXPECT_TRUE(is_sns_certificate_url(url)) << url;
  }
  for (const char* url :
       {"http://sns.us-east-1.amazonaws.com/SimpleNotificationService-ab.pem",
        "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-ab.pem",
        "https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-ab.pem",
        "https://evil.example/sns.us-east-1.amazonaws.com/SimpleNotificationService-ab.pem",
        "https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-ab.pem", "https://sns..amazonaws.com/x.pem",
        "https://sns.us.east.amazonaws.com/SimpleNotificationService-ab.pem", "https://sns.us-east-1.amazonaws.com",
        "https://sns.us-east-1.amazonaws.com.cn/x", "https://sns.us-east-1.amazonaws.com\\@evil.example/x",
        "https://sns.us-east-1.amazonaws.com/\nHost: evil", "HTTPS://sns.us-east-1.amazonaws.com/x", ""}) {
    EXPECT_FALSE(is_sns_url(url)) << url;
    EXPECT_FALSE(is_sns_certificate_url(url)) << url;
  }
  EXPECT_FALSE(is_sns_certificate_url("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription"));
  EXPECT_FALSE(is_sns_certificate_url("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-ab.pem?x=1"));
  EXPECT_FALSE(is_sns_certificate_url("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-../a.pem"));
}

TEST(Sns, StringToSign) {
  SnsMessage message = parse_sns(body_of("sns/notification")).value();
  message.message = "hello";
  EXPECT_EQ(
      sns_string_to_sign(message),
      "Message\nhello\nMessageId\n22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\nSubject\nALARM: \"payment-5xx\" in US East "
      "(N. Virginia)\nTimestamp\n2026-11-24T22:49:31.000Z\nTopicArn\narn:aws:sns:us-east-1:123456789012:alarms\nType\n"
      "Notification\n");
  message.subject.reset();
  EXPECT_THAT(sns_string_to_sign(message), testing::Not(HasSubstr("Subject")));
  const SnsMessage confirmation = parse_sns(body_of("sns/subscription_confirmation")).value();
  EXPECT_EQ(confirmation.type, SnsType::subscription_confirmation);
  EXPECT_THAT(sns_string_to_sign(confirmation), HasSubstr("\nSubscribeURL\nhttps://sns."));
  EXPECT_THAT(sns_string_to_sign(confirmation), HasSubstr("\nToken\n2336412f37\nTopicArn\n"));
}

TEST(Sns, SignaturesOfBothVersions) {
  const SnsSigner signer(kNow);
  for (const char* version : {"1", "2"}) {
    SnsMessage message = parse_sns(body_of("sns/notification")).value();
    message.signature_version = version;
    message.signature = signer.sign(sns_string_to_sign(message), version);
    EXPECT_TRUE(check_sns_signature(message, signer.certificate(), kNow).ok()) << version;
    SnsMessage other = message;
    other.message += " ";
    EXPECT_EQ(check_sns_signature(other, signer.certificate(), kNow).code(), absl::StatusCode::kUnauthenticated);
    other = message;
    other.signature_version = version == std::string("1") ? "2" : "1";
    EXPECT_FALSE(check_sns_signature(other, signer.certificate(), kNow).ok());
    EXPECT_FALSE(check_sns_signature(message, SnsSigner(kNow).certificate(), kNow).ok()) << "another's certificate";
    EXPECT_FALSE(check_sns_signature(message, signer.certificate(), kNow + days(400)).ok()) << "expired";
    EXPECT_FALSE(check_sns_signature(message, signer.certificate(), kNow - days(400)).ok()) << "not yet";
  }
}

TEST(Sns, NothingElseIsASignature) {
  const SnsSigner signer(kNow);
  SnsMessage message = parse_sns(body_of("sns/notification")).value();
  EXPECT_FALSE(check_sns_signature(message, signer.certificate(), kNow).ok()) << "the documentation's own example";
  message.signature = signer.sign(sns_string_to_sign(message), "1");
  for (const char* certificate : {"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "x"})
    EXPECT_FALSE(check_sns_signature(message, certificate, kNow).ok());
  message.signature_version = "3";
  EXPECT_THAT(message_of(check_sns_signature(message, signer.certificate(), kNow)), HasSubstr("SignatureVersion"));
  message.signature_version = "1";
  for (const std::string signature : {"", "!!!!", "A", "AAAA", "===="}) {
    message.signature = signature;
    EXPECT_FALSE(check_sns_signature(message, signer.certificate(), kNow).ok()) << signature;
  }
}

TEST(Sns, EnvelopesThatAreNone) {
  for (const char* field : {"MessageId", "TopicArn", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL"}) {
    const std::string body = replaced(body_of("sns/notification"), fmt::format("\"{}\"", field), "\"gone\"");
    EXPECT_THAT(message_of(parse_sns(body).status()), HasSubstr(field));
  }
  EXPECT_FALSE(parse_sns(body_of("cloudwatch/alarm")).ok()) << "raw message delivery has no envelope";
}

}  // namespace
}  // namespace nightjar
