#include "io/act/hand_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include <boost/crc.hpp>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "model/words.h"

namespace nightjar {
namespace {

using nlohmann::json;

std::string_view event_word(HandEvent event) {
  switch (event) {
    case HandEvent::started:
      return "started";
    case HandEvent::marked:
      return "marked";
    case HandEvent::result:
      return "result";
    case HandEvent::confirmed:
      return "confirmed";
    case HandEvent::kill_switch:
      return "kill_switch";
  }
  return {};
}

std::optional<HandEvent> parse_event(std::string_view text) {
  for (const HandEvent event :
       {HandEvent::started, HandEvent::marked, HandEvent::result, HandEvent::confirmed, HandEvent::kill_switch}) {
    if (event_word(event) == text) return event;
  }
  return std::nullopt;
}

std::string crc32c_hex(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return fmt::format("{:08x}", crc.checksum());
}

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

json record_json(const HandRecord& record) {
  json value{{"sequence", record.sequence}, {"at_ns", record.at.ns}, {"event", event_word(record.event)}};
  if (record.action) value["action"] = to_string(record.action);
  if (!record.text.empty()) value["text"] = record.text;
  if (record.event == HandEvent::result || record.event == HandEvent::confirmed) value["report"] = word(record.report);
  if (record.event == HandEvent::kill_switch) value["on"] = record.on;
  if (record.event == HandEvent::started) {
    value["runbook"] = record.runbook;
    value["service"] = record.service;
    value["plan_hash"] = record.plan_hash;
    value["arguments"] = record.arguments;
  }
  return value;
}

std::string chain(const std::string& prev, const json& record) { return to_hex(sha256(prev + dump(record))); }

// nullopt: not one of our records.
std::optional<HandRecord> parse_record(const json& value) {
  HandRecord record;
  try {
    record.sequence = value.at("sequence").get<std::uint64_t>();
    record.at.ns = value.at("at_ns").get<std::int64_t>();
    const auto event = parse_event(value.at("event").get<std::string>());
    if (!event) return std::nullopt;
    record.event = *event;
    record.action = parse_id<ActionTag>(value.value("action", ""));
    record.text = value.value("text", "");
    if (value.contains("report")) {
      const auto kind = parse_word<ReportKind>(value.at("report").get<std::string>());
      if (!kind) return std::nullopt;
      record.report = *kind;
    }
    record.on = value.value("on", false);
    record.runbook = value.value("runbook", "");
    record.service = value.value("service", "");
    record.plan_hash = value.value("plan_hash", "");
    if (value.contains("arguments")) record.arguments = value.at("arguments").get<std::map<std::string, std::string>>();
  } catch (const json::exception&) {
    return std::nullopt;
  }
  return record;
}

struct Line {
  HandRecord record;
  std::string hash;
};

// nullopt: damaged, or not the successor of `prev`.
std::optional<Line> parse_line(std::string_view line, const std::string& prev) {
  const std::size_t crc_at = line.rfind(",\"crc\":\"");
  if (crc_at == std::string_view::npos || line.substr(crc_at + 8) != crc32c_hex(line.substr(0, crc_at)) + "\"}") {
    return std::nullopt;
  }
  json value = json::parse(line, nullptr, false);
  if (!value.is_object() || !value.contains("hash") || !value["hash"].is_string() || !value.contains("prev") ||
      value["prev"] != prev) {
    return std::nullopt;
  }
  const std::string hash = value["hash"].get<std::string>();
  for (const char* key : {"hash", "prev", "crc"}) value.erase(key);
  if (chain(prev, value) != hash) return std::nullopt;
  auto record = parse_record(value);
  if (!record) return std::nullopt;
  return Line{std::move(*record), hash};
}

absl::Status sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  const int why = errno;
  if (fd >= 0) close(fd);
  if (synced) return absl::OkStatus();
  return internal_error("{}: cannot be made durable: {}", folder, std::strerror(why));
}

}  // namespace

absl::StatusOr<std::unique_ptr<HandJournal>> HandJournal::open(const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed || chmod(folder.c_str(), 0700) != 0) {
    return internal_error("{}: hand needs this folder for itself (mode 0700): {}", folder,
                          failed ? failed.message() : std::strerror(errno));
  }
  const std::string path = folder + "/hand.jsonl";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return internal_error("{}: cannot be opened: {}", path, std::strerror(errno));
  std::unique_ptr<HandJournal> journal(new HandJournal(path, fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return failed_precondition("{}: another nightjar hand is using it; stop that one first", path);
  }
  absl::Status status = sync_folder(folder);
  if (status.ok()) status = journal->load();
  if (!status.ok()) return status;
  return journal;
}

HandJournal::~HandJournal() { close(fd_); }

absl::Status HandJournal::load() {
  const auto size = static_cast<std::size_t>(std::max<off_t>(lseek(fd_, 0, SEEK_END), 0));
  std::string text(size, '\0');
  for (std::size_t got = 0; got < size;) {
    const ssize_t n = pread(fd_, text.data() + got, size - got, static_cast<off_t>(got));
    if (n <= 0) return internal_error("{}: cannot be read: {}", path_, std::strerror(errno));
    got += static_cast<std::size_t>(n);
  }
  std::size_t from = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
    const std::string_view text_line = std::string_view(text).substr(from, end - from);
    auto line = parse_line(text_line, last_hash_);
    if (!line || line->record.sequence != last_sequence_ + 1) {
      return internal_error(
          "{}: record {} is damaged, so it is not known what was started. Look at the targets, then move the file away "
          "and start again",
          path_, last_sequence_ + 1);
    }
    last_sequence_ = line->record.sequence;
    last_hash_ = line->hash;
    history_.push_back(std::move(line->record));
    from = end + 1;
  }
  // Without its line break the last record was not yet fsynced, so nothing was done on its word.
  if (from < size && (ftruncate(fd_, static_cast<off_t>(from)) != 0 || fsync(fd_) != 0)) {
    return internal_error("{}: its torn end cannot be cut off: {}", path_, std::strerror(errno));
  }
  return absl::OkStatus();
}

absl::Status HandJournal::append(HandRecord record) {
  const std::lock_guard lock(mutex_);
  if (broken_)
    return internal_error("{}: a write has failed before; free space or repair the disk, then restart", path_);
  record.sequence = last_sequence_ + 1;
  json value = record_json(record);
  // As it will be read back: the dump replaces what is not UTF-8, and the hash must be of that.
  value = json::parse(dump(value), nullptr, false);
  const std::string hash = chain(last_hash_, value);
  value["prev"] = last_hash_;
  value["hash"] = hash;
  std::string line = dump(value);
  line.pop_back();
  line += fmt::format(",\"crc\":\"{}\"}}\n", crc32c_hex(line));
  ssize_t written;
  do {
    written = write(fd_, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  // Never fsync again after a failure: the kernel may have dropped the page and would say yes.
  if (written != static_cast<ssize_t>(line.size()) || fsync(fd_) != 0) {
    broken_ = true;
    return internal_error("{}: record {} could not be made durable: {}", path_, record.sequence, std::strerror(errno));
  }
  last_sequence_ = record.sequence;
  last_hash_ = hash;
  return absl::OkStatus();
}

}  // namespace nightjar
