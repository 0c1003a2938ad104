#pragma once

#include "core/policy/document/PolicyDocument.h"

#include <QAbstractTableModel>

#include <memory>

namespace countersign {

/// The table model of a policy's rules, in the order in which they are asked; behind them stands what counts
/// where none holds.
class RuleListModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Rule, Outcome, Conditions, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    /// nullptr: the text is no policy now. What was shown stays, muted.
    void setPolicy(std::shared_ptr<const PolicyDocument> policy);
    bool isStale() const { return m_isStale; }
    int rules() const { return m_policy ? static_cast<int>(m_policy->rules.size()) : 0; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    QString text(int row, int column) const;
    QString toolTip(int row, int column) const;

    std::shared_ptr<const PolicyDocument> m_policy;
    bool m_isStale = true;
};

}  // namespace countersign
