#include "io/act/xml_rpc.h"

#include <cstdlib>

#include "base/text.h"

namespace nightjar {
namespace {

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string xml_plain(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t taken = 0;
    for (const auto& [entity, c] : kEntities) {
      if (text.substr(i, entity.size()) == entity) {
        plain += c;
        taken = entity.size();
      }
    }
    if (taken == 0) plain += text[i];
    i += std::max<std::size_t>(taken, 1);
  }
  return plain;
}

bool is_scalar_tag(std::string_view tag) {
  for (const std::string_view scalar : {"int", "i4", "string", "boolean", "double", "dateTime.iso8601"}) {
    if (tag == scalar) return true;
  }
  return false;
}

}  // namespace

std::string xml_rpc_call(std::string_view method, const std::vector<XmlRpcParameter>& parameters) {
  std::string body =
      fmt::format("<?xml version=\"1.0\"?><methodCall><methodName>{}</methodName><params>", xml_escaped(method));
  for (const XmlRpcParameter& parameter : parameters) {
    if (const auto* flag = std::get_if<bool>(&parameter)) {
      body += fmt::format("<param><value><boolean>{}</boolean></value></param>", *flag ? 1 : 0);
    } else {
      body += fmt::format("<param><value><string>{}</string></value></param>",
                          xml_escaped(std::get<std::string>(parameter)));
    }
  }
  return body + "</params></methodCall>";
}

absl::StatusOr<XmlRpcAnswer> parse_xml_rpc(std::string_view text) {
  if (text.find("<methodResponse>") == std::string_view::npos) {
    return invalid_argument("not an XML-RPC answer: \"{}\"; check that the url ends in /RPC2", cut(text, 100));
  }
  XmlRpcAnswer answer;
  std::string name;
  // A walk over the tags without recursion: names are remembered, scalars are filed under the last name.
  for (std::size_t open = text.find('<'); open != std::string_view::npos; open = text.find('<', open + 1)) {
    const std::size_t close = text.find('>', open);
    if (close == std::string_view::npos) return invalid_argument("the XML-RPC answer breaks off inside a tag");
    const std::string_view tag = text.substr(open + 1, close - open - 1);
    if (tag != "name" && !is_scalar_tag(tag)) continue;
    const std::size_t end = text.find("</", close);
    if (end == std::string_view::npos) return invalid_argument("the XML-RPC answer breaks off inside <{}>", tag);
    const std::string content = xml_plain(text.substr(close + 1, end - close - 1));
    if (tag == "name") {
      name = content;
    } else if (name.empty()) {
      answer.value = content;
    } else {
      answer.members[name] = content;
    }
  }
  if (text.find("<fault>") != std::string_view::npos) {
    answer.fault = answer.members["faultString"];
    answer.fault_code = std::atoi(answer.members["faultCode"].c_str());
    if (answer.fault_code == 0) answer.fault_code = -1;
  }
  return answer;
}

}  // namespace nightjar
