// io/receive/file_tail.h
// Follows log files: patterns with * and ?, rotation by rename (the old file is read to its end, the new one from its
// start) and by copytruncate, files that come later. Every 200 ms it looks. Lines of one group of files are gathered
// until they are quiet for 200 ms, a second old or 1 MiB, journalled as one body (wire/logs/line_batch.h) with the
// group's labels, and only when the journal has them the checkpoint moves: a kill -9 repeats at most what was between,
// it never loses a line. While the inbox refuses, nothing is read: the files keep it.
//
// At its first start a pattern's files are followed from their end (or beginning, as the settings say); a file that
// appears later is read from its start. A file that is deleted while it is open is read to its end. Not followed: what
// copytruncate cuts off before it was read, which no reader can see.
//
// Owned by run/live. start() makes a thread; tests call poll() instead. Nothing else is safe from another thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "io/receive/doorway.h"
#include "io/receive/tailed_file.h"
#include "wire/logs/line_batch.h"

namespace re2 {
class RE2;
}

namespace nightjar {

enum class TailFrom : std::uint8_t { end, beginning };
// automatic: lines that go on with the one before are found by their form when they are decoded. off: each line is a
// record. start: a line that matches `start_pattern` begins a record, the others go on with it.
enum class Multiline : std::uint8_t { automatic, off, start };

struct TailGroupSettings {
  std::vector<std::string> files;  // patterns, absolute
  Attributes labels;               // sorted; "service.name" names the service
  TailFrom from = TailFrom::end;
  Multiline multiline = Multiline::automatic;
  std::string start_pattern;  // RE2
};

struct FileTailSettings {
  std::vector<TailGroupSettings> groups;
  std::string checkpoint_file;
  Duration every = milliseconds(200);
  std::size_t batch_bytes = 1u << 20;
  std::size_t files_at_most = 1'000;  // open at the same time, of one group
};

class FileTail {
 public:
  // INTERNAL: the checkpoint is damaged. INVALID_ARGUMENT: a start pattern is none.
  static absl::StatusOr<std::unique_ptr<FileTail>> open(FileTailSettings settings, Doorway& doorway);
  ~FileTail();
  void start();
  // Waits up to two seconds for what was offered, so that a restart does not repeat it.
  void stop();

  // One look at everything. True: there is more to read at once. `now` is steady time.
  bool poll(Duration now);
  std::size_t open_files() const;

 private:
  struct Offered {  // shared with the Inbox, which may outlive this
    std::atomic<bool> answered{false};
    absl::Status status;
  };
  struct Followed {
    std::unique_ptr<TailedFile> file;
    TailPosition journalled;  // as the checkpoint has it
    bool is_named = true;     // a pattern still finds it; else it was renamed or deleted and is read to its end
    Duration left_at;         // when it stopped being so
  };
  struct Group {
    TailGroupSettings settings;
    std::unique_ptr<re2::RE2> start;
    std::vector<Followed> files;
    std::string batch;
    std::vector<TailPosition> read_to;  // where the files stood behind the last line of the batch
    Duration first, last;
    Verdict verdict;
    std::shared_ptr<Offered> offered;
    Duration not_before, pause = milliseconds(200);
    bool is_due = false;
  };

  FileTail(FileTailSettings settings, Doorway& doorway, TailCheckpoint checkpoint);
  void look_for_files(Group& group, Duration now);
  void follow(Group& group, std::unique_ptr<TailedFile> file, bool is_named, bool is_first_start);
  void find_renamed(Group& group);
  bool read(Group& group, Duration now);
  void settle(Group& group, Duration now);
  void offer(Group& group, Duration now);
  void save();
  void run();

  const FileTailSettings settings_;
  Doorway& doorway_;
  TailCheckpoint checkpoint_;  // as it was when this process began
  std::vector<Group> groups_;
  int looks_ = 0;
  bool moved_ = false;  // the checkpoint is behind

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
};

}  // namespace nightjar
