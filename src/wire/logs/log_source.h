// wire/logs/log_source.h
// Who wrote the lines: labels of a Loki stream, of a tailed file, of a syslog sender, as a Resource. Pure.
#pragma once

#include "model/signals.h"

namespace nightjar::logs {

// `labels` are what the body says, `forced` what the door says (SignalsArrived::labels): of equal names the door's
// stays, and a service named by the door is not outvoted by another name in the body. The first of these that has a
// value:
//   service      service_name, service.name, service, app, application, app_name, app_kubernetes_io_name,
//                app.kubernetes.io/name, job, container, container_name, k8s_container_name, k8s.container.name,
//                component, workload, unit, systemd_unit, syslog_identifier; with service_namespace | service.namespace
//                before it ("shop/cart"). Loki's own stand-in "unknown_service" is no name.
//   version      service_version, service.version, version
//   instance     service_instance_id, service.instance.id, pod, k8s_pod_name, k8s.pod.name, instance, host, hostname,
//                host_name, host.name, nodename, node_name
//   environment  deployment_environment_name, deployment.environment.name, deployment_environment,
//                deployment.environment, environment, env
Resource resource_of_labels(Attributes labels, const Attributes& forced);

}  // namespace nightjar::logs
