// Syslog over real sockets, and the gatherer's manners when the journal is slow.
#include "io/receive/syslog.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "io/net/address_list.h"
#include "io/receive/line_gatherer.h"
#include "tests/unit/io_receive/door_fixture.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

class SyslogDoor : public DoorTest {
 protected:
  void listen() {
    SyslogSettings settings;
    settings.udp = settings.tcp = "127.0.0.1:0";
    auto server = SyslogServer::start(settings, doorway_);
    ASSERT_TRUE(server.ok()) << server.status();
    syslog_ = *std::move(server);
  }
  static int connected(int type, std::uint16_t port) {
    const int fd = ::socket(AF_INET, type, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    return fd;
  }
  static void send(int fd, std::string_view bytes) {
    EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  // Bodies of all records that were journalled, once there are `count` or some seconds are over.
  std::vector<std::string> bodies(std::size_t count) {
    std::vector<std::string> found;
    for (int i = 0; i < 500; ++i) {
      found.clear();
      {
        std::lock_guard lock(inbox_.mutex);
        for (const InputBody& input : inbox_.taken) {
          const auto& arrived = std::get<SignalsArrived>(input);
          const auto signals = decode(arrived.encoding, arrived.body, arrived.verdict, arrived.labels);
          for (const Signals& one : *signals)
            for (const LogRecord& record : one.logs) found.push_back(record.body);
        }
      }
      if (found.size() >= count) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  std::unique_ptr<SyslogServer> syslog_;
};

TEST_F(SyslogDoor, UdpAndBothFramingsOfTcp) {
  listen();
  const int datagrams = connected(SOCK_DGRAM, syslog_->udp_port()), lines = connected(SOCK_STREAM, syslog_->tcp_port()),
            counted = connected(SOCK_STREAM, syslog_->tcp_port());
  send(datagrams, "<13>Nov 24 22:50:40 h a: by udp");
  send(lines, "<13>Nov 24 22:50:40 h b: by li");
  send(counted, "36 <13>Nov 24 22:50:40 h c: by\ncounting\n");
  send(lines, "nes\n<13>Nov 24 22:50:40 h d: without end");
  ::close(lines);
  EXPECT_EQ(bodies(4), (std::vector<std::string>{"by\ncounting", "by lines", "by udp", "without end"}));
  ::close(datagrams);
  ::close(counted);
  syslog_->stop();
  EXPECT_EQ(ledger_.counts(Door::syslog).items, 4u);
}

TEST_F(SyslogDoor, WhileTheInboxRefusesTcpWaitsAndNothingIsLost) {
  inbox_.refuse = unavailable("busy");
  listen();
  const int fd = connected(SOCK_STREAM, syslog_->tcp_port());
  constexpr int kLines = 60'000;
  std::thread sender([fd] {
    std::string batch;
    for (int i = 0; i < kLines; ++i) {
      batch += fmt::format("<13>Nov 24 22:50:40 h a: line {:06} {}\n", i, std::string(150, 'x'));
      if (batch.size() < 60'000) continue;
      send(fd, batch);
      batch.clear();
    }
    send(fd, batch);
    ::close(fd);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_EQ(inbox_.count(), 0u);
  {
    std::lock_guard lock(inbox_.mutex);
    inbox_.refuse = absl::OkStatus();
  }
  sender.join();
  std::uint64_t items = 0;
  for (int i = 0; i < 1500 && items < kLines; ++i) {
    items = ledger_.counts(Door::syslog).items;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(items, static_cast<std::uint64_t>(kLines));
}

TEST_F(SyslogDoor, StopGivesWhatWasGathered) {
  listen();
  const int fd = connected(SOCK_DGRAM, syslog_->udp_port());
  send(fd, "<13>Nov 24 22:50:40 h a: last words");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  syslog_->stop();
  EXPECT_EQ(bodies(1), std::vector<std::string>{"last words"});
  ::close(fd);
}

TEST_F(SyslogDoor, AnAddressInUseSaysWhichSetting) {
  listen();
  SyslogSettings settings;
  settings.tcp = fmt::format("127.0.0.1:{}", syslog_->tcp_port());
  const auto second = SyslogServer::start(settings, doorway_);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(message_of(second.status())), ::testing::HasSubstr("listen.syslog_tcp"));
  settings = {};
  settings.tls = "127.0.0.1:0";
  settings.tls_files = {"/none/cert.pem", "/none/key.pem", ""};
  EXPECT_THAT(std::string(message_of(SyslogServer::start(settings, doorway_).status())),
              ::testing::HasSubstr("tls.certificate_file: /none/cert.pem"));
}

TEST(LineGatherer, OrderHoldsThroughRefusalsAndRoomIsBounded) {
  FakeInbox inbox;
  ManualClock clock{kNow};
  DoorLedger ledger;
  LiveStatus status;
  ByteBudget budget{1u << 20};
  WorkPool pool{1, 4};
  Doorway doorway{inbox, clock, ledger, status, pool, pool, budget, Limits{}, {}};
  LineGatherer::Settings settings;
  settings.batch_bytes = 64;
  LineGatherer gatherer(doorway, settings);
  inbox.refuse = unavailable("busy");
  Duration now = seconds(1);
  for (int i = 0; gatherer.has_room(); ++i) {
    ASSERT_LT(i, 100);
    gatherer.add({LineKind::plain, false, false, false, kNow, "/a", fmt::format("{:040}", i)}, now);
  }
  for (int i = 0; i < 5; ++i) gatherer.turn(now = now + seconds(1));
  EXPECT_EQ(inbox.count(), 0u);
  inbox.refuse = absl::OkStatus();
  for (int i = 0; i < 40; ++i) gatherer.turn(now = now + seconds(1));
  EXPECT_TRUE(gatherer.is_empty());
  std::string all;
  for (const InputBody& input : inbox.taken) {
    const auto& arrived = std::get<SignalsArrived>(input);
    const auto signals = decode(arrived.encoding, arrived.body, arrived.verdict);
    for (const Signals& one : *signals)
      for (const LogRecord& record : one.logs) all += record.body.substr(38);
  }
  EXPECT_EQ(all.substr(0, 8), "00010203");
}

TEST(LineGatherer, AQuietBatchGoesAndABusyOneGoesAfterASecond) {
  FakeInbox inbox;
  ManualClock clock{kNow};
  DoorLedger ledger;
  LiveStatus status;
  ByteBudget budget{1u << 20};
  WorkPool pool{1, 4};
  Doorway doorway{inbox, clock, ledger, status, pool, pool, budget, Limits{}, {}};
  LineGatherer gatherer(doorway, {});
  const auto add = [&](Duration now) { gatherer.add({LineKind::plain, false, false, false, kNow, "/a", "x"}, now); };
  add(milliseconds(0));
  gatherer.turn(milliseconds(150));
  EXPECT_EQ(inbox.count(), 0u);
  gatherer.turn(milliseconds(210));
  EXPECT_EQ(inbox.count(), 1u);
  for (int at = 1000; at < 1950; at += 50) {
    add(milliseconds(at));
    gatherer.turn(milliseconds(at));
  }
  EXPECT_EQ(inbox.count(), 1u);
  add(milliseconds(2000));
  gatherer.turn(milliseconds(2000));
  EXPECT_EQ(inbox.count(), 2u);
}

TEST(AddressList, RangesOfBothFamilies) {
  using boost::asio::ip::make_address;
  const auto list = AddressList::parse({"10.0.0.0/9", "192.0.2.7", "2001:db8::/33"});
  ASSERT_TRUE(list.ok());
  for (const char* in : {"10.127.255.255", "192.0.2.7", "127.0.0.1", "::1", "2001:db8:7fff::1", "::ffff:10.1.1.1"})
    EXPECT_TRUE(list->contains(make_address(in))) << in;
  for (const char* out : {"10.128.0.0", "192.0.2.8", "2001:db8:8000::1", "::ffff:11.0.0.1"})
    EXPECT_FALSE(list->contains(make_address(out))) << out;
  for (const char* wrong : {"10.0.0.0/33", "10.0.0/8", "x", "", "10.0.0.0/", "10.0.0.0/8x"})
    EXPECT_FALSE(AddressList::parse({wrong}).ok()) << wrong;
}

}  // namespace
}  // namespace nightjar
