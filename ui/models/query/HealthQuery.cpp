#include "ui/models/query/HealthQuery.h"

#include "ui/models/query/FilterText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

constexpr int mostAgeDays = 36'500;

struct HealthQueryText
{
    Q_DECLARE_TR_FUNCTIONS(HealthQueryText)
};

}  // namespace

const QStringList& HealthQuery::tokenNames()
{
    static const QStringList names = {QStringLiteral("severity"), QStringLiteral("kind"),
                                      QStringLiteral("age")};
    return names;
}

HealthQuery HealthQuery::parse(const QString& input)
{
    const FilterText parsed = FilterText::parse(input, tokenNames());
    HealthQuery query;
    query.filter.text = parsed.text.toStdString();
    for (auto token = parsed.tokens.begin(); token != parsed.tokens.end(); ++token) {
        bool understood = false;
        if (token.key() == QLatin1String("severity")) {
            query.filter.severity = healthSeverityFrom(token.value().toStdString());
            understood = query.filter.severity.has_value();
        } else if (token.key() == QLatin1String("kind")) {
            query.filter.rule = healthRuleFrom(token.value().toStdString());
            understood = query.filter.rule.has_value();
        } else {
            const int days = token.value().toInt(&understood);
            understood = understood && days >= 1 && days <= mostAgeDays;
            if (understood) {
                query.maxAge = std::chrono::days(days);
            }
        }
        if (!understood) {
            query.complaint =
                HealthQueryText::tr("“%1:%2” is not understood.").arg(token.key(), token.value());
        }
    }
    return query;
}

}  // namespace countersign
