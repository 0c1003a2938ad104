#include "ui/inspection/MissingMessagesModel.h"

#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/table/CellDelegate.h"

#include <algorithm>
#include <array>

namespace countersign {

void MissingMessagesModel::setReport(ReportPtr report)
{
    beginResetModel();
    m_report = std::move(report);
    endResetModel();
}

const MissingMessage* MissingMessagesModel::missingAt(int row) const
{
    if (row < 0 || row >= rowCount()) {
        return nullptr;
    }
    const MissingMessage& message = m_report->missing[static_cast<std::size_t>(row)];
    return message.hasArrived ? nullptr : &message;
}

int MissingMessagesModel::missingCount() const
{
    return m_report
               ? static_cast<int>(std::ranges::count(m_report->missing, false, &MissingMessage::hasArrived))
               : 0;
}

int MissingMessagesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_report ? 0 : static_cast<int>(m_report->missing.size());
}

int MissingMessagesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant MissingMessagesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Event"), tr("Sent"), tr("Event id"), tr("State")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QString MissingMessagesModel::words(const MissingMessage& message, int column)
{
    switch (column) {
        case EventColumn:
            return message.eventName.empty() ? tr("not told") : visibleText(message.eventName);
        case TimeColumn:
            return message.createdAt == 0 ? tr("not told") : utcTime(message.createdAt);
        case IdColumn:
            return visibleText(message.eventId);
        default:
            return message.hasArrived ? tr("arrived") : tr("missing");
    }
}

QVariant MissingMessagesModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const MissingMessage& message = m_report->missing[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return words(message, index.column());
        case Qt::ToolTipRole:
            return plainToolTip(words(message, index.column()));
        case CopyRole:
            return QString::fromStdString(message.eventId);
        case MonospaceRole:
            return index.column() == IdColumn;
        case MutedRole:
            return message.hasArrived;
        default:
            return {};
    }
}

}  // namespace countersign
