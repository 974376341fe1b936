// io/net/metrics_text.h
// Our own counters as Prometheus text: each name once with its help and type, then its values. A value class; one
// thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nightjar {

class MetricsText {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
  MetricsText& counter(std::string_view name, std::string_view help) { return family(name, help, "counter"); }
  MetricsText& gauge(std::string_view name, std::string_view help) { return family(name, help, "gauge"); }
  // Of the family begun last.
  MetricsText& value(double value, const Labels& labels = {});
  const std::string& text() const { return text_; }

 private:
  MetricsText& family(std::string_view name, std::string_view help, std::string_view type);
  std::string name_, text_;
};

}  // namespace nightjar
