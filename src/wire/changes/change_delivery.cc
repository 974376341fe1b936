#include "wire/changes/change_delivery.h"

namespace nightjar {

std::string_view word(ChangeIgnored reason) {
  switch (reason) {
    case ChangeIgnored::none:
      return "none";
    case ChangeIgnored::ping:
      return "ping";
    case ChangeIgnored::event_not_watched:
      return "event_not_watched";
    case ChangeIgnored::other_branch:
      return "other_branch";
    case ChangeIgnored::branch_deleted:
      return "branch_deleted";
    case ChangeIgnored::deployment_inactive:
      return "deployment_inactive";
    case ChangeIgnored::not_a_deploy:
      return "not_a_deploy";
    case ChangeIgnored::not_started:
      return "not_started";
    case ChangeIgnored::not_merged:
      return "not_merged";
    case ChangeIgnored::not_published:
      return "not_published";
    case ChangeIgnored::phase_not_watched:
      return "phase_not_watched";
    case ChangeIgnored::other_object:
      return "other_object";
  }
  return {};
}

}  // namespace nightjar
