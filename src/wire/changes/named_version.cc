#include "wire/changes/named_version.h"

#include <algorithm>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::size_t kNameBytes = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "v2.4.1" and "2.4.1" -> "2.4.1"; "" when it is no version: a version starts with a digit and has a dot.
std::string_view version_in(std::string_view text) {
  if (text.size() > 1 && text.front() == 'v' && is_digit(text[1])) text.remove_prefix(1);
  return !text.empty() && is_digit(text.front()) && text.find('.') != std::string_view::npos ? text
                                                                                             : std::string_view();
}

// Branches of versions, not services of that name.
bool names_no_service(std::string_view name) {
  constexpr std::string_view kWords[] = {"release", "releases", "hotfix", "version", "versions", "v", "rc", "stable"};
  return std::find(std::begin(kWords), std::end(kWords), name) != std::end(kWords);
}

int hex_of(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Broken escapes stay as they are.
std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_of(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_of(text[i + 2]) : -1;
    if (low >= 0) i += 2;
    result += low >= 0 ? static_cast<char>(high * 16 + low) : text[i];
  }
  return is_utf8(result) ? result : std::string(text);
}

std::string_view after_last(std::string_view text, char separator) {
  const std::size_t at = text.rfind(separator);
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

// Splits at the first separator; the second part is empty when there is none.
std::pair<std::string_view, std::string_view> split(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::string tag_or_version(std::string_view tag) {
  const std::string_view version = version_in(tag);
  return cut(version.empty() ? tag : version, kNameBytes);
}

ServiceVersion read_package_url(std::string_view rest) {
  const auto [located, subpath] = split(rest, '#');
  const auto [path, qualifiers] = split(located, '?');
  const std::size_t at = path.rfind('@');
  ServiceVersion result{cut(percent_decoded(after_last(path.substr(0, at), '/')), kNameBytes), ""};
  if (at != std::string_view::npos) result.version = tag_or_version(percent_decoded(path.substr(at + 1)));
  for (std::string_view left = qualifiers; !left.empty();) {
    const auto [one, others] = split(left, '&');
    if (one.starts_with("tag=")) result.version = tag_or_version(percent_decoded(one.substr(4)));
    left = others;
  }
  return result;
}

}  // namespace

ServiceVersion read_ref(std::string_view ref) {
  for (std::string_view prefix : {"refs/tags/", "refs/heads/", "origin/"})
    if (ref.starts_with(prefix)) ref.remove_prefix(prefix.size());
  if (const std::string_view version = version_in(ref); !version.empty()) return {"", std::string(version)};
  // The first separator with a version behind it; '@' and '/' before '-', which names and versions contain too.
  for (const char separator : {'@', '/', '-'})
    for (std::size_t i = 1; i + 1 < ref.size(); ++i)
      if (ref[i] == separator)
        if (const std::string_view version = version_in(ref.substr(i + 1)); !version.empty())
          return {names_no_service(ref.substr(0, i)) ? std::string() : std::string(ref.substr(0, i)),
                  std::string(version)};
  return {};
}

ServiceVersion read_artifact(std::string_view artifact) {
  if (artifact.starts_with("pkg:")) return read_package_url(artifact.substr(4));
  const auto [reference, digest] = split(artifact, '@');
  const auto [name, tag] = split(after_last(reference, '/'), ':');
  return {cut(name, kNameBytes), tag.empty() ? cut(digest, kNameBytes) : tag_or_version(tag)};
}

std::string repository_of(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
    url = split(url, '/').second;
  } else if (const std::size_t at = url.find('@'); at != std::string_view::npos) {
    const std::string_view path = split(url.substr(at + 1), ':').second;  // git@host:shop/payment.git
    if (!path.empty()) url = path;
  }
  while (url.ends_with('/')) url.remove_suffix(1);
  if (url.ends_with(".git")) url.remove_suffix(4);
  return cut(url, kNameBytes);
}

std::string first_line(std::string_view text, std::size_t limit) {
  return cut(text.substr(0, text.find_first_of("\r\n")), limit);
}

}  // namespace nightjar
