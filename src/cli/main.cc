// The one binary. Parsing only; what a command does is in its own file.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/version.h"
#include "cli/commands.h"

int main(int argc, char** argv) {
  using namespace nightjar;
  CLI::App app{"nightjar: reads the telemetry you have, names the cause, mends what is safe to mend"};
  app.require_subcommand(1);
  int exit_code = 0;
  std::string config = "nightjar.yaml", console_dir, directory, id, reason;
  int lanes = 2;
  bool json = false;
  Remote remote;

  const auto with_config = [&](CLI::App* command) {
    command->add_option("--config", config, "nightjar.yaml")->capture_default_str();
  };
  const auto with_remote = [&](CLI::App* command) {
    command->add_option("--url", remote.url, "where nightjar serve listens")->capture_default_str();
    command->add_flag("--json", remote.json, "the API's answer as it is");
  };
  const auto with_token = [&](CLI::App* command) {
    command->add_option("--token-file", remote.token_file, "file with your token")->required();
    command->add_option("--reason", reason, "why, for the record");
  };

  CLI::App* serve = app.add_subcommand("serve", "receive, think, tell");
  with_config(serve);
  serve->add_option("--console-dir", console_dir, "serve the console from this folder");
  serve->callback([&] { exit_code = command_serve(config, console_dir); });

  CLI::App* hand = app.add_subcommand("hand", "the only process that acts; holds the actuators' credentials");
  with_config(hand);
  hand->callback([&] { exit_code = command_hand(config); });

  CLI::App* check = app.add_subcommand("check", "read nightjar.yaml and the catalogue and say what is wrong");
  with_config(check);
  check->callback([&] { exit_code = command_check(config); });

  CLI::App* replay = app.add_subcommand("replay", "derive a recorded journal's effects again and compare");
  replay->add_option("DIR", directory, "data directory")->required();
  replay->add_option("--lanes", lanes, "lanes to replay with; must not change anything")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  replay->add_flag("--json", json, "a report for jq");
  replay->callback([&] { exit_code = command_replay(directory, lanes, json); });

  CLI::App* incidents = app.add_subcommand("incidents", "what happened in the last 24 hours");
  with_remote(incidents);
  incidents->callback([&] { exit_code = command_incidents(remote); });

  CLI::App* incident = app.add_subcommand("incident", "one incident: what, why, and what to do");
  incident->add_option("ID", id, "inc-…")->required();
  with_remote(incident);
  incident->callback([&] { exit_code = command_incident(remote, id); });

  CLI::App* services = app.add_subcommand("services", "how everything is");
  with_remote(services);
  services->callback([&] { exit_code = command_services(remote); });

  CLI::App* sources = app.add_subcommand("sources", "who sends, how much, and what of it is refused");
  with_remote(sources);
  sources->callback([&] { exit_code = command_sources(remote); });
  BackfillOptions backfill_options;
  CLI::App* backfill = app.add_subcommand("backfill", "learn from a Prometheus' past, before serve first starts");
  backfill->add_option("--config", backfill_options.config, "nightjar.yaml")->default_val("nightjar.yaml");
  backfill->add_option("--data", backfill_options.data_dir, "data directory, instead of the one in nightjar.yaml");
  backfill->add_option("--from", backfill_options.from, "URL of the Prometheus, without /api/v1")->required();
  backfill->add_option("--match", backfill_options.match, "which series: {job=\"node\"}; may be given again")
      ->required();
  backfill->add_option("--since", backfill_options.since, "how far back")->capture_default_str();
  backfill->add_option("--until", backfill_options.until, "up to how long ago")->capture_default_str();
  backfill->add_option("--step", backfill_options.step, "between two samples of a series")->capture_default_str();
  backfill->add_option("--as", backfill_options.as, "how the same series will come from now on")
      ->check(CLI::IsMember({"scrape", "remote-write"}));
  backfill->add_option("--token-file", backfill_options.token_file, "file with a token for the Prometheus");
  backfill->callback([&] { exit_code = command_backfill(backfill_options); });

  std::string sample, kind, source, redrive;
  CLI::App* map = app.add_subcommand("map", "propose a mapping for a tool's webhooks from one sample of its JSON");
  map->add_option("SAMPLE", sample, "file with one body as the tool posts it");
  map->add_option("--kind", kind, "what the bodies tell of; guessed when left out")
      ->check(CLI::IsMember({"change", "alert"}));
  map->add_option("--source", source, "name of the tool, for /api/v1/events/NAME; the file's name when left out");
  map->add_option("--redrive", redrive, "try the kept bodies of this source again, at a running serve");
  map->add_option("--token-file", remote.token_file, "file with a token of doors.tokens, for --redrive");
  with_remote(map);
  map->callback([&] {
    if (sample.empty() == redrive.empty()) throw CLI::ValidationError("map", "either SAMPLE or --redrive is needed");
    exit_code = redrive.empty() ? command_map(sample, kind, source) : command_redrive(remote, redrive);
  });

  for (const char* verb : {"approve", "reject"}) {
    CLI::App* decide = app.add_subcommand(verb, std::string(verb) + " a waiting action, in your name");
    decide->add_option("ID", id, "act-…")->required();
    with_remote(decide);
    with_token(decide);
    decide->callback([&, verb] { exit_code = command_decide(remote, verb, id, reason); });
  }

  CLI::App* token = app.add_subcommand("token", "tokens for senders");
  token->require_subcommand(1);
  CLI::App* token_new = token->add_subcommand("new", "make a token; prints it once, and the YAML that lets it in");
  NewToken wanted;
  token_new->add_option("--name", wanted.name, "of the sender; journalled with what it sends")->required();
  token_new->add_option("--kinds", wanted.kinds, "metrics,logs,traces,alerts,changes,tickets; without it all");
  token_new->add_option("--labels", wanted.labels, "forced on all it sends, as in env=prod,team=shop");
  token_new->add_option("--series", wanted.max_series, "at most so many new series");
  token_new->add_option("--expires", wanted.expires, "a date, as in 2027-06-30");
  token_new->callback([&] { exit_code = command_token_new(wanted); });

  app.add_subcommand("version", "print the version")->callback([] { fmt::print("nightjar {}\n", kVersion); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  return exit_code;
}
