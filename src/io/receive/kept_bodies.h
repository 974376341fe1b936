// io/receive/kept_bodies.h
// Whole bodies that fitted no mapping, for people to look at and to be tried again once the mapping is right. One file
// each in a folder of data_dir, so that they outlive a restart; fsynced before the sender is told that it is kept.
// Bounded: the oldest of a source goes first, so that one source cannot push out what others sent. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "base/time.h"

namespace nightjar {

struct KeptBody {
  std::uint64_t number = 0;  // "ref-7"
  std::string source;
  Timestamp at;
  std::string why;     // what the sender was told
  std::string remote;  // numeric address
  std::size_t bytes = 0;
  std::string body;  // only of read()
};
std::string kept_id(const KeptBody& kept);

class KeptBodies {
 public:
  static constexpr std::size_t kOfSource = 100, kInAll = 1000, kBytesInAll = 64u << 20;

  // Makes the folder (mode 0700) and reads what is there; a file that cannot be read is left where it is.
  static absl::StatusOr<std::unique_ptr<KeptBodies>> open(const std::string& folder);

  // Sets the number. UNAVAILABLE: the disk would not take it.
  absl::StatusOr<KeptBody> keep(KeptBody body);
  std::vector<KeptBody> list() const;  // newest first
  // NOT_FOUND: there is none, or it has gone.
  absl::StatusOr<KeptBody> read(std::string_view id) const;
  void remove(std::uint64_t number);

 private:
  explicit KeptBodies(std::string folder) : folder_(std::move(folder)) {}
  std::string path_of(std::uint64_t number) const;
  void make_room(const std::string& source);

  const std::string folder_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, KeptBody> known_;  // by number, without their bodies
  std::uint64_t last_ = 0;
};

}  // namespace nightjar
