#pragma once

#include "core/addressbook/AddressCatalog.h"
#include "ui/models/AddressIds.h"
#include "ui/models/paging/PagedModel.h"

namespace countersign {

/// An entry of the address book as a row.
struct AddressRow
{
    std::int64_t id = 0;  ///< AddressIds
    AddressEntry entry;
    Bytes addressBytes;  ///< for the identicon; of what is no address, its text's

    /// In the order of ids; those that are gone are left out.
    static Result<std::vector<AddressRow>> read(Database& database, const AddressIds& numbers,
                                                std::span<const std::int64_t> ids);
};

/// The table model of the address book.
class AddressModel : public PagedModel<AddressRow>
{
    Q_OBJECT

public:
    enum Column { Name, Address, Chain, Tags, Lists, Changed, ColumnCount };

    AddressModel(ProfileReader& reader, std::shared_ptr<AddressIds> numbers, const Clock& clock,
                 QObject* parent = nullptr);

    void setFilter(const AddressFilter& filter);
    const AddressFilter& filter() const { return m_filter; }
    const AddressOrder& order() const { return m_order; }
    /// Starts reading, if nothing did before.
    void start();

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

protected:
    QVariant cell(const AddressRow& row, int column, int role) const override;
    std::function<Result<std::vector<std::int64_t>>(Database&)> idQuery() const override;
    std::function<Result<std::vector<AddressRow>>(Database&)> firstRowsQuery(int limit) const override;
    bool areFirstRowsCheap() const override { return m_filter.words.empty(); }
    std::function<Result<std::vector<AddressRow>>(Database&, const std::vector<std::int64_t>&)> rowQuery()
        const override;

private:
    QString displayText(const AddressEntry& entry, int column) const;
    QString toolTip(const AddressEntry& entry, int column) const;

    std::shared_ptr<AddressIds> m_numbers;
    const Clock& m_clock;
    AddressFilter m_filter;
    AddressOrder m_order;
    bool m_started = false;
};

}  // namespace countersign
