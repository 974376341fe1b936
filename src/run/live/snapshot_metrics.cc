#include "run/live/snapshot_metrics.h"

#include "io/net/metrics_text.h"

namespace nightjar {

std::string snapshot_metrics(const SnapshotFigures& figures, Timestamp engine_time) {
  MetricsText text;
  text.gauge("nightjar_snapshot_sequence",
             "Input up to which the newest snapshot on the disk knows; 0: there is none.");
  text.value(static_cast<double>(figures.sequence));
  if (figures.sequence == 0) return text.text();
  text.gauge("nightjar_snapshot_age_seconds", "Engine time since then: what a restart would replay.");
  text.value((engine_time - figures.engine_time).seconds());
  if (figures.bytes == 0) return text.text();  // found at the start, not made by this process
  text.gauge("nightjar_snapshot_bytes", "Size of its file.");
  text.value(static_cast<double>(figures.bytes));
  text.gauge("nightjar_snapshot_seconds", "Time it took: take, while the engine stood still; write, beside it.");
  text.value(figures.take_seconds, {{"step", "take"}});
  text.value(figures.write_seconds, {{"step", "write"}});
  return text.text();
}

}  // namespace nightjar
