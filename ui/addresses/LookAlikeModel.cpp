#include "ui/addresses/LookAlikeModel.h"

#include "core/delegation/WalletAddress.h"
#include "ui/text/AddressText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/table/CellDelegate.h"

#include <array>

namespace countersign {

void LookAlikeModel::show(std::vector<AddressChanges::LookAlike> found)
{
    beginResetModel();
    m_found = std::move(found);
    if (m_found.size() > static_cast<std::size_t>(mostShown)) {
        m_found.resize(static_cast<std::size_t>(mostShown));
    }
    endResetModel();
}

int LookAlikeModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 2 * static_cast<int>(m_found.size());
}

int LookAlikeModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LookAlikeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Address"), tr("Name"), tr("Where from")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QVariant LookAlikeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const AddressChanges::LookAlike& pair = m_found[static_cast<std::size_t>(index.row() / 2)];
    const bool isOther = index.row() % 2 == 1;
    const AddressEntry& entry = isOther ? pair.other : pair.entry;
    const QString address = groupedAddress(visibleText(entry.address));
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return index.column() == Address ? address
                   : index.column() == Name  ? visibleText(entry.name)
                   : isOther                 ? tr("looks like it")
                                             : tr("to be imported");
        case Qt::ToolTipRole:
            return plainToolTip(address + u'\n' + visibleText(entry.name));
        case AddressBytesRole: {
            if (index.column() != Address) {
                return {};
            }
            const auto read =
                readAddress(chainKind(entry.chain) == "solana" ? solanaChain : evmChain, entry.address);
            return read ? QByteArray(reinterpret_cast<const char*>(read->bytes.data()),
                                     static_cast<qsizetype>(read->bytes.size()))
                        : QByteArray();
        }
        case MonospaceRole:
            return index.column() == Address;
        case MutedRole:
            return index.column() == Origin;
        case CopyRole:
            return QString::fromStdString(entry.address);
        default:
            return {};
    }
}

}  // namespace countersign
