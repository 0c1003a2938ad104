#pragma once

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <string>
#include <string_view>

namespace countersign::relay {

/// bytes must live until the statement has run.
inline void bindBytes(SQLite::Statement& statement, int index, std::string_view bytes)
{
    // A null pointer would bind NULL; an empty body is an empty body.
    statement.bindNoCopy(index, bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size()));
}

/// A copy is bound: for short texts.
inline void bindText(SQLite::Statement& statement, int index, std::string_view text)
{
    statement.bind(index, std::string(text));
}

inline std::string readBytes(const SQLite::Column& column)
{
    const auto* data = static_cast<const char*>(column.getBlob());
    return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(column.getBytes()));
}

}  // namespace countersign::relay
