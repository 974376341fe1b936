// io/send/email.h
// A mail per notification over SMTP, text and HTML. Mails of one incident name its first one in References, so that
// mail programs show them as one conversation; Message-ID is made from the notification, so that a second delivery of
// the same one can be told. external_ref is the first mail's Message-ID. STARTTLS is used when the server offers it,
// and demanded when a password is to be sent. Source: RFC 5321, 5322, 2046, 2047, 3834.
#pragma once

#include <string>

#include "io/send/destination.h"
#include "io/send/destinations.h"

namespace nightjar {

class Email : public Destination {
 public:
  Email(DestinationRecord record, const Clock& clock) : record_(std::move(record)), clock_(clock) {}
  absl::StatusOr<Delivered> deliver(const Delivery& delivery) override;

 private:
  const DestinationRecord record_;
  const Clock& clock_;
};

// The whole mail with headers, CRLF line ends; for tests.
std::string mail_text(const DestinationRecord& record, const Delivery& delivery, Timestamp now);
std::string message_id(const DestinationRecord& record, const Delivery& delivery);

}  // namespace nightjar
