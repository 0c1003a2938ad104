#pragma once

#include "core/base/Result.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <compare>
#include <string>
#include <string_view>
#include <vector>

// Verifies a database file's schema. Whoever can write the profile's file while nobody has it open can put
// more into it than rows. A trigger may swallow an entry of the record, a generated column or a CHECK compute
// something else than was written, an index hide a row, a view stand in for a table. So a file's table of
// contents is compared, text by text, with what this program's own statements (Schema.h) make of an empty
// database, before anything else is read.

namespace countersign {

/// One row of a database's table of contents.
struct SchemaObject
{
    std::string type;  ///< table or index; in foreign hands also view and trigger
    std::string name;
    std::string table;  ///< what it belongs to
    std::string text;   ///< its statement as comparableText() gives it; empty for the index of a constraint

    auto operator<=>(const SchemaObject&) const = default;
};

/// A statement without the white space that means nothing: another version of SQLite may write other blanks
/// where a column was added. What is between quotes stays as it is.
std::string comparableText(std::string_view sql);

/// All objects of the main database, sorted. Throws SQLite's exceptions.
std::vector<SchemaObject> readSchema(SQLite::Database& database);

/// The file's user_version, if the file is what this program makes of that version, object by object and
/// nothing more; 0 for an empty one. Corrupt when it is no profile, Unsupported when it is newer,
/// BadSignature with a sentence that names the object when one was put in, taken out or changed. To be called
/// inside a transaction, so that all of it is of one moment.
Result<int> examineSchema(SQLite::Database& database);

}  // namespace countersign
