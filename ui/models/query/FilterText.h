#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

namespace countersign {

/// What stands in a filter field: "status:active 0x52cA" → tokens and free text. Names and values are
/// compared without regard to case; the last token of a name wins. Blanks in free text are dropped, so that
/// an address pasted in groups of four is found.
struct FilterText
{
    QHash<QString, QString> tokens;  ///< lower case
    QString text;
    QStringList words;  ///< the same, as it was typed

    static FilterText parse(const QString& input, const QStringList& knownNames);
};

/// input with the token name set to value, or removed when value is empty; the rest stays as typed.
QString withToken(const QString& input, const QString& name, const QString& value);

}  // namespace countersign
