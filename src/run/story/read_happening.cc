#include "run/story/read_happening.h"

#include <algorithm>

#include "base/text.h"
#include "model/words.h"

namespace nightjar {
namespace {

const ShopService* known_service(LineWords& words, const Story& story, const std::string& name) {
  for (const ShopService& service : story.services)
    if (service.name == name) return &service;
  words.wrong(fmt::format("there is no service '{}' in this world", name));
  return nullptr;
}

std::string instance_of(LineWords& words, const ShopService* service) {
  std::string instance = words.word("an instance");
  if (service != nullptr && !service->instances.contains(instance))
    words.wrong(fmt::format("{} has no instance '{}'", service->name, instance));
  return instance;
}

Happening read_deploy(LineWords& words, const Story& story) {
  DeployHappens deploy;
  deploy.service = words.word("a service");
  const ShopService* service = known_service(words, story, deploy.service);
  deploy.from = words.word("the version that runs");
  words.expect("->");
  deploy.to = words.word("the new version");
  if (words.take_if("on"))
    while (!words.at_end() && words.peek() != "by" && words.peek() != "unannounced" && words.status().ok())
      deploy.instances.push_back(instance_of(words, service));
  if (words.take_if("by")) deploy.author = words.word("who made the change");
  if (words.take_if("unannounced")) deploy.announced = false;
  return deploy;
}

Happening read_fault(LineWords& words, const Story& story) {
  FaultBegins begins;
  ShopFault& fault = begins.fault;
  fault.service = words.word("a service");
  const ShopService* service = known_service(words, story, fault.service);
  if (words.take_if("at")) fault.instance = instance_of(words, service);
  if (words.take_if("in")) fault.version = words.word("a version");
  if (words.take_if("errors")) {
    fault.amount = words.share("errors");
  } else if (words.take_if("slow")) {
    fault.kind = FaultKind::slow;
    fault.slower = words.duration("slow");
  } else if (words.take_if("silent")) {
    fault.kind = FaultKind::silent;
  } else if (words.take_if("disk")) {
    fault.kind = FaultKind::disk;
    std::string rate = words.word("how fast, like 4%/min");
    LineWords share(words.place(), std::string_view(rate).substr(0, rate.find('/')));
    fault.amount = share.share("disk");
    if (!share.status().ok() || !rate.ends_with("/min"))
      words.wrong(fmt::format("disk: '{}' is not like 4%/min", rate));
    if (service != nullptr && service->disk_used < 0)
      words.wrong(fmt::format("{} has no disk: say 'disk 40%' where it is described", service->name));
  } else if (words.take_if("statement")) {
    fault.kind = FaultKind::statement;
    fault.statement = read_statement(words);
  } else {
    words.wrong(fmt::format("expected errors, slow, silent, disk or statement, found '{}'", words.peek()));
  }
  return begins;
}

Happening read_alert(LineWords& words, const Story& story) {
  AlertsRaised alerts;
  alerts.name = words.word("the name of the alert");
  alerts.service = words.word("a service");
  const ShopService* service = known_service(words, story, alerts.service);
  alerts.severity = words.word("a severity, or 'resolved'");
  if (alerts.severity == "resolved") alerts.resolved = true;
  if (words.take_if("at")) alerts.instance = instance_of(words, service);
  if (words.take_if("times")) alerts.count = words.number("times");
  alerts.summary = words.after_colon();
  return alerts;
}

std::string by_person(LineWords& words) {
  words.expect("by");
  return words.word("a person");
}

Happening read_approve(LineWords& words) {
  PersonApproves approves{words.id("act"), by_person(words)};
  if (words.take_if("with")) {
    words.expect("another"), words.expect("plan");
    approves.another_plan = true;
  }
  return approves;
}

Happening read_reject(LineWords& words) {
  PersonRejects rejects{words.id("act"), by_person(words), {}};
  rejects.why = words.after_colon();
  return rejects;
}

Happening read_kill_switch(LineWords& words) {
  words.expect("switch");
  const bool on = words.take_if("on");
  if (!on) words.expect("off");
  return KillSwitchTurned{on, by_person(words)};
}

Happening read_hand(LineWords& words) {
  if (words.take_if("absent")) return HandComesOrGoes{false};
  if (words.take_if("connected")) return HandComesOrGoes{true};
  words.expect("answers");
  HandAnswers answers;
  if (words.take_if("nothing")) {
    answers.silent = true;
    return answers;
  }
  const std::string kind = words.word("succeeded, failed, refused, unknown or nothing");
  const auto known = parse_word<ReportKind>(kind);
  if (!known) words.wrong(fmt::format("hand answers succeeded, failed, refused, unknown or nothing, not '{}'", kind));
  answers.kind = known.value_or(ReportKind::unknown);
  answers.text = words.after_colon();
  return answers;
}

Happening read_destination(LineWords& words, const Story& story) {
  DestinationTurns turns{words.word("a destination"), false};
  if (!story.config.destination_kinds.contains(turns.name))
    words.wrong(fmt::format("no route names the destination '{}'", turns.name));
  turns.works = words.take_if("works");
  if (!turns.works) words.expect("fails");
  return turns;
}

}  // namespace

ShopStatement read_statement(LineWords& words) {
  ShopStatement statement;
  statement.takes = words.duration("statement");
  words.expect("on");
  statement.database = words.word("a database");
  statement.text = words.after_colon();
  if (statement.text.empty() || statement.text.find_first_of("\"\\") != std::string::npos)
    words.wrong("expected ': ' and the statement, without double quotes");
  return statement;
}

Happening read_happening(LineWords& words, const Story& story) {
  if (words.take_if("deploy")) return read_deploy(words, story);
  if (words.take_if("fault")) return read_fault(words, story);
  if (words.take_if("heal")) {
    FaultEnds ends{words.word("a service")};
    known_service(words, story, ends.service);
    return ends;
  }
  if (words.take_if("alert")) return read_alert(words, story);
  if (words.take_if("again")) {
    if (words.take_if("alert")) return MessageRepeats{MessageRepeats::What::alerts};
    words.expect("change");
    return MessageRepeats{MessageRepeats::What::change};
  }
  if (words.take_if("approve")) return read_approve(words);
  if (words.take_if("reject")) return read_reject(words);
  if (words.take_if("acknowledge")) return PersonAcknowledges{words.id("inc"), by_person(words)};
  if (words.take_if("kill")) return read_kill_switch(words);
  if (words.take_if("hand")) return read_hand(words);
  if (words.take_if("destination")) return read_destination(words, story);
  words.wrong(
      fmt::format("nothing is called '{}'; it may be deploy, fault, heal, alert, again, approve, reject, "
                  "acknowledge, kill switch, hand or destination",
                  words.peek()));
  return FaultEnds{};
}

}  // namespace nightjar
