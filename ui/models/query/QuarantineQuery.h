#pragma once

#include "core/inbox/quarantine/QuarantineCatalog.h"

#include <QString>
#include <QStringList>

namespace countersign {

/// The quarantine page's filter field as a QuarantineFilter: reason:, is: and free text.
struct QuarantineQuery
{
    QuarantineFilter filter;
    QString complaint;  ///< a sentence when a token cannot be understood; such a query shows nothing

    static QuarantineQuery parse(const QString& input);
    static const QStringList& tokenNames();
};

}  // namespace countersign
