#include "io/act/link_message.h"

#include <time.h>

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/text.h"
#include "model/words.h"

namespace nightjar {
namespace {

using nlohmann::json;

json action_json(const Action& action) {
  json approvals = json::array();
  for (const Approval& approval : action.approvals) {
    approvals.push_back({{"person", approval.person}, {"at_ns", approval.at.ns}, {"via", word(approval.via)}});
  }
  json value{{"id", to_string(action.id)},
             {"incident", to_string(action.incident)},
             {"kind", word(action.kind)},
             {"runbook", action.runbook},
             {"service", action.service.value},
             {"arguments", action.arguments},
             {"text", action.text},
             {"undo", action.undo},
             {"undo_by", action.undo_by},
             {"plan_hash", action.plan_hash},
             {"outcome", word(action.decision.outcome)},
             {"approvals_needed", action.decision.approvals_needed},
             {"policy", action.decision.policy},
             {"approvals", std::move(approvals)},
             {"expires_at_ns", action.expires_at.ns}};
  if (action.change) value["change"] = to_string(*action.change);
  if (action.undoes) value["undoes"] = to_string(*action.undoes);
  return value;
}

// Throws json::exception or std::string (the field) for decode_message to catch: nothing else calls it.
template <class Enum>
Enum word_at(const json& value, const char* key) {
  const auto known = parse_word<Enum>(value.at(key).get<std::string>());
  if (!known) throw std::string(key);
  return *known;
}

template <class Tag>
Id<Tag> id_at(const json& value, const char* key) {
  const Id<Tag> id = parse_id<Tag>(value.at(key).get<std::string>());
  if (!id) throw std::string(key);
  return id;
}

Action action_of(const json& value) {
  Action action;
  action.id = id_at<ActionTag>(value, "id");
  action.incident = parse_id<IncidentTag>(value.at("incident").get<std::string>());
  action.kind = word_at<ActionKind>(value, "kind");
  action.runbook = value.at("runbook").get<std::string>();
  action.service.value = value.at("service").get<std::string>();
  action.arguments = value.at("arguments").get<std::map<std::string, std::string>>();
  action.text = value.at("text").get<std::string>();
  action.undo = value.at("undo").get<std::string>();
  action.undo_by = value.at("undo_by").get<std::string>();
  action.plan_hash = value.at("plan_hash").get<std::string>();
  action.decision.outcome = word_at<DecisionOutcome>(value, "outcome");
  action.decision.approvals_needed = value.at("approvals_needed").get<int>();
  action.decision.policy = value.at("policy").get<std::string>();
  action.expires_at.ns = value.at("expires_at_ns").get<std::int64_t>();
  if (value.contains("change")) action.change = id_at<ChangeTag>(value, "change");
  if (value.contains("undoes")) action.undoes = id_at<ActionTag>(value, "undoes");
  for (const json& approval : value.at("approvals")) {
    action.approvals.push_back({approval.at("person").get<std::string>(),
                                {approval.at("at_ns").get<std::int64_t>()},
                                word_at<ApprovalVia>(approval, "via")});
  }
  return action;
}

json to_json_value(const LinkHello& hello) {
  json runbooks = json::array();
  for (const RunbookConfig& runbook : hello.runbooks) {
    runbooks.push_back({{"name", runbook.name},
                        {"arguments", runbook.arguments},
                        {"undo", runbook.undo},
                        {"undo_by", runbook.undo_by}});
  }
  return {{"type", "hello"}, {"kill_switch", hello.kill_switch}, {"runbooks", std::move(runbooks)}};
}
json to_json_value(const LinkHeartbeat& beat) { return {{"type", "heartbeat"}, {"boot_time_ns", beat.boot_time_ns}}; }
json to_json_value(const LinkDispatch& dispatch) {
  return {{"type", "dispatch"}, {"action", action_json(dispatch.action)}};
}
json to_json_value(const LinkKillSwitch& kill) {
  return {{"type", "kill_switch"}, {"on", kill.on}, {"person", kill.person}};
}
json to_json_value(const LinkReport& message) {
  const ActionReport& report = message.report;
  return {{"type", "report"},
          {"action", to_string(report.action)},
          {"kind", word(report.kind)},
          {"at_ns", report.at.ns},
          {"text", report.text}};
}
json to_json_value(const LinkConfirm& confirm) {
  return {{"type", "confirm"}, {"action", to_string(confirm.action)}, {"kind", word(confirm.kind)}};
}

LinkMessage message_of_json(const json& value) {
  const std::string type = value.at("type").get<std::string>();
  if (type == "heartbeat") return LinkHeartbeat{value.at("boot_time_ns").get<std::int64_t>()};
  if (type == "dispatch") return LinkDispatch{action_of(value.at("action"))};
  if (type == "kill_switch") return LinkKillSwitch{value.at("on").get<bool>(), value.at("person").get<std::string>()};
  if (type == "confirm") return LinkConfirm{id_at<ActionTag>(value, "action"), word_at<ReportKind>(value, "kind")};
  if (type == "report") {
    return LinkReport{{id_at<ActionTag>(value, "action"),
                       word_at<ReportKind>(value, "kind"),
                       {value.at("at_ns").get<std::int64_t>()},
                       value.at("text").get<std::string>()}};
  }
  if (type == "hello") {
    LinkHello hello{value.at("kill_switch").get<bool>(), {}};
    for (const json& runbook : value.at("runbooks")) {
      hello.runbooks.push_back({runbook.at("name").get<std::string>(),
                                runbook.at("arguments").get<std::vector<std::string>>(),
                                runbook.at("undo").get<std::string>(), runbook.at("undo_by").get<std::string>()});
    }
    return hello;
  }
  throw std::string("type");
}

}  // namespace

std::string encode_frame(const LinkMessage& message) {
  const std::string text = std::visit([](const auto& what) { return to_json_value(what); }, message)
                               .dump(-1, ' ', false, json::error_handler_t::replace);
  CHECK(text.size() <= kLinkFrameLimitBytes);
  std::string frame;
  for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>((text.size() >> shift) & 0xFF);
  return frame + text;
}

absl::StatusOr<LinkMessage> decode_message(std::string_view text) {
  // Depth: the parser is recursive, and a frame comes from the other process; a frame of brackets must not fell us.
  int depth = 0;
  const auto limit_depth = [&depth](int, json::parse_event_t event, json&) {
    if (event == json::parse_event_t::object_start || event == json::parse_event_t::array_start) ++depth;
    if (depth > 32) throw std::string("depth");
    if (event == json::parse_event_t::object_end || event == json::parse_event_t::array_end) --depth;
    return true;
  };
  try {
    return message_of_json(json::parse(text, limit_depth));
  } catch (const json::exception& e) {
    return invalid_argument("hand link: {}; the connection is closed", e.what());
  } catch (const std::string& field) {
    return invalid_argument("hand link: field \"{}\" is not understood: are serve and hand of one version?", field);
  }
}

absl::StatusOr<std::optional<std::string>> FrameCutter::next() {
  if (bytes_.size() < 4) return std::nullopt;
  std::size_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes_[static_cast<std::size_t>(i)]);
  if (length > kLinkFrameLimitBytes) {
    return too_large("hand link: a frame of {} bytes; at most {} are taken", length, kLinkFrameLimitBytes);
  }
  if (bytes_.size() < 4 + length) return std::nullopt;
  std::string frame = bytes_.substr(4, length);
  bytes_.erase(0, 4 + length);
  return frame;
}

std::int64_t boot_time_ns() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace nightjar
