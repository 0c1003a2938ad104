#pragma once

#include "core/addressbook/AddressBook.h"

#include <QAbstractTableModel>

namespace countersign {

/// The table model of addresses of an import that begin and end like others: each with the one that it looks
/// like, one below the other, so that both are read whole in one column.
class LookAlikeModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Address, Name, Origin, ColumnCount };
    static constexpr int mostShown = 1'000;  ///< pairs

    using QAbstractTableModel::QAbstractTableModel;
    void show(std::vector<AddressChanges::LookAlike> found);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<AddressChanges::LookAlike> m_found;
};

}  // namespace countersign
