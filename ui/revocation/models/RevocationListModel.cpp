#include "ui/revocation/models/RevocationListModel.h"

#include "ui/text/RevocationText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/table/CellDelegate.h"

#include <algorithm>
#include <array>

namespace countersign {

void RevocationListModel::setSummaries(RevocationControl::Summaries summaries)
{
    const bool isSame =
        std::ranges::equal(summaries, m_all, {}, &RevocationSummary::id, &RevocationSummary::id);
    m_all = std::move(summaries);
    if (!isSame) {
        filter();
    } else {
        repaintRows();  // so that selection and scroll position stay
    }
}

void RevocationListModel::setFilter(const QString& text)
{
    m_text = text.trimmed();
    filter();
}

void RevocationListModel::filter()
{
    beginResetModel();
    m_shown.clear();
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        const QString words = QString::fromStdString(m_all[i].id + ' ' + m_all[i].reason);
        if (m_text.isEmpty() || words.contains(m_text, Qt::CaseInsensitive)) {
            m_shown.push_back(i);
        }
    }
    endResetModel();
}

void RevocationListModel::repaintRows()
{
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

QString RevocationListModel::idAt(int row) const
{
    return row >= 0 && row < rowCount()
               ? QString::fromStdString(m_all[m_shown[static_cast<std::size_t>(row)]].id)
               : QString();
}

int RevocationListModel::rowOf(const QString& revocationId) const
{
    const auto found = std::ranges::find(m_shown, revocationId.toStdString(),
                                         [this](std::size_t at) { return m_all[at].id; });
    return found == m_shown.end() ? -1 : static_cast<int>(found - m_shown.begin());
}

int RevocationListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int RevocationListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RevocationListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("State"), tr("Begun"), tr("Wallets"), tr("Reason")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QString RevocationListModel::words(const RevocationSummary& summary, int column) const
{
    switch (column) {
        case StateColumn:
            return revocationState(summary).word;
        case BegunColumn:
            return summary.damage ? QString() : relativeTime(summary.startedAt, m_clock.now());
        case WalletsColumn:
            return summary.damage ? QString() : countsText(summary);
        default:
            return visibleText(summary.damage ? summary.id : summary.reason);
    }
}

QVariant RevocationListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const RevocationSummary& summary = m_all[m_shown[static_cast<std::size_t>(index.row())]];
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return words(summary, index.column());
        case Qt::ToolTipRole:
            if (index.column() == BegunColumn && !summary.damage) {
                return plainToolTip(absoluteTime(summary.startedAt));
            }
            return plainToolTip(index.column() == StateColumn ? revocationState(summary).meaning
                                                              : words(summary, index.column()));
        case StateRole:
            return index.column() == StateColumn ? QVariant::fromValue(revocationState(summary)) : QVariant();
        case MutedRole:
            return index.column() == BegunColumn;
        case CopyRole:
            return QString::fromStdString(summary.id);
        default:
            return {};
    }
}

}  // namespace countersign
