// The Observer and the AddressBook as bytes and back. Each part lists its own members in carry(); a member that is left
// out there shows in the test that restarts in the middle of traffic.
#include "engine/observe/address_book.h"
#include "engine/observe/archive.h"
#include "engine/observe/observer.h"
#include "engine/observe/sealed.h"

namespace nightjar {
namespace {

// Raise it whenever a carry() changes.
constexpr int kFormat = 2;

std::string observer_label(const ObserveSettings& settings) {
  return fmt::format("observer {} window {} span {}", kFormat, settings.window.ns, sizeof(ObservedSpan));
}
std::string address_book_label() { return fmt::format("address book {}", kFormat); }

}  // namespace

template <class Archive>
void Observer::carry(Archive& archive) {
  std::int64_t next = next_.value_or(INT64_MIN);
  archive(counters_, *spans_, *logs_, *metrics_, touched_, late_, next);
  if constexpr (Archive::reads) next_ = next == INT64_MIN ? std::nullopt : std::optional(next);
}

std::string Observer::snapshot() const {
  ArchiveWriter archive;
  const_cast<Observer*>(this)->carry(archive);
  return seal(observer_label(settings_), archive.take());
}

absl::Status Observer::restore(std::string_view bytes) {
  begin_anew();
  const absl::StatusOr<std::string_view> content = unseal(observer_label(settings_), bytes);
  if (!content.ok()) return content.status();
  ArchiveReader archive(*content);
  carry(archive);
  if (archive.complete()) return absl::OkStatus();
  begin_anew();
  return invalid_argument("snapshot of another build; the journal is replayed instead");
}

std::string AddressBook::snapshot() const {
  ArchiveWriter archive;
  archive(entries_);
  return seal(address_book_label(), archive.take());
}

absl::Status AddressBook::restore(std::string_view bytes) {
  entries_.clear();
  const absl::StatusOr<std::string_view> content = unseal(address_book_label(), bytes);
  if (!content.ok()) return content.status();
  ArchiveReader archive(*content);
  archive(entries_);
  if (archive.complete()) return absl::OkStatus();
  entries_.clear();
  return invalid_argument("snapshot of another build; the journal is replayed instead");
}

}  // namespace nightjar
