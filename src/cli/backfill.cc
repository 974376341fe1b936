#include "run/backfill/backfill.h"

#include "base/text.h"
#include "cli/client.h"
#include "io/net/clock.h"

namespace nightjar {

int command_backfill(const BackfillOptions& options) {
  auto settings = read_settings(options.config);
  if (!settings.ok()) {
    fmt::print(stderr, "{}\n", message_of(settings.status()));
    return 2;
  }
  if (!options.data_dir.empty()) settings->data_dir = options.data_dir;
  const auto since = parse_duration(options.since), until = parse_duration(options.until),
             step = parse_duration(options.step);
  const bool in_order =
      since && until && step && since->ns > until->ns && step->ns >= seconds(1).ns && step->ns % seconds(1).ns == 0;
  if (!in_order) {
    fmt::print(stderr,
               "nightjar: --since 42d --until 0s --step 60s: durations, the first longer than the second, the step in "
               "whole seconds\n");
    return 2;
  }
  BackfillRequest request;
  request.source = {options.from, options.token_file};
  while (request.source.url.ends_with('/')) request.source.url.pop_back();
  request.selectors = options.match;
  const Timestamp now = SystemClock().now();
  request.start = now - *since;
  request.end = now - *until;
  request.step = *step;
  request.as_scraped = options.as.empty() ? !settings->scrape.empty() : options.as == "scrape";
  const auto tell = [](const BackfillProgress& progress) {
    fmt::print(stderr, "{:5.1f} %  {}  {} samples, {} alerts\n", progress.done * 100, to_rfc3339(progress.at),
               progress.samples, progress.alerts);
    return true;
  };
  const auto done = run_backfill(*settings, request, tell);
  if (!done.ok()) return fail(done.status());
  fmt::print("the past is in {}: {} samples and {} alerts up to {}; {} samples could not be read\n", settings->data_dir,
             done->samples, done->alerts, to_rfc3339(done->at), done->refused);
  return 0;
}

}  // namespace nightjar
