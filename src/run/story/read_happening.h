// run/story/read_happening.h
// One timed line of a scenario, after its time: "deploy pay 1.9 -> 2.0 on pay-2". Called by read_story only.
#pragma once

#include "run/story/line_words.h"
#include "run/story/story.h"

namespace nightjar {

// What happens; checked against the services of `story`, which are complete by then. Errors are kept in `words`.
Happening read_happening(LineWords& words, const Story& story);
// "400ms on DATABASE: SQL"
ShopStatement read_statement(LineWords& words);

}  // namespace nightjar
