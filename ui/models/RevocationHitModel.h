#pragma once

#include "core/search/SearchCatalog.h"
#include "ui/models/paging/PagedModel.h"

namespace countersign {

/// The table model of revocations that a search found, one row per wallet.
class RevocationHitModel : public PagedModel<RevocationHit>
{
    Q_OBJECT

public:
    enum Column { Outcome, Address, Reason, Started, ColumnCount };

    RevocationHitModel(ProfileReader& reader, const Clock& clock, QObject* parent = nullptr);

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    QVariant cell(const RevocationHit& hit, int column, int role) const override;
    std::function<Result<std::vector<RevocationHit>>(Database&)> firstRowsQuery(int limit) const override;
    bool areFirstRowsCheap() const override { return false; }
    std::function<Result<std::vector<RevocationHit>>(Database&, const std::vector<std::int64_t>&)> rowQuery()
        const override;

private:
    QString displayText(const RevocationHit& hit, int column) const;

    const Clock& m_clock;
};

}  // namespace countersign
