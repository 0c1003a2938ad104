#include "ui/text/InspectionText.h"

#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QLocale>

namespace countersign {

namespace {

struct InspectionTextText
{
    Q_DECLARE_TR_FUNCTIONS(InspectionTextText)
};

QString countOf(std::int64_t number)
{
    return QLocale().toString(static_cast<qlonglong>(number));
}

StateText partlyShown()
{
    return {InspectionTextText::tr("Not shown whole"),
            QStringLiteral("question"),
            Tone::Warning,
            InspectionTextText::tr("Nothing differs in what Dynamic showed. Whether the delegation is still "
                                   "there was not shown."),
            {}};
}

/// "998 as they are here, 2 not found at Dynamic"
QString verdictCounts(const InspectionRun& run)
{
    QStringList counts;
    for (const auto& [verdict, count] : run.verdicts) {
        const bool isOk = verdict == WalletVerdict::Ok;
        const std::int64_t whole = isOk ? count - run.inPart : count;
        if (whole > 0) {
            counts << QStringLiteral("%1 %2").arg(countOf(whole), stateText(verdict).word.toLower());
        }
        if (isOk && run.inPart > 0) {
            counts << QStringLiteral("%1 %2").arg(countOf(run.inPart), partlyShown().word.toLower());
        }
    }
    return counts.join(QStringLiteral(", "));
}

QString walletsSentence(const InspectionRun& run)
{
    const VerifyProgress& progress = run.progress;
    if (run.isRunning && progress.total == 0) {
        return InspectionTextText::tr("Asking Dynamic …");
    }
    const QString done =
        InspectionTextText::tr("%1 of %2 wallets").arg(countOf(progress.done), countOf(progress.total));
    if (!run.isRunning) {
        return run.verdicts.empty()
                   ? InspectionTextText::tr("There is no wallet to ask about.")
                   : InspectionTextText::tr("Dynamic was asked: %1.").arg(verdictCounts(run));
    }
    if (progress.paused.count() > 0) {
        return InspectionTextText::tr("%1; Dynamic asks for patience: %2")
            .arg(done, durationText(progress.paused.count()));
    }
    return progress.left.count() > 0
               ? InspectionTextText::tr("%1, about %2 left").arg(done, durationText(progress.left.count()))
               : done;
}

/// What was counted, and whatever forbids to take the counts for the whole.
QString messagesEnd(const ReconciliationReport& report)
{
    const QString compared =
        InspectionTextText::tr("%1 messages compared, %2 missing")
            .arg(countOf(report.messages), countOf(static_cast<std::int64_t>(report.missing.size())));
    QStringList sentences = {
        report.redelivered + report.takenIn == 0 && !report.refusal
            ? compared + u'.'
            : InspectionTextText::tr("%1; %2 sent again, %3 taken from the log, %4 still missing.")
                  .arg(compared, countOf(report.redelivered), countOf(report.takenIn),
                       countOf(report.stillMissing))};
    if (report.unreadable > 0) {
        sentences << InspectionTextText::tr(
                         "%1 entries of Dynamic's log could not be read. What they are about is not known.")
                         .arg(countOf(report.unreadable));
    }
    if (report.refusal) {
        sentences << report.refusal->sentence;
    }
    if (report.relayFailure) {
        sentences << report.relayFailure->sentence;
    }
    return sentences.join(u' ');
}

QString messagesSentence(const InspectionRun& run)
{
    if (run.report) {
        return messagesEnd(*run.report);
    }
    const MessageProgress& progress = run.messages;
    const QString done = countOf(progress.done);
    QString sentence;
    switch (progress.step) {
        case MessageProgress::Step::Comparing:
            sentence = InspectionTextText::tr("%1 messages compared, %2 missing")
                           .arg(countOf(progress.messages), countOf(progress.missing));
            break;
        case MessageProgress::Step::Redelivering:
            sentence =
                InspectionTextText::tr("%1 of %2 messages sent again").arg(done, countOf(progress.total));
            break;
        case MessageProgress::Step::Arriving:
            sentence = InspectionTextText::tr("%1 of %2 messages arrived").arg(done, countOf(progress.total));
            break;
    }
    return progress.paused.count() > 0 ? InspectionTextText::tr("%1; Dynamic asks for patience: %2")
                                             .arg(sentence, durationText(progress.paused.count()))
                                       : sentence;
}

}  // namespace

StateText stateText(WalletVerdict verdict)
{
    switch (verdict) {
        case WalletVerdict::Ok:
            return {InspectionTextText::tr("As it is here"),
                    QStringLiteral("check"),
                    Tone::Good,
                    InspectionTextText::tr("Address, chain and delegation are the same at Dynamic."),
                    {}};
        case WalletVerdict::AddressDiffers:
            return {InspectionTextText::tr("Address differs"),
                    QStringLiteral("error"),
                    Tone::Bad,
                    InspectionTextText::tr("Dynamic knows another address for this wallet."),
                    {}};
        case WalletVerdict::ChainDiffers:
            return {InspectionTextText::tr("Chain differs"),
                    QStringLiteral("error"),
                    Tone::Bad,
                    InspectionTextText::tr("Dynamic knows this wallet on another chain."),
                    {}};
        case WalletVerdict::NotFound:
            return {InspectionTextText::tr("Not found"),
                    QStringLiteral("error"),
                    Tone::Bad,
                    InspectionTextText::tr("Dynamic does not know this wallet in this environment."),
                    {}};
        case WalletVerdict::NoDelegation:
            return {InspectionTextText::tr("No delegation"),
                    QStringLiteral("warning"),
                    Tone::Warning,
                    InspectionTextText::tr("The wallet is at Dynamic, its owner's delegation is not."),
                    {}};
        case WalletVerdict::Refused:
            break;
    }
    return {InspectionTextText::tr("Refused"),
            QStringLiteral("question"),
            Tone::Warning,
            InspectionTextText::tr("Dynamic did not let us ask."),
            {}};
}

StateText stateText(WalletVerdict verdict, const std::string& detail)
{
    return verdict == WalletVerdict::Ok && !detail.empty() ? partlyShown() : stateText(verdict);
}

QString runSentence(const InspectionRun& run)
{
    if (run.problem) {
        return run.verdicts.empty() ? run.problem->sentence
                                    : InspectionTextText::tr("%1 Before that: %2.")
                                          .arg(run.problem->sentence, verdictCounts(run));
    }
    if (run.kind == InspectionRun::Kind::Wallets) {
        return walletsSentence(run);
    }
    if (run.kind == InspectionRun::Kind::Messages) {
        return messagesSentence(run);
    }
    return run.isRunning ? InspectionTextText::tr("Asking Dynamic about the environment …")
                         : InspectionTextText::tr("Dynamic was asked about the environment.");
}

}  // namespace countersign
