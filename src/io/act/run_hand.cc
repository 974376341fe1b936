#include "io/act/run_hand.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include <spdlog/spdlog.h>

#include "base/text.h"
#include "io/act/hand.h"
#include "io/act/hand_server.h"
#include "io/act/script_actuator.h"
#include "io/act/supervisor_actuator.h"

namespace nightjar {
namespace {

int give_up(const absl::Status& status, int code) {
  spdlog::error("{}", message_of(status));
  return code;
}

// True when one of `set` came within the time; false when the time is up.
bool signal_within(const sigset_t& set, long milliseconds) {
  const timespec wait{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
  return sigtimedwait(&set, nullptr, &wait) > 0;
}

// Outputs of commands are for people who look after the deed; the journal keeps the tail of each.
void forget_old_outputs(const std::string& folder) {
  std::error_code ignored;
  const auto oldest = std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 30);
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const auto written = entry.last_write_time(ignored);
    if (!ignored && entry.path().extension() == ".out" && written < oldest) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace

int run_hand(const HandSettings& settings) {
  // Blocked before the first thread is made, so that all threads inherit it and only this one is told.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  umask(0077);

  auto catalogue = read_catalogue(settings.catalogue);
  if (!catalogue.ok()) return give_up(catalogue.status(), 2);
  const std::size_t runbooks = catalogue->size();
  auto journal = HandJournal::open(settings.folder);
  if (!journal.ok()) return give_up(journal.status(), 1);
  const std::string outputs = std::filesystem::absolute(settings.folder).string() + "/output";
  std::error_code failed;
  std::filesystem::create_directories(outputs, failed);
  if (failed) return give_up(internal_error("{}: cannot be made: {}", outputs, failed.message()), 1);
  forget_old_outputs(outputs);

  const SystemClock clock;
  std::map<ActuatorKind, std::unique_ptr<Actuator>> actuators;
  actuators[ActuatorKind::script] = std::make_unique<ScriptActuator>(outputs);
  actuators[ActuatorKind::supervisor] = std::make_unique<SupervisorActuator>();
  const HandRules rules{
      .actions_per_15m = settings.actions_per_15m, .people = settings.people, .kill_file = settings.folder + "/kill"};
  Hand hand(rules, std::move(*catalogue), std::move(*journal), std::move(actuators), clock);
  auto server = HandServer::listen(settings.socket, settings.serve_user, hand);
  if (!server.ok()) return give_up(server.status(), 1);
  spdlog::info("hand is ready: {} runbooks from {}, at most {} actions in 15 min, listening at {}", runbooks,
               settings.catalogue, settings.actions_per_15m, settings.socket);

  while (!signal_within(stop, 60'000)) {
  }
  hand.stop_taking();
  if (hand.running() > 0) {
    spdlog::info("stopping: waiting for {} running; a second signal leaves it to itself", hand.running());
  }
  while (hand.running() > 0) {
    // No clean-up: threads still wait for their commands, which are processes of their own and go on.
    if (signal_within(stop, 200)) _exit(1);
  }
  spdlog::info("hand has stopped");
  return 0;
}

}  // namespace nightjar
