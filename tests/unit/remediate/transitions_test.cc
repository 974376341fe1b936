// The life of an action in full: every state, every event. The table below is the specification; a change of the life
// of an action changes it here first.
#include "engine/remediate/transitions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "model/words.h"

namespace nightjar {
namespace {

// Columns: the states in which something can still happen. "." the event does not fit and nothing changes.
constexpr const char* kTable = R"(
event               proposed           blocked            awaiting_approval  approved  running    unknown    verifying    undoing
denied              denied             denied             .                  .         .          .          .            .
allowed             approved           approved           approved           .         .          .          .            .
approval_asked      awaiting_approval  awaiting_approval  .                  .         .          .          .            .
blocked             blocked            .                  .                  .         .          .          .            .
approved            .                  .                  approved           .         .          .          .            .
rejected            .                  .                  rejected           .         .          .          .            .
time_ran_out        .                  expired            expired            expired   unknown    .          .            .
dispatched          .                  .                  .                  running   .          .          .            .
reported_started    .                  .                  .                  .         .          .          .            .
reported_succeeded  .                  .                  .                  .         verifying  verifying  .            .
reported_failed     .                  .                  .                  .         failed     failed     .            .
reported_refused    .                  .                  .                  .         failed     .          .            .
reported_unknown    .                  .                  .                  .         unknown    .          .            .
verified_improved   .                  .                  .                  .         .          .          succeeded    .
verified_not        .                  .                  .                  .         .          .          needs_human  .
undo_begins         .                  .                  .                  .         .          .          undoing      .
undo_succeeded      .                  .                  .                  .         .          .          .            undone
undo_failed         .                  .                  .                  .         .          .          .            needs_human
)";
// The others are ends: whatever is reported late or clicked twice changes nothing.
const std::set<std::string> kEnds = {"denied",    "shadowed", "rejected",    "expired",
                                     "succeeded", "undone",   "needs_human", "failed"};

constexpr std::pair<const char*, ActionEvent> kEvents[] = {
    {"denied", ActionEvent::denied},
    {"allowed", ActionEvent::allowed},
    {"approval_asked", ActionEvent::approval_asked},
    {"blocked", ActionEvent::blocked},
    {"approved", ActionEvent::approved},
    {"rejected", ActionEvent::rejected},
    {"time_ran_out", ActionEvent::time_ran_out},
    {"dispatched", ActionEvent::dispatched},
    {"reported_started", ActionEvent::reported_started},
    {"reported_succeeded", ActionEvent::reported_succeeded},
    {"reported_failed", ActionEvent::reported_failed},
    {"reported_refused", ActionEvent::reported_refused},
    {"reported_unknown", ActionEvent::reported_unknown},
    {"verified_improved", ActionEvent::verified_improved},
    {"verified_not", ActionEvent::verified_not},
    {"undo_begins", ActionEvent::undo_begins},
    {"undo_succeeded", ActionEvent::undo_succeeded},
    {"undo_failed", ActionEvent::undo_failed},
};

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::vector<ActionState> all_states() {
  std::vector<ActionState> states;
  for (int i = 0; !word(static_cast<ActionState>(i)).empty(); ++i) states.push_back(static_cast<ActionState>(i));
  return states;
}

// state -> event -> what follows, "." none; as the table says.
std::map<std::string, std::map<std::string, std::string>> read_table() {
  std::map<std::string, std::map<std::string, std::string>> table;
  std::istringstream stream(kTable);
  std::string line;
  std::getline(stream, line), std::getline(stream, line);
  const std::vector<std::string> header = words_of(line);
  while (std::getline(stream, line)) {
    const std::vector<std::string> row = words_of(line);
    EXPECT_EQ(row.size(), header.size()) << line;
    for (std::size_t i = 1; i < row.size() && i < header.size(); ++i) table[header[i]][row[0]] = row[i];
  }
  return table;
}

TEST(Transitions, TableNamesEveryStateAndEvent) {
  const auto table = read_table();
  for (const ActionState state : all_states()) {
    const std::string name(word(state));
    EXPECT_NE(table.contains(name), kEnds.contains(name)) << name << " is either a column or an end";
  }
  EXPECT_EQ(table.size() + kEnds.size(), all_states().size());
  // The enum's last one: a new event must be added to both.
  EXPECT_EQ(std::size(kEvents), static_cast<std::size_t>(ActionEvent::undo_failed) + 1);
  for (const auto& [state, row] : table) EXPECT_EQ(row.size(), std::size(kEvents)) << state;
}

TEST(Transitions, EveryStateMeetsEveryEvent) {
  const auto table = read_table();
  for (const ActionState state : all_states()) {
    for (const auto& [event_name, event] : kEvents) {
      const auto column = table.find(std::string(word(state)));
      const std::string expected = column == table.end() ? "." : column->second.at(event_name);
      const auto next = next_state(state, event);
      EXPECT_EQ(next ? std::string(word(*next)) : ".", expected) << word(state) << " meets " << event_name;
    }
  }
}

TEST(Transitions, FinalIsWhereNothingFollows) {
  for (const ActionState state : all_states()) {
    const bool goes_on = std::any_of(std::begin(kEvents), std::end(kEvents),
                                     [&](const auto& entry) { return next_state(state, entry.second).has_value(); });
    EXPECT_EQ(is_final(state), !goes_on) << word(state);
    EXPECT_FALSE(is_final(state) && is_under_way(state)) << word(state);
  }
}

TEST(Transitions, EveryWayEnds) {
  for (const ActionState from : all_states()) {
    std::set<ActionState> reached{from};
    for (std::size_t before = 0; before != reached.size();) {
      before = reached.size();
      for (const ActionState state : std::set<ActionState>(reached))
        for (const auto& [name, event] : kEvents)
          if (const auto next = next_state(state, event)) reached.insert(*next);
    }
    EXPECT_TRUE(std::any_of(reached.begin(), reached.end(), is_final)) << word(from);
  }
}

// Under way is what locks the service: from the word "go" until somebody knows how it ended.
TEST(Transitions, UnderWayFromApprovalUntilItIsKnown) {
  std::set<std::string> under_way;
  for (const ActionState state : all_states())
    if (is_under_way(state)) under_way.insert(std::string(word(state)));
  EXPECT_EQ(under_way, (std::set<std::string>{"approved", "running", "verifying", "undoing", "unknown"}));
}

}  // namespace
}  // namespace nightjar
