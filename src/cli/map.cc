#include <algorithm>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/client.h"
#include "wire/mapping/mapping.h"

namespace nightjar {
namespace {

// "My Tool.json" -> "my-tool"
std::string source_from(const std::string& file) {
  std::string name = std::filesystem::path(file).stem().string();
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!is_source_name(std::string_view(&c, 1))) c = '-';
  }
  return name.empty() ? "my-tool" : name.substr(0, 64);
}

}  // namespace

int command_map(const std::string& sample, const std::string& kind, const std::string& source) {
  const std::string name = source.empty() ? source_from(sample) : source;
  if (!is_source_name(name))
    return fail(invalid_argument("--source {}: a-z, 0-9, '.', '_' and '-' only, at most 64", for_terminal(name)));
  std::ifstream in(sample, std::ios::binary);
  if (!in) return fail(not_found("{}: cannot be read; it holds one body as the tool posts it", sample));
  std::string body((1u << 20) + 1, '\0');
  in.read(body.data(), static_cast<std::streamsize>(body.size()));
  body.resize(static_cast<std::size_t>(in.gcount()));
  std::optional<MappedKind> wanted;
  if (!kind.empty()) wanted = kind == "alert" ? MappedKind::alert : MappedKind::change;
  const auto proposal = propose_mapping(name, body, wanted);
  if (!proposal.ok()) return fail(proposal.status());
  fmt::print("{}", *proposal);
  fmt::print(stderr, "put this into nightjar.yaml, say `nightjar check`, and let the tool post to /api/v1/events/{}\n",
             name);
  return 0;
}

int command_redrive(const Remote& remote, const std::string& source) {
  const auto refused = ask(remote, "/api/v1/refused");
  if (!refused.ok()) return fail(refused.status());
  std::vector<std::string> ids;
  for (const auto& kept : refused->value("kept", nlohmann::json::array()))
    if (text_of(kept, "source") == source) ids.push_back(text_of(kept, "id"));
  std::reverse(ids.begin(), ids.end());  // the newest is listed first
  int left = 0;
  for (const std::string& id : ids) {
    const auto answer = ask(remote, "/api/v1/refused/" + id + "/redrive", "{}");
    left += !answer.ok();
    fmt::print("{} {}\n", id,
               for_terminal(answer.ok() ? text_of(*answer, "status") : std::string(message_of(answer.status()))));
  }
  fmt::print("{} of {} kept bodies of {} taken\n", ids.size() - static_cast<std::size_t>(left), ids.size(), source);
  return left == 0 ? 0 : 1;
}

}  // namespace nightjar
