#pragma once

#include "core/signing/store/JobCatalog.h"
#include "ui/models/paging/PagedModel.h"
#include "ui/session/control/JobControl.h"
#include "ui/text/JobText.h"

#include <memory>

namespace countersign {

/// A row of the list: explained where it was read.
struct ListedJob
{
    std::int64_t id = 0;
    Job job;
    JobGist gist;
};

/// The table model of jobs.
class JobModel : public PagedModel<ListedJob>
{
    Q_OBJECT

public:
    enum Column { Wallet, What, Submitter, State, Expires, Created, ColumnCount };

    /// control: knows how far broadcasts came.
    JobModel(ProfileReader& reader, const JobControl& control, const Clock& clock, QObject* parent = nullptr);

    void setFilter(const JobFilter& filter);
    const JobFilter& filter() const { return m_filter; }
    const JobOrder& order() const { return m_order; }
    void start();

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

protected:
    QVariant cell(const ListedJob& row, int column, int role) const override;
    std::function<Result<std::vector<std::int64_t>>(Database&)> idQuery() const override;
    std::function<Result<std::vector<ListedJob>>(Database&)> firstRowsQuery(int limit) const override;
    bool areFirstRowsCheap() const override { return m_filter.text.empty(); }
    std::function<Result<std::vector<ListedJob>>(Database&, const std::vector<std::int64_t>&)> rowQuery()
        const override;

private:
    QString displayText(const ListedJob& row, int column) const;
    QString toolTip(const ListedJob& row, int column) const;
    QVariant chip(const Job& job, int column) const;
    StateText state(const Job& job) const;

    const JobControl& m_control;
    const Clock& m_clock;
    JobFilter m_filter;
    JobOrder m_order;
    std::shared_ptr<JobExplainer> m_explainer;
    bool m_started = false;
};

/// The bytes of a job's address, for its identicon; the text's bytes when it is none of EVM or Solana.
Bytes jobAddressBytes(const Job& job);

}  // namespace countersign
