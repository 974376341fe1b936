#include "io/receive/tail_checkpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::uint64_t number(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

absl::StatusOr<TailCheckpoint> load_tail_checkpoint(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return TailCheckpoint{};
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  const auto parsed = parse_json(text, path, {.body_bytes = 64u << 20, .depth = 8});
  if (!in.good() && !in.eof()) return internal_error("{}: cannot be read: {}", path, std::strerror(errno));
  if (!parsed.ok() || !parsed->is_object())
    return internal_error(
        "{}: is damaged; move it away: tailed files are then followed from their end, or from their beginning where "
        "the "
        "settings say so",
        path);
  TailCheckpoint checkpoint;
  if (const auto files = parsed->find("files"); files != parsed->end() && files->is_array()) {
    for (const auto& file : *files) {
      const auto name = file.is_object() ? file.find("path") : file.end();
      if (!file.is_object() || name == file.end() || !name->is_string()) continue;
      checkpoint.files.push_back({name->get<std::string>(), number(file, "device"), number(file, "inode"),
                                  number(file, "offset"), static_cast<std::uint32_t>(number(file, "head_bytes")),
                                  number(file, "head_hash")});
    }
  }
  if (const auto patterns = parsed->find("patterns"); patterns != parsed->end() && patterns->is_array())
    for (const auto& pattern : *patterns)
      if (pattern.is_string()) checkpoint.patterns.push_back(pattern.get<std::string>());
  return checkpoint;
}

absl::Status save_tail_checkpoint(const std::string& path, const TailCheckpoint& checkpoint) {
  nlohmann::json object{{"files", nlohmann::json::array()}, {"patterns", checkpoint.patterns}};
  for (const TailPosition& file : checkpoint.files)
    object["files"].push_back({{"path", file.path},
                               {"device", file.device},
                               {"inode", file.inode},
                               {"offset", file.offset},
                               {"head_bytes", file.head_bytes},
                               {"head_hash", file.head_hash}});
  const std::string text = canonical(object) + "\n", draft = path + ".new";
  const auto failed = [&](std::string_view what) {
    return internal_error("{}: cannot {}: {}", path, what, std::strerror(errno));
  };
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return failed("be made");
  const bool written = write_all(fd, text) && ::fsync(fd) == 0;
  const int problem = errno;
  ::close(fd);
  errno = problem;
  if (!written) return failed("be written");
  if (::rename(draft.c_str(), path.c_str()) != 0) return failed("be renamed");
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int directory = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed("sync its folder");
  const bool synced = ::fsync(directory) == 0;
  ::close(directory);
  return synced ? absl::OkStatus() : failed("sync its folder");
}

}  // namespace nightjar
