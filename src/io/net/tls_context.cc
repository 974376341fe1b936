#include "io/net/tls_context.h"

#include <boost/asio/ssl.hpp>

#include "base/text.h"

namespace nightjar {

absl::StatusOr<std::shared_ptr<boost::asio::ssl::context>> load_tls(const TlsFiles& files) {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  boost::system::error_code error;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                           ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
                       error);
  const auto wrong = [&error](std::string_view key, const std::string& file) {
    return invalid_argument("tls.{}: {}: {}", key, file, error.message());
  };
  context->use_certificate_chain_file(files.certificate_file, error);
  if (error) return wrong("certificate_file", files.certificate_file);
  context->use_private_key_file(files.key_file, ssl::context::pem, error);
  if (error) return wrong("key_file", files.key_file);
  if (files.client_ca_file.empty()) return context;
  context->load_verify_file(files.client_ca_file, error);
  if (error) return wrong("client_ca_file", files.client_ca_file);
  context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  if (error) return wrong("client_ca_file", files.client_ca_file);
  return context;
}

}  // namespace nightjar
