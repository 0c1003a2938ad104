#pragma once

#include "ui/session/RevocationPreview.h"

#include <QAbstractTableModel>

namespace countersign {

/// The table model of a plan: what a revocation will do, wallet by wallet. The plan is in memory already; a
/// row is put into words when it is painted.
class RevocationPlanModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { WalletColumn, ChainColumn, StateColumn, JobsColumn, FateColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setPreview(RevocationPreviewPtr preview);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    QString words(const RevocationPreview::Row& row, int column) const;

    RevocationPreviewPtr m_preview;
};

}  // namespace countersign
