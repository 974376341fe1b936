#include "io/receive/tailed_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/hash.h"
#include "wire/limits.h"

namespace nightjar {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;
constexpr std::uint32_t kHeadBytes = 256;

std::size_t read_at(int fd, std::uint64_t offset, char* into, std::size_t bytes) {
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got = ::pread(fd, into + done, bytes - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

std::unique_ptr<TailedFile> TailedFile::open(const std::string& path) {
  // O_NONBLOCK: a named pipe that matches a pattern would otherwise hold us for ever.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return nullptr;
  struct stat found {};
  if (::fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) {
    ::close(fd);
    return nullptr;
  }
  TailPosition position;
  position.path = path;
  position.device = found.st_dev;
  position.inode = found.st_ino;
  return std::unique_ptr<TailedFile>(new TailedFile(fd, std::move(position)));
}

TailedFile::~TailedFile() { ::close(fd_); }

std::uint64_t TailedFile::size() const {
  struct stat found {};
  return ::fstat(fd_, &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
}

std::uint64_t TailedFile::hash_of_head(std::uint32_t bytes) const {
  char head[kHeadBytes];
  const std::size_t got = read_at(fd_, 0, head, std::min(bytes, kHeadBytes));
  return stable_hash({head, got}, got);
}

void TailedFile::remember_head() {
  const std::uint32_t bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(kHeadBytes, position_.offset));
  if (bytes == position_.head_bytes) return;
  position_.head_bytes = bytes;
  position_.head_hash = hash_of_head(bytes);
}

bool TailedFile::resume(const TailPosition& position) {
  if (!is(position.device, position.inode) || size() < position.offset) return false;
  if (hash_of_head(position.head_bytes) != position.head_hash && position.head_bytes > 0) return false;
  const std::string path = position_.path;
  position_ = position;
  position_.path = path;
  return true;
}

void TailedFile::go_to_end() {
  // Behind the last line that has an end: a half-written one is read when it is whole.
  std::uint64_t end = size();
  char byte = 0;
  while (end > 0 && read_at(fd_, end - 1, &byte, 1) == 1 && byte != '\n' && size() - end < 65536) --end;
  position_.offset = end;
  remember_head();
}

void TailedFile::see_truncation() {
  const bool shorter = size() < position_.offset;
  // Cut off and written past where we were between two looks: its beginning is another one.
  if (!shorter && (position_.head_bytes == 0 || hash_of_head(position_.head_bytes) == position_.head_hash)) return;
  position_.offset = 0;
  position_.head_bytes = 0;
  position_.head_hash = 0;
  skipping_ = false;
}

bool TailedFile::read_lines(bool held_back, const std::function<bool(std::string_view, bool)>& take) {
  if (size() == position_.offset) return false;
  see_truncation();
  std::string chunk(kChunkBytes, '\0');
  chunk.resize(read_at(fd_, position_.offset, chunk.data(), chunk.size()));
  std::string_view rest = chunk;
  bool wanted = true;
  while (wanted && !rest.empty()) {
    const std::size_t end = rest.find('\n');
    const bool whole = end != rest.npos;
    // Without an end it waits, unless it is longer than any line may be or nobody will ever end it.
    if (!whole && rest.size() <= kLogLineBytes && !(held_back && rest.size() < kChunkBytes) && !skipping_) break;
    std::string_view line = rest.substr(0, end);
    const std::size_t taken = whole ? end + 1 : rest.size();
    rest.remove_prefix(taken);
    position_.offset += taken;
    const bool was_cut = line.size() > kLogLineBytes;
    if (!skipping_) {
      line = line.substr(0, kLogLineBytes);
      if (line.ends_with('\r')) line.remove_suffix(1);
      wanted = take(line, was_cut || (!whole && !held_back));
    }
    skipping_ = !whole && (skipping_ || !held_back);
  }
  remember_head();
  return !wanted || chunk.size() == kChunkBytes;
}

}  // namespace nightjar
