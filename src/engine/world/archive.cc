#include "engine/world/archive.h"

#include <cstring>

namespace nightjar {

Archive Archive::to_write(std::size_t bytes_expected) {
  Archive archive(Walk::write);
  archive.written_.reserve(bytes_expected);
  return archive;
}

Archive Archive::to_read(std::string_view bytes) {
  Archive archive(Walk::read);
  archive.bytes_ = bytes;
  return archive;
}

Archive Archive::to_fingerprint() { return Archive(Walk::fingerprint); }

void Archive::bytes(void* value, std::size_t size, std::string_view name) {
  switch (walk_) {
    case Walk::write:
      written_.append(static_cast<const char*>(value), size);
      return;
    case Walk::read:
      if (bytes_.size() - at_ < size) {
        std::memset(value, 0, size);  // of every plain type a value
        return fail();
      }
      std::memcpy(value, bytes_.data() + at_, size);
      at_ += size;
      return;
    case Walk::fingerprint:
      written_ += name;
      written_ += std::to_string(size);
      return;
  }
}

std::size_t Archive::length(std::size_t size) {
  bytes(&size, sizeof size, "length");
  if (walk_ == Walk::read && size > bytes_.size() - at_) {
    fail();
    return 0;
  }
  return size;
}

void Archive::text(std::string& value) {
  const std::size_t size = length(value.size());
  if (walk_ == Walk::write) {
    written_ += value;
  } else if (walk_ == Walk::read) {
    value = bytes_.substr(at_, size);
    at_ += size;
  }
}

void Archive::fail() {
  good_ = false;
  at_ = bytes_.size();
}

}  // namespace nightjar
