// run/story/teller.h
// What the engine asked for, as one line per thing that happened: "12:03:40 incident  inc-1 opened, high: pay: …".
// Keeps what it has told, because effects save whole records and only the difference is news. Ids are renumbered in the
// order of their appearance, so that a line does not change with the traffic before it.
#pragma once

#include <map>
#include <set>
#include <string>

#include "model/effect.h"

namespace nightjar {

class Teller {
 public:
  // The lines of one step, "" when it has no news. Steps in order.
  std::string tell(Timestamp engine_time, const Effects& effects);

 private:
  void window(const WindowJudgement& judgement);
  void anomaly(const Anomaly& anomaly);
  void change(const Change& change);
  void incident(const Incident& incident);
  void symptoms(const Incident& before, const Incident& now);
  void diagnosis(const Incident& before, const Incident& now);
  void timeline(const Incident& incident);
  void action(const Action& action);
  void delivery(const Delivery& delivery);

  void line(std::string_view what, std::string text);
  int number(std::string_view prefix, std::uint64_t id);
  std::string named(const Symptom& symptom);
  std::string renumbered(std::string_view text);

  Timestamp now_;
  std::string out_;
  std::map<std::string, std::map<std::uint64_t, int>, std::less<>> numbers_;
  std::map<SeriesKey, int> anomalies_;
  std::set<SeriesKey> open_anomalies_, forecasts_;
  std::map<std::string, SloState> objectives_;
  std::map<ChangeId, Change> changes_;
  std::map<IncidentId, Incident> incidents_;
  std::map<ActionId, Action> actions_;
  std::set<std::string> said_now_;  // timeline entries of this instant
};

}  // namespace nightjar
