#include "wire/json/signals_record.h"

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/text.h"
#include "wire/compression/inflate.h"
#include "wire/json/fields.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace fields {

template <class Walk>
void describe(Walk& walk, Of<Walk, Verdict>& v) {
  walk("accepted", v.accepted);
  walk("rejected", v.rejected);
  walk("first_reason", v.first_reason);
}

// Everything but the body.
struct SignalsHeader {
  Sequence sequence = 0;
  Timestamp time;
  Encoding encoding = Encoding::otlp_traces_protobuf;
  std::string principal;
  Verdict verdict;
  Attributes labels;
  Compression packing = Compression::none;
};
template <class Walk>
void describe(Walk& walk, Of<Walk, SignalsHeader>& v) {
  walk("sequence", v.sequence);
  walk("time", v.time);
  walk("encoding", v.encoding);
  walk("principal", v.principal);
  walk("verdict", v.verdict);
  walk("labels", v.labels);
  walk("packing", v.packing);
}

}  // namespace fields

namespace {
// More than any door takes: the door has judged, and what was journalled is read.
constexpr std::size_t kBodyBytes = 256u << 20;
}  // namespace

std::string encode_signals_record(const Input& input) {
  const auto* signals = std::get_if<SignalsArrived>(&input.body);
  CHECK(signals != nullptr);
  const fields::SignalsHeader header{input.sequence,   input.time,      signals->encoding, signals->principal,
                                     signals->verdict, signals->labels, signals->packing};
  const std::string& body = signals->packing == Compression::none ? signals->body : signals->packed;
  const std::string text = canonical(written(header, fields::Place{}));
  std::string record;
  record.reserve(4 + text.size() + body.size());
  for (int shift = 0; shift < 32; shift += 8) record.push_back(static_cast<char>(text.size() >> shift));
  record += text;
  record += body;
  return record;
}

absl::StatusOr<Input> decode_signals_record(std::string_view record) {
  if (record.size() < 4)
    return invalid_argument("signals record: {} bytes, its header alone takes more", record.size());
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length |= std::size_t{static_cast<unsigned char>(record[i])} << (8 * i);
  if (length > record.size() - 4)
    return invalid_argument("signals record: header of {} bytes, only {} are left", length, record.size() - 4);
  auto object = parse_json(record.substr(4, length), "signals record", {.body_bytes = 4u << 20, .depth = 8});
  if (!object.ok()) return object.status();
  fields::SignalsHeader header;
  fields::Complaint complaint;
  read(*object, header, fields::Place{}, complaint);
  if (absl::Status status = complaint.status("signals record"); !status.ok()) return status;
  std::string body(record.substr(4 + length));
  if (header.packing != Compression::none) {
    auto inflated = inflate(header.packing, body, kBodyBytes);
    if (!inflated.ok())
      return invalid_argument("signals record: its body cannot be unpacked: {}", message_of(inflated.status()));
    body = *std::move(inflated);
  }
  return Input{header.sequence, header.time,
               SignalsArrived{.encoding = header.encoding,
                              .body = std::move(body),
                              .principal = std::move(header.principal),
                              .verdict = std::move(header.verdict),
                              .labels = std::move(header.labels)}};
}

}  // namespace nightjar
