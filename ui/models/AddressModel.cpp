#include "ui/models/AddressModel.h"

#include "core/delegation/WalletAddress.h"
#include "ui/text/AddressBookText.h"
#include "ui/text/AddressText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"

#include <array>

namespace countersign {

namespace {

AddressOrder::Column addressOrderColumn(int column)
{
    constexpr std::array columns = {AddressOrder::Column::Name,  AddressOrder::Column::Address,
                                    AddressOrder::Column::Chain, AddressOrder::Column::Tags,
                                    AddressOrder::Column::Lists, AddressOrder::Column::Changed};
    return column >= 0 && column < AddressModel::ColumnCount ? columns[static_cast<std::size_t>(column)]
                                                             : AddressOrder::Column::Name;
}

Bytes bytesOf(const AddressEntry& entry)
{
    const auto address =
        readAddress(chainKind(entry.chain) == "solana" ? solanaChain : evmChain, entry.address);
    return address ? address->bytes : toBytes(asBytes(entry.address));
}

QByteArray identiconBytes(const Bytes& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

}  // namespace

Result<std::vector<AddressRow>> AddressRow::read(Database& database, const AddressIds& numbers,
                                                 std::span<const std::int64_t> ids)
{
    ASSIGN_OR_RETURN(auto entries, AddressCatalog(database).entries(numbers.keys(ids)));
    std::vector<AddressRow> rows;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (entries[i]) {
            Bytes bytes = bytesOf(*entries[i]);
            rows.push_back({ids[i], *std::move(entries[i]), std::move(bytes)});
        }
    }
    return rows;
}

AddressModel::AddressModel(ProfileReader& reader, std::shared_ptr<AddressIds> numbers, const Clock& clock,
                           QObject* parent)
    : PagedModel(reader, parent), m_numbers(std::move(numbers)), m_clock(clock)
{}

void AddressModel::setFilter(const AddressFilter& filter)
{
    m_filter = filter;
    if (m_started) {
        restart();
    }
}

void AddressModel::start()
{
    if (!m_started) {
        m_started = true;
        restart();
    }
}

int AddressModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AddressModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Name"), tr("Address"), tr("Chain"),
                                                    tr("Tags"), tr("Lists"),   tr("Changed")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

void AddressModel::sort(int column, Qt::SortOrder order)
{
    const AddressOrder wanted{addressOrderColumn(column), order == Qt::DescendingOrder};
    if (wanted.column == m_order.column && wanted.descending == m_order.descending) {
        return;
    }
    m_order = wanted;
    if (m_started) {
        restart();
    }
}

QString AddressModel::displayText(const AddressEntry& entry, int column) const
{
    switch (column) {
        case Name:
            return visibleText(entry.name);
        case Address:
            return elidedAddress(visibleText(entry.address));
        case Chain:
            return bookChainText(entry.chain);
        case Tags:
            return labelsText(entry.tags);
        case Lists:
            return listsText(entry.lists).word;
        default:
            return relativeTime(entry.changedAt, m_clock.now());
    }
}

QString AddressModel::toolTip(const AddressEntry& entry, int column) const
{
    switch (column) {
        case Address:
            return groupedAddress(visibleText(entry.address));
        case Chain:
            return visibleText(entry.chain);
        case Lists:
            return listsText(entry.lists).meaning;
        case Changed:
            return absoluteTime(entry.changedAt);
        default:
            return displayText(entry, column);
    }
}

QVariant AddressModel::cell(const AddressRow& row, int column, int role) const
{
    const AddressEntry& entry = row.entry;
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return displayText(entry, column);
        case Qt::ToolTipRole:
            return plainToolTip(toolTip(entry, column));
        case StateRole: {
            const StateText lists = column == Lists ? listsText(entry.lists) : StateText();
            return lists.icon.isEmpty() ? QVariant() : QVariant::fromValue(lists);
        }
        case AddressBytesRole:
            return column == Name ? QVariant(identiconBytes(row.addressBytes)) : QVariant();
        case MonospaceRole:
            return column == Address;
        case MutedRole:
            return column == Changed || column == Chain;
        case CopyRole:
            return QString::fromStdString(entry.address);
        case WholeTextRole:
            return column == Address ? QVariant(groupedAddress(visibleText(entry.address))) : QVariant();
        default:
            return {};
    }
}

std::function<Result<std::vector<std::int64_t>>(Database&)> AddressModel::idQuery() const
{
    return [filter = m_filter, order = m_order,
            numbers = m_numbers](Database& database) -> Result<std::vector<std::int64_t>> {
        ASSIGN_OR_RETURN(const auto keys, AddressCatalog(database).keys(filter, order));
        return numbers->of(keys);
    };
}

std::function<Result<std::vector<AddressRow>>(Database&)> AddressModel::firstRowsQuery(int limit) const
{
    return [filter = m_filter, order = m_order, numbers = m_numbers,
            limit](Database& database) -> Result<std::vector<AddressRow>> {
        ASSIGN_OR_RETURN(const auto keys, AddressCatalog(database).keys(filter, order, limit));
        return AddressRow::read(database, *numbers, numbers->of(keys));
    };
}

std::function<Result<std::vector<AddressRow>>(Database&, const std::vector<std::int64_t>&)>
AddressModel::rowQuery() const
{
    return [numbers = m_numbers](Database& database, const std::vector<std::int64_t>& ids) {
        return AddressRow::read(database, *numbers, ids);
    };
}

}  // namespace countersign
