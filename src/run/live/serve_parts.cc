#include "run/live/serve_parts.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/hash.h"
#include "base/text.h"
#include "io/send/destinations.h"
#include "io/send/egress.h"
#include "wire/alerts/sns.h"

namespace nightjar {

absl::Status prepare_data_dir(const std::string& data_dir) {
  std::error_code error;
  for (const char* part : {"", "/hand", "/secrets"}) {
    std::filesystem::create_directories(data_dir + part, error);
    if (error)
      return invalid_argument("data_dir {}: cannot be made ({}); choose another data_dir or change who owns its parent",
                              data_dir, error.message());
  }
  std::filesystem::permissions(data_dir + "/hand", std::filesystem::perms::owner_all, error);
  std::filesystem::permissions(data_dir + "/secrets", std::filesystem::perms::owner_all, error);
  if (::access(data_dir.c_str(), W_OK) != 0)
    return invalid_argument("data_dir {}: not writable by this user; chown it, or choose another data_dir", data_dir);
  return absl::OkStatus();
}

absl::StatusOr<std::string> read_secret(const std::string& path, std::string_view what_for) {
  std::ifstream in(path);
  std::string line;
  if (!in || (!std::getline(in, line) && line.empty()))
    return not_found("{}: cannot be read; it holds {}", path, what_for);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  if (line.empty()) return invalid_argument("{}: its first line is empty; it holds {}", path, what_for);
  return line;
}

absl::StatusOr<std::string> link_secret(const std::string& data_dir) {
  const std::string path = data_dir + "/secrets/links";
  if (auto known = read_secret(path, "the secret that signs links"); known.ok()) return known;
  char bytes[32];
  if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
    return internal_error("getrandom failed: the kernel gives no random bytes");
  const std::string secret = to_hex(std::string_view(bytes, sizeof bytes));
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      fd >= 0 && ::write(fd, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!written) return internal_error("{}: cannot be written; check the disk and who owns data_dir", path);
  return secret;
}

absl::StatusOr<std::map<std::string, std::unique_ptr<Destination>>> make_destinations(const Settings& settings,
                                                                                      const Clock& clock) {
  std::map<std::string, std::unique_ptr<Destination>> destinations;
  for (const DestinationSettings& from : settings.destinations) {
    DestinationRecord record;
    record.name = from.name;
    record.kind = std::string(word(from.kind));
    record.url = from.url;
    record.channel = from.channel;
    record.repository = from.repository;
    record.smtp = from.smtp;
    record.from = from.from;
    record.to = from.to;
    record.egress.allow_private = from.allow_private;
    if (!from.token_file.empty()) {
      auto token = read_secret(from.token_file, fmt::format("the token of destination {}", from.name));
      if (!token.ok()) return token.status();
      record.token = Secret(*std::move(token));
    }
    auto made = make_destination(record, clock);
    if (!made.ok()) return made.status();
    destinations.emplace(from.name, *std::move(made));
  }
  return destinations;
}

std::vector<DoorToken> door_tokens(const Settings& settings) {
  std::vector<DoorToken> tokens;
  for (const DoorTokenSettings& token : settings.door_tokens) {
    SentKinds kinds = token.kinds.empty() ? SentKinds::all() : SentKinds();
    for (const std::string& kind : token.kinds) kinds.add(*parse_sent_kind(kind));  // read_doors has seen to it
    tokens.push_back({token.name, token.token_sha256, kinds, token.labels, token.max_series, token.expires});
  }
  return tokens;
}

namespace {

absl::StatusOr<std::string> fetch_from_sns(const std::string& url) {
  if (!is_sns_url(url)) return permission_denied("not an address of SNS: nothing was fetched");
  HttpCall call;
  call.url = url;
  auto reply = call_destination(Egress{}, std::move(call));
  if (!reply.ok()) return reply.status();
  return std::move(reply->body);
}

}  // namespace

absl::StatusOr<AlertDoorSettings> alert_door_settings(const AlertDoorsPart& part) {
  AlertDoorSettings doors;
  doors.cloudwatch_topics = part.cloudwatch_topics;
  doors.cloudwatch_confirm = part.cloudwatch_confirm;
  doors.fetch_from_sns = fetch_from_sns;
  if (part.sentry_secret_file.empty()) return doors;
  auto secret = read_secret(part.sentry_secret_file, "the client secret of Sentry's integration");
  if (!secret.ok()) return secret.status();
  doors.sentry_secret = *std::move(secret);
  return doors;
}

SyslogSettings syslog_settings(const Settings& settings) {
  SyslogSettings syslog;
  syslog.udp = settings.syslog.udp;
  syslog.tcp = settings.syslog.tcp;
  syslog.tls = settings.syslog.tls;
  syslog.tls_files = {settings.tls.certificate_file, settings.tls.key_file, settings.tls.client_ca_file};
  syslog.allow_from = settings.syslog.allow_from;
  return syslog;
}

FileTailSettings tail_settings(const Settings& settings) {
  FileTailSettings tail;
  tail.checkpoint_file = settings.data_dir + "/tail.json";
  for (const TailPart& part : settings.tail) {
    TailGroupSettings group;
    group.files = part.files;
    group.labels = part.labels;
    group.from = part.from_beginning ? TailFrom::beginning : TailFrom::end;
    group.multiline = part.multiline == "auto"  ? Multiline::automatic
                      : part.multiline == "off" ? Multiline::off
                                                : Multiline::start;
    if (group.multiline == Multiline::start) group.start_pattern = part.multiline;
    tail.groups.push_back(std::move(group));
  }
  return tail;
}

}  // namespace nightjar
