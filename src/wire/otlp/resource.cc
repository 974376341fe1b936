#include "wire/otlp/resource.h"

#include "base/text.h"
#include "wire/otlp/attributes.h"

namespace nightjar::otlp {
namespace {

// The first of `keys` that has a value.
std::string first_of(const Attributes& attributes, std::initializer_list<std::string_view> keys) {
  for (std::string_view key : keys) {
    const std::string_view value = find_attribute(attributes, key);
    if (!value.empty()) return std::string(value);
  }
  return {};
}

}  // namespace

Resource read_resource(std::string_view resource) {
  Resource out;
  protobuf::Reader reader = protobuf::reader_of(resource);
  while (reader.next()) {
    if (reader.tag_and_type() == protobuf::bytes(1)) {
      add_attribute(out.attributes, protobuf::view(reader));
    } else {
      reader.skip();
    }
  }
  finish_attributes(out.attributes);
  derive_identity(out);
  return out;
}

void derive_identity(Resource& resource) {
  const Attributes& attributes = resource.attributes;
  std::string name = first_of(attributes, {"service.name"});
  if (name.empty()) name = "unknown_service";
  const std::string space = first_of(attributes, {"service.namespace"});
  resource.service.value = space.empty() ? name : space + "/" + name;
  resource.version = first_of(attributes, {"service.version"});
  // The pod before the host: host.name is the node's in some set-ups, and two pods on a node are two instances.
  resource.instance.value = first_of(attributes, {"service.instance.id", "k8s.pod.name", "host.name"});
  resource.environment = first_of(attributes, {"deployment.environment.name", "deployment.environment"});
}

std::string read_scope_name(std::string_view scope) {
  std::string_view name;
  protobuf::Reader reader = protobuf::reader_of(scope);
  while (reader.next()) {
    if (reader.tag_and_type() == protobuf::bytes(1)) {
      name = protobuf::view(reader);
    } else {
      reader.skip();
    }
  }
  return cut(name, kValueBytes);
}

}  // namespace nightjar::otlp
