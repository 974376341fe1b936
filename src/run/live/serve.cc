#include "run/live/serve.h"

#include <unistd.h>
#include <csignal>
#include <ctime>

#include <spdlog/spdlog.h>

#include "base/hash.h"
#include "base/text.h"
#include "base/version.h"
#include "io/act/hand_client.h"
#include "io/net/http_server.h"
#include "io/net/server_metrics.h"
#include "io/receive/alert_doors.h"
#include "io/receive/change_doors.h"
#include "io/receive/event_door.h"
#include "io/receive/ledger_routes.h"
#include "io/receive/loki.h"
#include "io/receive/otlp_grpc.h"
#include "io/receive/otlp_http.h"
#include "io/receive/remote_write.h"
#include "io/receive/scrape.h"
#include "io/receive/source_routes.h"
#include "io/receive/webhook_doors.h"
#include "io/send/outbox.h"
#include "io/serve/api.h"
#include "io/serve/commands.h"
#include "io/serve/console.h"
#include "io/serve/signed_link.h"
#include "run/live/engine_loop.h"
#include "run/live/sequencer.h"
#include "run/live/serve_parts.h"
#include "run/live/snapshot_metrics.h"
#include "store/journal/disk_reserve.h"
#include "wire/json/document_json.h"
#include "wire/json/input_json.h"

namespace nightjar {
namespace {

constexpr std::size_t kBodiesInMemory = 256u << 20;
constexpr RecordCodec kDocuments = {encode_incident, encode_change, encode_action, encode_delivery, encode_ticket,
                                    decode_incident, decode_change, decode_action, decode_delivery, decode_ticket};

void tell_recovered(const EngineLoop::Recovered& recovered) {
  const ReplayCounts& replayed = recovered.replayed;
  if (replayed.damaged > 0) spdlog::error("journal: {} damaged records were left out", replayed.damaged);
  if (replayed.missing > 0)
    spdlog::error(
        "{} inputs between {} and {} are no longer in the journal, and no snapshot that knows them could be started "
        "from: what was learnt from them is lost; what is normal is learnt again from what is left",
        replayed.missing, replayed.missing_from, replayed.missing_to);
  if (recovered.from_snapshot == 0 && replayed.inputs == 0) return;
  spdlog::info(
      "came back from {} and {} journalled inputs, the last of {}",
      recovered.from_snapshot == 0 ? "no snapshot" : fmt::format("the snapshot of input {}", recovered.from_snapshot),
      replayed.inputs, to_rfc3339(recovered.last_time));
}

// Everything that lives while serve runs, in the order it is made; it goes in the opposite one.
class Serving {
 public:
  Serving(const Settings& settings, const ServeOptions& options) : settings_(settings), options_(options) {}

  absl::Status open();     // what is remembered
  absl::Status recover();  // back to where it was
  absl::Status open_doors();
  absl::Status open_log_doors();
  void carry_on();  // what was under way when it stopped
  void stop();
  void keep_house();  // forget what is old; every ten minutes
  std::string addresses() const;

 private:
  void connect_hand();
  void start_thinking();
  void tell(const Input& input, const Effects& effects);
  void take_command(Command command, std::function<void(absl::Status, Sequence)> done);
  void deliver(Delivery delivery);
  void apply_config(const std::vector<RunbookConfig>& runbooks);
  void offer(InputBody body) {
    sequencer_->offer(std::move(body), Priority::control, [](absl::Status status, Sequence) {
      if (!status.ok()) spdlog::warn("an input was not taken: {}", message_of(status));
    });
  }

  const Settings& settings_;
  const ServeOptions& options_;
  SystemClock clock_;
  LiveStatus status_;
  ChangeFeed feed_;
  DoorLedger ledger_;
  ByteBudget budget_{kBodiesInMemory};
  EngineConfig config_;  // as last applied, with hand's runbooks
  std::string link_secret_;
  WebhookSecrets webhook_secrets_;
  AlertDoorSettings alert_doors_;
  std::map<std::string, std::unique_ptr<Destination>> destinations_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Records> records_;
  std::unique_ptr<Rollups> rollups_;
  std::unique_ptr<SnapshotStore> snapshots_;
  std::unique_ptr<KeptBodies> kept_bodies_;
  std::unique_ptr<People> people_;
  std::unique_ptr<EngineLoop> engine_;
  EngineLoop::Recovered recovered_;
  std::unique_ptr<Sequencer> sequencer_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<HandClient> hand_;
  std::unique_ptr<WorkPool> signal_pool_, control_pool_, read_pool_, command_pool_;
  std::unique_ptr<Doorway> doorway_;
  std::unique_ptr<Scraper> scraper_;
  std::unique_ptr<HttpServer> http_, otlp_http_;
  std::unique_ptr<OtlpGrpcServer> otlp_grpc_;
  std::unique_ptr<SyslogServer> syslog_;
  std::unique_ptr<FileTail> tail_;
};

absl::Status Serving::open() {
  if (absl::Status status = prepare_data_dir(settings_.data_dir); !status.ok()) return status;
  if (absl::Status status = make_room_to_start(settings_.data_dir); !status.ok()) return status;
  keep_reserve(settings_.data_dir);
  auto journal = Journal::open(settings_.data_dir + "/journal");
  if (!journal.ok()) return journal.status();
  journal_ = *std::move(journal);
  auto records = Records::open(settings_.data_dir + "/records.db", kDocuments);
  if (!records.ok()) return records.status();
  records_ = *std::move(records);
  auto rollups = Rollups::open(settings_.data_dir + "/rollups");
  if (!rollups.ok()) return rollups.status();
  rollups_ = *std::move(rollups);
  snapshots_ = std::make_unique<SnapshotStore>(settings_.data_dir + "/snapshots");
  auto kept_bodies = KeptBodies::open(settings_.data_dir + "/kept");
  if (!kept_bodies.ok()) return kept_bodies.status();
  kept_bodies_ = *std::move(kept_bodies);
  auto secret = link_secret(settings_.data_dir);
  if (!secret.ok()) return secret.status();
  link_secret_ = *std::move(secret);
  for (const Door door : kWebhookDoors) {
    const auto file = settings_.door_secret_files.find(std::string(word(door)));
    if (file == settings_.door_secret_files.end()) continue;
    auto opened = read_secret(file->second, fmt::format("the secret of doors.{}", word(door)));
    if (!opened.ok()) return opened.status();
    webhook_secrets_[door] = *std::move(opened);
  }
  auto alert_doors = alert_door_settings(settings_.alert_doors);
  if (!alert_doors.ok()) return alert_doors.status();
  alert_doors_ = *std::move(alert_doors);
  auto destinations = make_destinations(settings_, clock_);
  if (!destinations.ok()) return destinations.status();
  destinations_ = *std::move(destinations);
  std::vector<Person> people;
  for (const PersonSettings& person : settings_.people)
    people.push_back({person.name, person.token_sha256, person.roles});
  people_ = std::make_unique<People>(std::move(people));
  return absl::OkStatus();
}

absl::Status Serving::recover() {
  DriverSettings driver;
  driver.lanes = static_cast<std::size_t>(settings_.lanes);
  driver.threads = true;
  engine_ = std::make_unique<EngineLoop>(LiveStores{*journal_, *records_, *rollups_, *snapshots_}, driver);
  auto recovered = engine_->recover();
  if (!recovered.ok()) return recovered.status();
  recovered_ = *recovered;
  tell_recovered(recovered_);
  // Hand tells its catalogue when it connects; until then what it told last time holds.
  config_ = settings_.engine;
  config_.runbooks = engine_->world().config.runbooks;
  status_.kill_switch = engine_->world().kill_switch;
  status_.journal_sequence = journal_->last_sequence();
  status_.engine_time_ns = recovered_.last_time.ns;
  status_.set_applied(journal_->last_sequence());
  return absl::OkStatus();
}

absl::Status Serving::open_doors() {
  sequencer_ = std::make_unique<Sequencer>(*journal_, clock_, journal_->last_sequence(), recovered_.last_time,
                                           SequencerSettings{});
  signal_pool_ = std::make_unique<WorkPool>(2, 1024);
  control_pool_ = std::make_unique<WorkPool>(4, 4096);
  read_pool_ = std::make_unique<WorkPool>(2, 512);
  // Commands wait here until the engine has applied them: pages and the kill switch do not wait behind that.
  command_pool_ = std::make_unique<WorkPool>(8, 512);
  doorway_.reset(new Doorway{*sequencer_, clock_, ledger_, status_, *signal_pool_, *control_pool_, budget_, Limits{},
                             door_tokens(settings_)});

  scraper_ = std::make_unique<Scraper>(*doorway_, ScrapeSettings{.jobs = settings_.scrape});
  Router otlp;
  add_otlp_http_routes(otlp, *doorway_);
  auto otlp_http =
      HttpServer::start({.name = "otlp_http", .address = settings_.otlp_http, .budget = &budget_}, std::move(otlp));
  if (!otlp_http.ok()) return otlp_http.status();
  otlp_http_ = *std::move(otlp_http);
  auto otlp_grpc = OtlpGrpcServer::start(settings_.otlp_grpc, *doorway_);
  if (!otlp_grpc.ok()) return otlp_grpc.status();
  otlp_grpc_ = *std::move(otlp_grpc);

  Router router;
  add_remote_write_route(router, *doorway_);
  add_loki_routes(router, *doorway_);
  add_alert_routes(router, *doorway_, alert_doors_);
  const auto change_of = [this](const std::string& key) -> std::optional<ChangeId> {
    const auto change = records_->change_with_key(key);
    return change.ok() ? std::optional(change->id) : std::nullopt;
  };
  add_change_routes(router, *doorway_, {change_of});
  add_webhook_routes(router, *doorway_, webhook_secrets_);
  add_event_routes(router, *doorway_, settings_.events, *kept_bodies_);
  add_refused_route(router, ledger_, *kept_bodies_);
  add_targets_route(router, *scraper_);
  add_sources_route(router, *doorway_);
  const auto door_metrics = [this] {
    // Before it is ready the servers are still being made.
    if (!status_.ready) return ledger_metrics(ledger_) + source_metrics(*doorway_);
    return ledger_metrics(ledger_) + source_metrics(*doorway_) +
           server_metrics({{"http", http_.get()}, {"otlp_http", otlp_http_.get()}});
  };
  const auto state_metrics = [this] {
    return snapshot_metrics(engine_->snapshot_figures(), {status_.engine_time_ns.load()});
  };
  add_api_routes(router, {*records_,
                          *rollups_,
                          config_,
                          status_,
                          clock_,
                          *read_pool_,
                          feed_,
                          std::string(kVersion),
                          {door_metrics, state_metrics}});
  const auto offer_command = [this](Command command, std::function<void(absl::Status, Sequence)> done) {
    take_command(std::move(command), std::move(done));
  };
  add_command_routes(router, {*records_, status_, clock_, *people_, *command_pool_, offer_command, link_secret_});
  set_console(router, options_.console_dir, *read_pool_);
  auto http =
      HttpServer::start({.name = "http", .address = settings_.http, .headers = security_headers(), .budget = &budget_},
                        std::move(router));
  if (!http.ok()) return http.status();
  http_ = *std::move(http);
  return open_log_doors();
}

absl::Status Serving::open_log_doors() {
  if (const SyslogPart& part = settings_.syslog; !part.udp.empty() || !part.tcp.empty() || !part.tls.empty()) {
    auto syslog = SyslogServer::start(syslog_settings(settings_), *doorway_);
    if (!syslog.ok()) return syslog.status();
    syslog_ = *std::move(syslog);
  }
  if (settings_.tail.empty()) return absl::OkStatus();
  auto tail = FileTail::open(tail_settings(settings_), *doorway_);
  if (!tail.ok()) return tail.status();
  tail_ = *std::move(tail);
  return absl::OkStatus();
}

// The kill switch does not queue behind telemetry: hand is told as soon as the command is on disk, before the engine
// comes to it. What the engine orders meanwhile, hand refuses.
void Serving::take_command(Command command, std::function<void(absl::Status, Sequence)> done) {
  const auto* kill = std::get_if<SetKillSwitch>(&command.what);
  if (kill != nullptr)
    done = [this, on = kill->on, person = command.person, done = std::move(done)](absl::Status status,
                                                                                  Sequence sequence) {
      if (status.ok()) {
        status_.kill_switch = on;
        hand_->kill_switch(on, person);
      }
      done(status, sequence);
    };
  sequencer_->offer(CommandArrived{std::move(command)}, Priority::control, std::move(done));
}

void Serving::deliver(Delivery delivery) {
  // The engine words a link, here it is signed: no secret is ever journalled.
  sign_approval_links(delivery.message, settings_.public_url, link_secret_,
                      [this](ActionId id) -> std::optional<Action> {
                        auto action = records_->action(id);
                        return action.ok() ? std::optional(*std::move(action)) : std::nullopt;
                      });
  outbox_->offer(delivery);
}

void Serving::tell(const Input& input, const Effects& effects) {
  status_.journal_sequence = input.sequence;
  status_.engine_time_ns = input.time.ns;
  for (const Effect& effect : effects) {
    if (const auto* incident = std::get_if<SaveIncident>(&effect))
      feed_.tell(ChangedKind::incident, to_string(incident->incident.id), input.time);
    if (const auto* change = std::get_if<SaveChange>(&effect))
      feed_.tell(ChangedKind::change, to_string(change->change.id), input.time);
    if (const auto* action = std::get_if<SaveAction>(&effect))
      feed_.tell(ChangedKind::action, to_string(action->action.id), input.time);
    if (const auto* delivery = std::get_if<Deliver>(&effect))
      feed_.tell(ChangedKind::notification, to_string(delivery->delivery.id), input.time);
    if (std::holds_alternative<CloseWindow>(effect)) feed_.tell(ChangedKind::service, "*", input.time);
  }
  status_.set_applied(input.sequence);
}

void Serving::apply_config(const std::vector<RunbookConfig>& runbooks) {
  config_.runbooks = runbooks;
  ConfigApplied applied{config_, {}};
  applied.hash = to_hex(sha256(encode_input({0, {}, ConfigApplied{config_, {}}})));
  offer(std::move(applied));
}

void Serving::connect_hand() {
  HandClient::Callbacks callbacks;
  callbacks.on_presence = [this](bool connected) {
    status_.hand_connected = connected;
    offer(HandPresence{connected});
  };
  callbacks.on_report = [this](const ActionReport& report) { offer(ActionReported{report}); };
  callbacks.on_runbooks = [this](const std::vector<RunbookConfig>& runbooks) { apply_config(runbooks); };
  hand_ = std::make_unique<HandClient>(settings_.hand.socket, ::geteuid(), std::move(callbacks));
}

void Serving::start_thinking() {
  CarryOut carry_out;
  carry_out.dispatch = [this](const Action& action) { hand_->dispatch(action); };
  carry_out.deliver = [this](const Delivery& delivery) { deliver(delivery); };
  carry_out.confirm = [this](const ActionReport& report) { hand_->confirm(report); };
  carry_out.tell = [this](const Input& input, const Effects& effects) { tell(input, effects); };
  engine_->start(std::move(carry_out));
  sequencer_->start([this](Input input) { engine_->push(std::move(input)); }, [this] { return engine_->backlog(); });
}

void Serving::carry_on() {
  outbox_ = std::make_unique<Outbox>(std::move(destinations_),
                                     [this](const DeliveryReport& report) { offer(DeliveryReported{report}); });
  if (const auto known = records_->notifications({clock_.now() - days(30), clock_.now() + days(1)}, 1000); known.ok())
    for (const NotificationRecord& record : *known)
      if (record.delivered && !record.external_ref.empty())
        outbox_->know(record.delivery.destination, record.delivery.thread, record.external_ref);
  const auto unreported = records_->unreported_deliveries();
  const auto running = records_->actions_in(ActionState::running);
  connect_hand();
  start_thinking();
  apply_config(config_.runbooks);
  if (!hand_->connected()) offer(HandPresence{false});
  hand_->kill_switch(status_.kill_switch, "as before the restart");
  // Hand starts an action id once, so that asking again is safe; a destination takes a repeated message as an update.
  if (running.ok())
    for (const Action& action : *running) hand_->dispatch(action);
  if (unreported.ok())
    for (const Delivery& delivery : *unreported) deliver(delivery);
  status_.ready = true;
  scraper_->start();
  if (tail_) tail_->start();
}

void Serving::keep_house() {
  const Timestamp now{status_.engine_time_ns.load()};
  // Whatever the oldest snapshot would be followed by stays, however old: a restart must never meet a gap.
  JournalRetention retention;
  const std::vector<Sequence> snapshots = snapshots_->sequences();
  retention.keep_from = snapshots.empty() ? 1 : snapshots.back() + 1;
  if (const auto dropped = journal_->drop_old(retention, now); !dropped.ok())
    spdlog::error("journal: {}", message_of(dropped.status()));
  if (const absl::Status status = rollups_->drop_old(RollupRetention{}, now); !status.ok())
    spdlog::error("rollups: {}", message_of(status));
  if (const absl::Status status = records_->drop_before(now - days(400)); !status.ok())
    spdlog::error("records: {}", message_of(status));
}

void Serving::stop() {
  status_.ready = false;
  // Before the sequencer: what they have gathered is still journalled.
  if (syslog_) syslog_->stop();
  if (tail_) tail_->stop();
  if (http_) http_->stop();
  if (otlp_http_) otlp_http_->stop();
  if (otlp_grpc_) otlp_grpc_->stop();
  if (scraper_) scraper_->stop();  // what it fetched still finds a journal
  if (sequencer_) sequencer_->stop();
  if (engine_) engine_->stop();
  hand_.reset();
  outbox_.reset();
}

std::string Serving::addresses() const {
  return fmt::format("console {}  OTLP/HTTP port {}  OTLP/gRPC port {}", settings_.public_url, otlp_http_->port(),
                     otlp_grpc_->port());
}

int failed(const absl::Status& status) {
  fmt::print(stderr, "nightjar serve: {}\n", message_of(status));
  return status.code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
}

}  // namespace

int run_serve(const Settings& settings, const ServeOptions& options) {
  // Blocked before any thread exists, so that only sigtimedwait below ever sees them.
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  Serving serving(settings, options);
  if (absl::Status status = serving.open(); !status.ok()) return failed(status);
  if (absl::Status status = serving.recover(); !status.ok()) return failed(status);
  if (absl::Status status = serving.open_doors(); !status.ok()) return failed(status);
  serving.carry_on();
  fmt::print("nightjar {} is up: {}\n", kVersion, serving.addresses());
  std::fflush(stdout);

  const timespec ten_minutes{600, 0};
  while (sigtimedwait(&signals, nullptr, &ten_minutes) < 0) serving.keep_house();
  spdlog::info("stopping: finishing what was accepted");
  serving.stop();
  return 0;
}

}  // namespace nightjar
