#include "wire/series_quota.h"

#include <algorithm>
#include <limits>

#include "base/hash.h"
#include "base/text.h"
#include "wire/item_filter.h"
#include "wire/otlp/json.h"
#include "wire/otlp/schema.h"
#include "wire/prometheus/series.h"

namespace nightjar {
namespace {

using protobuf::Reader;

// Asks about items in body order and notes what is refused.
class Quota {
 public:
  Quota(const std::function<bool(std::uint64_t)>& may_come, const Verdict& verdict)
      : may_come_(may_come), filter_(verdict) {}
  template <class Series>
  void item(const Series& series) {
    const std::uint32_t number = next_++;
    if (filter_.keep_next() && !may_come_(series())) refused_.push_back(number);
  }
  const std::vector<std::uint32_t>& refused() const { return refused_; }

 private:
  const std::function<bool(std::uint64_t)>& may_come_;
  ItemFilter filter_;
  std::uint32_t next_ = 0;
  std::vector<std::uint32_t> refused_;
};

void walk_remote_write(RemoteWriteVersion version, std::string_view body, Quota& quota) {
  using namespace prometheus;
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max() - 1;  // the judge has counted them
  const std::vector<std::string_view> symbols = read_symbols(version, body, kAll);
  SeriesHead head;
  const auto on_series = [&](std::string_view series) {
    std::optional<std::uint64_t> hash;  // labels are read for the first item that was accepted
    const auto hash_of_labels = [&] {
      if (hash) return *hash;
      read_head(version, series, symbols, kAll, head);
      std::uint64_t sum = 0;  // whatever their order
      for (const Label& label : head.labels) sum += combine_hash(stable_hash(label.name), stable_hash(label.value));
      return *(hash = sum);
    };
    walk_items(
        version, series, [&](std::string_view) { quota.item(hash_of_labels); },
        [&](std::string_view) { quota.item(hash_of_labels); }, [] {});
  };
  walk_request(version, body, on_series, [](std::string_view) {});
}

// Attributes of a data point, by the field that Metric has it in: gauge 5, sum 7, histogram 9, exponential 10, summary
// 11.
std::uint32_t attributes_field(std::uint32_t data_field) { return data_field == 9 ? 9 : data_field == 10 ? 1 : 7; }

void walk_metric(std::string_view metric, std::uint64_t resource, Quota& quota) {
  std::string_view name;
  Reader reader = protobuf::reader_of(metric);
  while (reader.next()) {
    if (reader.tag_and_type() == protobuf::bytes(1))
      name = protobuf::view(reader);
    else
      reader.skip();
  }
  const std::uint64_t metric_hash = combine_hash(resource, stable_hash(name));
  Reader again = protobuf::reader_of(metric);
  while (again.next()) {
    const std::uint32_t field = again.tag();
    const bool is_data = field == 5 || field == 7 || field == 9 || field == 10 || field == 11;
    if (!is_data || again.tag_and_type() != protobuf::bytes(field)) {
      again.skip();
      continue;
    }
    Reader data = again.get_message();
    while (data.next()) {
      if (data.tag_and_type() != protobuf::bytes(1)) {
        data.skip();
        continue;
      }
      const std::string_view point = protobuf::view(data);
      quota.item([&] {
        std::uint64_t sum = metric_hash;
        Reader of_point = protobuf::reader_of(point);
        while (of_point.next()) {
          if (of_point.tag_and_type() == protobuf::bytes(attributes_field(field)))
            sum += stable_hash(protobuf::view(of_point), 1);
          else
            of_point.skip();
        }
        return sum;
      });
    }
  }
}

void walk_otlp(std::string_view body, Quota& quota) {
  Reader request = protobuf::reader_of(body);
  while (request.next()) {
    if (request.tag_and_type() != protobuf::bytes(1)) {
      request.skip();
      continue;
    }
    const std::string_view whole = protobuf::view(request);
    std::uint64_t resource = 0;  // may come behind its metrics
    for (Reader first = protobuf::reader_of(whole); first.next();) {
      if (first.tag_and_type() == protobuf::bytes(1))
        resource = stable_hash(protobuf::view(first), 2);
      else
        first.skip();
    }
    for (Reader scopes = protobuf::reader_of(whole); scopes.next();) {
      if (scopes.tag_and_type() != protobuf::bytes(2)) {
        scopes.skip();
        continue;
      }
      for (Reader metrics = scopes.get_message(); metrics.next();) {
        if (metrics.tag_and_type() == protobuf::bytes(2))
          walk_metric(protobuf::view(metrics), resource, quota);
        else
          metrics.skip();
      }
    }
  }
}

}  // namespace

absl::StatusOr<std::size_t> apply_series_quota(Encoding encoding, std::string_view body, std::string_view reason,
                                               const std::function<bool(std::uint64_t series)>& may_come,
                                               Verdict& verdict) {
  const Verdict judged = verdict;
  Quota quota(may_come, judged);
  try {
    switch (encoding) {
      case Encoding::remote_write_1:
        walk_remote_write(RemoteWriteVersion::one, body, quota);
        break;
      case Encoding::remote_write_2:
        walk_remote_write(RemoteWriteVersion::two, body, quota);
        break;
      case Encoding::otlp_metrics_protobuf:
        walk_otlp(body, quota);
        break;
      case Encoding::otlp_metrics_json: {
        const auto rewritten = otlp::json_to_protobuf(otlp::MessageKind::metrics_request, body);
        if (!rewritten.ok()) return rewritten.status();
        walk_otlp(*rewritten, quota);
        break;
      }
      default:
        return 0;
    }
  } catch (const protozero::exception& e) {
    return invalid_argument("series cannot be counted: {}; the verdict is another body's", e.what());
  }
  const std::vector<std::uint32_t>& refused = quota.refused();
  if (refused.empty()) return 0;
  if (verdict.rejected.empty() || refused.front() < verdict.rejected.front())
    verdict.first_reason = fmt::format("item {}: {}", refused.front(), reason);
  std::vector<std::uint32_t> all;
  std::merge(refused.begin(), refused.end(), judged.rejected.begin(), judged.rejected.end(), std::back_inserter(all));
  verdict.rejected = std::move(all);
  verdict.accepted -= refused.size();
  return refused.size();
}

}  // namespace nightjar
