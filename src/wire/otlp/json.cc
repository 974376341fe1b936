#include "wire/otlp/json.h"

#include <bit>
#include <iterator>

#include <nlohmann/json.hpp>
#include <protozero/varint.hpp>

#include "base/text.h"
#include "wire/otlp/json_scalar.h"

namespace nightjar::otlp {
namespace {

constexpr std::size_t kRewrittenBytes = 64u << 20;
// 32 nested values take 4 levels each, and what is around them about a dozen; the judge holds the exact limit.
constexpr std::size_t kJsonDepth = 256;
// The length of a message is known when it ends, so room is left for it and filled in then. A varint may carry leading
// zeros: four bytes always suffice and nothing has to be moved.
constexpr std::size_t kLengthBytes = 4;
static_assert(kRewrittenBytes < (std::size_t{1} << (7 * kLengthBytes)));

// One level of the JSON text: an object that is a message, or an array of one of its repeated fields.
struct Level {
  MessageKind kind;
  const Field* field = nullptr;  // of which this is the array; nullptr: an object
  std::size_t start = 0;         // object: where its content starts in the output
};

// Receives nlohmann's SAX events; its names and signatures are that library's.
class Rewriter {
 public:
  Rewriter(MessageKind request, std::size_t size_bytes) : request_(request) { out_.reserve(size_bytes); }

  absl::Status status() const { return status_; }
  std::string take() { return std::move(out_); }

  bool null() {
    if (skipping_ == 0 && !levels_.empty() && levels_.back().field != nullptr) return wrong("a value, not null");
    return true;  // as good as absent
  }
  bool boolean(bool value) {
    const Field* field = nullptr;
    if (!wanted(field)) return status_.ok();
    if (field->type != FieldType::boolean) return wrong(json_type(*field));
    put_tag(*field, 0);
    put_varint(value ? 1 : 0);
    return fits();
  }
  bool number_integer(std::int64_t value) { return number({.integer = static_cast<std::uint64_t>(value)}); }
  bool number_unsigned(std::uint64_t value) { return number({.integer = value, .is_unsigned = true}); }
  bool number_float(double value, const std::string&) { return number({.is_real = true, .real = value}); }

  bool string(std::string& value) {
    const Field* field = nullptr;
    if (!wanted(field)) return status_.ok();
    switch (field->type) {
      case FieldType::text:
        return put_bytes(*field, value);
      case FieldType::id: {
        const std::optional<std::string> id = from_hex(value);
        return id ? put_bytes(*field, *id) : wrong("hex digits");
      }
      case FieldType::bytes: {
        const std::optional<std::string> bytes = from_base64(value);
        return bytes ? put_bytes(*field, *bytes) : wrong("base64");
      }
      case FieldType::message:
      case FieldType::boolean:
        return wrong(json_type(*field));
      default: {
        const std::optional<JsonNumber> parsed = parse_number(value);
        return parsed ? put_number(*field, *parsed) : wrong(json_type(*field));
      }
    }
  }
  bool binary(nlohmann::json::binary_t&) { return false; }  // not in JSON

  bool start_object(std::size_t) {
    if (too_deep()) return false;
    if (skipping_ > 0) return ++skipping_, true;
    if (levels_.empty()) {
      levels_.push_back({.kind = request_});
      return true;
    }
    const Field* field = nullptr;
    if (!wanted(field)) return status_.ok() && ++skipping_;
    if (field->type != FieldType::message) return wrong(json_type(*field));
    put_tag(*field, 2);
    out_.append(kLengthBytes, '\0');
    levels_.push_back({.kind = field->child, .start = out_.size()});
    return fits();
  }
  bool key(std::string& name) {
    if (skipping_ == 0) current_ = find_field(levels_.back().kind, std::string_view(name));
    return true;
  }
  bool end_object() {
    if (skipping_ > 0) return --skipping_, true;
    const Level level = levels_.back();
    levels_.pop_back();
    if (!levels_.empty()) patch_length(level.start);
    return true;
  }
  bool start_array(std::size_t) {
    if (too_deep()) return false;
    if (skipping_ > 0) return ++skipping_, true;
    if (levels_.empty()) return fail("it is an array, not a {}", word(request_));
    if (levels_.back().field != nullptr) return wrong(json_type(*levels_.back().field));
    if (current_ == nullptr) return ++skipping_, true;
    if (!current_->repeated) return wrong(json_type(*current_));
    levels_.push_back({.kind = levels_.back().kind, .field = current_});
    return true;
  }
  bool end_array() {
    if (skipping_ > 0) return --skipping_, true;
    levels_.pop_back();
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) {
    if (status_.ok()) status_ = invalid_argument("body is not JSON at byte {}; nothing of it was kept", position);
    return false;
  }

 private:
  // The field the coming value belongs to. False: skip the value, or a failure is set.
  bool wanted(const Field*& field) {
    if (skipping_ > 0) return false;
    if (levels_.empty()) return fail("it is a bare value, not a {}", word(request_));
    if (levels_.back().field != nullptr) {
      field = levels_.back().field;
      return true;
    }
    if (current_ == nullptr) return false;
    if (current_->repeated) return wrong("an array");
    field = current_;
    return true;
  }

  bool number(const JsonNumber& value) {
    const Field* field = nullptr;
    if (!wanted(field)) return status_.ok();
    return put_number(*field, value);
  }

  bool put_number(const Field& field, const JsonNumber& value) {
    if (field.type == FieldType::real) {
      put_tag(field, 1);
      put_fixed(std::bit_cast<std::uint64_t>(as_real(value)));
      return fits();
    }
    const std::optional<std::uint64_t> integer = as_integer(value);
    if (!integer) return wrong(json_type(field));
    switch (field.type) {
      case FieldType::integer:
        put_tag(field, 0);
        put_varint(*integer);
        return fits();
      case FieldType::zigzag:
        put_tag(field, 0);
        put_varint(protozero::encode_zigzag64(static_cast<std::int64_t>(*integer)));
        return fits();
      case FieldType::fixed64:
        put_tag(field, 1);
        put_fixed(*integer);
        return fits();
      default:
        return wrong(json_type(field));
    }
  }

  bool put_bytes(const Field& field, std::string_view bytes) {
    put_tag(field, 2);
    put_varint(bytes.size());
    out_ += bytes;
    return fits();
  }
  void put_tag(const Field& field, unsigned wire_type) {
    put_varint(static_cast<unsigned>(field.number) << 3 | wire_type);
  }
  void put_varint(std::uint64_t value) { protozero::write_varint(std::back_inserter(out_), value); }
  void put_fixed(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) out_ += static_cast<char>(value >> (8 * i) & 0xFF);
  }
  void patch_length(std::size_t start) {
    std::size_t length = out_.size() - start;
    for (std::size_t i = 0; i < kLengthBytes; ++i, length >>= 7) {
      out_[start - kLengthBytes + i] = static_cast<char>((length & 0x7F) | (i + 1 < kLengthBytes ? 0x80 : 0));
    }
  }

  static std::string_view json_type(const Field& field) {
    switch (field.type) {
      case FieldType::message:
        return "an object";
      case FieldType::text:
        return "a string";
      case FieldType::id:
        return "a string of hex digits";
      case FieldType::bytes:
        return "a string in base64";
      case FieldType::boolean:
        return "true or false";
      case FieldType::real:
        return "a number";
      default:
        return "a whole number, also for enums";
    }
  }

  bool wrong(std::string_view expected) {
    const Field* field = levels_.back().field != nullptr ? levels_.back().field : current_;
    return fail("{} of {} must be {}", field->json_name, word(levels_.back().kind), expected);
  }
  template <class... Args>
  bool fail(fmt::format_string<Args...> format, Args&&... args) {
    status_ = invalid_argument("body is not OTLP/JSON: {}; nothing of it was kept",
                               fmt::format(format, std::forward<Args>(args)...));
    return false;
  }
  bool too_deep() {
    if (levels_.size() + skipping_ < kJsonDepth) return false;
    status_ = invalid_argument("body is nested more than {} deep; nothing of it was kept", kJsonDepth);
    return true;
  }
  bool fits() {
    if (out_.size() <= kRewrittenBytes) return true;
    status_ = too_large("body grows past {} bytes as protobuf; send smaller batches", kRewrittenBytes);
    return false;
  }

  MessageKind request_;
  std::vector<Level> levels_;
  const Field* current_ = nullptr;  // of the last key
  std::size_t skipping_ = 0;        // levels deep in something the schema does not name
  std::string out_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::string> json_to_protobuf(MessageKind request, std::string_view json) {
  Rewriter rewriter(request, json.size());
  const bool complete = nlohmann::json::sax_parse(json.begin(), json.end(), &rewriter);
  if (!rewriter.status().ok()) return rewriter.status();
  if (!complete) return invalid_argument("body is not JSON; nothing of it was kept");
  return rewriter.take();
}

}  // namespace nightjar::otlp
