// engine/observe/statement.h
// A database statement's fingerprint: the text without what differs from call to call, and the table it reads or
// writes. Works on any SQL dialect by looking at tokens only, and leaves other query languages readable. Pure, linear
// time.
#pragma once

#include <string>
#include <string_view>

#include "model/ids.h"

namespace nightjar {

// Comments go, literals and placeholders become `?`, lists of them `(?)`, white space one blank; keywords and names
// stay as written. At most `limit` bytes.
std::string normalise_statement(std::string_view text, std::size_t limit);

// The table after the first FROM, INTO, UPDATE or JOIN of a normalised statement, without quotes; "" when there is
// none.
std::string table_of_statement(std::string_view normalised);

StatementId statement_id(std::string_view normalised);

}  // namespace nightjar
