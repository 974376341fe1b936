#include "io/send/outbox.h"

#include <chrono>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "model/words.h"

namespace nightjar {
namespace {

// Writes down what it is given; answers with the next planned status, then OK.
class NotedDestination : public Destination {
 public:
  absl::StatusOr<Delivered> deliver(const Delivery& delivery) override {
    while (hold) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::lock_guard lock(mutex);
    lines.push_back(fmt::format("{} {} {} ref={}", to_string(delivery.id), delivery.thread, word(delivery.operation),
                                delivery.external_ref));
    if (!planned.empty()) {
      const absl::Status status = planned.front();
      planned.erase(planned.begin());
      if (!status.ok()) return status;
    }
    return Delivered{delivery.external_ref.empty() ? "ref-" + delivery.thread : delivery.external_ref, "url"};
  }
  std::vector<std::string> said() {
    const std::lock_guard lock(mutex);
    return lines;
  }
  std::atomic<bool> hold = false;
  std::mutex mutex;
  std::vector<absl::Status> planned;
  std::vector<std::string> lines;
};

class OutboxTest : public testing::Test {
 protected:
  void SetUp() override {
    make({.first_retry = milliseconds(5), .longest_retry = milliseconds(20), .give_up_after = seconds(20)});
  }
  void TearDown() override {
    noted_->hold = false;
    outbox_.reset();
  }
  void make(OutboxSettings settings) {
    outbox_.reset();
    std::map<std::string, std::unique_ptr<Destination>> destinations;
    for (const char* name : {"a", "b"}) {
      auto noted = std::make_unique<NotedDestination>();
      (name[0] == 'a' ? noted_ : other_) = noted.get();
      destinations[name] = std::move(noted);
    }
    outbox_ = std::make_unique<Outbox>(
        std::move(destinations),
        [this](const DeliveryReport& report) {
          const std::lock_guard lock(mutex_);
          reports_.push_back(report);
        },
        settings);
  }
  void offer(std::uint64_t id, DeliveryOperation operation, const std::string& thread = "inc-1",
             const std::string& destination = "a") {
    outbox_->offer({.id = {id}, .destination = destination, .operation = operation, .thread = thread});
  }
  // Waits for n reports; gives them as lines, in the order of ids.
  std::vector<std::string> reports(std::size_t n) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (reports_.size() >= n || std::chrono::steady_clock::now() > deadline) break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // none too many
    const std::lock_guard lock(mutex_);
    std::sort(reports_.begin(), reports_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    std::vector<std::string> lines;
    for (const auto& report : reports_) {
      lines.push_back(to_string(report.id) + (report.delivered ? " delivered " + report.external_ref : " given up"));
    }
    return lines;
  }

  std::unique_ptr<Outbox> outbox_;
  NotedDestination *noted_ = nullptr, *other_ = nullptr;
  std::mutex mutex_;
  std::vector<DeliveryReport> reports_;
};

TEST_F(OutboxTest, UpdatesWaitForTheirCreate) {
  noted_->planned = {unavailable("down"), unavailable("down")};
  offer(1, DeliveryOperation::create);
  offer(2, DeliveryOperation::update);
  offer(3, DeliveryOperation::comment);
  EXPECT_EQ(reports(3), (std::vector<std::string>{"ntf-1 delivered ref-inc-1", "ntf-2 delivered ref-inc-1",
                                                  "ntf-3 delivered ref-inc-1"}));
  EXPECT_EQ(noted_->said(),
            (std::vector<std::string>{"ntf-1 inc-1 create ref=", "ntf-1 inc-1 create ref=", "ntf-1 inc-1 create ref=",
                                      "ntf-2 inc-1 update ref=ref-inc-1", "ntf-3 inc-1 comment ref=ref-inc-1"}));
}

TEST_F(OutboxTest, WaitingUpdatesBecomeTheNewest) {
  noted_->hold = true;
  offer(1, DeliveryOperation::create);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  for (std::uint64_t id = 2; id <= 6; ++id) offer(id, DeliveryOperation::update);
  offer(7, DeliveryOperation::comment);
  offer(8, DeliveryOperation::update);
  noted_->hold = false;
  EXPECT_EQ(reports(8).size(), 8u) << "each notification is reported once";
  EXPECT_EQ(noted_->said(),
            (std::vector<std::string>{"ntf-1 inc-1 create ref=", "ntf-6 inc-1 update ref=ref-inc-1",
                                      "ntf-7 inc-1 comment ref=ref-inc-1", "ntf-8 inc-1 update ref=ref-inc-1"}));
}

TEST_F(OutboxTest, NeverTriesARefusalAgain) {
  noted_->planned = {failed_precondition("404"), absl::OkStatus(), failed_precondition("403")};
  offer(1, DeliveryOperation::create);
  offer(2, DeliveryOperation::update);
  offer(3, DeliveryOperation::comment, "inc-2");
  offer(4, DeliveryOperation::create, "inc-3");
  EXPECT_EQ(reports(4), (std::vector<std::string>{"ntf-1 given up", "ntf-2 delivered ref-inc-1", "ntf-3 given up",
                                                  "ntf-4 given up"}));
  EXPECT_EQ(noted_->said(),
            (std::vector<std::string>{"ntf-1 inc-1 create ref=", "ntf-2 inc-1 create ref=", "ntf-4 inc-3 create ref="}))
      << "an update is the second chance of a refused create; a comment on nothing is not sent";
}

TEST_F(OutboxTest, GivesUpInTheEnd) {
  make({.first_retry = milliseconds(5), .longest_retry = milliseconds(5), .give_up_after = milliseconds(50)});
  noted_->planned = std::vector<absl::Status>(1000, unavailable("down"));
  offer(1, DeliveryOperation::create);
  EXPECT_EQ(reports(1), (std::vector<std::string>{"ntf-1 given up"}));
  EXPECT_GT(noted_->said().size(), 3u);
}

TEST_F(OutboxTest, AnIdIsTakenOnce) {
  for (int i = 0; i < 3; ++i) offer(1, DeliveryOperation::create);
  EXPECT_EQ(reports(1).size(), 1u);
  offer(1, DeliveryOperation::create);
  EXPECT_EQ(reports(1).size(), 1u);
  EXPECT_EQ(noted_->said().size(), 1u);
}

TEST_F(OutboxTest, ARepeatedCreateOfAKnownThreadIsAnUpdate) {
  outbox_->know("a", "inc-1", "ref-before-the-crash");
  offer(1, DeliveryOperation::create);
  EXPECT_EQ(reports(1), (std::vector<std::string>{"ntf-1 delivered ref-before-the-crash"}));
  EXPECT_EQ(noted_->said(), (std::vector<std::string>{"ntf-1 inc-1 update ref=ref-before-the-crash"}));
}

TEST_F(OutboxTest, ASlowDestinationOrThreadHoldsUpNobody) {
  noted_->hold = true;
  offer(1, DeliveryOperation::create);
  offer(2, DeliveryOperation::create, "inc-1", "b");
  EXPECT_EQ(reports(1), (std::vector<std::string>{"ntf-2 delivered ref-inc-1"}));
  noted_->planned = std::vector<absl::Status>(5, unavailable("only inc-1"));
  noted_->hold = false;
  reports(2);
  noted_->planned = {unavailable("one message is ill"), absl::OkStatus()};
  offer(3, DeliveryOperation::create, "inc-3");
  offer(4, DeliveryOperation::create, "inc-4");
  reports(4);
  const auto said = noted_->said();
  EXPECT_EQ(said.back(), "ntf-3 inc-3 create ref=") << "inc-4 went by while inc-3 waited";
}

TEST_F(OutboxTest, IsBoundedAndSaysSo) {
  make({.most_waiting = 2});
  noted_->hold = true;
  offer(1, DeliveryOperation::create, "inc-1");
  offer(2, DeliveryOperation::create, "inc-2");
  offer(3, DeliveryOperation::create, "inc-3");
  offer(4, DeliveryOperation::create, "inc-4", "nobody");
  EXPECT_EQ(reports(2), (std::vector<std::string>{"ntf-3 given up", "ntf-4 given up"}));
  EXPECT_EQ(outbox_->waiting(), 2u);
  EXPECT_EQ(reports_[1].error, "no destination is called \"nobody\"; add it to nightjar.yaml");
  noted_->hold = false;
  EXPECT_EQ(reports(4).size(), 4u);
}

}  // namespace
}  // namespace nightjar
