#include "ui/models/DeliveryModel.h"

#include "ui/text/AddressText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"

#include <array>

namespace countersign {

QString deliveryTitle(const Delivery& delivery)
{
    return entryTitle(delivery.kind, delivery.eventName);
}

DeliveryModel::DeliveryModel(ProfileReader& reader, const Clock& clock, QObject* parent)
    : PagedModel(reader, parent), m_clock(clock)
{}

void DeliveryModel::setFilter(const DeliveryFilter& filter)
{
    m_filter = filter;
    if (m_started) {
        restart();
    }
}

void DeliveryModel::start()
{
    if (!m_started) {
        m_started = true;
        restart();
    }
}

int DeliveryModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DeliveryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Verdict"), tr("Event"), tr("Wallet"), tr("Received"),
                                                    tr("Delay")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QString DeliveryModel::displayText(const Delivery& delivery, int column) const
{
    switch (column) {
        case Verdict:
            return stateText(delivery.verdict).word;
        case Name:
            return deliveryTitle(delivery);
        case WalletId:
            return delivery.walletId ? elidedId(visibleText(*delivery.walletId)) : QStringLiteral("–");
        case Received:
            return relativeTime(delivery.receivedAt, m_clock.now());
        default:
            return delivery.eventAt ? durationText(delivery.receivedAt - *delivery.eventAt)
                                    : QStringLiteral("–");
    }
}

QString DeliveryModel::toolTip(const Delivery& delivery, int column) const
{
    switch (column) {
        case Verdict:
            return delivery.reason.empty() ? stateText(delivery.verdict).meaning
                                           : visibleText(delivery.reason);
        case WalletId:
            return visibleText(delivery.walletId.value_or(std::string()));
        case Received:
            return absoluteTime(delivery.receivedAt);
        case Delay:
            return delivery.eventAt ? tr("From the event's own time to the relay's receipt.") : QString();
        default:
            return deliveryTitle(delivery);
    }
}

QVariant DeliveryModel::cell(const Delivery& delivery, int column, int role) const
{
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return displayText(delivery, column);
        case Qt::ToolTipRole:
            return plainToolTip(toolTip(delivery, column));
        case StateRole:
            return column == Verdict ? QVariant::fromValue(stateText(delivery.verdict)) : QVariant();
        case MonospaceRole:
            return column == WalletId && delivery.walletId;
        case MutedRole:
            return column == Received || column == Delay || column == WalletId;
        case CopyRole:
            return visibleText(delivery.eventId.value_or(std::string()));
        default:
            return {};
    }
}

std::function<Result<std::vector<std::int64_t>>(Database&)> DeliveryModel::idQuery() const
{
    return [filter = m_filter](Database& database) { return DeliveryCatalog(database).ids(filter); };
}

std::function<Result<std::vector<Delivery>>(Database&)> DeliveryModel::firstRowsQuery(int limit) const
{
    return [filter = m_filter, limit](Database& database) {
        return DeliveryCatalog(database).firstRows(filter, limit);
    };
}

std::function<Result<std::vector<Delivery>>(Database&, const std::vector<std::int64_t>&)>
DeliveryModel::rowQuery() const
{
    return [](Database& database, const std::vector<std::int64_t>& ids) {
        return DeliveryCatalog(database).rows(ids);
    };
}

}  // namespace countersign
