#include "engine/observe/pattern_miner.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"
#include "engine/observe/log_line.h"

namespace nightjar {
namespace {

// How many different words a place may have before it is a variable. Source: the house's measurements on log sets.
constexpr std::size_t kFirstWord = 12, kLikelyName = 4, kKeyValue = 2, kAnyWord = 5, kAlways = 16;
constexpr std::size_t kLongestGeneral = 160;  // tokens; longer lines are dumps, not sentences
constexpr std::size_t kPostings = 64;

// A name or value tends to follow these.
bool is_relation(std::string_view word) {
  constexpr std::string_view kWords[] = {"for",    "from",    "to",    "by",     "on",   "in",      "at",
                                         "of",     "with",    "user",  "host",   "node", "service", "server",
                                         "file",   "topic",   "queue", "table",  "task", "job",     "pod",
                                         "client", "session", "name",  "called", "named"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

std::uint64_t posting_key(std::size_t length, std::size_t column, std::uint64_t hash) {
  return combine_hash(length * 1024 + column, hash);
}

}  // namespace

PatternMiner::PatternMiner(std::string service, const PatternLimits& limits)
    : service_(std::move(service)), limits_(limits) {}

PatternMiner::Index PatternMiner::root(Index pattern) const {
  while (patterns_[pattern].parent != pattern) pattern = patterns_[pattern].parent;
  return pattern;
}

PatternMiner::Index PatternMiner::find(std::string_view line) {
  tokens_.read(line, limits_.tokens_per_line);
  line_hash_ = tokens_.hash();
  ++lines_;
  const auto known = shapes_.find(line_hash_);
  if (known == shapes_.end()) return kNone;
  known->second = root(known->second);
  patterns_[known->second].last_seen = lines_;
  return known->second;
}

PatternMiner::Learnt PatternMiner::learn() {
  tokens_.canonicalise();
  const std::uint64_t form_hash = tokens_.hash();
  Learnt learnt;
  if (const auto known = forms_.find(form_hash); known != forms_.end()) {
    learnt.pattern = root(known->second);
  } else if (const Index general = match_general(tokens_.tokens(), kNone); general != kNone) {
    learnt.pattern = general;
    forms_.emplace(form_hash, general);
  } else {
    const Index fresh = add_pattern(form_hash);
    enter_contexts(fresh);
    learnt.pattern = root(fresh);
    learnt.fresh = learnt.pattern == fresh;
    changed_ = true;
  }
  patterns_[learnt.pattern].last_seen = lines_;
  if (shapes_.size() >= limits_.shapes) shapes_.clear();
  if (forms_.size() >= 2 * limits_.shapes) forms_.clear();
  shapes_[line_hash_] = learnt.pattern;
  return learnt;
}

PatternMiner::Index PatternMiner::add_pattern(std::uint64_t form_hash) {
  const auto index = static_cast<Index>(patterns_.size());
  Pattern& pattern = patterns_.emplace_back();
  pattern.parent = index;
  const std::vector<LogToken>& tokens = tokens_.tokens();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view text = tokens_.text_of(tokens[i]);
    FormToken token{tokens[i].hash, tokens[i].kind};
    if (i > 0) {
      const std::string_view before = tokens_.text_of(tokens[i - 1]);
      token.after_equals = tokens[i - 1].kind == TokenKind::mark && before == "=";
      token.after_relation = tokens[i - 1].kind == TokenKind::word && is_relation(before);
    }
    token.dotted = text.find('.') != std::string_view::npos;
    pattern.form.push_back(token);
    pattern.words.push_back((tokens[i].blank_before ? " " : "") + cut(text, 128));
  }
  pattern.text = tokens_.render(limits_.text_bytes);
  pattern.id = pattern_id(service_, pattern.text);
  forms_.emplace(form_hash, index);
  ++live_;
  return index;
}

std::uint64_t PatternMiner::hash_form(const std::vector<FormToken>& form) {
  // As hash_tokens() does, so that forms and lines meet.
  std::vector<LogToken> tokens(form.size());
  for (std::size_t i = 0; i < form.size(); ++i) tokens[i].hash = form[i].hash;
  return hash_tokens(tokens);
}

PatternMiner::Context& PatternMiner::context_at(std::uint64_t hash) {
  if (const auto known = contexts_.find(hash); known != contexts_.end()) return known->second;
  if (contexts_.size() >= limits_.contexts / 2) {
    older_contexts_ = std::move(contexts_);
    contexts_.clear();
  }
  Context& context = contexts_[hash];
  if (const auto older = older_contexts_.find(hash); older != older_contexts_.end()) {
    context = std::move(older->second);
    older_contexts_.erase(older);
  }
  return context;
}

std::size_t PatternMiner::limit_for(const std::vector<FormToken>& form, std::size_t column,
                                    std::size_t constants) const {
  const FormToken& token = form[column];
  if (constants <= 1) return kAlways;  // nothing else would be left to know the line by
  if (token.after_equals) return kKeyValue;
  if (column == 0) return kFirstWord;
  if (token.dotted || token.kind == TokenKind::soft || token.after_relation) return kLikelyName;
  return kAnyWord;
}

void PatternMiner::enter_contexts(Index pattern) {
  if (patterns_[pattern].form.size() > kLongestGeneral) return;
  // A merge changes the form; begin again with the new one. Each merge makes a variable, so this ends.
  for (bool changed = true; changed;) {
    changed = false;
    pattern = root(pattern);
    const std::vector<FormToken>& form = patterns_[pattern].form;
    const auto constants = static_cast<std::size_t>(
        std::count_if(form.begin(), form.end(), [](const FormToken& t) { return t.is_constant(); }));
    for (std::size_t column = 0; column < form.size() && !changed; ++column)
      if (form[column].kind != TokenKind::mark) changed = try_column(pattern, column, constants);
  }
}

// Leaves `column` (and every other place with the same word) out and looks who else is like that. True: merged.
bool PatternMiner::try_column(Index pattern, std::size_t column, std::size_t constants) {
  const std::vector<FormToken>& form = patterns_[pattern].form;
  const FormToken& token = form[column];
  const bool variable = token.kind == TokenKind::variable;
  std::uint64_t sum = form.size();
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool out = i == column || (!variable && form[i].hash == token.hash);
    sum += (out ? kVariableHash : form[i].hash) * position_factor(i);
  }
  Context& context = context_at(combine_hash(sum, 0x636f6c));
  const std::size_t limit = limit_for(form, column, constants + (variable ? 1 : 0));
  // A word and a value in one place are one thing, unless there is nothing else to go by.
  const bool meets = constants + (variable ? 1 : 0) > 1;
  if (variable) {
    context.with_variable = pattern;
  } else {
    const auto same = std::find_if(context.values.begin(), context.values.end(),
                                   [&](const auto& value) { return value.second == token.hash; });
    if (same == context.values.end() && context.values.size() < kAlways)
      context.values.emplace_back(pattern, token.hash);
  }
  const bool general = context.with_variable != kNone && !context.values.empty() && meets;
  if (!general && context.values.size() < limit) return false;

  Index merged = pattern;
  for (const auto& [member, hash] : context.values) merged = merge(merged, member);
  if (context.with_variable != kNone) merged = merge(merged, context.with_variable);
  context.values.clear();
  context.with_variable = merged;
  settle(merged);
  return true;
}

// Two patterns of one length become one: the older one's id, a variable wherever they differ.
PatternMiner::Index PatternMiner::merge(Index a, Index b) {
  a = root(a);
  b = root(b);
  if (a == b) return a;
  Pattern& older = patterns_[std::min(a, b)];
  Pattern& younger = patterns_[std::max(a, b)];
  CHECK(older.form.size() == younger.form.size());
  for (std::size_t i = 0; i < older.form.size(); ++i) {
    if (older.form[i].hash == younger.form[i].hash) continue;
    older.form[i].kind = TokenKind::variable;
    older.form[i].hash = kVariableHash;
  }
  younger.parent = std::min(a, b);
  younger.form = {};
  younger.words = {};
  older.last_seen = std::max(older.last_seen, younger.last_seen);
  older.general = true;
  --live_;
  return std::min(a, b);
}

// After a merge: the new text, and lines of the new form lead here.
void PatternMiner::settle(Index pattern) {
  while (true) {
    pattern = root(pattern);
    const auto [known, fresh] = forms_.emplace(hash_form(patterns_[pattern].form), pattern);
    if (fresh || root(known->second) == pattern) break;
    pattern = merge(pattern, known->second);
  }
  patterns_[pattern].text = render(patterns_[pattern], limits_.text_bytes);
  enter_postings(pattern);
}

std::string PatternMiner::render(const Pattern& pattern, std::size_t limit) {
  std::string text;
  for (std::size_t i = 0; i < pattern.form.size() && text.size() <= limit; ++i) {
    const std::string_view word = pattern.words[i];
    const bool blank = !word.empty() && word[0] == ' ';
    if (blank && !text.empty()) text += ' ';
    const std::string_view bare = blank ? word.substr(1) : word;
    if (pattern.form[i].kind == TokenKind::variable) {
      text += "<*>";
    } else if (pattern.form[i].kind == TokenKind::soft) {
      for (std::size_t k = 0; k < bare.size(); ++k) {
        const bool digit = bare[k] >= '0' && bare[k] <= '9';
        if (!digit)
          text += bare[k];
        else if (k == 0 || bare[k - 1] < '0' || bare[k - 1] > '9')
          text += "<*>";
      }
    } else {
      text += bare;
    }
  }
  return cut(text, limit);
}

// A general pattern is found by its rarest constant; the longest word stands in for it.
void PatternMiner::enter_postings(Index pattern) {
  const Pattern& target = patterns_[pattern];
  std::size_t best = SIZE_MAX, best_length = 0;
  for (std::size_t i = 0; i < target.form.size(); ++i) {
    if (!target.form[i].is_constant() || target.words[i].size() <= best_length) continue;
    best = i;
    best_length = target.words[i].size();
  }
  if (best == SIZE_MAX) return;
  std::vector<Index>& list = postings_[posting_key(target.form.size(), best, target.form[best].hash)];
  if (std::find(list.begin(), list.end(), pattern) == list.end() && list.size() < kPostings) list.push_back(pattern);
}

template <class Token>
PatternMiner::Index PatternMiner::match_general(const std::vector<Token>& tokens, Index except) const {
  if (postings_.empty() || tokens.size() > kLongestGeneral) return kNone;
  Index best = kNone;
  std::size_t best_constants = 0;
  for (std::size_t column = 0; column < tokens.size(); ++column) {
    if (!tokens[column].is_constant()) continue;
    const auto list = postings_.find(posting_key(tokens.size(), column, tokens[column].hash));
    if (list == postings_.end()) continue;
    for (const Index candidate : list->second) {
      const Index live = root(candidate);
      const std::vector<FormToken>& form = patterns_[live].form;
      if (live == except || form.size() != tokens.size()) continue;
      std::size_t constants = 0;
      bool fits = true;
      for (std::size_t i = 0; i < form.size() && fits; ++i) {
        if (form[i].kind == TokenKind::variable)
          fits = tokens[i].kind != TokenKind::mark;
        else
          fits = form[i].hash == tokens[i].hash, constants += form[i].is_constant();
      }
      // The one that says most; the older among equals.
      if (fits && (constants > best_constants || (constants == best_constants && live < best)))
        best = live, best_constants = constants;
    }
  }
  return best;
}

void PatternMiner::consolidate() {
  if (!changed_) return;
  changed_ = false;
  for (Index i = 0; i < patterns_.size(); ++i) {
    if (patterns_[i].parent != i) continue;
    const Index general = match_general(patterns_[i].form, i);
    if (general != kNone) settle(merge(i, general));
  }
}

std::vector<PatternMiner::Index> PatternMiner::forget_to(std::size_t keep) {
  std::vector<Index> roots;
  for (Index i = 0; i < patterns_.size(); ++i)
    if (patterns_[i].parent == i) roots.push_back(i);
  if (roots.size() > keep) {
    std::sort(roots.begin(), roots.end(), [&](Index a, Index b) {
      return std::tuple(~patterns_[a].last_seen, patterns_[a].id.value) <
             std::tuple(~patterns_[b].last_seen, patterns_[b].id.value);
    });
    roots.resize(keep);
    std::sort(roots.begin(), roots.end());  // age decides whose id stays
  }
  std::vector<Index> moved(patterns_.size(), kNone);
  std::vector<Pattern> kept;
  kept.reserve(roots.size());
  for (const Index old : roots) {
    moved[old] = static_cast<Index>(kept.size());
    kept.push_back(std::move(patterns_[old]));
    kept.back().parent = moved[old];
  }
  for (Index i = 0; i < moved.size(); ++i) {
    Index at = i;
    while (patterns_[at].parent != at && moved[at] == kNone) at = patterns_[at].parent;
    if (moved[i] == kNone) moved[i] = moved[at];
  }
  patterns_ = std::move(kept);
  live_ = patterns_.size();
  shapes_.clear();
  forms_.clear();
  contexts_.clear();
  older_contexts_.clear();
  postings_.clear();
  for (Index i = 0; i < patterns_.size(); ++i) {
    forms_.emplace(hash_form(patterns_[i].form), i);
    if (patterns_[i].general) enter_postings(i);
  }
  // What they may merge with is learnt anew.
  for (Index i = 0; i < patterns_.size(); ++i) enter_contexts(i);
  return moved;
}

}  // namespace nightjar
