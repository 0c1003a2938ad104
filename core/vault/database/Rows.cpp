#include "core/vault/database/Rows.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct RowsText
{
    Q_DECLARE_TR_FUNCTIONS(RowsText)
};

constexpr std::size_t maxSearchBytes = 512;
}  // namespace

std::string containsPattern(std::string_view text)
{
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') {
            pattern += '\\';
        }
        pattern += c;
    }
    return pattern + '%';
}

Status acceptableSearchText(std::string_view text)
{
    if (text.size() > maxSearchBytes) {
        return failure(ErrorCode::InvalidInput,
                       RowsText::tr("The search text is too long. Search for a part of the address or id."));
    }
    return {};
}

std::string idList(std::span<const std::int64_t> ids)
{
    std::string list;
    for (const std::int64_t id : ids) {
        if (!list.empty()) {
            list += ',';
        }
        list += std::to_string(id);
    }
    return list;
}

std::optional<std::string> optionalTextOf(const SQLite::Column& column)
{
    return column.isNull() ? std::nullopt : std::optional<std::string>(column.getString());
}

std::optional<UnixMillis> optionalTimeOf(const SQLite::Column& column)
{
    return column.isNull() ? std::nullopt : std::optional<UnixMillis>(column.getInt64());
}

Bytes blobOf(const SQLite::Column& column)
{
    const auto* data = static_cast<const std::uint8_t*>(column.getBlob());
    const auto size = static_cast<std::size_t>(column.getBytes());
    return data == nullptr ? Bytes{} : Bytes(data, data + size);
}

}  // namespace countersign
