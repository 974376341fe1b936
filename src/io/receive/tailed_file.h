// io/receive/tailed_file.h
// One file that is followed: held open by its inode, so that a rename does not lose it, and read by position. Knows
// when it was cut off (copytruncate) by its size and its first bytes. A last line without its end is held back: its
// writer may be in the middle of it. Belongs to FileTail's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "io/receive/tail_checkpoint.h"

namespace nightjar {

class TailedFile {
 public:
  // nullptr: it cannot be opened, or is no ordinary file.
  static std::unique_ptr<TailedFile> open(const std::string& path);
  ~TailedFile();
  TailedFile(const TailedFile&) = delete;
  TailedFile& operator=(const TailedFile&) = delete;

  bool is(std::uint64_t device, std::uint64_t inode) const {
    return position_.device == device && position_.inode == inode;
  }
  const std::string& path() const { return position_.path; }
  void moved_to(const std::string& path) { position_.path = path; }
  std::uint64_t device() const { return position_.device; }
  std::uint64_t inode() const { return position_.inode; }
  std::uint64_t size() const;

  // Goes on where `position` says, if it is of this very file: its first bytes are as they were and it is not shorter.
  bool resume(const TailPosition& position);
  void go_to_end();

  // Gives lines, without their ends, until there are none or `take` says that it has enough (false: that line was taken
  // too). True: there may be more. `held_back`: also the last line without an end, because nobody writes to it any
  // more.
  bool read_lines(bool held_back, const std::function<bool(std::string_view line, bool cut)>& take);

  // Where reading stands; what was given out before it is not journalled yet.
  const TailPosition& position() const { return position_; }

 private:
  TailedFile(int fd, TailPosition position) : fd_(fd), position_(std::move(position)) {}
  void see_truncation();
  void remember_head();
  std::uint64_t hash_of_head(std::uint32_t bytes) const;

  const int fd_;
  TailPosition position_;
  bool skipping_ = false;  // the rest of a line that was cut
};

}  // namespace nightjar
