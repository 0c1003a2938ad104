#pragma once

#include "core/inbox/delivery/DeliveryCatalog.h"
#include "ui/models/paging/PagedModel.h"

namespace countersign {

/// The table model of deliveries, newest first: the events page's; also the list of one wallet's events.
class DeliveryModel : public PagedModel<Delivery>
{
    Q_OBJECT

public:
    enum Column { Verdict, Name, WalletId, Received, Delay, ColumnCount };

    DeliveryModel(ProfileReader& reader, const Clock& clock, QObject* parent = nullptr);

    void setFilter(const DeliveryFilter& filter);
    const DeliveryFilter& filter() const { return m_filter; }
    void start();

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    QVariant cell(const Delivery& delivery, int column, int role) const override;
    std::function<Result<std::vector<std::int64_t>>(Database&)> idQuery() const override;
    std::function<Result<std::vector<Delivery>>(Database&)> firstRowsQuery(int limit) const override;
    bool areFirstRowsCheap() const override { return m_filter.text.empty(); }
    std::function<Result<std::vector<Delivery>>(Database&, const std::vector<std::int64_t>&)> rowQuery()
        const override;

private:
    QString displayText(const Delivery& delivery, int column) const;
    QString toolTip(const Delivery& delivery, int column) const;

    const Clock& m_clock;
    DeliveryFilter m_filter;
    bool m_started = false;
};

/// What the events page calls a delivery (entryTitle).
QString deliveryTitle(const Delivery& delivery);

}  // namespace countersign
