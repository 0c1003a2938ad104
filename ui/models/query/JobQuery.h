#pragma once

#include "core/signing/store/JobCatalog.h"

#include <QString>
#include <QStringList>

namespace countersign {

/// The jobs page's filter field as a JobFilter: is:waiting|running|done, state:, chain:, wallet: and free
/// text.
struct JobQuery
{
    JobFilter filter;
    QString complaint;  ///< a sentence when a token cannot be understood; such a query shows nothing

    static JobQuery parse(const QString& input);
    static const QStringList& tokenNames();
};

}  // namespace countersign
