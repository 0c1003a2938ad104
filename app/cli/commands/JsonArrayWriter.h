#pragma once

#include "app/cli/Terminal.h"
#include "core/base/Result.h"
#include "core/base/encoding/Json.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace countersign::cli {

/// A streaming writer of one JSON array: 100,000 wallets are one array on standard output, but never one in
/// memory.
class JsonArrayWriter
{
public:
    explicit JsonArrayWriter(Terminal& terminal) : m_terminal(terminal) {}

    void add(const Json& element)
    {
        m_terminal.write(asBytes((m_isEmpty ? "[" : ",\n ") + dumpJson(element)));
        m_isEmpty = false;
    }
    void end() { m_terminal.write(asBytes(m_isEmpty ? "[]\n" : "]\n")); }

private:
    Terminal& m_terminal;
    bool m_isEmpty = true;
};

/// The rows of a catalog (WalletCatalog and its like) under these ids as one array, read a page at a time.
/// What was written before an error stays written; the array is not closed then.
template <typename Catalog, typename ToJson>
Status writeRows(Terminal& terminal, const Catalog& catalog, std::span<const std::int64_t> ids,
                 ToJson&& toJson)
{
    constexpr std::size_t rowsPerPage = 500;
    JsonArrayWriter writer(terminal);
    for (std::size_t first = 0; first < ids.size(); first += rowsPerPage) {
        ASSIGN_OR_RETURN(const auto rows,
                         catalog.rows(ids.subspan(first, std::min(rowsPerPage, ids.size() - first))));
        for (const auto& row : rows) {
            writer.add(toJson(row));
        }
    }
    writer.end();
    return {};
}

}  // namespace countersign::cli
