#include "ui/models/query/WalletQuery.h"

#include "ui/models/query/FilterText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

constexpr int mostUnseenDays = 36'500;

struct WalletQueryText
{
    Q_DECLARE_TR_FUNCTIONS(WalletQueryText)
};

QString complaintAbout(const QString& name, const QString& value)
{
    return WalletQueryText::tr("“%1:%2” is not understood.").arg(name, value);
}

}  // namespace

const QStringList& WalletQuery::tokenNames()
{
    static const QStringList names = {QStringLiteral("status"), QStringLiteral("chain"),
                                      QStringLiteral("health"), QStringLiteral("key"),
                                      QStringLiteral("unseen"), QStringLiteral("is")};
    return names;
}

WalletQuery WalletQuery::parse(const QString& input, UnixMillis now)
{
    const FilterText parsed = FilterText::parse(input, tokenNames());
    WalletQuery query;
    query.filter.text = parsed.text.toStdString();
    for (auto token = parsed.tokens.begin(); token != parsed.tokens.end(); ++token) {
        const QString& name = token.key();
        const QString& value = token.value();
        bool understood = !value.isEmpty();
        if (name == QLatin1String("chain")) {
            query.filter.chain = chainFrom(value.toStdString());
        } else if (name == QLatin1String("status")) {
            query.filter.status = walletStatusFrom(value.toStdString());
            understood = query.filter.status.has_value();
        } else if (name == QLatin1String("unseen")) {
            const int days = value.toInt(&understood);
            understood = understood && days >= 1 && days <= mostUnseenDays;
            query.filter.notSeenSince = now - std::chrono::milliseconds(std::chrono::days(days)).count();
        } else if (name == QLatin1String("key")) {
            query.filter.key = value.toStdString();
        } else if (name == QLatin1String("health")) {
            query.filter.health = walletHealthFrom(value.toStdString());
            understood = query.filter.health.has_value();
        } else {
            query.filter.onlyProblems = value == QLatin1String("problem");
            understood = query.filter.onlyProblems;
        }
        if (!understood) {
            query.complaint = complaintAbout(name, value);
        }
    }
    return query;
}

}  // namespace countersign
