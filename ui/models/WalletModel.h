#pragma once

#include "core/delegation/WalletCatalog.h"
#include "ui/models/paging/PagedModel.h"

namespace countersign {

/// The table model of wallets.
class WalletModel : public PagedModel<Wallet>
{
    Q_OBJECT

public:
    enum Column { Address, Chain, User, Status, Health, Received, LastEvent, ColumnCount };

    WalletModel(ProfileReader& reader, const Clock& clock, QObject* parent = nullptr);

    void setFilter(const WalletFilter& filter);
    const WalletFilter& filter() const { return m_filter; }
    const WalletOrder& order() const { return m_order; }
    /// Starts reading, if nothing did before.
    void start();

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

protected:
    QVariant cell(const Wallet& wallet, int column, int role) const override;
    std::function<Result<std::vector<std::int64_t>>(Database&)> idQuery() const override;
    std::function<Result<std::vector<Wallet>>(Database&)> firstRowsQuery(int limit) const override;
    bool areFirstRowsCheap() const override { return m_filter.text.empty(); }
    std::function<Result<std::vector<Wallet>>(Database&, const std::vector<std::int64_t>&)> rowQuery()
        const override;

private:
    QString displayText(const Wallet& wallet, int column) const;
    QString toolTip(const Wallet& wallet, int column) const;

    const Clock& m_clock;
    WalletFilter m_filter;
    WalletOrder m_order;
    bool m_started = false;
};

}  // namespace countersign
