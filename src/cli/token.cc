#include <sys/random.h>

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "io/receive/door_token.h"

namespace nightjar {
namespace {

int wrong(const std::string& what) {
  fmt::print(stderr, "nightjar token new: {}\n", what);
  return 2;
}

std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::string_view part = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), part.size() + 1));
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

// YAML reads a scalar in double quotes as JSON does.
std::string yaml_text(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

}  // namespace

int command_token_new(const NewToken& wanted) {
  if (wanted.name.empty()) return wrong("--name is empty; name the sender, as in --name collector");
  std::string kinds, labels;
  for (const std::string& kind : parts_of(wanted.kinds)) {
    if (!parse_sent_kind(kind))
      return wrong(fmt::format("kind \"{}\" is not known; known are: {}", kind, SentKinds::all().in_words()));
    kinds += (kinds.empty() ? "" : ", ") + kind;
  }
  for (const std::string& label : parts_of(wanted.labels)) {
    const std::size_t equals = label.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == label.size())
      return wrong(fmt::format("label \"{}\" is not key=value", label));
    labels +=
        (labels.empty() ? "" : ", ") + yaml_text(label.substr(0, equals)) + ": " + yaml_text(label.substr(equals + 1));
  }
  char random[32];
  if (::getrandom(random, sizeof random, 0) != sizeof random) return wrong("the kernel gives no random bytes");
  const MadeToken made = make_token(std::string_view(random, sizeof random));
  // The token alone on stdout, so that it can be piped into a secret store; what is for people on stderr.
  fmt::print("{}\n", made.token);
  std::fflush(stdout);
  std::string yaml = fmt::format("    - name: {}\n      token_sha256: {}\n", yaml_text(wanted.name), made.sha256);
  if (!kinds.empty()) yaml += fmt::format("      kinds: [{}]\n", kinds);
  if (!labels.empty()) yaml += fmt::format("      labels: {{{}}}\n", labels);
  if (wanted.max_series > 0) yaml += fmt::format("      max_series: {}\n", wanted.max_series);
  if (!wanted.expires.empty()) yaml += fmt::format("      expires: {}\n", wanted.expires);
  fmt::print(stderr,
             "\nThis token is shown once and kept nowhere. In nightjar.yaml:\n\ndoors:\n  tokens:\n{}\n"
             "The sender sends it as: Authorization: Bearer <token>\n",
             yaml);
  return 0;
}

}  // namespace nightjar
