// wire/otlp/resource.h
// Who sent it: a Resource message, and the frame all three signals share. Requests of traces, metrics and logs have the
// same outline with the same numbers: request {1: per resource {1: resource, 2: per scope {1: scope, 2: one of many}}}.
// Used by the decoders of wire/otlp and by wire/forced_labels. Pure.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "model/signals.h"
#include "wire/limits.h"
#include "wire/protobuf.h"

namespace nightjar::otlp {

Resource read_resource(std::string_view resource);
// Fills in service, version, instance and environment from the attributes.
void derive_identity(Resource& resource);
// InstrumentationScope.name
std::string read_scope_name(std::string_view scope);

// Calls take(message, signals) for each span, metric or log record message in body order, with the Signals of its
// scope. Those that stay empty are left out. Resource and scope may come after what they hold (the Collector sends
// field 2 before 1), so they are filled in at the end of each.
template <class Take>
std::vector<Signals> decode_resources(std::string_view body, Take take) {
  std::vector<Signals> all;
  protobuf::Reader request = protobuf::reader_of(body);
  while (request.next()) {
    if (request.tag_and_type() != protobuf::bytes(1)) {
      request.skip();
      continue;
    }
    const std::size_t first = all.size();
    std::string_view resource;
    protobuf::Reader of_resource = request.get_message();
    while (of_resource.next()) {
      switch (of_resource.tag_and_type()) {
        case protobuf::bytes(1):
          resource = protobuf::view(of_resource);
          break;
        case protobuf::bytes(2): {
          Signals signals;
          protobuf::Reader of_scope = of_resource.get_message();
          std::string_view scope;
          while (of_scope.next()) {
            switch (of_scope.tag_and_type()) {
              case protobuf::bytes(1):
                scope = protobuf::view(of_scope);
                break;
              case protobuf::bytes(2):
                take(protobuf::view(of_scope), signals);
                break;
              default:
                of_scope.skip();
            }
          }
          if (signals.spans.empty() && signals.logs.empty() && signals.metrics.empty()) break;
          signals.scope = read_scope_name(scope);
          all.push_back(std::move(signals));
          break;
        }
        default:
          of_resource.skip();
      }
    }
    if (all.size() == first) continue;  // nothing kept: a resource the judge refused is never built
    const Resource whole = read_resource(resource);
    for (std::size_t i = first; i < all.size(); ++i) all[i].resource = whole;
  }
  return all;
}

}  // namespace nightjar::otlp
