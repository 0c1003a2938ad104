#include "core/addressbook/AddressCsv.h"

#include "core/base/encoding/CsvWriter.h"
#include "core/base/text/Utf8.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <set>

namespace countersign {

namespace {

struct AddressCsvText
{
    Q_DECLARE_TR_FUNCTIONS(AddressCsvText)
};

using Cells = std::vector<std::string>;

const std::array<std::string, 5> columns = {"address", "chain", "name", "tags", "lists"};
constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";  // spreadsheets begin with it
constexpr std::size_t maxCellBytes = 1'024;

tl::unexpected<Error> refused(std::size_t line, const QString& reason)
{
    return failure(ErrorCode::InvalidInput,
                   AddressCsvText::tr("Line %1 of the file: %2").arg(line).arg(reason));
}

/// Why this class exists: the position and the line that a fault is in, over one pass.
class CsvReader
{
public:
    explicit CsvReader(std::string_view text) : m_rest(text) {}

    bool atEnd() const { return m_rest.empty(); }
    /// The line that the last row began in.
    std::size_t line() const { return m_rowLine; }

    /// The next row, up to and with its line end.
    Result<Cells> row()
    {
        m_rowLine = m_line;
        Cells cells;
        for (;;) {
            if (cells.size() == columns.size()) {
                return refused(m_rowLine, AddressCsvText::tr("it has more than five cells."));
            }
            ASSIGN_OR_RETURN(auto cell, m_rest.starts_with('"') ? quoted() : plain());
            if (cell.size() > maxCellBytes) {
                return refused(m_rowLine, AddressCsvText::tr("a cell is too long."));
            }
            cells.push_back(std::move(cell));
            if (m_rest.starts_with(',')) {
                m_rest.remove_prefix(1);
            } else if (takeLineEnd()) {
                return cells;
            } else {
                return refused(m_rowLine, AddressCsvText::tr("a comma is missing behind a quotation mark."));
            }
        }
    }

private:
    bool takeLineEnd()
    {
        for (const std::string_view end : {std::string_view("\r\n"), std::string_view("\n")}) {
            if (m_rest.starts_with(end)) {
                m_rest.remove_prefix(end.size());
                ++m_line;
                return true;
            }
        }
        return m_rest.empty();
    }

    Result<std::string> plain()
    {
        const std::size_t length = std::min(m_rest.find_first_of(",\r\n"), m_rest.size());
        std::string cell(m_rest.substr(0, length));
        m_rest.remove_prefix(length);
        if (cell.find('"') != std::string::npos) {
            return refused(m_rowLine, AddressCsvText::tr("a quotation mark stands within a cell."));
        }
        return cell;
    }

    Result<std::string> quoted()
    {
        m_rest.remove_prefix(1);
        std::string cell;
        for (;;) {
            const std::size_t length = m_rest.find('"');
            if (length == std::string_view::npos) {
                return refused(m_rowLine, AddressCsvText::tr("a quotation mark is missing."));
            }
            cell += m_rest.substr(0, length);
            m_rest.remove_prefix(length + 1);
            if (!m_rest.starts_with('"')) {
                break;
            }
            cell += '"';
            m_rest.remove_prefix(1);
        }
        m_line += static_cast<std::size_t>(std::ranges::count(cell, '\n'));
        return cell;
    }

    std::string_view m_rest;
    std::size_t m_line = 1;
    std::size_t m_rowLine = 1;
};

/// Whether CsvWriter led the text by an apostrophe, or it reads as if it had.
bool hasApostrophe(std::string_view text)
{
    constexpr std::string_view formulaBeginnings = "=+-@";
    const std::size_t first = text.find_first_not_of('\'');
    return first > 0 && first != std::string_view::npos &&
           formulaBeginnings.find(text[first]) != std::string_view::npos;
}

/// Blanks around a divider are no part of a name.
std::vector<std::string> labelsOfCell(std::string_view cell)
{
    constexpr std::string_view dividers = "; ";
    std::vector<std::string> labels;
    while (!cell.empty()) {
        const std::size_t length = std::min(cell.find_first_of(dividers), cell.size());
        if (length > 0) {
            labels.emplace_back(cell.substr(0, length));
        }
        cell.remove_prefix(std::min(length + 1, cell.size()));
    }
    return labels;
}

Result<AddressEntry> entryFrom(Cells cells)
{
    for (std::string& cell : cells) {
        cell.erase(0, hasApostrophe(cell) ? 1 : 0);
    }
    return checkedEntry({.chain = cells[1],
                         .address = cells[0],
                         .name = cells[2],
                         .tags = labelsOfCell(cells[3]),
                         .lists = labelsOfCell(cells[4]),
                         .changedAt = 0});
}

}  // namespace

Result<std::vector<AddressEntry>> parseAddressCsv(std::string_view text)
{
    if (text.size() > maxAddressCsvBytes) {
        return failure(ErrorCode::InvalidInput, AddressCsvText::tr("The file is larger than 32 MiB."));
    }
    if (!isWellFormedUtf8(text)) {
        return failure(ErrorCode::InvalidInput, AddressCsvText::tr("The file is no text in UTF-8."));
    }
    CsvReader reader(text.starts_with(byteOrderMark) ? text.substr(byteOrderMark.size()) : text);
    std::vector<AddressEntry> entries;
    std::set<std::pair<std::string, std::string>> seen;
    while (!reader.atEnd()) {
        ASSIGN_OR_RETURN(auto cells, reader.row());
        if (reader.line() == 1 && std::ranges::equal(cells, columns)) {
            continue;
        }
        if (cells.size() != columns.size()) {
            return refused(reader.line(),
                           AddressCsvText::tr("it has not the five cells address, chain, name, "
                                              "tags and lists."));
        }
        auto entry = entryFrom(std::move(cells));
        if (!entry) {
            return refused(reader.line(), entry.error().sentence);
        }
        if (!seen.emplace(entry->chain, entry->address).second) {
            return refused(reader.line(), AddressCsvText::tr("the address was there before."));
        }
        if (entries.size() == maxAddressEntries) {
            return failure(ErrorCode::InvalidInput,
                           AddressCsvText::tr("The file has more than 100,000 addresses."));
        }
        entries.push_back(*std::move(entry));
    }
    return entries;
}

std::string addressCsv(std::span<const AddressEntry> entries)
{
    std::string text = CsvWriter::row(columns);
    for (const AddressEntry& entry : entries) {
        const std::string name = (hasApostrophe(entry.name) ? "'" : "") + entry.name;
        text += CsvWriter::row(
            {entry.address, entry.chain, name, joinedLabels(entry.tags), joinedLabels(entry.lists)});
    }
    return text;
}

}  // namespace countersign
