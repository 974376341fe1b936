// wire/json/describe_judgement.h
// Fields of expectations, anomalies, forecasts and objectives.
// Read by the walks of wire/json/fields.h.
#pragma once

#include "base/time.h"
#include "model/anomaly.h"

#include "wire/json/fields.h"

namespace nightjar::fields {

template <class Walk>
void describe(Walk& walk, Of<Walk, TimeRange>& v) {
  walk("start", v.start);
  walk("end", v.end);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, SeriesKey>& v) {
  walk("service", v.service);
  walk("operation", v.operation);
  walk("instance", v.instance);
  walk("measure", v.measure);
  walk("name", v.name);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Expectation>& v) {
  walk("centre", v.centre);
  walk("low", v.low);
  walk("high", v.high);
  walk("points", v.points);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, ExpectedValue>& v) {
  walk("series", v.series);
  walk("value", v.value);
  walk("expected", v.expected);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Anomaly>& v) {
  walk("series", v.series);
  walk("kind", v.kind);
  walk("grade", v.grade);
  walk("window", v.window);
  walk("onset", v.onset);
  walk("value", v.value);
  walk("expected", v.expected);
  walk("score", v.score);
  walk("false_alarms_per_month", v.false_alarms_per_month);
  walk("open", v.open);
  walk("text", v.text);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Forecast>& v) {
  walk("series", v.series);
  walk("kind", v.kind);
  walk("made_at", v.made_at);
  walk("eta", v.eta);
  walk("eta_low", v.eta_low);
  walk("eta_high", v.eta_high);
  walk("value", v.value);
  walk("limit", v.limit);
  walk("text", v.text);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, SloStatus>& v) {
  walk("name", v.name);
  walk("service", v.service);
  walk("objective", v.objective);
  walk("budget_left", v.budget_left);
  walk("burn_1h", v.burn_1h);
  walk("state", v.state);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, DataQuality>& v) {
  walk("service", v.service);
  walk("score", v.score);
  walk("findings", v.findings);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, WindowJudgement>& v) {
  walk("expected", v.expected);
  walk("anomalies", v.anomalies);
  walk("forecasts", v.forecasts);
  walk("slos", v.slos);
  walk("data_quality", v.data_quality);
}

}  // namespace nightjar::fields
