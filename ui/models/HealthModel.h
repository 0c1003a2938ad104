#pragma once

#include "core/health/HealthReader.h"
#include "ui/models/paging/PagedModel.h"

namespace countersign {

/// The table model of the health board: what is wrong, the gravest first.
class HealthModel : public PagedModel<HealthFinding>
{
    Q_OBJECT

public:
    enum Column { Severity, Kind, Subject, Title, ColumnCount };

    HealthModel(ProfileReader& reader, QObject* parent = nullptr);

    void setFilter(const HealthFilter& filter);
    /// For what is read from now on; refresh() reads.
    void setQuestion(const HealthQuestion& question) { m_question = question; }
    const HealthQuestion& question() const { return m_question; }
    const HealthFilter& filter() const { return m_filter; }
    /// Starts reading, if nothing did before.
    void start();

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    QVariant cell(const HealthFinding& finding, int column, int role) const override;
    std::function<Result<std::vector<std::int64_t>>(Database&)> idQuery() const override;
    std::function<Result<std::vector<HealthFinding>>(Database&)> firstRowsQuery(int limit) const override;
    bool areFirstRowsCheap() const override { return m_filter.text.empty(); }
    std::function<Result<std::vector<HealthFinding>>(Database&, const std::vector<std::int64_t>&)> rowQuery()
        const override;

private:
    QString displayText(const HealthFinding& finding, int column) const;

    HealthQuestion m_question;
    HealthFilter m_filter;
    bool m_started = false;
};

}  // namespace countersign
