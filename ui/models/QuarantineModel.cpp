#include "ui/models/QuarantineModel.h"

#include "ui/text/StateText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/CellDelegate.h"

#include <algorithm>
#include <array>

namespace countersign {

QuarantineModel::QuarantineModel(ProfileReader& reader, const Clock& clock, QObject* parent)
    : QAbstractTableModel(parent), m_reader(reader), m_clock(clock)
{}

void QuarantineModel::refresh()
{
    m_reader.query(
        this, [](Database& database) { return DeliveryCatalog(database).quarantine(); },
        [this](Result<std::vector<QuarantineItem>> items) { take(std::move(items)); });
}

void QuarantineModel::take(Result<std::vector<QuarantineItem>> items)
{
    m_error = items ? std::nullopt : std::optional<Error>(items.error());
    if (items) {
        beginResetModel();
        m_items = std::move(*items);
        endResetModel();
    }
    m_loaded = true;
    Q_EMIT loaded();
}

const QuarantineItem* QuarantineModel::itemAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_items[static_cast<std::size_t>(row)] : nullptr;
}

int QuarantineModel::rowOf(std::int64_t id) const
{
    const auto found = std::find_if(m_items.begin(), m_items.end(),
                                    [id](const QuarantineItem& item) { return item.id == id; });
    return found == m_items.end() ? -1 : static_cast<int>(found - m_items.begin());
}

void QuarantineModel::repaintRows()
{
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {Qt::DisplayRole});
    }
}

int QuarantineModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

int QuarantineModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString QuarantineModel::displayText(const QuarantineItem& item, int column) const
{
    switch (column) {
        case Reason:
            return quarantineText(QString::fromStdString(item.reasonCode)).word;
        case Event:
            return item.eventName ? visibleText(*item.eventName) : tr("no readable event");
        case Received:
            return relativeTime(item.receivedAt, m_clock.now());
        default:
            return item.retries == 0 ? tr("none") : QString::number(item.retries);
    }
}

QVariant QuarantineModel::data(const QModelIndex& index, int role) const
{
    const QuarantineItem* item = index.isValid() ? itemAt(index.row()) : nullptr;
    if (item == nullptr) {
        return {};
    }
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return displayText(*item, index.column());
        case Qt::ToolTipRole:
            return plainToolTip(index.column() == Received ? absoluteTime(item->receivedAt)
                                                           : visibleText(item->reason));
        case StateRole:
            return index.column() == Reason
                       ? QVariant::fromValue(quarantineText(QString::fromStdString(item->reasonCode)))
                       : QVariant();
        case MutedRole:
            return index.column() == Received || index.column() == Retries;
        case IdRole:
            return static_cast<qlonglong>(item->id);
        case CopyRole:
            return visibleText(item->eventId.value_or(std::string()));
        default:
            return {};
    }
}

QVariant QuarantineModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Reason"), tr("Event"), tr("Received"), tr("Retries")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

}  // namespace countersign
