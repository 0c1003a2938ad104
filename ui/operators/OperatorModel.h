#pragma once

#include "core/policy/operators/Operator.h"
#include "ui/text/StateText.h"

#include <QAbstractTableModel>

namespace countersign {

/// The table model of registered operators: by name, with the words of each key.
class OperatorModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Groups, Words, Added, ColumnCount };

    explicit OperatorModel(const Clock& clock, QObject* parent = nullptr)
        : QAbstractTableModel(parent), m_clock(clock)
    {}

    /// isDoubted: none of them counts.
    void setOperators(std::vector<Operator> operators, bool isDoubted);
    /// Only those whose name, groups or words have this in them.
    void setFilter(const QString& text);
    void repaintRows();
    int total() const { return static_cast<int>(m_all.size()); }
    /// nullptr where there is no such row.
    const Operator* operatorAt(int row) const;
    /// -1 when it is not shown.
    int rowOf(const std::string& name) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Row
    {
        Operator one;
        QString words;
    };
    void filter();
    QString text(const Row& row, int column) const;

    const Clock& m_clock;
    QString m_text;
    bool m_isDoubted = false;
    std::vector<Row> m_all;
    std::vector<std::size_t> m_shown;  ///< of m_all
};

}  // namespace countersign
