#include "engine/world/service_names.h"

namespace nightjar {
namespace {

constexpr std::size_t kWordAtLeast = 3;  // "db" and "ui" are everywhere

// How well a configured name takes `said`: 0 not at all; an exact one beats every pattern.
std::size_t fit(std::string_view pattern, std::string_view said) {
  if (pattern == said) return std::string_view::npos;
  if (!pattern.ends_with('*')) return 0;
  pattern.remove_suffix(1);
  return said.starts_with(pattern) ? pattern.size() + 1 : 0;
}

ServiceName configured(const World& world, std::string_view said) {
  std::set<ServiceName> best;
  std::size_t best_fit = 1;
  for (const ServiceConfig& service : world.config.services)
    for (const std::string& pattern : service.deployed_as) {
      const std::size_t fits = fit(pattern, said);
      if (fits > best_fit) best.clear(), best_fit = fits;
      if (fits == best_fit && fits > 1) best.insert(service.service);
    }
  return best.size() == 1 ? world.resolve(*best.begin()) : ServiceName();
}

ServiceName of_repository(const World& world, std::string_view repository) {
  const ServiceConfig* only = nullptr;
  for (const ServiceConfig& service : world.config.services) {
    if (service.repository != repository) continue;
    if (only != nullptr) return {};  // many services live in it
    only = &service;
  }
  return only == nullptr ? ServiceName() : world.resolve(only->service);
}

ServiceName of_last_part(const World& world, std::string_view said) {
  const std::size_t at = said.find_last_of("/:");
  const ServiceName name = world.resolve({std::string(at == std::string_view::npos ? said : said.substr(at + 1))});
  return world.services.contains(name) ? name : ServiceName();
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool in_word(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/';
}

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

std::set<std::string, std::less<>> words_in(std::string_view text) {
  std::set<std::string, std::less<>> words;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && in_word(text[end])) ++end;
    if (end - i >= kWordAtLeast) words.insert(lowered(text.substr(i, end - i)));
    i = end + 1;
  }
  return words;
}

}  // namespace

ServiceName service_behind(const World& world, std::string_view application, std::string_view repository) {
  for (const std::string_view said : {application, repository})
    if (!said.empty())
      if (ServiceName found = configured(world, said); !found.empty()) return found;
  if (!repository.empty())
    if (ServiceName found = of_repository(world, repository); !found.empty()) return found;
  for (const std::string_view said : {application, repository})
    if (!said.empty())
      if (ServiceName found = of_last_part(world, said); !found.empty()) return found;
  return {};
}

ServiceName known_service(const World& world, std::string_view said) {
  const ServiceName name = world.resolve({std::string(said)});
  if (world.services.contains(name)) return name;
  const bool written = std::any_of(world.config.services.begin(), world.config.services.end(),
                                   [&](const ServiceConfig& service) { return service.service == name; });
  return written ? name : ServiceName();
}

std::set<ServiceName> services_in_words(const World& world, std::string_view text) {
  const auto words = words_in(text);
  std::set<ServiceName> found;
  const auto look = [&](const ServiceName& name) {
    if (words.contains(lowered(short_name(name))) || words.contains(lowered(name.value)))
      found.insert(world.resolve(name));
  };
  for (const auto& [name, service] : world.services) look(name);
  for (const ServiceConfig& service : world.config.services) look(service.service);
  return found;
}

}  // namespace nightjar
