#include "core/base/encoding/CsvWriter.h"

#include <algorithm>

namespace countersign {

namespace {

constexpr std::string_view formulaBeginnings = "=+-@\t\r\n";
constexpr std::string_view needsQuotes = ",\"\r\n\t ";

}  // namespace

std::string CsvWriter::cell(std::string_view text)
{
    std::string content(text);
    std::erase(content, '\0');
    if (!content.empty() && formulaBeginnings.find(content.front()) != std::string_view::npos) {
        content.insert(content.begin(), '\'');
    }
    if (content.find_first_of(needsQuotes) == std::string::npos) {
        return content;
    }
    std::string quoted = "\"";
    for (const char c : content) {
        if (c == '"') {
            quoted += '"';
        }
        quoted += c;
    }
    return quoted + '"';
}

std::string CsvWriter::row(std::span<const std::string> cells)
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) {
            line += ',';
        }
        line += cell(cells[i]);
    }
    return line + "\r\n";
}

}  // namespace countersign
