#include "wire/json/fields.h"

#include <bit>
#include <limits>

#include "base/text.h"
#include "wire/json/parse.h"

namespace nightjar::fields {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

std::string path_of(const Place& place) {
  if (!place.above) return std::string(place.key);
  const std::string above = path_of(*place.above);
  if (place.index >= 0) return fmt::format("{}[{}]", above, place.index);
  return above.empty() ? std::string(place.key) : fmt::format("{}.{}", above, place.key);
}

}  // namespace

void Complaint::say(const Place& place, std::string_view expected, const nlohmann::json& found) {
  if (!text_.empty()) return;
  const std::string path = path_of(place);
  text_ = fmt::format("{}: expected {}, found {}", path.empty() ? "the document" : path, expected,
                      found.is_structured() ? found.type_name() : cut(canonical(found), 60));
}

absl::Status Complaint::status(std::string_view what) const {
  return text_.empty() ? absl::OkStatus() : invalid_argument("{}: {}", what, text_);
}

nlohmann::json written(double v, const Place&) {
  if (std::isfinite(v)) return v;
  return std::isnan(v) ? "nan" : v > 0 ? "inf" : "-inf";
}

void read(const nlohmann::json& j, bool& v, const Place& place, Complaint& complaint) {
  if (!j.is_boolean()) return complaint.say(place, "true or false", j);
  v = j.get<bool>();
}

void read(const nlohmann::json& j, double& v, const Place& place, Complaint& complaint) {
  using Limits = std::numeric_limits<double>;
  if (j.is_number()) {
    v = j.get<double>();
  } else if (j == "nan") {
    v = Limits::quiet_NaN();
  } else if (j == "inf" || j == "-inf") {
    v = j == "inf" ? Limits::infinity() : -Limits::infinity();
  } else {
    complaint.say(place, "a number", j);
  }
}

void read(const nlohmann::json& j, std::string& v, const Place& place, Complaint& complaint) {
  if (!j.is_string()) return complaint.say(place, "text", j);
  v = j.get_ref<const std::string&>();
}

void read(const nlohmann::json& j, Timestamp& v, const Place& place, Complaint& complaint) {
  read(j, v.ns, place, complaint);
}

void read(const nlohmann::json& j, Duration& v, const Place& place, Complaint& complaint) {
  read(j, v.ns, place, complaint);
}

void read(const nlohmann::json& j, std::map<std::string, std::string>& v, const Place& place, Complaint& complaint) {
  v.clear();
  if (!j.is_object()) return complaint.say(place, "an object of texts", j);
  for (const auto& [key, value] : j.items()) read(value, v[key], Place{&place, key, -1}, complaint);
}

void read(const nlohmann::json& j, std::pair<std::string, std::string>& v, const Place& place, Complaint& complaint) {
  if (!j.is_array() || j.size() != 2) return complaint.say(place, "a pair of texts", j);
  read(j[0], v.first, Place{&place, {}, 0}, complaint);
  read(j[1], v.second, Place{&place, {}, 1}, complaint);
}

void DigestWriter::hash_piece() {
  piece_.insert(0, reinterpret_cast<const char*>(so_far_.data()), so_far_.size());
  so_far_ = sha256(piece_);
  piece_.clear();
}

void DigestWriter::add(std::uint64_t v) {
  for (int shift = 0; shift < 64; shift += 8) piece_.push_back(static_cast<char>(v >> shift));
  if (piece_.size() >= kPieceBytes) hash_piece();
}

void DigestWriter::add(double v) { add(std::bit_cast<std::uint64_t>(v)); }

void DigestWriter::add(const std::string& v) {
  add(static_cast<std::uint64_t>(v.size()));
  piece_ += v;
}

void DigestWriter::add(const DurationSketch& v) {
  add(static_cast<std::uint64_t>(v.buckets().size()));
  for (const auto& [bucket, count] : v.buckets()) add(std::uint64_t{bucket}), add(count);
}

Sha256 DigestWriter::finish() {
  hash_piece();
  return so_far_;
}

}  // namespace nightjar::fields
