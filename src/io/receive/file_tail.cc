#include "io/receive/file_tail.h"

#include <dirent.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include <re2/re2.h>
#include <spdlog/spdlog.h>

#include "base/text.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

constexpr Duration kQuiet = milliseconds(200), kLongest = seconds(1);
// A renamed file may still be written to: its program notices the rotation when it next looks.
constexpr Duration kAfterRename = seconds(10);

Duration steady_now() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
              .count()};
}

std::vector<std::string> found_by(const std::string& pattern) {
  std::vector<std::string> paths;
  glob_t found{};
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  ::globfree(&found);
  return paths;
}

struct Identity {
  std::uint64_t device = 0, inode = 0;
};
std::optional<Identity> identity_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  return Identity{found.st_dev, found.st_ino};
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileTail>> FileTail::open(FileTailSettings settings, Doorway& doorway) {
  auto checkpoint = load_tail_checkpoint(settings.checkpoint_file);
  if (!checkpoint.ok()) return checkpoint.status();
  auto tail = std::unique_ptr<FileTail>(new FileTail(std::move(settings), doorway, *std::move(checkpoint)));
  for (Group& group : tail->groups_) {
    if (group.settings.multiline != Multiline::start) continue;
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    group.start = std::make_unique<RE2>(group.settings.start_pattern, options);
    if (!group.start->ok())
      return invalid_argument("tail: multiline \"{}\": {}", group.settings.start_pattern, group.start->error());
  }
  return tail;
}

FileTail::FileTail(FileTailSettings settings, Doorway& doorway, TailCheckpoint checkpoint)
    : settings_(std::move(settings)), doorway_(doorway), checkpoint_(std::move(checkpoint)) {
  for (const TailGroupSettings& one : settings_.groups) {
    groups_.emplace_back();
    groups_.back().settings = one;
  }
}

FileTail::~FileTail() { stop(); }

void FileTail::start() {
  thread_ = std::thread([this] { run(); });
}

void FileTail::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void FileTail::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const bool more = poll(steady_now());
    lock.lock();
    const auto pause = std::chrono::nanoseconds(more ? milliseconds(5).ns : settings_.every.ns);
    wake_.wait_for(lock, pause, [this] { return stopping_; });
  }
  lock.unlock();
  const auto is_out = [](const Group& group) { return group.offered && !group.offered->answered; };
  for (int i = 0; i < 200 && std::any_of(groups_.begin(), groups_.end(), is_out); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  for (Group& group : groups_) settle(group, steady_now());
  if (moved_) save();
}

std::size_t FileTail::open_files() const {
  std::size_t files = 0;
  for (const Group& group : groups_) files += group.files.size();
  return files;
}

bool FileTail::poll(Duration now) {
  const bool look = looks_++ % 5 == 0;  // new files may wait for a second
  bool more = false;
  for (Group& group : groups_) {
    settle(group, now);
    if (look) look_for_files(group, now);
    if (!group.offered && !group.is_due) more = read(group, now) || more;
    if (!group.batch.empty() && !group.offered) {
      group.is_due = group.is_due || group.batch.size() >= settings_.batch_bytes || now - group.last >= kQuiet ||
                     now - group.first >= kLongest;
      if (group.is_due && now >= group.not_before) offer(group, now);
    }
  }
  if (moved_) save();
  return more;
}

void FileTail::look_for_files(Group& group, Duration now) {
  for (Followed& followed : group.files) followed.is_named = false;
  std::set<std::string> seen;
  for (const std::string& pattern : group.settings.files) {
    const bool is_known =
        std::find(checkpoint_.patterns.begin(), checkpoint_.patterns.end(), pattern) != checkpoint_.patterns.end();
    for (const std::string& path : found_by(pattern)) {
      const std::optional<Identity> identity = identity_of(path);
      if (!identity || !seen.insert(path).second) continue;
      const auto known = std::find_if(group.files.begin(), group.files.end(), [&](const Followed& followed) {
        return followed.file->is(identity->device, identity->inode);
      });
      if (known != group.files.end()) {
        known->is_named = true;
        known->file->moved_to(path);
      } else if (group.files.size() < settings_.files_at_most) {
        if (auto file = TailedFile::open(path)) follow(group, std::move(file), true, !is_known);
      }
    }
    if (!is_known) {
      checkpoint_.patterns.push_back(pattern);
      moved_ = true;
    }
  }
  find_renamed(group);
  // What was renamed is older than what has its name now.
  std::stable_partition(group.files.begin(), group.files.end(),
                        [](const Followed& followed) { return !followed.is_named; });
  for (Followed& followed : group.files) {
    if (followed.is_named)
      followed.left_at = {};
    else if (followed.left_at.ns == 0)
      followed.left_at = now;
  }
  // Read to its end, journalled to its end, and nobody has written to it for a while.
  std::erase_if(group.files, [&](const Followed& followed) {
    const bool is_done = !followed.is_named && now - followed.left_at > kAfterRename && !group.offered &&
                         group.batch.empty() && followed.journalled.offset == followed.file->size();
    moved_ = moved_ || is_done;
    return is_done;
  });
}

void FileTail::follow(Group& group, std::unique_ptr<TailedFile> file, bool is_named, bool is_first_start) {
  const auto known =
      std::find_if(checkpoint_.files.begin(), checkpoint_.files.end(),
                   [&](const TailPosition& position) { return file->is(position.device, position.inode); });
  const bool resumed = known != checkpoint_.files.end() && file->resume(*known);
  if (known != checkpoint_.files.end()) checkpoint_.files.erase(known);
  if (!resumed && is_first_start && group.settings.from == TailFrom::end) file->go_to_end();
  const TailPosition journalled = file->position();
  group.files.push_back({std::move(file), journalled, is_named, {}});
  moved_ = true;
}

// What was renamed while we were not running lies beside where it was.
void FileTail::find_renamed(Group& group) {
  std::vector<TailPosition> lost;
  for (const TailPosition& position : checkpoint_.files) {
    const bool ours =
        std::any_of(group.settings.files.begin(), group.settings.files.end(), [&](const std::string& pattern) {
          return std::filesystem::path(pattern).parent_path() == std::filesystem::path(position.path).parent_path();
        });
    if (ours) lost.push_back(position);
  }
  for (const TailPosition& position : lost) {
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(position.path).parent_path(), error)) {
      const std::optional<Identity> identity = identity_of(entry.path().string());
      if (!identity || identity->inode != position.inode || identity->device != position.device) continue;
      if (auto file = TailedFile::open(entry.path().string()); file && file->resume(position))
        follow(group, std::move(file), false, false);
      break;
    }
    // Gone, or another file by now: there is nothing left of it to read.
    std::erase_if(checkpoint_.files, [&](const TailPosition& one) {
      return one.device == position.device && one.inode == position.inode;
    });
  }
}

bool FileTail::read(Group& group, Duration now) {
  bool more = false;
  for (Followed& followed : group.files) {
    if (group.batch.size() >= settings_.batch_bytes) return true;
    const bool held_back = !followed.is_named && followed.left_at.ns != 0 && now - followed.left_at > kAfterRename;
    const std::uint64_t before = followed.file->position().offset;
    more = followed.file->read_lines(held_back, [&](std::string_view line, bool was_cut) {
      BatchedLine batched{
          LineKind::plain,       was_cut, group.settings.multiline == Multiline::off, false, doorway_.clock.now(),
          followed.file->path(), line};
      if (group.start) {
        batched.begins = RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), *group.start);
        batched.goes_on = !batched.begins;
      }
      if (group.batch.empty()) group.first = now;
      append_line(group.batch, batched);
      return group.batch.size() < settings_.batch_bytes;
    }) || more;
    if (followed.file->position().offset != before) group.last = now;
  }
  return more;
}

void FileTail::offer(Group& group, Duration now) {
  group.read_to.clear();
  for (const Followed& followed : group.files) group.read_to.push_back(followed.file->position());
  group.offered = std::make_shared<Offered>();
  auto verdict = judge(Encoding::log_lines, group.batch, doorway_.limits, doorway_.clock.now());
  if (!verdict.ok()) {  // it is our own writing: only limits set very low can bring this about
    group.offered->status = verdict.status();
    group.offered->answered = true;
    return;
  }
  group.verdict = *verdict;
  group.not_before = now;
  doorway_.inbox.offer(SignalsArrived{.encoding = Encoding::log_lines,
                                      .body = group.batch,
                                      .principal = "file_tail",
                                      .verdict = *std::move(verdict),
                                      .labels = group.settings.labels},
                       Priority::signals, [offered = group.offered](absl::Status status, Sequence) {
                         offered->status = std::move(status);
                         offered->answered.store(true, std::memory_order_release);
                       });
}

void FileTail::settle(Group& group, Duration now) {
  if (!group.offered || !group.offered->answered.load(std::memory_order_acquire)) return;
  const absl::Status status = group.offered->status;
  group.offered.reset();
  if (status.code() == absl::StatusCode::kUnavailable) {  // the batch stays and is offered again
    group.not_before = now + group.pause;
    group.pause = std::min(group.pause * 2, seconds(5));
    return;
  }
  if (status.ok()) {
    doorway_.status.last_signal_ns = doorway_.clock.now().ns;
    doorway_.ledger.note_taken(Door::file_tail, group.verdict.accepted, group.verdict.rejected.size(),
                               group.batch.size());
  } else {
    doorway_.ledger.note_refused({Door::file_tail, doorway_.clock.now(), refused_why(status),
                                  std::string(message_of(status)), "", group.batch.size(), ""});
  }
  for (const TailPosition& position : group.read_to)
    for (Followed& followed : group.files)
      if (followed.file->is(position.device, position.inode)) followed.journalled = position;
  group.batch.clear();
  group.is_due = false;
  group.pause = milliseconds(200);
  moved_ = true;
}

void FileTail::save() {
  TailCheckpoint checkpoint;
  checkpoint.patterns = checkpoint_.patterns;
  checkpoint.files = checkpoint_.files;  // of groups that have not looked yet
  for (const Group& group : groups_)
    for (const Followed& followed : group.files) {
      checkpoint.files.push_back(followed.journalled);
      checkpoint.files.back().path = followed.file->path();
    }
  if (const absl::Status status = save_tail_checkpoint(settings_.checkpoint_file, checkpoint); !status.ok())
    return spdlog::error("tail: {}; after a restart lines may be read again", message_of(status));
  moved_ = false;
}

}  // namespace nightjar
