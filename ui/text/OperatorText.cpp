#include "ui/text/OperatorText.h"

#include "core/base/encoding/Hex.h"
#include "ui/text/VisibleText.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct OperatorTextText
{
    Q_DECLARE_TR_FUNCTIONS(OperatorTextText)
};

constexpr std::size_t mostNameBytes = 256;

struct DoubtWords
{
    ApprovalDoubt doubt;
    const char* icon;
    Tone tone;
    const char* word;
    const char* meaning;
    const char* remedy;
};

constexpr std::array doubtWords = {
    DoubtWords{ApprovalDoubt::AnotherJob, "duplicate", Tone::Bad,
               QT_TRANSLATE_NOOP("OperatorTextText", "About another job"),
               QT_TRANSLATE_NOOP("OperatorTextText", "It was said about another job and brought here."),
               QT_TRANSLATE_NOOP("OperatorTextText", "Ask who brought it. It never counts here.")},
    DoubtWords{
        ApprovalDoubt::AnotherDigest, "mismatch", Tone::Bad,
        QT_TRANSLATE_NOOP("OperatorTextText", "About other bytes"),
        QT_TRANSLATE_NOOP("OperatorTextText", "What that desk would sign is not what this one would sign."),
        QT_TRANSLATE_NOOP("OperatorTextText",
                          "Compare the digests. Values that a node filled in may have changed since: "
                          "ask for the approval anew.")},
    DoubtWords{
        ApprovalDoubt::AnotherExplanation, "mismatch", Tone::Bad,
        QT_TRANSLATE_NOOP("OperatorTextText", "Was shown something else"),
        QT_TRANSLATE_NOOP("OperatorTextText",
                          "The other desk was told something else about the same bytes: it has other "
                          "descriptors or another version."),
        QT_TRANSLATE_NOOP("OperatorTextText",
                          "Compare by voice what both reviews say. Bring versions and descriptors into "
                          "line, then ask for the approval anew.")},
    DoubtWords{
        ApprovalDoubt::AnotherPolicy, "mismatch", Tone::Warning,
        QT_TRANSLATE_NOOP("OperatorTextText", "By another policy"),
        QT_TRANSLATE_NOOP("OperatorTextText", "The other desk has another policy in force."),
        QT_TRANSLATE_NOOP("OperatorTextText",
                          "Put the same policy in force at both desks, then ask for the approval anew.")},
    DoubtWords{ApprovalDoubt::UnknownOperator, "question", Tone::Warning,
               QT_TRANSLATE_NOOP("OperatorTextText", "Not registered here"),
               QT_TRANSLATE_NOOP("OperatorTextText",
                                 "This desk does not count statements of this operator, or not any more."),
               QT_TRANSLATE_NOOP("OperatorTextText",
                                 "If you know whose key it is, register it on the page Operators.")},
    DoubtWords{ApprovalDoubt::FromTheFuture, "clock", Tone::Warning,
               QT_TRANSLATE_NOOP("OperatorTextText", "From the future"),
               QT_TRANSLATE_NOOP("OperatorTextText", "It is later than this machine's clock."),
               QT_TRANSLATE_NOOP("OperatorTextText", "Set the clocks of both machines.")},
    DoubtWords{ApprovalDoubt::BeforeTheJob, "clock", Tone::Warning,
               QT_TRANSLATE_NOOP("OperatorTextText", "Older than the job"),
               QT_TRANSLATE_NOOP("OperatorTextText", "It was said before the job was made."),
               QT_TRANSLATE_NOOP("OperatorTextText", "Set the clocks, then ask for the approval anew.")},
    DoubtWords{ApprovalDoubt::TooOld, "clock", Tone::Warning,
               QT_TRANSLATE_NOOP("OperatorTextText", "Too old"),
               QT_TRANSLATE_NOOP("OperatorTextText", "It is older than the policy lets approvals grow."),
               QT_TRANSLATE_NOOP("OperatorTextText", "Ask for the approval anew.")},
    DoubtWords{ApprovalDoubt::Initiators, "refused", Tone::Neutral,
               QT_TRANSLATE_NOOP("OperatorTextText", "Asked for it"),
               QT_TRANSLATE_NOOP("OperatorTextText", "Nobody approves what they asked for."),
               QT_TRANSLATE_NOOP("OperatorTextText", "Somebody else has to approve it.")},
    DoubtWords{ApprovalDoubt::NotAsked, "refused", Tone::Neutral,
               QT_TRANSLATE_NOOP("OperatorTextText", "Not asked"),
               QT_TRANSLATE_NOOP("OperatorTextText", "The policy asks others for this job."),
               QT_TRANSLATE_NOOP("OperatorTextText", "Somebody whom the policy names has to approve it.")},
    DoubtWords{ApprovalDoubt::Repetition, "superseded", Tone::Neutral,
               QT_TRANSLATE_NOOP("OperatorTextText", "Replaced"),
               QT_TRANSLATE_NOOP("OperatorTextText", "The same operator said something later."), ""},
    DoubtWords{ApprovalDoubt::Withdrawn, "superseded", Tone::Neutral,
               QT_TRANSLATE_NOOP("OperatorTextText", "Taken back"),
               QT_TRANSLATE_NOOP("OperatorTextText", "The same operator took it back."), ""},
    DoubtWords{ApprovalDoubt::IsWithdrawal, "superseded", Tone::Neutral,
               QT_TRANSLATE_NOOP("OperatorTextText", "Takes back"),
               QT_TRANSLATE_NOOP("OperatorTextText", "It takes back what the same operator said before."),
               ""},
};

}  // namespace

QString operatorKeyText(const ed25519::PublicKey& key)
{
    return QString::fromStdString(toHex(key));
}

Result<ed25519::PublicKey> typedOperatorKey(const QString& text)
{
    static const QRegularExpression between(QStringLiteral("[\\s:]"));
    return parseOperatorKey(QString(text).remove(between).toLower().toStdString());
}

std::vector<std::string> typedGroups(const QString& text)
{
    static const QRegularExpression between(QStringLiteral("[\\s,;]+"));
    std::vector<std::string> groups;
    for (const QString& group : text.split(between, Qt::SkipEmptyParts)) {
        groups.push_back(group.toStdString());
    }
    std::ranges::sort(groups);
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    return groups;
}

QString groupsText(const std::vector<std::string>& groups)
{
    QStringList words;
    for (const std::string& group : groups) {
        words << visibleText(group, false, mostNameBytes);
    }
    return words.join(QStringLiteral(", "));
}

StateText decisionText(ApprovalDecision decision)
{
    switch (decision) {
        case ApprovalDecision::Approve:
            return {OperatorTextText::tr("Approved"),
                    QStringLiteral("check"),
                    Tone::Good,
                    OperatorTextText::tr("This operator approved it."),
                    {}};
        case ApprovalDecision::Reject:
            return {OperatorTextText::tr("Rejected"),
                    QStringLiteral("refused"),
                    Tone::Bad,
                    OperatorTextText::tr("This operator rejected it, which ends the job."),
                    {}};
        case ApprovalDecision::Withdraw:
            break;
    }
    return {OperatorTextText::tr("Took back"),
            QStringLiteral("superseded"),
            Tone::Neutral,
            OperatorTextText::tr("This operator took back an approval."),
            {}};
}

StateText doubtText(ApprovalDoubt doubt)
{
    const auto found = std::ranges::find(doubtWords, doubt, &DoubtWords::doubt);
    if (found == doubtWords.end()) {
        return {};
    }
    const QString remedy = *found->remedy == '\0' ? QString() : OperatorTextText::tr(found->remedy);
    return {OperatorTextText::tr(found->word), QString(QLatin1String(found->icon)), found->tone,
            OperatorTextText::tr(found->meaning), remedy};
}

QString changeDoubtText(ApprovalDoubt doubt)
{
    switch (doubt) {
        case ApprovalDoubt::AnotherDigest:
            return OperatorTextText::tr("for another policy than this one");
        case ApprovalDoubt::AnotherPolicy:
            return OperatorTextText::tr("in place of another policy than the one in force here");
        case ApprovalDoubt::BeforeTheJob:
            return OperatorTextText::tr("older than the policy in force");
        default:
            return doubtText(doubt).word;
    }
}

QString speakerText(const CountedApproval& one)
{
    return one.name.empty() ? OperatorTextText::tr("unknown (key %1 …)")
                                  .arg(operatorKeyText(one.statement.operatorKey).left(8))
                            : visibleText(one.name, false, mostNameBytes);
}

QString namesText(const std::vector<std::string>& names, std::size_t most)
{
    QStringList words;
    for (const std::string& name : names) {
        if (static_cast<std::size_t>(words.size()) == most) {
            break;
        }
        words << visibleText(name, false, mostNameBytes);
    }
    const QString joined = words.join(QStringLiteral(", "));
    return names.size() <= most ? joined
                                : OperatorTextText::tr("%1 and %2 more").arg(joined).arg(names.size() - most);
}

QString approversText(const ApprovalCount& count)
{
    std::vector<std::string> names;
    for (const CountedApproval& one : count.statements) {
        if (one.counts() && one.statement.decision == ApprovalDecision::Approve) {
            names.push_back(one.name);
        }
    }
    return namesText(names);
}

QString countText(const ApprovalCount& count)
{
    const QString names = approversText(count);
    return names.isEmpty() ? OperatorTextText::tr("%1 of %2").arg(count.have).arg(count.need)
                           : OperatorTextText::tr("%1 of %2: %3").arg(count.have).arg(count.need).arg(names);
}

}  // namespace countersign
