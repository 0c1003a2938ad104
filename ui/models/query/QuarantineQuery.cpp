#include "ui/models/query/QuarantineQuery.h"

#include "ui/models/query/FilterText.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct QuarantineQueryText
{
    Q_DECLARE_TR_FUNCTIONS(QuarantineQueryText)
};

}  // namespace

const QStringList& QuarantineQuery::tokenNames()
{
    static const QStringList names = {QStringLiteral("reason"), QStringLiteral("is")};
    return names;
}

QuarantineQuery QuarantineQuery::parse(const QString& input)
{
    const FilterText parsed = FilterText::parse(input, tokenNames());
    QuarantineQuery query;
    query.filter.text = parsed.text.toStdString();
    const auto refuse = [&](const char* token, const QString& value) {
        query.complaint =
            QuarantineQueryText::tr("“%1:%2” is not understood.").arg(QLatin1String(token), value);
    };
    if (parsed.tokens.contains(QStringLiteral("reason"))) {
        const QString value = parsed.tokens.value(QStringLiteral("reason"));
        query.filter.reason = value.toStdString();
        if (std::ranges::find(quarantineReasons, query.filter.reason) == quarantineReasons.end()) {
            refuse("reason", value);
        }
    }
    if (parsed.tokens.contains(QStringLiteral("is"))) {
        const QString value = parsed.tokens.value(QStringLiteral("is"));
        query.filter.isGenuine = value == QLatin1String("genuine");
        if (!*query.filter.isGenuine && value != QLatin1String("unverified")) {
            refuse("is", value);
        }
    }
    return query;
}

}  // namespace countersign
