#include "ui/text/RevocationText.h"

#include "ui/session/control/RevocationControl.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"

#include <QCoreApplication>
#include <QLocale>

namespace countersign {

namespace {

struct RevocationTextText
{
    Q_DECLARE_TR_FUNCTIONS(RevocationTextText)
};

QString grouped(std::int64_t number)
{
    return QLocale().toString(static_cast<qlonglong>(number));
}

QString iconName(const char* name)
{
    return QLatin1String(name);
}

}  // namespace

QString delegationCount(std::int64_t number)
{
    return number == 1 ? RevocationTextText::tr("1 delegation")
                       : RevocationTextText::tr("%1 delegations").arg(grouped(number));
}

QString walletCount(std::int64_t number)
{
    return number == 1 ? RevocationTextText::tr("1 wallet")
                       : RevocationTextText::tr("%1 wallets").arg(grouped(number));
}

StateText outcomeText(const RevocationItem& item)
{
    switch (item.outcome) {
        case RevocationOutcome::Revoked:
            return {RevocationTextText::tr("Revoked"),
                    iconName("check"),
                    Tone::Good,
                    RevocationTextText::tr("Dynamic ended the delegation."),
                    {}};
        case RevocationOutcome::Absent:
            return {
                RevocationTextText::tr("Absent"),
                iconName("check"),
                Tone::Good,
                RevocationTextText::tr(
                    "Dynamic knows no such delegation: it was gone already, or never of this environment."),
                {}};
        case RevocationOutcome::Refused:
            return {RevocationTextText::tr("Refused"), iconName("refused"), Tone::Bad,
                    RevocationTextText::tr("Dynamic refused; the delegation is still in force there."),
                    RevocationTextText::tr("Mend what it says, then revoke the wallet anew.")};
        case RevocationOutcome::Pending:
            break;
    }
    if (item.isHeld) {
        return {RevocationTextText::tr("Delegated again"), iconName("warning"), Tone::Warning,
                RevocationTextText::tr("The wallet was delegated again before Dynamic answered: the old call "
                                       "does not end the new delegation."),
                RevocationTextText::tr("Revoke the new delegation, too, or keep it.")};
    }
    return {
        RevocationTextText::tr("Waits"),
        iconName("clock"),
        Tone::Warning,
        RevocationTextText::tr("Dynamic has not answered yet. It goes on by itself; nothing is signed for "
                               "this wallet meanwhile."),
        {}};
}

QString checkSentence(const RevocationItem& item)
{
    switch (item.signingCheck) {
        case SigningCheck::NotChecked:
            return {};
        case SigningCheck::Refused:
            return RevocationTextText::tr("Checked: Dynamic refuses to sign for it.");
        case SigningCheck::Possible:
            return RevocationTextText::tr(
                "Checked: Dynamic still opens a signing room for it! Tell Dynamic.");
        case SigningCheck::NotTried:
            break;
    }
    return RevocationTextText::tr("Whether Dynamic still signs could not be tried.");
}

QString outcomeSentence(const RevocationItem& item)
{
    if (!item.sentence.empty()) {
        return visibleText(item.sentence);
    }
    if (item.signingCheck != SigningCheck::NotChecked) {
        return checkSentence(item);
    }
    if (item.answeredAt != 0) {
        return RevocationTextText::tr("Dynamic answered %1 at %2")
            .arg(item.httpStatus)
            .arg(utcTime(item.answeredAt));
    }
    return item.isSettled() ? QString() : RevocationTextText::tr("Dynamic was not asked yet.");
}

QString materialText(const RevocationItem& item)
{
    if (item.destroyedAt != 0) {
        return RevocationTextText::tr("destroyed");
    }
    return RevocationTextText::tr("kept");
}

StateText revocationState(const RevocationSummary& summary)
{
    if (summary.damage) {
        return {RevocationTextText::tr("Changed outside"),
                iconName("error"),
                Tone::Bad,
                summary.damage->sentence,
                {}};
    }
    if (summary.held > 0) {
        return {RevocationTextText::tr("Asks you"), iconName("warning"), Tone::Warning,
                RevocationTextText::tr("A wallet was delegated again before Dynamic answered."),
                RevocationTextText::tr("Decide whether the new delegation ends, too.")};
    }
    if (summary.endedAt == 0) {
        return {RevocationTextText::tr("Waits"),
                iconName("clock"),
                Tone::Warning,
                RevocationTextText::tr("Something of it is not done yet. It goes on by itself."),
                {}};
    }
    if (summary.refused > 0) {
        return {RevocationTextText::tr("Refused"), iconName("refused"), Tone::Bad,
                RevocationTextText::tr("Dynamic refused to end at least one delegation."),
                RevocationTextText::tr("Mend what it says, then revoke those wallets anew.")};
    }
    return {RevocationTextText::tr("Done"),
            iconName("check"),
            Tone::Good,
            RevocationTextText::tr("Every delegation of it is over at Dynamic and destroyed here."),
            {}};
}

QString countsText(const RevocationSummary& summary)
{
    QStringList words;
    const auto add = [&words](std::int64_t number, const QString& text) {
        if (number > 0) {
            words << text.arg(grouped(number));
        }
    };
    add(summary.revoked, RevocationTextText::tr("%1 revoked"));
    add(summary.absent, RevocationTextText::tr("%1 absent"));
    add(summary.refused, RevocationTextText::tr("%1 refused"));
    add(summary.waiting(), RevocationTextText::tr("%1 waiting"));
    add(summary.held, RevocationTextText::tr("%1 delegated again"));
    return words.join(QStringLiteral(", "));
}

QString nextTryText(UnixMillis tryAfter, UnixMillis now)
{
    return tryAfter > now
               ? RevocationTextText::tr("Dynamic asked to wait until %1; it is not asked before.")
                     .arg(utcTime(tryAfter))
               : RevocationTextText::tr("It is tried again every minute while the profile is unlocked.");
}

}  // namespace countersign
