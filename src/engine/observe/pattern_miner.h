// engine/observe/pattern_miner.h
// Turns the lines of one service into patterns: "user alice logged in" and "user bob logged in" become
// "user <*> logged in". A form seen before costs one look-up; a new one is compared with those that differ from it in
// one place, and a place becomes a variable when enough different words, or a word and a value, met there. A pattern
// keeps the id of its first form (hash of service and form) when it becomes more general, so nothing that counts by id
// has to follow; two patterns found to be one keep the older id, and PatternMiner::root tells it. Deterministic: no
// clock, no chance; what is forgotten is the least recently seen, then the larger id. Not thread-safe. Source of the
// rules and of the limits: measured on 16 log sets, see the house's notes on logs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "engine/observe/log_tokens.h"
#include "engine/observe/observe_settings.h"
#include "model/ids.h"

namespace nightjar {

class PatternMiner {
 public:
  using Index = std::uint32_t;
  static constexpr Index kNone = UINT32_MAX;

  PatternMiner(std::string service, const PatternLimits& limits);

  // The pattern of a line whose form is known; kNone when it is not. Leaves the line's tokens in the miner for `learn`.
  Index find(std::string_view line);
  // Takes in the line last given to find(). `fresh`: no pattern was like it.
  struct Learnt {
    Index pattern = kNone;
    bool fresh = false;
  };
  Learnt learn();

  // Form of the line last given to find().
  std::uint64_t line_hash() const { return line_hash_; }

  // Merges patterns that are special cases of others. Called when a window closes.
  void consolidate();

  // Where a pattern has gone; itself as long as it is live.
  Index root(Index pattern) const;
  PatternId id(Index pattern) const { return patterns_[root(pattern)].id; }
  const std::string& text(Index pattern) const { return patterns_[root(pattern)].text; }
  std::size_t live() const { return live_; }
  // With those that have merged into others: they cost memory until the next forget_to.
  std::size_t total() const { return patterns_.size(); }
  const std::string& service() const { return service_; }

  // Forgets the least recently seen until `keep` are left. Returns for each old index its new one (kNone: forgotten).
  std::vector<Index> forget_to(std::size_t keep);

  template <class Archive>
  void carry(Archive& archive) {
    archive(lines_, patterns_, live_, changed_, shapes_, forms_, contexts_, older_contexts_, postings_);
  }

 private:
  struct FormToken {
    std::uint64_t hash = 0;
    TokenKind kind = TokenKind::word;
    bool after_equals = false;
    bool after_relation = false;  // behind "for", "user", "host": a name is likely
    bool dotted = false;
    bool is_constant() const { return kind == TokenKind::word || kind == TokenKind::soft; }
  };
  struct Pattern {
    PatternId id;
    std::string text;
    std::vector<FormToken> form;
    std::vector<std::string> words;  // text of each token, with the blank before it
    std::uint64_t last_seen = 0;
    Index parent = 0;      // itself: a root
    bool general = false;  // has variables that merging made
  };
  // A line with one of its words left out, and which patterns have what there.
  struct Context {
    std::vector<std::pair<Index, std::uint64_t>> values;  // pattern and the word's hash; distinct words
    Index with_variable = kNone;
  };

  std::size_t limit_for(const std::vector<FormToken>& form, std::size_t column, std::size_t constants) const;
  void enter_contexts(Index pattern);
  bool try_column(Index pattern, std::size_t column, std::size_t constants);
  Index merge(Index a, Index b);
  void settle(Index pattern);
  // The general pattern all of `tokens` fit, which says most; never `except` itself. Token is LogToken or FormToken.
  template <class Token>
  Index match_general(const std::vector<Token>& tokens, Index except) const;
  void enter_postings(Index pattern);
  Context& context_at(std::uint64_t hash);
  Index add_pattern(std::uint64_t form_hash);
  static std::uint64_t hash_form(const std::vector<FormToken>& form);
  static std::string render(const Pattern& pattern, std::size_t limit);

  std::string service_;
  const PatternLimits& limits_;
  LineTokens tokens_;
  std::uint64_t line_hash_ = 0;
  std::uint64_t lines_ = 0;
  std::vector<Pattern> patterns_;
  std::size_t live_ = 0;
  bool changed_ = false;                              // since the last consolidation
  absl::flat_hash_map<std::uint64_t, Index> shapes_;  // line as read -> pattern: a cache
  absl::flat_hash_map<std::uint64_t, Index> forms_;   // canonical form -> pattern
  absl::flat_hash_map<std::uint64_t, Context> contexts_, older_contexts_;
  absl::flat_hash_map<std::uint64_t, std::vector<Index>> postings_;  // (length, column, constant) -> general patterns
};

}  // namespace nightjar
