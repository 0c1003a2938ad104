#include "ui/text/JobText.h"

#include "core/base/encoding/Json.h"
#include "core/signing/explanation/JobExplainer.h"
#include "ui/text/AmountText.h"
#include "ui/text/VisibleText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

constexpr UnixMillis oneSecond = 1000;
constexpr UnixMillis oneMinute = 60 * oneSecond;
constexpr UnixMillis oneHour = 60 * oneMinute;
constexpr UnixMillis oneDay = 24 * oneHour;

struct JobTextText
{
    Q_DECLARE_TR_FUNCTIONS(JobTextText)
};

/// A member of a transaction as a quantity; nothing when it is absent or none.
std::optional<Uint256> quantity(const Json& transaction, const char* name)
{
    const auto member = transaction.find(name);
    if (member == transaction.end()) {
        return std::nullopt;
    }
    std::string text;
    if (member->is_string()) {
        text = member->get<std::string>();
    } else if (member->is_number_unsigned()) {
        text = std::to_string(member->get<std::uint64_t>());
    }
    const auto value = parseQuantity(text);
    return value ? std::optional<Uint256>(*value) : std::nullopt;
}

bool hasText(const Json& object, const char* name)
{
    const auto member = object.find(name);
    return member != object.end() && member->is_string() && !member->get_ref<const std::string&>().empty();
}

QString transactionSummary(const Json& transaction)
{
    const auto chainId = quantity(transaction, "chainId");
    const QString where = chainId
                              ? JobTextText::tr("chain %1").arg(QString::fromStdString(toDecimal(*chainId)))
                              : JobTextText::tr("no chain named");
    const auto type = transaction.contains("type") ? quantity(transaction, "type") : Uint256(0);
    if (!type || *type > 2) {
        return JobTextText::tr("Transaction · %1")
            .arg(where);  // blobs and authorisations are no plain transfer
    }
    const std::string data = hasText(transaction, "data") ? transaction["data"].get<std::string>() : "0x";
    if (!hasText(transaction, "to")) {
        return JobTextText::tr("Contract creation · %1").arg(where);
    }
    if (data != "0x" && !data.empty()) {
        return JobTextText::tr("Call with data · %1").arg(where);
    }
    const auto value = transaction.contains("value") ? quantity(transaction, "value") : Uint256(0);
    if (!value) {
        return JobTextText::tr("Transaction · %1").arg(where);
    }
    return JobTextText::tr("Transfer of %1 · %2").arg(amountText(*value, nativeDecimals), where);
}

}  // namespace

StateText stateText(JobState state)
{
    const auto icon = [](const char* name) { return QString(QLatin1String(name)); };
    switch (state) {
        case JobState::Pending:
            return {JobTextText::tr("Waiting"),
                    icon("clock"),
                    Tone::Warning,
                    JobTextText::tr("It waits for your decision."),
                    {}};
        case JobState::Approved:
            return {JobTextText::tr("Approved"),
                    icon("sign"),
                    Tone::Info,
                    JobTextText::tr("You approved it; the ceremony begins as soon as it can."),
                    {}};
        case JobState::Signing:
            return {JobTextText::tr("Signing"),
                    icon("sign"),
                    Tone::Info,
                    JobTextText::tr("The signing ceremony runs."),
                    {}};
        case JobState::Signed:
            return {JobTextText::tr("Signed"),
                    icon("check"),
                    Tone::Good,
                    JobTextText::tr("The signature was verified against the wallet's address."),
                    {}};
        case JobState::Broadcast:
            return {
                JobTextText::tr("Sent"),
                icon("send"),
                Tone::Info,
                JobTextText::tr("A node took the signed transaction; it is followed until it is confirmed."),
                {}};
        case JobState::Confirmed:
            return {JobTextText::tr("Confirmed"),
                    icon("check"),
                    Tone::Good,
                    JobTextText::tr("The transaction is in the chain."),
                    {}};
        case JobState::Rejected:
            return {JobTextText::tr("Rejected"),
                    icon("revoked"),
                    Tone::Neutral,
                    JobTextText::tr("An operator said no."),
                    {}};
        case JobState::Expired:
            return {JobTextText::tr("Expired"), icon("clock"), Tone::Neutral,
                    JobTextText::tr("Nobody approved it in time; it can no longer be signed."),
                    JobTextText::tr("Have it submitted anew if it is still wanted.")};
        case JobState::Failed:
            return {
                JobTextText::tr("Failed"), icon("error"), Tone::Bad,
                JobTextText::tr("The ceremony or the chain refused."),
                JobTextText::tr("Mend what the error names, then open another ceremony or reject the job.")};
        case JobState::Withdrawn:
            return {JobTextText::tr("Withdrawn"),
                    icon("revoked"),
                    Tone::Neutral,
                    JobTextText::tr("Its submitter took it back."),
                    {}};
        case JobState::Blocked:
            return {JobTextText::tr("Blocked"),
                    icon("refused"),
                    Tone::Bad,
                    JobTextText::tr("A policy of this profile forbids it."),
                    {}};
        case JobState::Interrupted:
            break;
    }
    return {JobTextText::tr("Interrupted"), icon("warning"), Tone::Bad,
            JobTextText::tr(
                "Countersign ended while the ceremony ran; whether a signature came about is not known."),
            JobTextText::tr(
                "Find out first whether the transaction is on the chain. Another ceremony may sign a second "
                "time.")};
}

JobState stateNow(const Job& job, UnixMillis now)
{
    return job.state == JobState::Pending && job.expiresAt <= now ? JobState::Expired : job.state;
}

QString kindName(JobKind kind)
{
    switch (kind) {
        case JobKind::EvmMessage:
        case JobKind::SolanaMessage:
            return JobTextText::tr("Message");
        case JobKind::EvmTypedData:
            return JobTextText::tr("Typed data");
        default:
            return JobTextText::tr("Transaction");
    }
}

QString jobSummary(const Job& job)
{
    if (job.kind == JobKind::SolanaMessage || job.kind == JobKind::EvmMessage ||
        job.kind == JobKind::SolanaTransaction || job.document.size() > JobExplainer::listedBytes) {
        return kindName(job.kind);
    }
    const auto document = parseJson(asText(job.document));
    if (!document || !document->is_object() || !document->contains("payload") ||
        !(*document)["payload"].is_object()) {
        return kindName(job.kind);
    }
    const Json& payload = (*document)["payload"];
    if (job.kind == JobKind::EvmTypedData) {
        const auto typed = payload.find("typedData");
        const bool named = typed != payload.end() && typed->is_object() && hasText(*typed, "primaryType");
        return named ? JobTextText::tr("Typed data · %1")
                           .arg(visibleText((*typed)["primaryType"].get<std::string>(), false, 40))
                     : kindName(job.kind);
    }
    const auto transaction = payload.find("transaction");
    return transaction != payload.end() && transaction->is_object() ? transactionSummary(*transaction)
                                                                    : JobTextText::tr("Raw transaction");
}

QString jobIntent(const JobGist& gist, const Job& job)
{
    constexpr std::size_t shownIntentBytes = 300;
    if (job.document.size() > JobExplainer::listedBytes) {
        return jobSummary(job);
    }
    return gist.understood ? visibleText(gist.intent, false, shownIntentBytes)
                           : JobTextText::tr("Not understood: %1").arg(jobSummary(job));
}

QString submitterText(const Job& job)
{
    switch (job.origin) {
        case JobOrigin::Console:
            return JobTextText::tr("composed here");
        case JobOrigin::File:
            return JobTextText::tr("from a file");
        case JobOrigin::Relay:
            break;
    }
    return job.submitter.empty() ? JobTextText::tr("unknown") : visibleText(job.submitter, false, 100);
}

Countdown countdown(UnixMillis expiresAt, UnixMillis now)
{
    const UnixMillis left = expiresAt - now;
    if (left <= 0) {
        return {JobTextText::tr("expired"), Tone::Neutral, true};
    }
    if (left < 10 * oneMinute) {
        return {JobTextText::tr("%1:%2 min")
                    .arg(left / oneMinute)
                    .arg(left % oneMinute / oneSecond, 2, 10, QLatin1Char('0')),
                Tone::Bad, false};
    }
    if (left < oneHour) {
        return {JobTextText::tr("%1 min").arg(left / oneMinute), Tone::Warning, false};
    }
    if (left < 2 * oneDay) {
        return {JobTextText::tr("%1 h %2 min").arg(left / oneHour).arg(left % oneHour / oneMinute),
                Tone::Neutral, false};
    }
    return {JobTextText::tr("%1 days").arg(left / oneDay), Tone::Neutral, false};
}

StateText countdownChip(const Countdown& countdown)
{
    return {countdown.text,
            QStringLiteral("clock"),
            countdown.tone,
            countdown.expired ? JobTextText::tr("It can no longer be approved.")
                              : JobTextText::tr("Time left to approve it"),
            {}};
}

QString stageWords(CeremonyStage stage, EngineKind engine)
{
    switch (stage) {
        case CeremonyStage::Starting:
            return engine == EngineKind::Sdk ? JobTextText::tr("starting Dynamic's library")
                                             : JobTextText::tr("reaching the enclave");
        case CeremonyStage::Attested:
            return engine == EngineKind::Sdk ? JobTextText::tr("the share is the wallet's")
                                             : JobTextText::tr("the enclave is attested");
        case CeremonyStage::Exchanged:
            break;
    }
    return JobTextText::tr("signing");
}

QString progressText(const BroadcastProgress& progress)
{
    if (progress.wanted > 0) {
        return progress.confirmations == 0 ? JobTextText::tr("in no block yet")
                                           : JobTextText::tr("%1 of %2 confirmations")
                                                 .arg(progress.confirmations)
                                                 .arg(progress.wanted);
    }
    if (!progress.commitment) {
        return JobTextText::tr("not executed yet");
    }
    switch (*progress.commitment) {
        case SolanaStatus::Commitment::Processed:
            return JobTextText::tr("executed by the node, not confirmed yet");
        case SolanaStatus::Commitment::Confirmed:
            return JobTextText::tr("confirmed by the cluster");
        case SolanaStatus::Commitment::Finalized:
            break;
    }
    return JobTextText::tr("finalised");
}

StateText stateText(JobState state, const std::optional<BroadcastProgress>& progress)
{
    StateText text = stateText(state);
    if (state != JobState::Broadcast || !progress) {
        return text;
    }
    if (progress->wanted > 0) {
        text.word = JobTextText::tr("Sent, %1 of %2").arg(progress->confirmations).arg(progress->wanted);
    } else if (progress->commitment) {
        text.word = JobTextText::tr("Sent, executed");
    }
    text.meaning = JobTextText::tr("%1 So far: %2.").arg(text.meaning, progressText(*progress));
    return text;
}

QString engineName(EngineKind engine)
{
    return engine == EngineKind::Sdk ? JobTextText::tr("Dynamic's library (sdk)")
                                     : JobTextText::tr("Attested enclave (enclave)");
}

QString engineSentence(EngineKind engine)
{
    return engine == EngineKind::Sdk
               ? JobTextText::tr("Dynamic's library runs on this machine; your key share never leaves it.")
               : JobTextText::tr(
                     "Your key share leaves this machine, encrypted to an attested enclave run by Dynamic. "
                     "Dynamic has not confirmed this way (forward MPC) for delegated wallets.");
}

QString demonstrationSentence()
{
    return JobTextText::tr(
        "Demonstration: Dynamic, the enclave and the wallets are simulated by the sandbox; nothing "
        "signed here is worth anything.");
}

}  // namespace countersign
