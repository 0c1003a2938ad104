#pragma once

#include "core/addressbook/AddressCatalog.h"

#include <QString>
#include <QStringList>

namespace countersign {

/// The address page's filter field as an AddressFilter: chain: ("evm", "sol" or a CAIP-2 name), tag:, list:
/// and free text.
struct AddressQuery
{
    AddressFilter filter;
    QString complaint;  ///< a sentence when a token cannot be understood; such a query shows nothing

    static AddressQuery parse(const QString& input);
    static const QStringList& tokenNames();
};

}  // namespace countersign
