// engine/diagnose/words.h
// Sentences of the diagnosis, in one place so that console, ticket and message say the same.
#pragma once

#include <string>

#include "model/change.h"
#include "model/incident.h"

namespace nightjar {

// "41,000 : 1"
std::string odds(double e_value);
// "payment 2.4.1"
std::string name_of(const Change& change);
// "fails 23 of 812 requests (2.8 %), the old version beside it 1 of 840 (0.12 %)"
std::string conduct(const ChangeWatch& watch);
// "23 of 812 (2.8 %)"
std::string share(std::uint64_t part, std::uint64_t whole);

}  // namespace nightjar
