// engine/detect/anomaly_words.h
// An anomaly in words, with the numbers: the sentence people read in the timeline, the console and messages. Pure.
#pragma once

#include <string>

#include "model/anomaly.h"

namespace nightjar {

// "payment: p95 840 ms, expected 95 to 130 ms". `counted` is the span that says so, where counts were judged: "31 of
// 402 requests failed within a minute".
struct CountedText {
  double events = 0, exposure = 0;  // both 0: not a count
  Duration span;
};
std::string anomaly_text(const Anomaly& anomaly, const CountedText& counted, const std::string& pattern_text);

}  // namespace nightjar
