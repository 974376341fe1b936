// bench/pattern_accuracy.cc
// Scores the pattern miner on labelled logs: pattern_accuracy FOLDER, with
// FOLDER/<system>/<system>_2k.log_structured.csv (and …_corrected.csv) as the loghub project lays them out:
// https://github.com/logpai/loghub. The labels go to the scorer only. One setting for all systems. GA: share of lines
// whose group holds exactly the lines of their true group. FGA: harmonic mean of the same counted by groups. "arrival":
// the pattern's id when the line came; "after": where that pattern has gone by the end.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "engine/observe/log_line.h"
#include "engine/observe/pattern_miner.h"

namespace nightjar {
namespace {

std::vector<std::map<std::string, std::string>> read_csv(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::vector<std::string> head, row;
  std::vector<std::map<std::string, std::string>> rows;
  std::string field;
  bool quoted = false;
  const auto end_row = [&] {
    row.push_back(std::move(field));
    field.clear();
    if (head.empty()) {
      head = row;
    } else if (row.size() == head.size()) {
      auto& into = rows.emplace_back();
      for (std::size_t i = 0; i < head.size(); ++i) into[head[i]] = row[i];
    }
    row.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"')
        field += text[++i];
      else if (c == '"')
        quoted = false;
      else
        field += c;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      row.push_back(std::move(field));
      field.clear();
    } else if (c == '\n') {
      end_row();
    } else if (c != '\r') {
      field += c;
    }
  }
  if (!field.empty() || !row.empty()) end_row();
  return rows;
}

struct Score {
  double ga = 0, fga = 0;
};

template <class A, class B>
Score score(const std::vector<A>& truth, const std::vector<B>& found) {
  std::map<A, std::vector<std::size_t>> true_groups;
  std::map<B, std::vector<std::size_t>> found_groups;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    true_groups[truth[i]].push_back(i);
    found_groups[found[i]].push_back(i);
  }
  std::size_t right_lines = 0, right_groups = 0;
  for (const auto& [group, lines] : found_groups) {
    if (true_groups[truth[lines[0]]] != lines) continue;
    right_lines += lines.size();
    ++right_groups;
  }
  const double p = static_cast<double>(right_groups) / static_cast<double>(found_groups.size());
  const double r = static_cast<double>(right_groups) / static_cast<double>(true_groups.size());
  return {static_cast<double>(right_lines) / static_cast<double>(truth.size()), right_groups ? 2 * p * r / (p + r) : 0};
}

// Prints groups that are split or joined, for those who want to know why.
void explain(const std::vector<std::string>& truth, const std::vector<std::uint64_t>& found,
             const std::vector<std::string>& text_of_pattern, const std::vector<std::string>& templates) {
  std::map<std::string, std::map<std::uint64_t, std::size_t>> split;
  std::map<std::uint64_t, std::map<std::string, std::size_t>> joined;
  std::map<std::uint64_t, std::string> texts;
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    ++split[truth[i]][found[i]];
    ++joined[found[i]][truth[i]];
    texts[found[i]] = text_of_pattern[i];
    names[truth[i]] = templates[i];
  }
  for (const auto& [group, parts] : split) {
    if (parts.size() < 2) continue;
    std::printf("  SPLIT  %s\n", names[group].c_str());
    int shown = 0;
    for (const auto& [id, n] : parts)
      if (shown++ < 6) std::printf("       %5zu %s\n", n, texts[id].c_str());
  }
  for (const auto& [id, parts] : joined) {
    if (parts.size() < 2) continue;
    std::printf("  JOINED %s\n", texts[id].c_str());
    for (const auto& [group, n] : parts) std::printf("       %5zu %s\n", n, names[group].c_str());
  }
}

void run(const std::filesystem::path& folder, bool raw, bool talk) {
  std::map<std::string, double> sums;
  int systems = 0;
  std::printf("%-12s %8s %8s %8s %8s %8s %8s %8s\n", "system", "GA", "FGA", "GA arr.", "FGA arr.", "GA corr",
              "FGA corr", "patterns");
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_directory()) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  for (const auto& path : folders) {
    const std::string name = path.filename().string();
    const auto rows = read_csv(path / (name + "_2k.log_structured.csv"));
    const auto corrected = read_csv(path / (name + "_2k.log_structured_corrected.csv"));
    if (rows.empty()) continue;
    std::vector<std::string> raw_lines;
    std::ifstream log(path / (name + "_2k.log"), std::ios::binary);
    for (std::string line; std::getline(log, line);) raw_lines.push_back(line);
    PatternLimits limits;
    PatternMiner miner(name, limits);
    std::vector<PatternMiner::Index> indexes;
    std::vector<std::uint64_t> arrival, after;
    std::vector<std::string> truth, truth_corrected, texts, templates;
    std::string buffer;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      LogRecord record;
      record.body = raw && i < raw_lines.size() ? raw_lines[i] : rows[i].at("Content");
      const LogLine line = read_log_line(record, limits, buffer);
      PatternMiner::Index index = miner.find(line.text);
      if (index == PatternMiner::kNone) index = miner.learn().pattern;
      indexes.push_back(index);
      arrival.push_back(miner.id(index).value);
      truth.push_back(rows[i].at("EventId"));
      templates.push_back(rows[i].at("EventTemplate"));
      if (i < corrected.size()) truth_corrected.push_back(corrected[i].at("EventId"));
    }
    miner.consolidate();
    for (const PatternMiner::Index index : indexes) {
      after.push_back(miner.id(index).value);
      texts.push_back(miner.text(index));
    }
    const Score a = score(truth, after), b = score(truth, arrival), c = score(truth_corrected, after);
    std::printf("%-12s %8.3f %8.3f %8.3f %8.3f %8.3f %8.3f %8zu\n", name.c_str(), a.ga, a.fga, b.ga, b.fga, c.ga, c.fga,
                miner.live());
    if (talk) explain(truth, after, texts, templates);
    ++systems;
    sums["ga"] += a.ga, sums["fga"] += a.fga, sums["arrival"] += b.ga, sums["farrival"] += b.fga,
        sums["corrected"] += c.ga, sums["fcorrected"] += c.fga;
  }
  if (systems == 0) return;
  std::printf("%-12s %8.3f %8.3f %8.3f %8.3f %8.3f %8.3f\n", "mean", sums["ga"] / systems, sums["fga"] / systems,
              sums["arrival"] / systems, sums["farrival"] / systems, sums["corrected"] / systems,
              sums["fcorrected"] / systems);
}

}  // namespace
}  // namespace nightjar

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr,
                 "usage: pattern_accuracy FOLDER [--raw] [--explain]\nFOLDER holds one folder a system, as loghub lays "
                 "them out\n");
    return 2;
  }
  bool raw = false, explain = false;
  for (int i = 2; i < argc; ++i) {
    raw = raw || std::string_view(argv[i]) == "--raw";
    explain = explain || std::string_view(argv[i]) == "--explain";
  }
  nightjar::run(argv[1], raw, explain);
}
