#pragma once

#include "ui/session/control/RevocationControl.h"

#include <QAbstractTableModel>

namespace countersign {

/// The table model of revocations, newest first.
class RevocationListModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { StateColumn, BegunColumn, WalletsColumn, ReasonColumn, ColumnCount };

    explicit RevocationListModel(const Clock& clock, QObject* parent = nullptr)
        : QAbstractTableModel(parent), m_clock(clock)
    {}

    void setSummaries(RevocationControl::Summaries summaries);
    /// Only those whose reason or id has this in it.
    void setFilter(const QString& text);
    void repaintRows();
    int total() const { return static_cast<int>(m_all.size()); }

    /// Empty where there is no such row.
    QString idAt(int row) const;
    /// -1 when it is not shown.
    int rowOf(const QString& revocationId) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void filter();
    QString words(const RevocationSummary& summary, int column) const;

    const Clock& m_clock;
    QString m_text;
    RevocationControl::Summaries m_all;
    std::vector<std::size_t> m_shown;  ///< of m_all
};

}  // namespace countersign
