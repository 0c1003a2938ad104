#include "ui/models/query/DeliveryQuery.h"

#include "ui/models/query/FilterText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct DeliveryQueryText
{
    Q_DECLARE_TR_FUNCTIONS(DeliveryQueryText)
};

}  // namespace

const QStringList& DeliveryQuery::tokenNames()
{
    static const QStringList names = {QStringLiteral("verdict"), QStringLiteral("wallet")};
    return names;
}

DeliveryQuery DeliveryQuery::parse(const QString& input)
{
    const FilterText parsed = FilterText::parse(input, tokenNames());
    DeliveryQuery query;
    query.filter.text = parsed.text.toStdString();
    query.filter.walletId = parsed.tokens.value(QStringLiteral("wallet")).toStdString();
    if (parsed.tokens.contains(QStringLiteral("verdict"))) {
        const QString value = parsed.tokens.value(QStringLiteral("verdict"));
        query.filter.verdict = verdictFrom(value.toStdString());
        if (!query.filter.verdict) {
            query.complaint = DeliveryQueryText::tr("“verdict:%1” is not understood.").arg(value);
        }
    }
    return query;
}

}  // namespace countersign
