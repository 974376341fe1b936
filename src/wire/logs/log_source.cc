#include "wire/logs/log_source.h"

#include <algorithm>
#include <span>

#include "wire/otlp/attributes.h"

namespace nightjar::logs {
namespace {

constexpr std::string_view kService[] = {"service_name",
                                         "service.name",
                                         "service",
                                         "app",
                                         "application",
                                         "app_name",
                                         "app_kubernetes_io_name",
                                         "app.kubernetes.io/name",
                                         "job",
                                         "container",
                                         "container_name",
                                         "k8s_container_name",
                                         "k8s.container.name",
                                         "component",
                                         "workload",
                                         "unit",
                                         "systemd_unit",
                                         "syslog_identifier"};
constexpr std::string_view kNamespace[] = {"service_namespace", "service.namespace"};
constexpr std::string_view kVersion[] = {"service_version", "service.version", "version"};
constexpr std::string_view kInstance[] = {"service_instance_id",
                                          "service.instance.id",
                                          "pod",
                                          "k8s_pod_name",
                                          "k8s.pod.name",
                                          "instance",
                                          "host",
                                          "hostname",
                                          "host_name",
                                          "host.name",
                                          "nodename",
                                          "node_name"};
constexpr std::string_view kEnvironment[] = {"deployment_environment_name",
                                             "deployment.environment.name",
                                             "deployment_environment",
                                             "deployment.environment",
                                             "environment",
                                             "env"};

std::string_view first_of(const Attributes& labels, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    const std::string_view value = find_attribute(labels, name);
    if (!value.empty() && value != "unknown_service") return value;
  }
  return {};
}

std::string chosen(const Attributes& labels, const Attributes& forced, std::span<const std::string_view> names) {
  const std::string_view said = first_of(forced, names);
  return std::string(said.empty() ? first_of(labels, names) : said);
}

}  // namespace

Resource resource_of_labels(Attributes labels, const Attributes& forced) {
  for (const auto& label : forced) labels.push_back(label);
  otlp::finish_attributes(labels);  // of equal names the last stays
  Resource resource;
  std::string name = chosen(labels, forced, kService);
  if (name.empty()) name = "unknown_service";
  const std::string space = chosen(labels, forced, kNamespace);
  resource.service.value = space.empty() ? name : space + "/" + name;
  resource.version = chosen(labels, forced, kVersion);
  resource.instance.value = chosen(labels, forced, kInstance);
  resource.environment = chosen(labels, forced, kEnvironment);
  if (find_attribute(labels, "service.name").empty()) {
    labels.emplace_back("service.name", std::move(name));
    otlp::finish_attributes(labels);
  }
  resource.attributes = std::move(labels);
  return resource;
}

}  // namespace nightjar::logs
