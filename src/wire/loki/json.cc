#include <charconv>
#include <iterator>

#include <nlohmann/json.hpp>
#include <protozero/varint.hpp>

#include "base/text.h"
#include "wire/loki/push.h"

namespace nightjar::loki {
namespace {

constexpr std::size_t kRewrittenBytes = 64u << 20;
constexpr std::size_t kJsonDepth = 64;
// Room for a length that is known only at the end: a varint may carry leading zeros.
constexpr std::size_t kLengthBytes = 4;

// Where in the push a value stands.
enum class Place : std::uint8_t { top, push, streams, stream, labels, values, value, metadata };

// Receives nlohmann's SAX events; its names and signatures are that library's.
class PushRewriter {
 public:
  explicit PushRewriter(std::size_t size_bytes) { out_.reserve(size_bytes); }
  absl::Status status() const { return status_; }
  std::string take() { return std::move(out_); }

  bool null() { return skips() || place() == Place::stream || place() == Place::push || wrong(); }
  bool boolean(bool) { return skips() || ignored() || wrong(); }
  bool number_integer(std::int64_t value) { return number(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return number(std::to_string(value)); }
  bool number_float(double, const std::string& text) { return number(text); }
  bool binary(nlohmann::json::binary_t&) { return false; }

  bool string(std::string& text) {
    if (skips()) return true;
    switch (place()) {
      case Place::labels:
        put_pair(kLabelField, key_, text);
        return fits();
      case Place::metadata:
        put_pair(3, key_, text);
        return fits();
      case Place::value:
        if (element_ == 0) return put_time(text);
        if (element_ == 1) {
          put_bytes(2, text);
          ++element_;
          return fits();
        }
        return wrong();
      default:
        return ignored() || wrong();
    }
  }
  bool key(std::string& name) {
    if (!skips()) key_ = name;
    return true;
  }

  bool start_object(std::size_t) {
    if (too_deep()) return false;
    if (skips()) return ++skipping_, true;
    switch (place()) {
      case Place::top:
        return enter(Place::push);
      case Place::streams:
        return open(1) && enter(Place::stream);
      case Place::stream:
        return key_ == "stream" ? enter(Place::labels) : known_key() ? wrong() : (++skipping_, true);
      case Place::push:
        return key_ == "streams" ? wrong() : (++skipping_, true);
      case Place::value:
        if (element_ != 2) return wrong();
        ++element_;
        return enter(Place::metadata);
      default:
        return wrong();
    }
  }
  bool end_object() {
    if (skips()) return --skipping_, true;
    const Place left = leave();
    if (left == Place::stream) close();
    return true;
  }
  bool start_array(std::size_t) {
    if (too_deep()) return false;
    if (skips()) return ++skipping_, true;
    switch (place()) {
      case Place::push:
        return key_ == "streams" ? enter(Place::streams) : (++skipping_, true);
      case Place::stream:
        return key_ == "values" ? enter(Place::values) : known_key() ? wrong() : (++skipping_, true);
      case Place::values:
        element_ = 0;
        return open(2) && enter(Place::value);
      default:
        return wrong();
    }
  }
  bool end_array() {
    if (skips()) return --skipping_, true;
    if (place() == Place::value && element_ < 2) return wrong();
    if (leave() == Place::value) close();
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) {
    if (status_.ok()) status_ = invalid_argument("push is not JSON at byte {}; nothing of it was kept", position);
    return false;
  }

 private:
  Place place() const { return places_.empty() ? Place::top : places_.back(); }
  bool enter(Place place) {
    places_.push_back(place);
    return true;
  }
  Place leave() {
    const Place left = places_.back();
    places_.pop_back();
    return left;
  }
  bool skips() const { return skipping_ > 0; }
  bool known_key() const { return key_ == "stream" || key_ == "values"; }
  // A member that nobody asked for, of the push or of a stream.
  bool ignored() const {
    return (place() == Place::push && key_ != "streams") || (place() == Place::stream && !known_key());
  }

  bool number(const std::string& text) {
    if (skips() || ignored()) return true;
    if (place() == Place::value && element_ == 0) return put_time(text);
    if (place() == Place::labels || place() == Place::metadata) {
      put_pair(place() == Place::labels ? kLabelField : 3, key_, text);
      return fits();
    }
    return wrong();
  }

  bool put_time(const std::string& text) {
    std::uint64_t ns = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ns);
    if (error != std::errc() || end != text.data() + text.size())
      return fail("the first of a value is nanoseconds since 1970 as text");
    std::string time;
    put_tag(time, 1, 0);
    put_varint(time, ns / 1'000'000'000);
    put_tag(time, 2, 0);
    put_varint(time, ns % 1'000'000'000);
    put_bytes(1, time);
    ++element_;
    return fits();
  }

  static void put_varint(std::string& out, std::uint64_t value) {
    protozero::write_varint(std::back_inserter(out), value);
  }
  static void put_tag(std::string& out, std::uint32_t number, std::uint32_t type) {
    put_varint(out, number << 3 | type);
  }
  void put_bytes(std::uint32_t number, std::string_view bytes) {
    put_tag(out_, number, 2);
    put_varint(out_, bytes.size());
    out_ += bytes;
  }
  void put_pair(std::uint32_t number, std::string_view name, std::string_view value) {
    std::string pair;
    put_tag(pair, 1, 2);
    put_varint(pair, name.size());
    pair += name;
    put_tag(pair, 2, 2);
    put_varint(pair, value.size());
    pair += value;
    put_bytes(number, pair);
  }
  bool open(std::uint32_t number) {
    put_tag(out_, number, 2);
    out_.append(kLengthBytes, '\0');
    starts_.push_back(out_.size());
    return fits();
  }
  void close() {
    const std::size_t start = starts_.back();
    starts_.pop_back();
    std::size_t length = out_.size() - start;
    for (std::size_t i = 0; i < kLengthBytes; ++i, length >>= 7)
      out_[start - kLengthBytes + i] = static_cast<char>((length & 0x7F) | (i + 1 < kLengthBytes ? 0x80 : 0));
  }

  bool fail(std::string_view what) {
    status_ = invalid_argument("push is not Loki's JSON: {}; nothing of it was kept", what);
    return false;
  }
  bool wrong() {
    return fail(
        R"(it must be {"streams": [{"stream": {"label": "value"}, "values": [["<nanoseconds>", "line", {"name": "value"}]]}]})");
  }
  bool too_deep() {
    if (places_.size() + skipping_ < kJsonDepth) return false;
    status_ = invalid_argument("push is nested more than {} deep; nothing of it was kept", kJsonDepth);
    return true;
  }
  bool fits() {
    if (out_.size() <= kRewrittenBytes) return true;
    status_ = too_large("push grows past {} bytes as protobuf; send smaller batches", kRewrittenBytes);
    return false;
  }

  std::vector<Place> places_;
  std::vector<std::size_t> starts_;  // of the messages that are open in out_
  std::string key_, out_;
  std::size_t element_ = 0;   // of the value: 0 time, 1 line, 2 metadata
  std::size_t skipping_ = 0;  // levels deep in what nobody asked for
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::string> json_to_push(std::string_view json) {
  PushRewriter rewriter(json.size());
  const bool complete = nlohmann::json::sax_parse(json.begin(), json.end(), &rewriter);
  if (!rewriter.status().ok()) return rewriter.status();
  if (!complete) return invalid_argument("push is not JSON; nothing of it was kept");
  return rewriter.take();
}

}  // namespace nightjar::loki
