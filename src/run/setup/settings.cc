#include "run/setup/settings.h"

namespace nightjar {

std::string_view word(DestinationKind kind) {
  switch (kind) {
    case DestinationKind::slack:
      return "slack";
    case DestinationKind::email:
      return "email";
    case DestinationKind::github_issues:
      return "github_issues";
    case DestinationKind::webhook:
      return "webhook";
  }
  return {};
}

}  // namespace nightjar
