// The whole engine as bytes and back. In front stands what the bytes depend on, so that a snapshot that does not fit is
// refused with the reason before anything is touched.
#include "base/hash.h"
#include "base/text.h"
#include "engine/world/archive.h"
#include "run/driver/driver.h"

namespace nightjar {
namespace {

// Raise it when what is carried means something else while its types stay the same; types are seen to by shape_of().
constexpr std::uint64_t kMeaning = 1;

std::uint64_t shape() {
  static const std::uint64_t known = [] {
    Archive archive = Archive::to_fingerprint();
    SignalEngine lane(0, 1, {});
    AddressBook addresses;
    DecisionEngine decisions;
    archive(lane, addresses, decisions);
    return stable_hash(archive.take(), kMeaning);
  }();
  return known;
}

}  // namespace

struct Driver::Basis {
  std::uint64_t shape = 0;
  std::size_t lanes = 0;
  Duration window, lateness;
};

Driver::Basis Driver::basis() const { return {shape(), lanes_.size(), observe_.window, observe_.lateness}; }

void Driver::carry(Archive& archive) {
  for (const std::unique_ptr<SignalEngine>& lane : lanes_) archive(*lane);
  archive(addresses_, decisions_, undecodable_);
}

std::string Driver::snapshot() const {
  Archive archive = Archive::to_write(last_snapshot_bytes_ + last_snapshot_bytes_ / 8);
  Basis now = basis();
  archive(now);
  const_cast<Driver*>(this)->carry(archive);  // writing changes nothing
  std::string bytes = archive.take();
  last_snapshot_bytes_ = bytes.size();
  return bytes;
}

absl::Status Driver::restore(std::string_view bytes) {
  Archive archive = Archive::to_read(bytes);
  Basis then;
  archive(then);
  const Basis now = basis();
  if (!archive.good() || then.shape != now.shape)
    return failed_precondition("the snapshot is of another version of nightjar; start that one, or go on without it");
  if (then.lanes != now.lanes)
    return failed_precondition("the snapshot is of {} lanes and these are {}; set lanes: {} again, or go on without it",
                               then.lanes, now.lanes, then.lanes);
  if (then.window != now.window || then.lateness != now.lateness)
    return failed_precondition("the snapshot is of windows of {} and these are of {}; go on without it",
                               for_people(then.window), for_people(now.window));
  carry(archive);
  if (archive.complete()) return absl::OkStatus();
  return {absl::StatusCode::kDataLoss, "the snapshot ends too soon or too late; go on without it"};
}

}  // namespace nightjar
