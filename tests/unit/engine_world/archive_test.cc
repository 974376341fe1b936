#include "engine/world/archive.h"

#include <deque>
#include <limits>
#include <map>
#include <set>

#include <absl/container/flat_hash_map.h>

#include "engine/world/world.h"

namespace nightjar {
namespace {

enum class Colour : std::uint8_t { red, green };
struct Leaf {
  std::string name;
  std::optional<double> weight;
  auto operator<=>(const Leaf&) const = default;
};
struct Tree {
  int height = 0;
  Colour colour = Colour::red;
  std::vector<Leaf> leaves;
  std::map<std::pair<std::string, int>, std::set<std::string>> names;
  std::deque<std::vector<std::uint16_t>> rings;
  std::array<std::optional<Leaf>, 3> first;
  std::variant<int, std::string, Leaf> fruit;
  std::tuple<bool, float> flags;
  auto operator<=>(const Tree&) const = default;
};

Tree an_oak() {
  return {7,
          Colour::green,
          {{"a", 0.5}, {"", std::nullopt}},
          {{{"x", 1}, {"p", "q"}}, {{"x", 2}, {}}},
          {{1, 2, 65'535}, {}},
          {Leaf{"b", std::numeric_limits<double>::infinity()}, std::nullopt, Leaf{}},
          Leaf{"acorn", -0.0},
          {true, 1.5F}};
}

TEST(Archive, PlainAggregatesNeedNoList) {
  const Tree oak = an_oak();
  Tree read;
  read.leaves.resize(9);  // what was there before goes
  ASSERT_TRUE(unarchive(archived(oak), read));
  EXPECT_EQ(read, oak);
  EXPECT_EQ(archived(read), archived(oak));
}

TEST(Archive, EveryCutIsNoticedAndSoIsARest) {
  const std::string bytes = archived(an_oak());
  for (std::size_t keep = 0; keep < bytes.size(); ++keep) {
    Tree read;
    EXPECT_FALSE(unarchive(std::string_view(bytes).substr(0, keep), read)) << keep;
  }
  Tree read;
  EXPECT_FALSE(unarchive(bytes + '\0', read));
}

TEST(Archive, ALengthThatCannotBeIsNotBelieved) {
  std::vector<std::string> read;
  EXPECT_FALSE(unarchive(archived(std::uint64_t{1} << 62), read));
  EXPECT_TRUE(read.empty());
  std::variant<int, bool> neither;
  EXPECT_FALSE(unarchive(archived(std::tuple<std::size_t, int>{2, 5}), neither));
}

TEST(Archive, HashMapsAreWrittenInOrderOfTheirKeys) {
  absl::flat_hash_map<std::uint64_t, std::string> up, down;
  for (std::uint64_t i = 0; i < 1000; ++i) up[i] = std::to_string(i);
  for (std::uint64_t i = 1000; i-- > 0;) down[i] = std::to_string(i);
  EXPECT_EQ(archived(up), archived(down));
}

// A class that keeps something for itself and something it makes again.
class Shelf {
 public:
  explicit Shelf(int width) : width_(width) {}
  void put(const std::string& name, int pages) { books_.emplace(name, std::make_unique<Leaf>(Leaf{name, pages})); }
  int width() const { return width_; }
  std::size_t books() const { return books_.size(); }
  template <class Archive>
  void carry(Archive& archive) {
    archive.keyed(books_, [](const std::string&) { return std::make_unique<Leaf>(); });
    archive(spare_);
  }

 private:
  const int width_;
  std::map<std::string, std::unique_ptr<Leaf>> books_;
  std::unique_ptr<Leaf> spare_;
};

TEST(Archive, PrivateStateIsWhatCarryLists) {
  Shelf shelf(80);
  shelf.put("emma", 400), shelf.put("ulysses", 700);
  Shelf read(60);
  ASSERT_TRUE(unarchive(archived(shelf), read));
  EXPECT_EQ(read.books(), 2u);
  EXPECT_EQ(read.width(), 60);
  EXPECT_EQ(archived(read), archived(shelf));
}

struct One {
  int a = 0;
  std::string b;
};
struct Other {
  int a = 0;
  std::string b;
};
struct OneMore {
  int a = 0;
  std::string b;
  bool c = false;
};

TEST(Archive, TheShapeKnowsEveryTypeOnTheWay) {
  EXPECT_EQ(shape_of(Tree{}), shape_of(an_oak())) << "of types, not of values";
  EXPECT_NE(shape_of(One{}), shape_of(OneMore{}));
  EXPECT_NE(shape_of(One{}), shape_of(Other{})) << "another noun with the same fields";
  EXPECT_NE(shape_of(std::vector<One>{}), shape_of(std::vector<OneMore>{})) << "inside an empty list too";
  EXPECT_NE(shape_of(std::map<int, One>{}), shape_of(std::map<unsigned, One>{}));
  EXPECT_NE((shape_of(std::variant<int, One>{})), (shape_of(std::variant<int, OneMore>{})));
  EXPECT_NE(shape_of(std::vector<Colour>{}), shape_of(std::vector<SymptomKind>{}));
}

TEST(Archive, TheHallIsCarriedAsItIs) {
  World world;
  world.now = Timestamp{5};
  world.kill_switch = true;
  world.config.policies.emplace_back().actions = {"rollback"};
  world.services[ServiceName{"pay"}].instances[InstanceName{"pay-1"}] = {"2.0", Timestamp{1}, Timestamp{2}};
  WindowRollups window;
  window.window = {Timestamp{10}, Timestamp{20}};
  window.requests.push_back({{ServiceName{"pay"}, "POST /pay", "2.0", InstanceName{"pay-1"}}, {.requests = 3}});
  window.requests.back().counts.durations.observe(123'456, 3);
  window.dependencies.push_back({{ServiceName{"web"}, ServiceName{"pay"}, DependencyKind::http}, {.calls = 3}});
  record_window(world, window);
  world.incidents[{4}].symptoms.emplace_back().alert.emplace().labels = {{"team", "shop"}};
  world.actions[{6}].undoes = ActionId{3};
  world.touched_actions.insert({6});
  world.ids.begin(77);
  World read;
  ASSERT_TRUE(unarchive(archived(world), read));
  EXPECT_EQ(archived(read), archived(world));
  EXPECT_EQ(read.ids.next<ActionId>(), ActionId{77});
  EXPECT_EQ(read.history.newest().requests[0].counts.durations, window.requests[0].counts.durations);
  EXPECT_TRUE(read.graph.callees(ServiceName{"web"}).contains(ServiceName{"pay"}));
  EXPECT_EQ(read.incidents.at({4}).symptoms[0].alert->labels[0].second, "shop");
  EXPECT_EQ(read.config.policies[0].actions[0], "rollback");
}

}  // namespace
}  // namespace nightjar
