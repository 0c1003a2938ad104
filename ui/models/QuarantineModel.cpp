#include "ui/models/QuarantineModel.h"

#include "ui/text/StateText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"

#include <array>

namespace countersign {

QuarantineModel::QuarantineModel(ProfileReader& reader, const Clock& clock, QObject* parent)
    : PagedModel(reader, parent), m_clock(clock)
{}

void QuarantineModel::setFilter(const QuarantineFilter& filter)
{
    m_filter = filter;
    if (m_started) {
        restart();
    }
}

void QuarantineModel::start()
{
    if (!m_started) {
        m_started = true;
        restart();
    }
}

int QuarantineModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant QuarantineModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Reason"), tr("Event"), tr("Received"), tr("Retries")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QString QuarantineModel::displayText(const QuarantineItem& item, int column) const
{
    switch (column) {
        case Reason:
            return quarantineText(QString::fromStdString(item.reasonCode)).word;
        case Event:
            return entryTitle(item.kind, item.eventName);
        case Received:
            return relativeTime(item.receivedAt, m_clock.now());
        default:
            return item.retries == 0 ? tr("none") : QString::number(item.retries);
    }
}

QVariant QuarantineModel::cell(const QuarantineItem& item, int column, int role) const
{
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return displayText(item, column);
        case Qt::ToolTipRole:
            return plainToolTip(column == Received ? absoluteTime(item.receivedAt)
                                                   : visibleText(item.reason));
        case StateRole:
            return column == Reason
                       ? QVariant::fromValue(quarantineText(QString::fromStdString(item.reasonCode)))
                       : QVariant();
        case MutedRole:
            return column == Received || column == Retries;
        case CopyRole:
            return visibleText(item.eventId.value_or(std::string()));
        default:
            return {};
    }
}

std::function<Result<std::vector<std::int64_t>>(Database&)> QuarantineModel::idQuery() const
{
    return [filter = m_filter](Database& database) { return QuarantineCatalog(database).ids(filter); };
}

std::function<Result<std::vector<QuarantineItem>>(Database&)> QuarantineModel::firstRowsQuery(int limit) const
{
    return [filter = m_filter, limit](Database& database) {
        return QuarantineCatalog(database).firstRows(filter, limit);
    };
}

std::function<Result<std::vector<QuarantineItem>>(Database&, const std::vector<std::int64_t>&)>
QuarantineModel::rowQuery() const
{
    return [](Database& database, const std::vector<std::int64_t>& ids) {
        return QuarantineCatalog(database).rows(ids);
    };
}

}  // namespace countersign
