#include "wire/syslog/syslog_framer.h"

#include <algorithm>

#include "wire/logs/text_parts.h"

namespace nightjar::syslog {
namespace {

using logs::is_digit;

constexpr std::string_view kLineEnds{"\n\0", 2};
constexpr std::size_t kCountDigits = 7;

struct Count {
  enum class Is { none, unsure, count } is = Is::none;
  std::size_t bytes = 0, digits = 0;
};

// "34 <": whether the frame begins with its length.
Count count_at(std::string_view text, bool counted_before) {
  Count count;
  if (text.empty() || text[0] < '1' || text[0] > '9') return count;
  while (count.digits < text.size() && count.digits <= kCountDigits && is_digit(text[count.digits])) {
    count.bytes = count.bytes * 10 + static_cast<std::size_t>(text[count.digits] - '0');
    ++count.digits;
  }
  if (count.digits > kCountDigits) return count;
  if (count.digits == text.size()) {
    count.is = Count::Is::unsure;
  } else if (text[count.digits] == ' ') {
    if (counted_before)
      count.is = Count::Is::count;
    else if (count.digits + 1 == text.size())
      count.is = Count::Is::unsure;
    else if (text[count.digits + 1] == '<')
      count.is = Count::Is::count;
  }
  return count;
}

}  // namespace

std::optional<Frame> Framer::next() {
  if (skip_bytes_ > 0) {
    const std::size_t skipped = std::min(skip_bytes_, pending_bytes());
    at_ += skipped;
    skip_bytes_ -= skipped;
    searched_ = at_;
    if (skip_bytes_ > 0) return std::nullopt;
  }
  if (skip_line_) {
    const std::size_t end = pending_.find_first_of(kLineEnds, at_);
    at_ = end == pending_.npos ? pending_.size() : end + 1;
    searched_ = at_;
    if (end == pending_.npos) return std::nullopt;
    skip_line_ = false;
  }
  while (at_ < pending_.size() && (pending_[at_] == '\n' || pending_[at_] == '\0' || pending_[at_] == '\r')) ++at_;
  searched_ = std::max(searched_, at_);
  // What was given out goes when it is most of what is held: moving it each time would be quadratic.
  if (at_ > 65536 && at_ > pending_.size() / 2) {
    pending_.erase(0, at_);
    searched_ -= at_;
    at_ = 0;
  }
  if (at_ == pending_.size()) return std::nullopt;

  const std::string_view rest = std::string_view(pending_).substr(at_);
  const Count count = count_at(rest, counted_before_);
  if (count.is == Count::Is::unsure) return std::nullopt;
  if (count.is == Count::Is::none) {
    std::optional<Frame> frame = next_line(false);
    if (frame) counted_before_ = false;
    return frame;
  }
  const std::size_t head = count.digits + 1;
  const std::size_t taken = std::min(count.bytes, kFrameBytes);
  if (rest.size() < head + taken) return std::nullopt;
  Frame frame{std::string(rest.substr(head, taken)), taken < count.bytes};
  at_ += head + taken;
  searched_ = at_;
  skip_bytes_ = count.bytes - taken;
  counted_before_ = true;
  return frame;
}

std::optional<Frame> Framer::next_line(bool closed) {
  std::size_t end = pending_.find_first_of(kLineEnds, searched_);
  searched_ = pending_.size();
  const bool whole = end != pending_.npos;
  if (!whole) {
    if (!closed && pending_bytes() <= kFrameBytes) return std::nullopt;
    end = pending_.size();
  }
  Frame frame;
  const std::size_t length = std::min(end - at_, kFrameBytes);
  frame.cut = length < end - at_ || (!whole && !closed);
  frame.bytes = pending_.substr(at_, length);
  while (!frame.bytes.empty() && frame.bytes.back() == '\r') frame.bytes.pop_back();
  at_ = whole ? end + 1 : pending_.size();
  searched_ = at_;
  if (frame.cut && !whole) skip_line_ = true;
  return frame;
}

std::optional<Frame> Framer::last() {
  if (std::optional<Frame> frame = next()) return frame;
  if (pending_bytes() == 0 || skip_bytes_ > 0 || skip_line_) return std::nullopt;
  const Count count = count_at(std::string_view(pending_).substr(at_), counted_before_);
  if (count.is == Count::Is::count) {
    Frame frame{pending_.substr(at_ + count.digits + 1), true};
    at_ = searched_ = pending_.size();
    return frame.bytes.empty() ? std::nullopt : std::optional(std::move(frame));
  }
  searched_ = at_;
  return next_line(true);
}

}  // namespace nightjar::syslog
