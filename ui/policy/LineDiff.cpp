#include "ui/policy/LineDiff.h"

#include <algorithm>
#include <cstdint>

namespace countersign {

namespace {

/// Cells of the table of common lengths; two bytes each.
constexpr std::size_t mostCells = 16'000'000;

using LineKind = DiffLine::Kind;

/// common[i][j]: how many lines before[i…] and after[j…] have in common.
std::vector<std::uint16_t> commonLengths(const QStringList& before, const QStringList& after)
{
    const auto rows = static_cast<std::size_t>(before.size());
    const auto columns = static_cast<std::size_t>(after.size());
    std::vector<std::uint16_t> common((rows + 1) * (columns + 1), 0);
    for (std::size_t i = rows; i-- > 0;) {
        for (std::size_t j = columns; j-- > 0;) {
            const std::size_t at = i * (columns + 1) + j;
            const bool same = before[static_cast<qsizetype>(i)] == after[static_cast<qsizetype>(j)];
            common[at] = same ? static_cast<std::uint16_t>(common[at + columns + 2] + 1)
                              : std::max(common[at + columns + 1], common[at + 1]);
        }
    }
    return common;
}

void addMiddle(std::vector<DiffLine>& lines, const QStringList& before, const QStringList& after)
{
    const auto rows = static_cast<std::size_t>(before.size());
    const auto columns = static_cast<std::size_t>(after.size());
    if (rows > UINT16_MAX || columns > UINT16_MAX || (rows + 1) * (columns + 1) > mostCells) {
        for (const QString& line : before) {
            lines.push_back({LineKind::Removed, line});
        }
        for (const QString& line : after) {
            lines.push_back({LineKind::Added, line});
        }
        return;
    }
    const std::vector<std::uint16_t> common = commonLengths(before, after);
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < rows || j < columns) {
        const QString* gone = i < rows ? &before[static_cast<qsizetype>(i)] : nullptr;
        const QString* come = j < columns ? &after[static_cast<qsizetype>(j)] : nullptr;
        const std::size_t at = i * (columns + 1) + j;
        if (gone != nullptr && come != nullptr && *gone == *come) {
            lines.push_back({LineKind::Same, *gone});
            ++i;
            ++j;
        } else if (gone != nullptr && (come == nullptr || common[at + columns + 1] >= common[at + 1])) {
            lines.push_back({LineKind::Removed, *gone});
            ++i;
        } else if (come != nullptr) {
            lines.push_back({LineKind::Added, *come});
            ++j;
        }
    }
}

}  // namespace

std::vector<DiffLine> lineDiff(const QString& before, const QString& after)
{
    const QStringList a = before.split(u'\n');
    const QStringList b = after.split(u'\n');
    const qsizetype shorter = std::min(a.size(), b.size());
    qsizetype head = 0;
    while (head < shorter && a[head] == b[head]) {
        ++head;
    }
    qsizetype tail = 0;
    while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
        ++tail;
    }
    std::vector<DiffLine> lines;
    for (qsizetype i = 0; i < head; ++i) {
        lines.push_back({LineKind::Same, a[i]});
    }
    addMiddle(lines, a.mid(head, a.size() - head - tail), b.mid(head, b.size() - head - tail));
    for (qsizetype i = b.size() - tail; i < b.size(); ++i) {
        lines.push_back({LineKind::Same, b[i]});
    }
    return lines;
}

bool hasChanges(const std::vector<DiffLine>& lines)
{
    return std::ranges::any_of(lines, [](const DiffLine& line) { return line.kind != LineKind::Same; });
}

}  // namespace countersign
