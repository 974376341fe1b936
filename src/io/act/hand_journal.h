// io/act/hand_journal.h
// What hand has done, in a file of its own: `hand.jsonl`, one JSON object a line, each fsynced before the next step is
// taken. STARTED stands before the deed and RESULT after it; that is how an action happens at most once. serve's
// journal says all else.
//
// Line: {"action":"act-7",…,"sequence":12,"prev":"<hash of line 11>","hash":"<SHA-256 of prev and this record>",
// "crc":"<CRC32C of everything before>"}. A torn last line was never acted upon and is cut off; any other damage means
// that a STARTED might be missing, so opening fails and a person decides.
//
// Any thread. After a write or fsync has failed once, every further append fails: no record on disk, no action.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/time.h"
#include "model/action.h"

namespace nightjar {

enum class HandEvent : std::uint8_t {
  started,      // the action is about to be done; carries what is needed to find out later whether it was
  marked,       // `text` finds the deed in the target again (a process, a supervisor's state before)
  result,       // `report` is succeeded, failed, refused or unknown
  confirmed,    // serve has the report `report` in its journal
  kill_switch,  // `on`, by `text`
};

struct HandRecord {
  std::uint64_t sequence = 0;  // given by append
  Timestamp at;
  HandEvent event = HandEvent::started;
  ActionId action;
  ReportKind report = ReportKind::started;
  std::string text;
  bool on = false;
  // of `started`
  std::string runbook, service, plan_hash;
  std::map<std::string, std::string> arguments;
};

class HandJournal {
 public:
  // Makes `folder` (0700) and the file when missing. Fails when another process has it open, when it is damaged, or
  // when the disk does not let us.
  static absl::StatusOr<std::unique_ptr<HandJournal>> open(const std::string& folder);
  ~HandJournal();
  HandJournal(const HandJournal&) = delete;
  HandJournal& operator=(const HandJournal&) = delete;

  // As read when opened, oldest first.
  const std::vector<HandRecord>& history() const { return history_; }
  // Durable when it returns OK.
  absl::Status append(HandRecord record);

 private:
  HandJournal(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  absl::Status load();

  const std::string path_;
  const int fd_;
  std::vector<HandRecord> history_;
  std::mutex mutex_;
  std::uint64_t last_sequence_ = 0;
  std::string last_hash_;
  bool broken_ = false;
};

}  // namespace nightjar
