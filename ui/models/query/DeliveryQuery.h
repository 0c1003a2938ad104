#pragma once

#include "core/inbox/delivery/DeliveryCatalog.h"

#include <QString>
#include <QStringList>

namespace countersign {

/// The events page's filter field as a DeliveryFilter: verdict:, wallet: and free text.
struct DeliveryQuery
{
    DeliveryFilter filter;
    QString complaint;  ///< a sentence when a token cannot be understood; such a query shows nothing

    static DeliveryQuery parse(const QString& input);
    static const QStringList& tokenNames();
};

}  // namespace countersign
