#include "ui/policy/RuleText.h"

#include "ui/text/OperatorText.h"
#include "ui/text/VisibleText.h"

#include <QCoreApplication>
#include <QLocale>

#include <array>

namespace countersign {

namespace {

struct RuleTextText
{
    Q_DECLARE_TR_FUNCTIONS(RuleTextText)
};

using List = std::vector<std::string> PolicyConditions::*;

struct ListWords
{
    List list;
    const char* words;
};

/// In the order in which design.md §11 names them.
constexpr std::array listWords = {
    ListWords{&PolicyConditions::wallets, QT_TRANSLATE_NOOP("RuleTextText", "wallet is %1")},
    ListWords{&PolicyConditions::chains, QT_TRANSLATE_NOOP("RuleTextText", "on %1")},
    ListWords{&PolicyConditions::kinds, QT_TRANSLATE_NOOP("RuleTextText", "kind is %1")},
    ListWords{&PolicyConditions::origins, QT_TRANSLATE_NOOP("RuleTextText", "came by %1")},
    ListWords{&PolicyConditions::submitters, QT_TRANSLATE_NOOP("RuleTextText", "submitted by %1")},
    ListWords{&PolicyConditions::intents, QT_TRANSLATE_NOOP("RuleTextText", "does %1")},
    ListWords{&PolicyConditions::contracts, QT_TRANSLATE_NOOP("RuleTextText", "calls %1")},
    ListWords{&PolicyConditions::functions, QT_TRANSLATE_NOOP("RuleTextText", "function is %1")},
    ListWords{&PolicyConditions::programs, QT_TRANSLATE_NOOP("RuleTextText", "program is %1")},
    ListWords{&PolicyConditions::recipients, QT_TRANSLATE_NOOP("RuleTextText", "goes to %1")},
    ListWords{&PolicyConditions::notRecipients, QT_TRANSLATE_NOOP("RuleTextText", "does not go to %1")},
    ListWords{&PolicyConditions::assets, QT_TRANSLATE_NOOP("RuleTextText", "asset is %1")},
    ListWords{&PolicyConditions::findings, QT_TRANSLATE_NOOP("RuleTextText", "was found: %1")},
};

QString anyOf(const std::vector<std::string>& entries)
{
    constexpr std::size_t mostShown = 4;
    QStringList words;
    for (const std::string& entry : entries) {
        if (static_cast<std::size_t>(words.size()) == mostShown) {
            break;
        }
        words << visibleText(entry, false, 200);
    }
    const QString joined = words.join(RuleTextText::tr(" or "));
    return entries.size() <= mostShown
               ? joined
               : RuleTextText::tr("%1 or %2 more").arg(joined).arg(entries.size() - mostShown);
}

QString boundsText(const PolicyBounds& bounds)
{
    const auto text = [](const Uint256& value) { return QString::fromStdString(toDecimal(value)); };
    if (bounds.min && bounds.max) {
        return RuleTextText::tr("%1 to %2").arg(text(*bounds.min), text(*bounds.max));
    }
    return bounds.min   ? RuleTextText::tr("at least %1").arg(text(*bounds.min))
           : bounds.max ? RuleTextText::tr("at most %1").arg(text(*bounds.max))
                        : QString();
}

QString clockText(int minutes)
{
    return QStringLiteral("%1:%2")
        .arg(minutes / 60, 2, 10, QChar(u'0'))
        .arg(minutes % 60, 2, 10, QChar(u'0'));
}

QString timeText(const PolicyTime& time)
{
    QStringList days;
    for (std::size_t i = 0; i < time.days.size(); ++i) {
        if (time.days[i]) {
            days << QLocale().dayName(static_cast<int>(i) + 1, QLocale::ShortFormat);
        }
    }
    const QString zone = QString::fromLatin1(time.zone.id());
    const QString on = days.size() == 7 ? RuleTextText::tr("every day") : days.join(QStringLiteral(", "));
    if (!time.from && !time.to) {
        return RuleTextText::tr("on %1 in %2").arg(on, zone);
    }
    return RuleTextText::tr("on %1, %2 to %3 in %4")
        .arg(on, clockText(time.from.value_or(0)), clockText(time.to.value_or(24 * 60)), zone);
}

QString severityText(meaning::Severity severity)
{
    switch (severity) {
        case meaning::Severity::Critical:
            return RuleTextText::tr("something critical was found");
        case meaning::Severity::Error:
            return RuleTextText::tr("something could not be checked, or something critical was found");
        case meaning::Severity::Warning:
            return RuleTextText::tr("a warning or worse was found");
        case meaning::Severity::Info:
            break;
    }
    return RuleTextText::tr("anything was found");
}

}  // namespace

QStringList conditionLines(const PolicyConditions& when)
{
    QStringList lines;
    for (const ListWords& one : listWords) {
        if (!(when.*one.list).empty()) {
            lines << RuleTextText::tr(one.words).arg(anyOf(when.*one.list));
        }
    }
    if (when.understood) {
        lines << (*when.understood ? RuleTextText::tr("is understood")
                                   : RuleTextText::tr("is not understood"));
    }
    if (when.amount) {
        lines << RuleTextText::tr("amount is %1 units").arg(boundsText(*when.amount));
    }
    if (when.perPeriod) {
        lines << RuleTextText::tr("with what was signed in %1 hours, %2 units")
                     .arg(when.perPeriod->hours)
                     .arg(boundsText(when.perPeriod->bounds));
    }
    if (when.severity) {
        lines << severityText(*when.severity);
    }
    if (when.time) {
        lines << timeText(*when.time);
    }
    return lines;
}

StateText outcomeText(const PolicyRule& rule)
{
    if (rule.isBlock()) {
        return {RuleTextText::tr("Blocks"), QStringLiteral("refused"), Tone::Bad, outcomeSentence(rule), {}};
    }
    const int count = std::get<PolicyApprovals>(rule.then).count;
    return {count == 1 ? RuleTextText::tr("1 approval") : RuleTextText::tr("%1 approvals").arg(count),
            QStringLiteral("check"),
            count == 1 ? Tone::Good : Tone::Info,
            outcomeSentence(rule),
            {}};
}

QString outcomeSentence(const PolicyRule& rule)
{
    if (const auto* block = std::get_if<PolicyBlock>(&rule.then)) {
        return RuleTextText::tr("Never signed: %1").arg(visibleText(block->sentence));
    }
    const auto& asked = std::get<PolicyApprovals>(rule.then);
    QStringList words = {asked.count == 1 ? RuleTextText::tr("1 approval")
                                          : RuleTextText::tr("%1 approvals").arg(asked.count)};
    if (!asked.from.empty()) {
        words.last() += RuleTextText::tr(" from %1").arg(namesText(asked.from, 8));
    }
    if (asked.reauthenticate) {
        words << RuleTextText::tr("re-authentication");
    }
    if (asked.typedWord) {
        words << RuleTextText::tr("a typed word");
    }
    return words.join(QStringLiteral(", "));
}

}  // namespace countersign
