#pragma once

#include "core/revocation/WalletTimeline.h"
#include "ui/models/paging/PagedModel.h"
#include "ui/text/StateText.h"

namespace countersign {

/// The table model of all lives of one wallet, newest first (WalletTimeline).
class TimelineModel : public PagedModel<WalletHappening>
{
    Q_OBJECT

public:
    enum Column { Rail, State, Words, Time, ColumnCount };

    TimelineModel(ProfileReader& reader, const Clock& clock, QObject* parent = nullptr);

    void setWallet(const std::string& walletId);
    /// How a happening is said.
    static StateText stateOf(const WalletHappening& happening);
    static QString wordsOf(const WalletHappening& happening);

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    QVariant cell(const WalletHappening& happening, int column, int role) const override;
    std::function<Result<std::vector<std::int64_t>>(Database&)> idQuery() const override;
    std::function<Result<std::vector<WalletHappening>>(Database&)> firstRowsQuery(int limit) const override;
    /// The line is merged of five tables: its ids are as cheap.
    bool areFirstRowsCheap() const override { return false; }
    std::function<Result<std::vector<WalletHappening>>(Database&, const std::vector<std::int64_t>&)>
    rowQuery() const override;

private:
    const Clock& m_clock;
    std::string m_walletId;
};

}  // namespace countersign
