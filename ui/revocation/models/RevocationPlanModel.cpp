#include "ui/revocation/models/RevocationPlanModel.h"

#include "ui/revocation/models/RevocationCells.h"
#include "ui/text/RevocationText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/table/CellDelegate.h"

#include <array>

namespace countersign {

namespace {

StateText walletState(const RevocationPreview::Row& row)
{
    // Of one that is not active its health says why.
    const StateText status = stateText(row.status);
    const StateText health = stateText(row.health);
    return row.status == WalletStatus::Unusable ? health : status;
}

}  // namespace

void RevocationPlanModel::setPreview(RevocationPreviewPtr preview)
{
    beginResetModel();
    m_preview = std::move(preview);
    endResetModel();
}

int RevocationPlanModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_preview ? 0 : static_cast<int>(m_preview->rows.size());
}

int RevocationPlanModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RevocationPlanModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Wallet"), tr("Chain"), tr("State"), tr("Jobs"),
                                                    tr("What happens")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QString RevocationPlanModel::words(const RevocationPreview::Row& row, int column) const
{
    using Fate = RevocationPreview::Fate;
    if (column == ChainColumn) {
        return chainName(visibleText(row.item->chain));
    }
    if (column == JobsColumn) {
        QStringList jobs;
        if (row.waitingJobs > 0) {
            jobs << tr("%1 stopped").arg(row.waitingJobs);
        }
        if (row.signingJobs > 0) {
            jobs << tr("%1 waited for").arg(row.signingJobs);
        }
        return jobs.isEmpty() ? tr("none") : jobs.join(QStringLiteral(", "));
    }
    switch (row.fate) {
        case Fate::Ends:
            return tr("Ends at Dynamic and here");
        case Fate::GoesOn:
            return tr("Is being revoked already: %1").arg(outcomeSentence(*row.item));
        case Fate::Over:
            break;
    }
    return tr("Nothing: it is over already");
}

QVariant RevocationPlanModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_preview || index.row() >= rowCount()) {
        return {};
    }
    const RevocationPreview::Row& row = m_preview->rows[static_cast<std::size_t>(index.row())];
    if (role == CopyRole) {
        return QString::fromStdString(row.item->address);
    }
    if (index.column() == WalletColumn) {
        return walletCell(*row.item, role);
    }
    if (index.column() == StateColumn) {
        const StateText state = walletState(row);
        switch (role) {
            case StateRole:
                return QVariant::fromValue(state);
            case Qt::DisplayRole:
            case Qt::AccessibleTextRole:
                return state.word;
            case Qt::ToolTipRole:
                return plainToolTip(state.meaning);
            default:
                return {};
        }
    }
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return words(row, index.column());
        case Qt::ToolTipRole:
            return plainToolTip(words(row, index.column()));
        case MutedRole:
            return row.fate != RevocationPreview::Fate::Ends ||
                   (index.column() == JobsColumn && row.waitingJobs + row.signingJobs == 0);
        default:
            return {};
    }
}

}  // namespace countersign
