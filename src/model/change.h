// model/change.h
// Something people or machines did on purpose: a deploy, a flag, a migration. And the verdict of watching it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "model/ids.h"

namespace nightjar {

enum class ChangeKind : std::uint8_t { deploy, config, flag, migration, scaling, push };
enum class ChangeStatus : std::uint8_t { running, succeeded, failed };
enum class ChangeSource : std::uint8_t {
  github,
  api,
  observed,  // a new service.version began to serve
  gitlab,
  gitea,
  jenkins,
  argocd,
  flux,
  cdevents
};
enum class WatchVerdict : std::uint8_t { watching, harmful, no_harm, inconclusive };
enum class WatchDesign : std::uint8_t { none, concurrent_control, before_after };
std::string_view word(ChangeKind kind);
std::string_view word(ChangeStatus status);
std::string_view word(ChangeSource source);
std::string_view word(WatchVerdict verdict);
std::string_view word(WatchDesign design);

// A message about a change as a door received it. Several may speak of the same change (in progress, then success):
// `key` says which.
struct ChangeEvent {
  std::string key;       // idempotency: "github shop/shop deployment 17", or the sender's id, or service@version
  std::string delivery;  // the message itself (X-GitHub-Delivery): the same delivery twice is one
  ChangeKind kind = ChangeKind::deploy;
  ChangeSource source = ChangeSource::api;
  ChangeStatus status = ChangeStatus::running;
  ServiceName service;  // empty when the message names only a repository or an application: the engine finds it
  // What the sender calls the thing it deploys: an Argo CD or Flux application, a Jenkins job, a CDEvents subject.
  std::string application;
  std::string version, previous_version;
  std::string commit, repository, author, environment, url, title;
  std::optional<ActionId> caused_by;  // one of our own actions
  Timestamp started_at;               // event time of this message when it has none of its own
  std::optional<Timestamp> finished_at;
};

// What the watch has counted so far. An e-value of 1,000 is 1,000 : 1 against "the change does no harm", however often
// it is looked at.
struct ChangeWatch {
  WatchVerdict verdict = WatchVerdict::watching;
  WatchDesign design = WatchDesign::none;
  std::string measure;  // "errors", "slow requests", "new error"
  double e_value = 1;
  double e_value_no_harm = 1;
  std::uint64_t requests_new = 0, errors_new = 0, requests_old = 0, errors_old = 0;
  std::optional<Timestamp> decided_at;
  std::optional<Timestamp> onset;  // estimate of when the harm began
  std::string text;
};

struct Change {
  ChangeId id;
  ChangeEvent event;  // newest knowledge, merged over its messages
  ChangeWatch watch;
};

}  // namespace nightjar
