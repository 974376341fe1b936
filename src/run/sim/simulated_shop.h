// run/sim/simulated_shop.h
// Services that never existed and the telemetry they would send, as OTLP/JSON. Users' requests come in at the services
// nobody calls and walk down: each service serves on one of its instances, may ask a database, then calls the others.
// Faults make it fail, slow, silent or full. Used by SimulatedWorld (seeds) and run/story (scenarios). Random numbers
// are the caller's: the same calls in the same order give the same bytes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/input.h"
#include "run/sim/random.h"

namespace nightjar {

struct ShopStatement {
  std::string text;  // "" none
  std::string database;
  Duration takes = milliseconds(3);
};

struct ShopService {
  std::string name;
  std::string method = "GET", route = "/";
  std::vector<std::string> calls;                // each once a request, in this order
  std::map<std::string, std::string> instances;  // name -> the version it runs
  Duration takes = milliseconds(10);             // its own time, give or take a fifth
  double error_ratio = 0.002;                    // of its own, on an ordinary day
  ShopStatement statement;
  double disk_used = -1;  // share of its disk; below 0: it reports none
};

enum class FaultKind : std::uint8_t { error_ratio, slow, statement, silent, disk };

struct ShopFault {
  FaultKind kind = FaultKind::error_ratio;
  std::string service;
  std::string instance, version;  // only there; "": everywhere
  double amount = 0;              // error ratio 0..1; disk: share of it that fills up in a minute
  ShopStatement statement;        // statement: asked instead of the usual one
  Duration slower;                // slow: on top of its own time
};

class SimulatedShop {
 public:
  explicit SimulatedShop(std::vector<ShopService> services);

  ShopService* find(std::string_view service);  // nullptr: unknown
  // Services that nobody calls: where users come in.
  const std::vector<std::string>& edges() const { return edges_; }
  std::vector<ShopFault>& faults() { return faults_; }

  // Appends one user's request to a list of resourceSpans; trace_body() makes a body of the list.
  void append_request(const std::string& edge, Timestamp at, Random& random, std::string& resource_spans);
  static SignalsArrived trace_body(std::string resource_spans);
  // What the disks say now; nullopt: no service reports one. Each call lets `passed` go by for the ones that fill.
  std::optional<SignalsArrived> metrics(Timestamp at, Duration passed);

  // What hand would do: the service's instances run `version`; the instance serves again; its disk is cleaned up.
  void run_version(std::string_view service, const std::string& version, const std::vector<std::string>& instances);
  void restart(std::string_view instance);
  void clean_up(std::string_view service);

 private:
  struct Served {
    Duration took;
    bool failed = false;
  };
  struct Request {  // one walk through the services
    std::string trace;
    Random& random;
    std::string& out;
  };
  Served serve(const ShopService& service, Request& request, std::uint64_t parent, Timestamp start);
  std::string pick_instance(const ShopService& service, Random& random) const;
  bool applies(const ShopFault& fault, const ShopService& service, const std::string& instance) const;

  std::vector<ShopService> services_;
  std::vector<std::string> edges_;
  std::vector<ShopFault> faults_;
  std::uint64_t traces_ = 0, spans_ = 0;
};

}  // namespace nightjar
