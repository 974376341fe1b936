#include "wire/prometheus/series.h"

#include <cmath>

namespace nightjar::prometheus {
namespace {

using protobuf::Reader;

MetricType metric_type(std::uint64_t number) {
  return number <= static_cast<std::uint64_t>(MetricType::state_set) ? static_cast<MetricType>(number)
                                                                     : MetricType::unknown;
}

Label read_label(std::string_view message) {
  Label label;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        label.name = protobuf::view(reader);
        break;
      case protobuf::bytes(2):
        label.value = protobuf::view(reader);
        break;
      default:
        reader.skip();
    }
  }
  return label;
}

// Turns references into labels, two by two, over however many pieces the list came in.
class References {
 public:
  References(const std::vector<std::string_view>& symbols, std::size_t limit, SeriesHead& head)
      : symbols_(symbols), limit_(limit), head_(head) {}
  void add(std::uint32_t reference) {
    if (reference >= symbols_.size()) {
      head_.fault = LabelsFault::reference_out_of_range;
      reference_is_name_ = !reference_is_name_;
      return;
    }
    if (reference_is_name_) {
      name_ = symbols_[reference];
    } else if (head_.labels.size() <= limit_) {
      head_.labels.push_back({name_, symbols_[reference]});
    }
    reference_is_name_ = !reference_is_name_;
  }
  void finish() {
    if (!reference_is_name_ && head_.fault == LabelsFault::none) head_.fault = LabelsFault::odd_references;
  }

 private:
  const std::vector<std::string_view>& symbols_;
  std::size_t limit_;
  SeriesHead& head_;
  std::string_view name_;
  bool reference_is_name_ = true;
};

// Metadata of version 2: type 1, help 3, unit 4 (references).
void read_series_metadata(std::string_view message, const std::vector<std::string_view>& symbols, SeriesHead& head) {
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::varint(1):
        head.type = metric_type(reader.get_uint64());
        break;
      case protobuf::varint(4): {
        const std::uint32_t reference = reader.get_uint32();
        head.unit = reference < symbols.size() ? symbols[reference] : std::string_view();
        break;
      }
      default:
        reader.skip();
    }
  }
}

// Of a float histogram: casting what does not fit is undefined, and a count is nothing else but a whole number.
std::uint64_t whole_count(double count) {
  if (!(count > 0)) return 0;
  return count < 0x1p63 ? static_cast<std::uint64_t>(std::llround(count)) : std::uint64_t{1} << 63;
}

}  // namespace

std::vector<std::string_view> read_symbols(RemoteWriteVersion version, std::string_view body, std::size_t limit) {
  std::vector<std::string_view> symbols;
  if (version == RemoteWriteVersion::one) return symbols;
  Reader reader = protobuf::reader_of(body);
  while (symbols.size() <= limit && reader.next(4, protozero::pbf_wire_type::length_delimited)) {
    symbols.push_back(protobuf::view(reader));
  }
  return symbols;
}

void read_head(RemoteWriteVersion version, std::string_view series, const std::vector<std::string_view>& symbols,
               std::size_t limit, SeriesHead& head) {
  head.labels.clear();
  head = {.labels = std::move(head.labels)};
  References references(symbols, limit, head);
  const bool one = version == RemoteWriteVersion::one;
  Reader reader = protobuf::reader_of(series);
  while (reader.next()) {
    const std::uint32_t field = reader.tag_and_type();
    if (one && field == protobuf::bytes(1)) {
      const Label label = read_label(protobuf::view(reader));
      if (head.labels.size() <= limit) head.labels.push_back(label);
    } else if (!one && field == protobuf::bytes(1)) {
      for (std::uint32_t reference : reader.get_packed_uint32()) references.add(reference);
    } else if (!one && field == protobuf::varint(1)) {
      references.add(reader.get_uint32());
    } else if (!one && field == protobuf::bytes(5)) {
      read_series_metadata(protobuf::view(reader), symbols, head);
    } else if (!one && field == protobuf::varint(6)) {
      head.created_ms = reader.get_int64();
    } else {
      reader.skip();
    }
  }
  references.finish();
}

Hash128 head_hash(RemoteWriteVersion version, std::string_view series, const std::vector<Hash128>& symbols,
                  std::int64_t& created_ms) {
  created_ms = 0;
  Reader reader = protobuf::reader_of(series);
  if (version == RemoteWriteVersion::one) {
    // Labels lie side by side, at the front: their bytes are the name. Where they do not, one piece is hashed after the
    // other.
    std::string_view piece;
    Hash128 hash;
    const auto add_piece = [&] {
      const Hash128 part = stable_hash128(piece);
      hash = hash == Hash128{} ? part : Hash128{combine_hash(hash.low, part.low), combine_hash(hash.high, part.high)};
    };
    while (true) {
      const char* const begin = reader.data().data();
      if (!reader.next()) break;
      if (reader.tag_and_type() != protobuf::bytes(1)) {
        reader.skip();
        continue;
      }
      const std::string_view label = protobuf::view(reader);
      if (begin != piece.data() + piece.size()) {
        if (!piece.empty()) add_piece();
        piece = {begin, 0};
      }
      piece = {piece.data(), static_cast<std::size_t>(label.data() + label.size() - piece.data())};
    }
    add_piece();
    return hash;
  }
  Hash128 hash;
  const auto add = [&](const Hash128& part) {
    hash = {combine_hash(hash.low, part.low), combine_hash(hash.high, part.high)};
  };
  const auto add_reference = [&](std::uint32_t reference) {
    if (reference < symbols.size()) add(symbols[reference]);
  };
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        for (std::uint32_t reference : reader.get_packed_uint32()) add_reference(reference);
        break;
      case protobuf::varint(1):
        add_reference(reader.get_uint32());
        break;
      case protobuf::bytes(5): {
        Reader metadata = reader.get_message();
        while (metadata.next()) {
          if (metadata.tag_and_type() == protobuf::varint(1)) {
            add({metadata.get_uint64(), 11});
          } else if (metadata.tag_and_type() == protobuf::varint(4)) {
            add({12, 13});
            add_reference(metadata.get_uint32());
          } else {
            metadata.skip();
          }
        }
        break;
      }
      case protobuf::varint(6):
        created_ms = reader.get_int64();
        break;
      default:
        reader.skip();
    }
  }
  return hash;
}

Sample read_sample(std::string_view message) {
  Sample sample;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::fixed64(1):
        sample.value = reader.get_double();
        break;
      case protobuf::varint(2):
        sample.time_ms = reader.get_int64();
        break;
      case protobuf::varint(3):
        sample.start_ms = reader.get_int64();
        break;
      default:
        reader.skip();
    }
  }
  return sample;
}

NativeHistogram read_histogram(std::string_view message) {
  NativeHistogram histogram;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::varint(1):
        histogram.count = reader.get_uint64();
        break;
      case protobuf::fixed64(2):
        histogram.count = whole_count(reader.get_double());
        break;
      case protobuf::fixed64(3):
        histogram.sum = reader.get_double();
        break;
      case protobuf::varint(15):
        histogram.time_ms = reader.get_int64();
        break;
      case protobuf::varint(17):
        histogram.start_ms = reader.get_int64();
        break;
      default:
        reader.skip();
    }
  }
  return histogram;
}

Metadata read_metadata(std::string_view message) {
  Metadata metadata;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::varint(1):
        metadata.type = metric_type(reader.get_uint64());
        break;
      case protobuf::bytes(2):
        metadata.family = protobuf::view(reader);
        break;
      case protobuf::bytes(5):
        metadata.unit = protobuf::view(reader);
        break;
      default:
        reader.skip();
    }
  }
  return metadata;
}

}  // namespace nightjar::prometheus
