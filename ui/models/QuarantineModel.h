#pragma once

#include "core/inbox/quarantine/QuarantineCatalog.h"
#include "ui/models/paging/PagedModel.h"

namespace countersign {

/// The table model of what is in quarantine, newest first.
class QuarantineModel : public PagedModel<QuarantineItem>
{
    Q_OBJECT

public:
    enum Column { Reason, Event, Received, Retries, ColumnCount };

    QuarantineModel(ProfileReader& reader, const Clock& clock, QObject* parent = nullptr);

    void setFilter(const QuarantineFilter& filter);
    const QuarantineFilter& filter() const { return m_filter; }
    /// Starts reading, if nothing did before.
    void start();

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    QVariant cell(const QuarantineItem& item, int column, int role) const override;
    std::function<Result<std::vector<std::int64_t>>(Database&)> idQuery() const override;
    std::function<Result<std::vector<QuarantineItem>>(Database&)> firstRowsQuery(int limit) const override;
    bool areFirstRowsCheap() const override { return m_filter.text.empty(); }
    std::function<Result<std::vector<QuarantineItem>>(Database&, const std::vector<std::int64_t>&)> rowQuery()
        const override;

private:
    QString displayText(const QuarantineItem& item, int column) const;

    const Clock& m_clock;
    QuarantineFilter m_filter;
    bool m_started = false;
};

}  // namespace countersign
