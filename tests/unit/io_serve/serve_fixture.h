// A server with the whole reading and deciding side over a records file and rollups of a small shop: gateway calls
// payment, payment calls its database; payment 2.4.1 is ill. Tests only.
#pragma once

#include <unistd.h>

#include <filesystem>

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "io/net/http_client.h"
#include "io/net/http_server.h"
#include "io/serve/api.h"
#include "io/serve/commands.h"
#include "io/serve/console.h"
#include "tests/unit/io_net/raw_client.h"
#include "wire/json/document_json.h"

namespace nightjar {

// 2026-11-24T22:50:40Z
inline constexpr Timestamp kNow{1'795'560'640'000'000'000};

inline Timestamp window_start() { return {kNow.ns / 10'000'000'000 * 10'000'000'000}; }

class ServeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / fmt::format("nightjar_serve_{}_{}", ::getpid(), ++counter_);
    std::filesystem::create_directories(directory_);
    const RecordCodec codec{encode_incident, encode_change, encode_action, encode_delivery, encode_ticket,
                            decode_incident, decode_change, decode_action, decode_delivery, decode_ticket};
    auto records = Records::open(directory_ / "records.db", codec);
    ASSERT_TRUE(records.ok()) << records.status();
    records_ = *std::move(records);
    auto rollups = Rollups::open(directory_ / "rollups");
    ASSERT_TRUE(rollups.ok()) << rollups.status();
    rollups_ = *std::move(rollups);
    config_.services = {{{"payment"}, "payments", "shop/payment", 0.75}};
    config_.destination_kinds = {{"oncall", "slack"}, {"tickets", "github_issues"}};
    status_.ready = true;
    status_.engine_time_ns = kNow.ns;
    serve();
  }
  void TearDown() override {
    server_.reset();
    records_.reset();
    rollups_.reset();
    std::filesystem::remove_all(directory_);
  }

  void serve() {
    Router router;
    add_api_routes(router, {*records_, *rollups_, config_, status_, clock_, pool_, feed_, "0.1.0", {}});
    const auto offer_command = [this](Command command, std::function<void(absl::Status, Sequence)> done) {
      offer(std::move(command), std::move(done));
    };
    add_command_routes(router,
                       {*records_, status_, clock_, people_, pool_, offer_command, "link-secret", milliseconds(300)});
    set_console(router, console_directory_, pool_);
    HttpServerSettings settings;
    settings.address = "127.0.0.1:0";
    settings.headers = security_headers();
    server_ = *HttpServer::start(settings, std::move(router));
  }

  // What run/live and the engine would do: journal, apply, save.
  virtual void offer(Command command, std::function<void(absl::Status, Sequence)> done) {
    commands_.push_back(command);
    if (!refuse_.ok()) return done(refuse_, 0);
    apply_command(command);
    done(absl::OkStatus(), sequence_);
  }
  void apply_command(const Command& command) {
    if (const auto* approve = std::get_if<ApproveAction>(&command.what)) {
      Action action = *records_->action(approve->action);
      if (engine_takes_votes_) action.approvals.push_back({command.person, kNow, approve->via});
      if (engine_takes_votes_) action.state = ActionState::approved;
      save({SaveAction{action}});
    } else if (const auto* reject = std::get_if<RejectAction>(&command.what)) {
      Action action = *records_->action(reject->action);
      action.state = ActionState::rejected;
      action.rejected_by = command.person;
      save({SaveAction{action}});
    } else if (const auto* acknowledge = std::get_if<AcknowledgeIncident>(&command.what)) {
      Incident incident = *records_->incident(acknowledge->incident);
      incident.acknowledged_by = command.person;
      save({SaveIncident{incident}});
    } else {
      save({});
    }
  }
  void save(Effects effects) {
    const Input input{++sequence_, kNow, Tick{}};
    ASSERT_TRUE(records_->apply(input, effects).ok());
    status_.set_applied(sequence_);
  }

  // A minute of closed windows until now.
  void put_windows(int windows = 30) {
    for (int i = windows; i > 0; --i) {
      WindowRollups rollups;
      rollups.window = {window_start() - seconds(10 * i), window_start() - seconds(10 * (i - 1))};
      const auto served = [&](std::string service, std::string operation, std::string version, std::string instance,
                              std::uint64_t requests, std::uint64_t errors) {
        RequestRollup one{{{service}, operation, version, {instance}}, {}};
        one.counts.requests = requests;
        one.counts.errors = errors;
        one.counts.duration_ns = static_cast<std::int64_t>(requests) * 20'000'000;
        one.counts.self_time_ns = static_cast<std::int64_t>(requests) * 5'000'000;
        one.counts.durations.observe(20'000'000, requests);
        rollups.requests.push_back(one);
      };
      served("gateway", "POST /checkout", "1.0.0", "gateway-1", 100, 3);
      served("payment", "POST /pay", "2.4.0", "payment-1", 50, 0);
      served("payment", "POST /pay", "2.4.1", "payment-2", 50, 3);
      DependencyCounts calls;
      calls.calls = 100;
      calls.errors = 3;
      calls.durations.observe(15'000'000, 100);
      rollups.dependencies = {{{{"gateway"}, {"payment"}, DependencyKind::http}, calls},
                              {{{"payment"}, {"postgresql shop"}, DependencyKind::database}, calls}};
      StatementCounts statement;
      statement.calls = 100;
      statement.duration_ns = 300'000'000;
      statement.text = "SELECT * FROM cards WHERE id = ?";
      statement.table = "cards";
      rollups.statements = {{{{"payment"}, "2.4.1", "POST /pay", {"postgresql shop"}, {17}}, statement}};
      PatternCounts pattern;
      pattern.lines = 3;
      pattern.severity = 17;
      pattern.text = "card <*> refused";
      pattern.example = "card 17 refused";
      rollups.patterns = {{{{"payment"}, "2.4.1", {"payment-2"}, {23}}, pattern}};
      WindowJudgement judgement;
      judgement.expected = {{{{"payment"}, "", {}, Measure::error_ratio, ""}, 0.03, {0.0, 0.0, 0.01, 100}}};
      judgement.slos = {{"checkout", {"gateway"}, 0.995, 0.4, 2.0, SloState::burning}};
      ASSERT_TRUE(rollups_->put(rollups, judgement).ok());
    }
  }
  static Incident ill_payment() {
    Incident incident;
    incident.id = {1};
    incident.title = "payment fails";
    incident.sentence = "payment fails 3 % of requests since 22:47:00";
    incident.severity = Severity::high;
    incident.service = {"payment"};
    incident.onset = incident.opened_at = incident.updated_at = kNow - minutes(3);
    incident.hurt = {3000, 90, 0, {"gateway POST /checkout"}};
    Symptom symptom;
    symptom.id = {1};
    symptom.service = {"gateway"};
    symptom.at = symptom.onset = kNow - minutes(2);
    incident.symptoms = {symptom};
    Finding finding;
    finding.kind = CauseKind::change;
    finding.service = {"payment"};
    finding.version = "2.4.1";
    finding.confidence = 0.97;
    incident.findings = {finding};
    return incident;
  }
  static Action waiting_rollback() {
    Action action;
    action.id = {7};
    action.incident = {1};
    action.service = {"payment"};
    action.runbook = "rollback";
    action.text = "roll payment back from 2.4.1 to 2.4.0";
    action.plan_hash = std::string(64, 'a');
    action.state = ActionState::awaiting_approval;
    action.proposed_at = kNow - minutes(1);
    action.expires_at = kNow + minutes(14);
    return action;
  }

  absl::StatusOr<HttpReply> call(std::string method, std::string path, std::string body = "",
                                 HttpHeaders headers = {}) {
    HttpCall call{std::move(method), fmt::format("http://127.0.0.1:{}{}", server_->port(), path), std::move(headers),
                  std::move(body)};
    call.answer_limit_bytes = 4 << 20;
    return call_http(call);
  }
  nlohmann::json get(std::string path, int status = 200) {
    const auto reply = call("GET", path);
    EXPECT_TRUE(reply.ok()) << reply.status();
    if (!reply.ok()) return {};
    EXPECT_EQ(reply->status, status) << path << ": " << reply->body;
    return nlohmann::json::parse(reply->body, nullptr, false);
  }

  static inline int counter_ = 0;
  std::filesystem::path directory_;
  std::unique_ptr<Records> records_;
  std::unique_ptr<Rollups> rollups_;
  EngineConfig config_;
  LiveStatus status_;
  ManualClock clock_{kNow};
  WorkPool pool_{2, 64};
  ChangeFeed feed_;
  People people_{
      {{"ada", to_hex(sha256("ada-token")), {"operator"}}, {"bob", to_hex(sha256("bob-token")), {"responder"}}}};
  std::string console_directory_;
  std::unique_ptr<HttpServer> server_;
  Sequence sequence_ = 0;
  std::vector<Command> commands_;
  absl::Status refuse_;
  bool engine_takes_votes_ = true;
};

}  // namespace nightjar
