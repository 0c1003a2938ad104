#pragma once

#include <QString>
#include <QStringList>

#include <vector>

namespace countersign {

/// One line of a comparison of two texts.
struct DiffLine
{
    enum class Kind { Same, Removed, Added };
    Kind kind = Kind::Same;
    QString text;

    bool operator==(const DiffLine&) const = default;
};

/// What makes the second text of the first, line by line, by their longest common subsequence. Where both are
/// so long and so different that finding it would take a second, everything between their equal beginnings
/// and ends counts as replaced. Not on the GUI thread.
std::vector<DiffLine> lineDiff(const QString& before, const QString& after);
/// Whether anything differs.
bool hasChanges(const std::vector<DiffLine>& lines);

}  // namespace countersign
