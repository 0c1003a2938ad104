#pragma once

#include "ui/session/control/RevocationControl.h"

#include <QAbstractTableModel>

namespace countersign {

/// The table model of one revocation: what became of each wallet.
class RevocationItemsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { WalletColumn, OutcomeColumn, MaterialColumn, JobsColumn, WordsColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// The same one, later: the rows stay where they are.
    void setRevocation(RevocationControl::RevocationPtr revocation);
    const RevocationItem* itemAt(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    RevocationControl::RevocationPtr m_revocation;
};

}  // namespace countersign
