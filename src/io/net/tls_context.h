// io/net/tls_context.h
// A server's certificate and key from their files, as Asio wants them. TLS 1.2 and 1.3. Read once at start.
#pragma once

#include <memory>
#include <string>

#include <absl/status/statusor.h>

namespace boost::asio::ssl {
class context;
}

namespace nightjar {

struct TlsFiles {
  std::string certificate_file;  // PEM: the server's first, then what it is signed by
  std::string key_file;          // PEM
  std::string client_ca_file;    // "" any client; else only those with a certificate signed by one of these
};

// INVALID_ARGUMENT names the file and what is wrong with it.
absl::StatusOr<std::shared_ptr<boost::asio::ssl::context>> load_tls(const TlsFiles& files);

}  // namespace nightjar
