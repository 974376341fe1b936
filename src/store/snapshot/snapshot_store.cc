#include "store/snapshot/snapshot_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::string_view kPrefix = "snapshot-", kUnfinished = "unfinished";

absl::Status failure(std::string_view doing, const std::string& path) {
  const int code = errno;
  if (code == ENOSPC || code == EDQUOT) return unavailable("snapshots: the disk of {} is full; free some space", path);
  return internal_error("snapshots: cannot {} {}: {}; check the disk and who owns data_dir", doing, path,
                        std::strerror(code));
}

absl::Status sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const absl::Status status = synced ? absl::OkStatus() : failure("sync", folder);
  if (fd >= 0) ::close(fd);
  return status;
}

absl::Status write_whole(const std::string& path, std::string_view bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return failure("write", path);
  absl::Status status;
  while (!bytes.empty() && status.ok()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      status = failure("write", path);
  }
  if (status.ok() && ::fsync(fd) != 0) status = failure("sync", path);
  if (::close(fd) != 0 && status.ok()) status = failure("close", path);
  return status;
}

}  // namespace

std::string SnapshotStore::path_of(Sequence sequence) const {
  return fmt::format("{}/{}{:020}", folder_, kPrefix, sequence);
}

absl::StatusOr<std::uint64_t> SnapshotStore::write(const Snapshot& snapshot) {
  std::error_code error;
  if (std::filesystem::create_directories(folder_, error))
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
  if (error) return internal_error("snapshots: cannot make {}: {}; check who owns data_dir", folder_, error.message());
  const std::string file = pack_snapshot(snapshot);
  const std::string unfinished = fmt::format("{}/{}", folder_, kUnfinished), path = path_of(snapshot.sequence);
  absl::Status status = write_whole(unfinished, file);
  if (status.ok() && ::rename(unfinished.c_str(), path.c_str()) != 0) status = failure("rename", unfinished);
  if (!status.ok()) {
    ::unlink(unfinished.c_str());
    return status;
  }
  if (status = sync_folder(folder_); !status.ok()) return status;
  // Only now: until here the older ones are what a crash would need. Newer ones belong to a past that is no more: the
  // journal was put back from a copy.
  std::size_t older = 0;
  for (const Sequence there : sequences())
    if (there > snapshot.sequence || (there < snapshot.sequence && ++older >= kept)) ::unlink(path_of(there).c_str());
  return file.size();
}

std::vector<Sequence> SnapshotStore::sequences() const {
  std::vector<Sequence> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    Sequence sequence = 0;
    const char* end = name.data() + name.size();
    const auto [at, code] = std::from_chars(name.data() + kPrefix.size(), end, sequence);
    if (code == std::errc() && at == end) found.push_back(sequence);
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

absl::StatusOr<Snapshot> SnapshotStore::read(Sequence sequence) const {
  const std::string path = path_of(sequence);
  std::ifstream in(path, std::ios::binary);
  if (!in) return not_found("snapshots: {} is not there or cannot be read", path);
  std::string file(in.seekg(0, std::ios::end) ? static_cast<std::size_t>(in.tellg()) : 0, '\0');
  if (!in.seekg(0) || !in.read(file.data(), static_cast<std::streamsize>(file.size())))
    return internal_error("snapshots: {} cannot be read to its end; check the disk", path);
  absl::StatusOr<Snapshot> snapshot = unpack_snapshot(file);
  if (snapshot.ok() && snapshot->sequence != sequence)
    snapshot = failed_precondition("is of input {}: it was renamed", snapshot->sequence);
  if (!snapshot.ok())
    return absl::Status(snapshot.status().code(),
                        to_absl(fmt::format("snapshots: {} {}", path, message_of(snapshot.status()))));
  return snapshot;
}

}  // namespace nightjar
