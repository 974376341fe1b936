#include "io/receive/retry_info.h"

#include <protozero/pbf_writer.hpp>

namespace nightjar {

std::string encode_status_with_retry(int grpc_code, std::string_view message, int retry_after_seconds) {
  std::string duration, retry, any, status;
  protozero::pbf_writer(duration).add_int64(1, retry_after_seconds);
  protozero::pbf_writer(retry).add_message(1, duration);
  protozero::pbf_writer detail(any);
  detail.add_string(1, "type.googleapis.com/google.rpc.RetryInfo");
  detail.add_bytes(2, retry);
  protozero::pbf_writer result(status);
  result.add_int32(1, grpc_code);
  result.add_string(2, message.data(), message.size());
  result.add_message(3, any);
  return status;
}

}  // namespace nightjar
