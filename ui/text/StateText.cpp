#include "ui/text/StateText.h"

#include "ui/text/VisibleText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct StateTextText
{
    Q_DECLARE_TR_FUNCTIONS(StateTextText)
};

QString icon(const char* name)
{
    return QLatin1String(name);
}

}  // namespace

StateText stateText(WalletStatus status)
{
    switch (status) {
        case WalletStatus::Active:
            return {StateTextText::tr("Active"),
                    icon("check"),
                    Tone::Good,
                    StateTextText::tr("The delegation is in force."),
                    {}};
        case WalletStatus::Revoked:
            return {StateTextText::tr("Revoked"),
                    icon("revoked"),
                    Tone::Neutral,
                    StateTextText::tr("The delegation has ended; its key material was destroyed here."),
                    {}};
        case WalletStatus::Superseded:
            return {StateTextText::tr("Superseded"),
                    icon("superseded"),
                    Tone::Neutral,
                    StateTextText::tr("A newer delegation took the place of this one."),
                    {}};
        case WalletStatus::Unusable:
            break;
    }
    return {StateTextText::tr("Unusable"),
            icon("error"),
            Tone::Bad,
            StateTextText::tr("The delegation is here, and nothing can be signed with it as it is."),
            {}};
}

StateText stateText(WalletHealth health)
{
    switch (health) {
        case WalletHealth::Ok:
            return {StateTextText::tr("Healthy"),
                    icon("check"),
                    Tone::Good,
                    StateTextText::tr("The material was decrypted and Dynamic confirmed it."),
                    {}};
        case WalletHealth::Unconfirmed:
            return {StateTextText::tr("Not yet confirmed"),
                    icon("clock"),
                    Tone::Info,
                    StateTextText::tr(
                        "The material was decrypted and sealed; it was never yet checked at Dynamic."),
                    {}};
        case WalletHealth::Undecryptable:
            return {StateTextText::tr("Cannot decrypt"), icon("key"), Tone::Bad,
                    StateTextText::tr("No RSA key of this profile opens the envelopes of this delegation."),
                    StateTextText::tr("Import the private key it was encrypted for (countersign-cli keys "
                                      "import), then retry it "
                                      "on the page Quarantine.")};
        case WalletHealth::PasswordProtected:
            return {StateTextText::tr("Password-protected"), icon("password"), Tone::Warning,
                    StateTextText::tr(
                        "The owner protected the share with a password that this console does not have."),
                    StateTextText::tr("Ask the owner to delegate again without a password on the share.")};
        case WalletHealth::AddressMismatch:
            return {StateTextText::tr("Address differs"), icon("mismatch"), Tone::Bad,
                    StateTextText::tr("The share belongs to another address than the one announced."),
                    StateTextText::tr(
                        "Do not use this wallet. Ask the owner to delegate again, and report the delivery to "
                        "Dynamic.")};
        case WalletHealth::CredentialRefused:
            return {StateTextText::tr("Credential refused"), icon("refused"), Tone::Bad,
                    StateTextText::tr("Dynamic no longer accepts the wallet's API key."),
                    StateTextText::tr(
                        "Ask the owner to delegate again; a new key comes with the new delegation.")};
        case WalletHealth::Revoked:
            return {StateTextText::tr("Revoked"),
                    icon("revoked"),
                    Tone::Neutral,
                    StateTextText::tr("Ended by the owner or by Dynamic."),
                    {}};
        case WalletHealth::RevokedHere:
            return {StateTextText::tr("Revoked here"),
                    icon("revoked"),
                    Tone::Neutral,
                    StateTextText::tr("Ended from this console."),
                    {}};
        case WalletHealth::Superseded:
            break;
    }
    return {StateTextText::tr("Superseded"),
            icon("superseded"),
            Tone::Neutral,
            StateTextText::tr("A newer delegation took the place of this one."),
            {}};
}

StateText stateText(Verdict verdict)
{
    switch (verdict) {
        case Verdict::Applied:
            return {StateTextText::tr("Applied"),
                    icon("check"),
                    Tone::Good,
                    StateTextText::tr("The signature is genuine and the event took effect."),
                    {}};
        case Verdict::Duplicate:
            return {StateTextText::tr("Duplicate"),
                    icon("duplicate"),
                    Tone::Neutral,
                    StateTextText::tr("This event had been taken before; the repeat changed nothing."),
                    {}};
        case Verdict::Stale:
            return {StateTextText::tr("Stale"),
                    icon("clock"),
                    Tone::Neutral,
                    StateTextText::tr(
                        "A newer event about the same wallet was taken before; this one changed nothing."),
                    {}};
        case Verdict::Unknown:
            return {StateTextText::tr("No effect here"),
                    icon("question"),
                    Tone::Info,
                    StateTextText::tr("A genuine event that this console does not act upon; it is kept."),
                    {}};
        case Verdict::Ping:
            return {
                StateTextText::tr("Ping"),
                icon("ping"),
                Tone::Info,
                StateTextText::tr("A genuine test message: the way from the sender to this console works."),
                {}};
        case Verdict::Quarantined:
            break;
    }
    return {StateTextText::tr("Quarantined"),
            icon("quarantine"),
            Tone::Bad,
            StateTextText::tr("This delivery could not be accepted; it waits on the page Quarantine."),
            {}};
}

StateText quarantineText(const QString& reasonCode)
{
    if (reasonCode == QLatin1String("signature")) {
        return {
            StateTextText::tr("Signature"), icon("refused"), Tone::Bad,
            StateTextText::tr("The signature matches none of this profile's webhook secrets. It may not come "
                              "from Dynamic."),
            StateTextText::tr(
                "If the webhook's secret was changed at Dynamic, add the new secret to this profile, then "
                "retry. Otherwise leave it here, or drop it.")};
    }
    if (reasonCode == QLatin1String("unreadable")) {
        return {StateTextText::tr("Unreadable"), icon("error"), Tone::Bad,
                StateTextText::tr("The signature is genuine, and the body cannot be read as an event."),
                StateTextText::tr(
                    "Update Countersign if a newer version is there, then retry. The bytes are kept as they "
                    "came.")};
    }
    if (reasonCode == QLatin1String("environment")) {
        return {
            StateTextText::tr("Other environment"), icon("mismatch"), Tone::Warning,
            StateTextText::tr("The event belongs to another Dynamic environment than this profile."),
            StateTextText::tr(
                "Point the webhook of that environment at an inbox of its own; check the environment id of "
                "this profile.")};
    }
    if (reasonCode == QLatin1String("undecryptable")) {
        return {
            StateTextText::tr("Cannot decrypt"), icon("key"), Tone::Bad,
            StateTextText::tr("No RSA key of this profile opens the envelopes of this delegation."),
            StateTextText::tr(
                "Import the private key it was encrypted for (countersign-cli keys import), then retry.")};
    }
    if (reasonCode == QLatin1String("conflict")) {
        return {
            StateTextText::tr("Conflict"), icon("warning"), Tone::Warning,
            StateTextText::tr(
                "The event contradicts what is already known, for instance the same id with other content."),
            StateTextText::tr(
                "Compare it with the earlier delivery of the same event before trusting either.")};
    }
    if (reasonCode == QLatin1String("submitter")) {
        return {StateTextText::tr("Submitter"), icon("refused"), Tone::Bad,
                StateTextText::tr("No registered submitter has signed this."),
                StateTextText::tr(
                    "If it is to be trusted, register the submitter's key on the page Settings, then retry. "
                    "Otherwise leave it here, or drop it.")};
    }
    if (reasonCode == QLatin1String("job")) {
        return {StateTextText::tr("Job"), icon("jobs"), Tone::Warning,
                StateTextText::tr("A registered submitter sent it, and it cannot be taken as a job."),
                StateTextText::tr(
                    "Mend what the reason names (for instance let the wallet's delegation arrive), then "
                    "retry; else "
                    "ask the submitter to send it anew.")};
    }
    if (reasonCode == QLatin1String("operator")) {
        return {
            StateTextText::tr("Operator"), icon("refused"), Tone::Bad,
            StateTextText::tr("No registered operator has signed this."),
            StateTextText::tr("If it is to be trusted, register the operator's key, then retry. Otherwise "
                              "leave it here, or drop it.")};
    }
    if (reasonCode == QLatin1String("inbox")) {
        return {StateTextText::tr("Other inbox"), icon("question"), Tone::Warning,
                StateTextText::tr("A registered operator said it to the desks of another inbox."),
                StateTextText::tr("Check the inbox in the settings, then retry; else drop it.")};
    }
    return {StateTextText::tr("Other"), icon("question"), Tone::Warning,
            StateTextText::tr("This delivery could not be accepted."),
            StateTextText::tr("Read the reason below, mend it, then retry.")};
}

StateText delegationText(const QString& state)
{
    if (state == QLatin1String("current")) {
        return {StateTextText::tr("Current"), icon("check"), Tone::Good, {}, {}};
    }
    if (state == QLatin1String("superseded")) {
        return stateText(WalletHealth::Superseded);
    }
    if (state == QLatin1String("revoked")) {
        return stateText(WalletHealth::Revoked);
    }
    return stateText(WalletHealth::Undecryptable);
}

QString entryTitle(std::string_view kind, const std::optional<std::string>& eventName)
{
    if (eventName && !eventName->empty()) {
        return visibleText(*eventName);
    }
    if (kind == "webhook") {
        return StateTextText::tr("No readable event");
    }
    if (kind == "job") {
        return StateTextText::tr("Signing job");
    }
    if (kind == "withdrawal") {
        return StateTextText::tr("Withdrawal of a signing job");
    }
    if (kind == "approval") {
        return StateTextText::tr("Approval of a signing job");
    }
    if (kind == "unreadable") {
        return StateTextText::tr("Unreadable entry");
    }
    return StateTextText::tr("Entry of kind “%1”").arg(visibleText(kind));
}

QString chainName(const QString& chain)
{
    return chain == QLatin1String("SVM") ? QStringLiteral("Solana") : chain;
}

}  // namespace countersign
