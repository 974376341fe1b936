// Messages made by libprotobuf for our decoders to read, and ways to write the same message differently.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/message.h>

#include "logs_service.pb.h"
#include "metrics_service.pb.h"
#include "model/signals.h"
#include "remote_write_1.pb.h"
#include "remote_write_2.pb.h"
#include "trace_service.pb.h"

namespace nightjar::oracle {

using TracesRequest = opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
using MetricsRequest = opentelemetry::proto::collector::metrics::v1::ExportMetricsServiceRequest;
using LogsRequest = opentelemetry::proto::collector::logs::v1::ExportLogsServiceRequest;
using WriteRequest1 = prometheus::WriteRequest;
using WriteRequest2 = io::prometheus::write::v2::Request;
using KeyValues = google::protobuf::RepeatedPtrField<opentelemetry::proto::common::v1::KeyValue>;

// 2026-11-24T22:50:00Z: when all senders of these tests send, and the wall clock of their door.
constexpr Timestamp kNow{1'795'560'600'000'000'000};

// A checkout service with two scopes and a payment service with one; every field a sender can set is set somewhere.
TracesRequest traces();
MetricsRequest metrics();
LogsRequest logs();
WriteRequest1 write_1();
WriteRequest2 write_2();

void set(KeyValues& attributes, std::string_view key, std::string_view value);

// As the Collector writes, and worse: fields in falling order at every level, repeated ones in their own order.
std::string reversed(const google::protobuf::Message& message);
// OTLP/JSON: libprotobuf's JSON with enums as numbers and ids in hex.
std::string otlp_json(const google::protobuf::Message& message);

// Everything that was decoded, one fact a line, so that two decodings can be compared and a difference can be read.
std::string describe(const std::vector<Signals>& all);
std::uint64_t count_items(const std::vector<Signals>& all);

}  // namespace nightjar::oracle
