// engine/world/service_names.h
// Which service do people and tools mean? Senders know repositories, Argo CD applications, Jenkins jobs; we know
// services that serve. The answer is found here and not at the door: the names an operator wrote are part of the
// journalled configuration, and what serves traffic is known only to the engine, so a replay answers as that night did.
// Pure functions of the World.
#pragma once

#include <set>
#include <string_view>

#include "engine/world/world.h"

namespace nightjar {

// Empty when nothing fits or when two services would. In this order: services[].deployed_as exactly, then its longest
// pattern; services[].repository; the last part of the name when a service of that name serves traffic. `application`
// is asked before `repository`.
ServiceName service_behind(const World& world, std::string_view application, std::string_view repository);

// Services that serve traffic or are configured and whose name is a word of `text`. "payment fails" names payment,
// "prepayment" does not.
std::set<ServiceName> services_in_words(const World& world, std::string_view text);

// The service itself when `said` serves traffic or is configured; empty otherwise.
ServiceName known_service(const World& world, std::string_view said);

}  // namespace nightjar
