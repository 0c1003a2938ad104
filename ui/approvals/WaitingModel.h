#pragma once

#include "ui/session/control/ApprovalControl.h"

#include <QAbstractTableModel>

namespace countersign {

/// The table model of open jobs and their approvals: first what waits for this desk's operator, then what
/// expires first.
class WaitingModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { What, Approvals, OwnWord, MayApprove, Expires, ColumnCount };

    explicit WaitingModel(const Clock& clock, QObject* parent = nullptr)
        : QAbstractTableModel(parent), m_clock(clock)
    {}

    void setJobs(std::vector<WaitingJob> jobs);
    /// Only those in whose words this is; isForOwn: only what waits for this desk's operator.
    void setFilter(const QString& text, bool isForOwn);
    void repaintRows();
    int total() const { return static_cast<int>(m_all.size()); }
    /// nullptr where there is no such row.
    const WaitingJob* jobAt(int row) const;
    /// -1 when it is not shown.
    int rowOf(const std::string& jobId) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void filter();
    QString text(const WaitingJob& one, int column) const;
    QString toolTip(const WaitingJob& one, int column) const;
    QVariant chip(const WaitingJob& one, int column) const;

    const Clock& m_clock;
    QString m_text;
    bool m_isForOwn = false;
    std::vector<WaitingJob> m_all;
    std::vector<std::size_t> m_shown;  ///< of m_all
};

/// Whether approving at this desk would bring it forward, with an operator of its own or without.
bool waitsForThisDesk(const WaitingJob& one);

}  // namespace countersign
