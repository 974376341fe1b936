#include "store/journal/disk_reserve.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::uint64_t kReserveBytes = 64u << 20;
// What the stores write while they open: new logs, manifests and a first group, several times over.
constexpr std::uint64_t kStartBytes = 16u << 20;
constexpr std::uint64_t kPlentyBytes = 2ull << 30;

std::string reserve_path(const std::string& folder) { return folder + "/reserve"; }

std::uint64_t free_bytes(const std::string& folder, std::uint64_t& capacity) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(folder, error);
  capacity = error ? 0 : space.capacity;
  return error ? 0 : space.available;
}

}  // namespace

absl::Status make_room_to_start(const std::string& folder) {
  std::uint64_t capacity = 0, free = free_bytes(folder, capacity);
  if (free >= kStartBytes) return absl::OkStatus();
  std::error_code error;
  std::filesystem::remove(reserve_path(folder), error);
  free = free_bytes(folder, capacity);
  if (free >= kStartBytes) return absl::OkStatus();
  return failed_precondition(
      "data_dir {}: its disk is full ({} KiB free of {} MiB, {} MiB are needed to start); free some space and start "
      "again",
      folder, free >> 10, capacity >> 20, kStartBytes >> 20);
}

void keep_reserve(const std::string& folder) {
  std::uint64_t capacity = 0;
  const std::uint64_t free = free_bytes(folder, capacity);
  if (free < std::min(kPlentyBytes, capacity / 5) || free < 4 * kReserveBytes) return;
  const int fd = ::open(reserve_path(folder).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return;  // there already, or none today
  const bool kept = ::posix_fallocate(fd, 0, static_cast<off_t>(kReserveBytes)) == 0;
  ::close(fd);
  if (!kept) ::unlink(reserve_path(folder).c_str());
}

}  // namespace nightjar
