// engine/observe/sealed.h
// A snapshot's envelope: what it is, for which settings, and a checksum over everything. Opened, its content is known
// to be what was sealed, so that reading it needs no suspicion.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "base/hash.h"
#include "base/text.h"

namespace nightjar {

// `label` names the format and what the content depends on: "observer 1 window 10000000000".
inline std::string seal(std::string_view label, std::string content) {
  std::string sealed = std::string(label) + '\n' + std::move(content);
  const std::uint64_t sum = stable_hash(sealed, 83);
  sealed.append(reinterpret_cast<const char*>(&sum), sizeof sum);
  return sealed;
}

inline absl::StatusOr<std::string_view> unseal(std::string_view label, std::string_view sealed) {
  std::uint64_t sum = 0;
  if (sealed.size() < label.size() + 1 + sizeof sum)
    return invalid_argument("snapshot of {} bytes is too short; the journal is replayed instead", sealed.size());
  const std::string_view body = sealed.substr(0, sealed.size() - sizeof sum);
  std::memcpy(&sum, sealed.data() + body.size(), sizeof sum);
  if (stable_hash(body, 83) != sum)
    return invalid_argument("snapshot is damaged (its checksum differs); the journal is replayed instead");
  if (body.substr(0, label.size()) != label || body[label.size()] != '\n')
    return invalid_argument("snapshot is '{}', wanted '{}'; the journal is replayed instead",
                            body.substr(0, std::min<std::size_t>(body.find('\n'), 80)), label);
  return body.substr(label.size() + 1);
}

}  // namespace nightjar
