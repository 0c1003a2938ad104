#include "ui/models/query/JobQuery.h"

#include "core/delegation/Wallet.h"
#include "ui/models/query/FilterText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct JobQueryText
{
    Q_DECLARE_TR_FUNCTIONS(JobQueryText)
};

std::optional<JobFilter::Group> groupFrom(const QString& value)
{
    if (value == QLatin1String("waiting")) {
        return JobFilter::Group::Waiting;
    }
    if (value == QLatin1String("running")) {
        return JobFilter::Group::Running;
    }
    if (value == QLatin1String("done")) {
        return JobFilter::Group::Done;
    }
    return std::nullopt;
}

/// Three or more words of four characters, as addresses are written; the first may begin with 0x, the last be
/// shorter.
bool areGroups(const QStringList& words)
{
    constexpr qsizetype group = 4;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const bool prefixed = i == 0 && words.at(i).startsWith(QLatin1String("0x"));
        const qsizetype size = words.at(i).size() - (prefixed ? 2 : 0);
        if (size > group || (size < group && i != words.size() - 1)) {
            return false;
        }
    }
    return words.size() > 2;
}

}  // namespace

const QStringList& JobQuery::tokenNames()
{
    static const QStringList names = {QStringLiteral("is"), QStringLiteral("state"), QStringLiteral("chain"),
                                      QStringLiteral("wallet")};
    return names;
}

JobQuery JobQuery::parse(const QString& input)
{
    const FilterText parsed = FilterText::parse(input, tokenNames());
    JobQuery query;
    // Reasons have blanks; an address that was pasted in groups of four has none that count.
    query.filter.text = (areGroups(parsed.words) ? parsed.text : parsed.words.join(u' ')).toStdString();
    for (auto token = parsed.tokens.begin(); token != parsed.tokens.end(); ++token) {
        const QString& name = token.key();
        const QString& value = token.value();
        bool understood = !value.isEmpty();
        if (name == QLatin1String("chain")) {
            query.filter.chain = chainFrom(value.toStdString());
        } else if (name == QLatin1String("wallet")) {
            query.filter.walletId = value.toStdString();
        } else if (name == QLatin1String("state")) {
            query.filter.state = jobStateFrom(value.toStdString());
            understood = query.filter.state.has_value();
        } else {
            const auto group = groupFrom(value);
            query.filter.group = group.value_or(JobFilter::Group::All);
            understood = group.has_value();
        }
        if (!understood) {
            query.complaint = JobQueryText::tr("“%1:%2” is not understood.").arg(name, value);
        }
    }
    return query;
}

}  // namespace countersign
