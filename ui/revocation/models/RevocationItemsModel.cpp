#include "ui/revocation/models/RevocationItemsModel.h"

#include "ui/revocation/models/RevocationCells.h"
#include "ui/text/RevocationText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/table/CellDelegate.h"

#include <array>

namespace countersign {

void RevocationItemsModel::setRevocation(RevocationControl::RevocationPtr revocation)
{
    const bool isSame = m_revocation && revocation && m_revocation->id == revocation->id &&
                        m_revocation->items.size() == revocation->items.size();
    if (isSame) {
        m_revocation = std::move(revocation);
        if (rowCount() > 0) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        }
        return;
    }
    beginResetModel();
    m_revocation = std::move(revocation);
    endResetModel();
}

const RevocationItem* RevocationItemsModel::itemAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_revocation->items[static_cast<std::size_t>(row)] : nullptr;
}

int RevocationItemsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_revocation ? 0 : static_cast<int>(m_revocation->items.size());
}

int RevocationItemsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RevocationItemsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Wallet"), tr("At Dynamic"), tr("Material"),
                                                    tr("Jobs stopped"), tr("What there is to know")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QVariant RevocationItemsModel::data(const QModelIndex& index, int role) const
{
    const RevocationItem* item = index.isValid() ? itemAt(index.row()) : nullptr;
    if (item == nullptr) {
        return {};
    }
    if (role == CopyRole) {
        return QString::fromStdString(item->address);
    }
    if (index.column() == WalletColumn) {
        return walletCell(*item, role);
    }
    const StateText outcome = outcomeText(*item);
    const bool isText = role == Qt::DisplayRole || role == Qt::AccessibleTextRole;
    switch (index.column()) {
        case OutcomeColumn:
            if (role == StateRole) {
                return QVariant::fromValue(outcome);
            }
            if (role == Qt::ToolTipRole) {
                return plainToolTip(outcome.meaning);
            }
            return isText ? QVariant(outcome.word) : QVariant();
        case MaterialColumn:
            if (role == Qt::ToolTipRole && item->destroyedAt != 0) {
                return plainToolTip(absoluteTime(item->destroyedAt));
            }
            return isText ? QVariant(materialText(*item)) : QVariant();
        case JobsColumn:
            return isText ? QVariant(QString::number(item->jobsStopped)) : QVariant();
        default:
            break;
    }
    if (role == MutedRole) {
        return item->isDone() && item->outcome != RevocationOutcome::Refused;
    }
    if (role == Qt::ToolTipRole) {
        return plainToolTip(outcomeSentence(*item) + u'\n' + visibleText(item->detail));
    }
    return isText ? QVariant(outcomeSentence(*item)) : QVariant();
}

}  // namespace countersign
