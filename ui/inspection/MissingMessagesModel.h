#pragma once

#include "core/inspection/reconciliation/Reconciliation.h"

#include <QAbstractTableModel>

#include <memory>

namespace countersign {

/// The table model of the webhook's messages that did not arrive. Those that have arrived meanwhile stay in
/// the list.
class MissingMessagesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { EventColumn, TimeColumn, IdColumn, StateColumn, ColumnCount };
    using ReportPtr = std::shared_ptr<const ReconciliationReport>;

    using QAbstractTableModel::QAbstractTableModel;

    /// Null: nothing is known.
    void setReport(ReportPtr report);
    /// Null for a row that is none, and for one that has arrived.
    const MissingMessage* missingAt(int row) const;
    int missingCount() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    static QString words(const MissingMessage& message, int column);

    ReportPtr m_report;
};

}  // namespace countersign
