// io/act/xml_rpc.h
// As much of XML-RPC as supervisor needs: a call with texts and booleans, an answer flattened to name -> text.
// Pure. Source: XML-RPC specification, 1999.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <absl/status/statusor.h>

namespace nightjar {

using XmlRpcParameter = std::variant<std::string, bool>;
std::string xml_rpc_call(std::string_view method, const std::vector<XmlRpcParameter>& parameters);

struct XmlRpcAnswer {
  int fault_code = 0;  // 0: no fault
  std::string fault;
  std::string value;                           // of an answer that is one scalar
  std::map<std::string, std::string> members;  // of an answer that is a structure
};
// invalid_argument: not an XML-RPC answer. Nested structures are not told apart.
absl::StatusOr<XmlRpcAnswer> parse_xml_rpc(std::string_view text);

}  // namespace nightjar
