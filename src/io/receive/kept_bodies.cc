#include "io/receive/kept_bodies.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::string_view kEnding = ".body";

// First line: who and why; behind it the body as it came.
std::string file_text(const KeptBody& kept) {
  const nlohmann::json head = {{"source", kept.source}, {"at", kept.at.ns}, {"why", kept.why}, {"remote", kept.remote}};
  return head.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n" + kept.body;
}

std::optional<KeptBody> parse_file(std::string text) {
  const std::size_t end = text.find('\n');
  if (end == std::string::npos) return std::nullopt;
  const auto head =
      nlohmann::json::parse(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
  if (!head.is_object()) return std::nullopt;
  const auto said = [&](const char* key) {
    const auto found = head.find(key);
    return found != head.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  KeptBody kept{.source = said("source"), .why = said("why"), .remote = said("remote")};
  if (const auto at = head.find("at"); at != head.end() && at->is_number_integer()) kept.at = {at->get<std::int64_t>()};
  text.erase(0, end + 1);
  kept.bytes = text.size();
  kept.body = std::move(text);
  if (kept.source.empty()) return std::nullopt;
  return kept;
}

std::optional<std::string> whole_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return synced;
}

}  // namespace

std::string kept_id(const KeptBody& kept) { return fmt::format("ref-{}", kept.number); }

absl::StatusOr<std::unique_ptr<KeptBodies>> KeptBodies::open(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return invalid_argument("{}: cannot be made ({})", folder, error.message());
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  std::unique_ptr<KeptBodies> all(new KeptBodies(folder));
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    std::uint64_t number = 0;
    const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (wrong != std::errc() || std::string_view(end) != kEnding) continue;
    all->last_ = std::max(all->last_, number);
    auto text = whole_file(entry.path().string());
    auto kept = text ? parse_file(*std::move(text)) : std::nullopt;
    if (!kept) continue;
    kept->number = number;
    kept->body.clear();
    all->known_.emplace(number, *std::move(kept));
  }
  return all;
}

std::string KeptBodies::path_of(std::uint64_t number) const { return fmt::format("{}/{}{}", folder_, number, kEnding); }

absl::StatusOr<KeptBody> KeptBodies::keep(KeptBody body) {
  std::lock_guard lock(mutex_);
  make_room(body.source);
  body.number = ++last_;
  body.bytes = body.body.size();
  const std::string path = path_of(body.number), text = file_text(body);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  std::size_t written = 0;
  while (fd >= 0 && written < text.size()) {
    const ssize_t count = ::write(fd, text.data() + written, text.size() - written);
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  const bool whole = fd >= 0 && written == text.size() && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!whole || !sync_folder(folder_)) {
    ::unlink(path.c_str());
    return unavailable("{} cannot be written; is the disk full?", path);
  }
  body.body.clear();
  known_.emplace(body.number, body);
  return body;
}

void KeptBodies::make_room(const std::string& source) {
  std::size_t of_source = 0, bytes = 0;
  for (const auto& [number, kept] : known_) {
    of_source += kept.source == source;
    bytes += kept.bytes;
  }
  const auto drop = [&](auto kept) {
    bytes -= kept->second.bytes;
    ::unlink(path_of(kept->first).c_str());
    known_.erase(kept);
  };
  if (of_source >= kOfSource)
    drop(std::find_if(known_.begin(), known_.end(), [&](const auto& one) { return one.second.source == source; }));
  while (!known_.empty() && (known_.size() >= kInAll || bytes >= kBytesInAll)) drop(known_.begin());
}

std::vector<KeptBody> KeptBodies::list() const {
  std::lock_guard lock(mutex_);
  std::vector<KeptBody> all;
  for (auto kept = known_.rbegin(); kept != known_.rend(); ++kept) all.push_back(kept->second);
  return all;
}

absl::StatusOr<KeptBody> KeptBodies::read(std::string_view id) const {
  std::uint64_t number = 0;
  if (id.starts_with("ref-")) std::from_chars(id.data() + 4, id.data() + id.size(), number);
  std::lock_guard lock(mutex_);
  const auto known = known_.find(number);
  if (known == known_.end()) return not_found("{}: no such body is kept; GET /api/v1/refused lists them", cut(id, 40));
  auto text = whole_file(path_of(number));
  auto kept = text ? parse_file(*std::move(text)) : std::nullopt;
  if (!kept) return not_found("{}: its file can no longer be read", cut(id, 40));
  kept->number = number;
  return *std::move(kept);
}

void KeptBodies::remove(std::uint64_t number) {
  std::lock_guard lock(mutex_);
  known_.erase(number);
  ::unlink(path_of(number).c_str());
}

}  // namespace nightjar
