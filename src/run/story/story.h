// run/story/story.h
// A scenario as tests/stories/*.txt tells it: a world, what is known before, what happens when, and after `----` what
// the engine should say to it, line by line. Plain values; read by read_story.h, played by play_story.h.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/action.h"
#include "model/config.h"
#include "run/sim/simulated_shop.h"

namespace nightjar {

// The instances run another version from now on; the deploy tool says so, unless `announced` is false.
struct DeployHappens {
  std::string service, from, to;
  std::vector<std::string> instances;  // empty: all
  std::string author;
  bool announced = true;
};
struct MessageRepeats {  // the sender was not sure that it had been heard
  enum class What : std::uint8_t { change, alerts } what = What::change;
};
struct FaultBegins {
  ShopFault fault;
};
struct FaultEnds {
  std::string service;
};
struct AlertsRaised {  // or, with `resolved`, taken back: the alerts of that name and service
  std::string name, service, severity, instance, summary;
  int count = 1;
  bool resolved = false;
};
struct PersonApproves {
  int action = 0;  // as the story numbers them: act-1, act-2
  std::string person;
  bool another_plan = false;  // read an older plan than the one that stands
};
struct PersonRejects {
  int action = 0;
  std::string person, why;
};
struct PersonAcknowledges {
  int incident = 0;
  std::string person;
};
struct KillSwitchTurned {
  bool on = false;
  std::string person;
};
struct HandComesOrGoes {
  bool connected = false;
};
struct HandAnswers {  // from now on
  ReportKind kind = ReportKind::succeeded;
  std::string text;
  bool silent = false;  // it says nothing at all
};
struct DestinationTurns {
  std::string name;
  bool works = true;
};

using Happening =
    std::variant<DeployHappens, MessageRepeats, FaultBegins, FaultEnds, AlertsRaised, PersonApproves, PersonRejects,
                 PersonAcknowledges, KillSwitchTurned, HandComesOrGoes, HandAnswers, DestinationTurns>;

struct StoryLine {
  Timestamp at;
  std::string place;  // "bad_release.txt:12", for what cannot happen when it is played
  Happening happening;
};

struct Story {
  std::string script;  // the file up to and with "----"
  std::string expected;
  std::uint64_t seed = 1;
  double rate = 10;  // requests of users a second, at each service where they come in
  std::vector<ShopService> services;
  EngineConfig config;
  bool hand_connected = true;
  Timestamp begins, told_from, ends;  // learning begins; 12:00:00, from where the output is told; run until
  std::vector<StoryLine> lines;       // in order of time
};

}  // namespace nightjar
