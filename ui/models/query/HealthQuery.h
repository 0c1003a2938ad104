#pragma once

#include "core/health/HealthReader.h"

#include <QString>
#include <QStringList>

namespace countersign {

/// The health page's filter field: severity:, kind: (an id of design.md §9), age: (days after which a
/// delegation is called old) and free text.
struct HealthQuery
{
    HealthFilter filter;
    std::optional<std::chrono::days> maxAge;
    QString complaint;  ///< a sentence when a token cannot be understood; such a query shows nothing

    static HealthQuery parse(const QString& input);
    static const QStringList& tokenNames();
};

}  // namespace countersign
