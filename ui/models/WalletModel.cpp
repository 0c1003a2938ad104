#include "ui/models/WalletModel.h"

#include "ui/text/AddressText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"

#include <array>

namespace countersign {

namespace {

WalletOrder::Column walletOrderColumn(int column)
{
    switch (column) {
        case WalletModel::Address:
            return WalletOrder::Column::Address;
        case WalletModel::Chain:
            return WalletOrder::Column::Chain;
        case WalletModel::User:
            return WalletOrder::Column::User;
        case WalletModel::Status:
        case WalletModel::Health:
            return WalletOrder::Column::StatusAndHealth;
        case WalletModel::LastEvent:
            return WalletOrder::Column::LastEvent;
        default:
            return WalletOrder::Column::Received;
    }
}

}  // namespace

WalletModel::WalletModel(ProfileReader& reader, const Clock& clock, QObject* parent)
    : PagedModel(reader, parent), m_clock(clock)
{}

void WalletModel::setFilter(const WalletFilter& filter)
{
    m_filter = filter;
    if (m_started) {
        restart();
    }
}

void WalletModel::start()
{
    if (!m_started) {
        m_started = true;
        restart();
    }
}

int WalletModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant WalletModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {
        tr("Address"), tr("Chain"), tr("User"), tr("Status"), tr("Health"), tr("Received"), tr("Last event")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

void WalletModel::sort(int column, Qt::SortOrder order)
{
    const WalletOrder wanted{walletOrderColumn(column), order == Qt::DescendingOrder};
    if (wanted.column == m_order.column && wanted.descending == m_order.descending) {
        return;
    }
    m_order = wanted;
    if (m_started) {
        restart();
    }
}

QString WalletModel::displayText(const Wallet& wallet, int column) const
{
    switch (column) {
        case Address:
            return elidedAddress(visibleText(wallet.address));
        case Chain:
            return chainName(visibleText(wallet.chain));
        case User:
            return wallet.userId ? elidedId(visibleText(*wallet.userId)) : tr("unknown");
        case Status:
            return stateText(wallet.status).word;
        case Health:
            return stateText(wallet.health).word;
        case Received:
            return relativeTime(wallet.receivedAt, m_clock.now());
        default:
            return relativeTime(wallet.lastEventAt, m_clock.now());
    }
}

QString WalletModel::toolTip(const Wallet& wallet, int column) const
{
    switch (column) {
        case Address:
            return groupedAddress(visibleText(wallet.address));
        case User:
            return visibleText(wallet.userId.value_or(std::string()));
        case Status:
            return stateText(wallet.status).meaning;
        case Health:
            return stateText(wallet.health).meaning;
        case Received:
            return absoluteTime(wallet.receivedAt);
        case LastEvent:
            return visibleText(wallet.lastEvent) + u'\n' + absoluteTime(wallet.lastEventAt);
        default:
            return {};
    }
}

QVariant WalletModel::cell(const Wallet& wallet, int column, int role) const
{
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return displayText(wallet, column);
        case Qt::ToolTipRole:
            return plainToolTip(toolTip(wallet, column));
        case StateRole:
            if (column == Status) {
                return QVariant::fromValue(stateText(wallet.status));
            }
            return column == Health ? QVariant::fromValue(stateText(wallet.health)) : QVariant();
        case AddressBytesRole:
            return column == Address
                       ? QVariant(QByteArray(reinterpret_cast<const char*>(wallet.addressBytes.data()),
                                             static_cast<qsizetype>(wallet.addressBytes.size())))
                       : QVariant();
        case MonospaceRole:
            return column == Address || (column == User && wallet.userId);
        case MutedRole:
            return column == Received || column == LastEvent || column == User;
        case CopyRole:
            return QString::fromStdString(wallet.address);
        case WholeTextRole:
            return column == Address ? QVariant(groupedAddress(visibleText(wallet.address))) : QVariant();
        default:
            return {};
    }
}

std::function<Result<std::vector<std::int64_t>>(Database&)> WalletModel::idQuery() const
{
    return [filter = m_filter, order = m_order](Database& database) {
        return WalletCatalog(database).ids(filter, order);
    };
}

std::function<Result<std::vector<Wallet>>(Database&)> WalletModel::firstRowsQuery(int limit) const
{
    return [filter = m_filter, order = m_order, limit](Database& database) {
        return WalletCatalog(database).firstRows(filter, order, limit);
    };
}

std::function<Result<std::vector<Wallet>>(Database&, const std::vector<std::int64_t>&)>
WalletModel::rowQuery() const
{
    return [](Database& database, const std::vector<std::int64_t>& ids) {
        return WalletCatalog(database).rows(ids);
    };
}

}  // namespace countersign
