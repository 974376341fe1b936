// run/driver/driver.h
// The whole engine behind one function, step(Input) -> Effects: decodes signals, deals them to the lanes, closes
// windows at the tick, and lets the DecisionEngine decide. run/live, run/replay and run/sim are three ways to feed it;
// none of them changes what it says.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "engine/decision_engine.h"
#include "engine/observe/address_book.h"
#include "engine/signal_engine.h"
#include "model/effect.h"
#include "model/input.h"
#include "run/driver/lane_pool.h"
#include "wire/series_catalogue.h"

namespace nightjar {

struct DriverSettings {
  std::size_t lanes = 2;
  bool threads =
      false;  // lanes on threads of their own; off in replay and simulation, where order of work is easier to follow
  ObserveSettings observe;
};

class Archive;

class Driver {
 public:
  explicit Driver(const DriverSettings& settings);

  // Inputs in sequence order, time never going back. One thread at a time.
  Effects step(const Input& input);
  const World& world() const { return decisions_.world(); }

  // All that step() depends on. Between two steps, on their thread; equal states give equal bytes.
  std::string snapshot() const;
  // Into a Driver that has stepped nothing: from then on it says what the one snapshot() was taken of would have said.
  // FAILED_PRECONDITION: of another version, other lanes or windows, nothing is touched. DATA_LOSS: the bytes are not
  // what snapshot() made; throw this Driver away.
  absl::Status restore(std::string_view bytes);

  // Bodies whose recorded verdict did not fit them: 0 unless the journal or a decoder is broken.
  std::uint64_t undecodable() const { return undecodable_; }

 private:
  void take_signals(const SignalsArrived& arrived, Timestamp engine_time);
  Effects close_windows(const Input& input);

  struct Basis;
  Basis basis() const;
  void carry(Archive& archive);

  LanePool pool_;
  std::vector<std::unique_ptr<SignalEngine>> lanes_;
  AddressBook addresses_;
  SeriesCatalogue catalogue_;  // a cache, no state
  const ObserveSettings observe_;
  DecisionEngine decisions_;
  std::uint64_t undecodable_ = 0;
  mutable std::size_t last_snapshot_bytes_ = 0;
};

}  // namespace nightjar
