#include "ui/text/StateText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("StateText", text);
}

QString icon(const char* name)
{
    return QLatin1String(name);
}

}  // namespace

StateText stateText(WalletStatus status)
{
    switch (status) {
        case WalletStatus::Active:
            return {tr("Active"), icon("check"), Tone::Good, tr("The delegation is in force."), {}};
        case WalletStatus::Revoked:
            return {tr("Revoked"),
                    icon("revoked"),
                    Tone::Neutral,
                    tr("The delegation has ended; its key material was destroyed here."),
                    {}};
        case WalletStatus::Superseded:
            return {tr("Superseded"),
                    icon("superseded"),
                    Tone::Neutral,
                    tr("A newer delegation took the place of this one."),
                    {}};
        case WalletStatus::Unusable:
            break;
    }
    return {tr("Unusable"),
            icon("error"),
            Tone::Bad,
            tr("The delegation is here, and nothing can be signed with it as it is."),
            {}};
}

StateText stateText(WalletHealth health)
{
    switch (health) {
        case WalletHealth::Ok:
            return {tr("Healthy"),
                    icon("check"),
                    Tone::Good,
                    tr("The material was decrypted and Dynamic confirmed it."),
                    {}};
        case WalletHealth::Unconfirmed:
            return {tr("Not yet confirmed"),
                    icon("clock"),
                    Tone::Info,
                    tr("The material was decrypted and sealed; it was never yet checked at Dynamic."),
                    {}};
        case WalletHealth::Undecryptable:
            return {
                tr("Cannot decrypt"), icon("key"), Tone::Bad,
                tr("No RSA key of this profile opens the envelopes of this delegation."),
                tr("Import the private key it was encrypted for (countersign-cli keys import), then retry it "
                   "on the page Quarantine.")};
        case WalletHealth::PasswordProtected:
            return {tr("Password-protected"), icon("password"), Tone::Warning,
                    tr("The owner protected the share with a password that this console does not have."),
                    tr("Ask the owner to delegate again without a password on the share.")};
        case WalletHealth::AddressMismatch:
            return {tr("Address differs"), icon("mismatch"), Tone::Bad,
                    tr("The share belongs to another address than the one announced."),
                    tr("Do not use this wallet. Ask the owner to delegate again, and report the delivery to "
                       "Dynamic.")};
        case WalletHealth::CredentialRefused:
            return {tr("Credential refused"), icon("refused"), Tone::Bad,
                    tr("Dynamic no longer accepts the wallet's API key."),
                    tr("Ask the owner to delegate again; a new key comes with the new delegation.")};
        case WalletHealth::Revoked:
            return {
                tr("Revoked"), icon("revoked"), Tone::Neutral, tr("Ended by the owner or by Dynamic."), {}};
        case WalletHealth::RevokedHere:
            return {tr("Revoked here"), icon("revoked"), Tone::Neutral, tr("Ended from this console."), {}};
        case WalletHealth::Superseded:
            break;
    }
    return {tr("Superseded"),
            icon("superseded"),
            Tone::Neutral,
            tr("A newer delegation took the place of this one."),
            {}};
}

StateText stateText(Verdict verdict)
{
    switch (verdict) {
        case Verdict::Applied:
            return {tr("Applied"),
                    icon("check"),
                    Tone::Good,
                    tr("The signature is genuine and the event took effect."),
                    {}};
        case Verdict::Duplicate:
            return {tr("Duplicate"),
                    icon("duplicate"),
                    Tone::Neutral,
                    tr("This event had been taken before; the repeat changed nothing."),
                    {}};
        case Verdict::Stale:
            return {tr("Stale"),
                    icon("clock"),
                    Tone::Neutral,
                    tr("A newer event about the same wallet was taken before; this one changed nothing."),
                    {}};
        case Verdict::Unknown:
            return {tr("No effect here"),
                    icon("question"),
                    Tone::Info,
                    tr("A genuine event that this console does not act upon; it is kept."),
                    {}};
        case Verdict::Ping:
            return {tr("Ping"),
                    icon("ping"),
                    Tone::Info,
                    tr("A genuine test message: the way from the sender to this console works."),
                    {}};
        case Verdict::Quarantined:
            break;
    }
    return {tr("Quarantined"),
            icon("quarantine"),
            Tone::Bad,
            tr("This delivery could not be accepted; it waits on the page Quarantine."),
            {}};
}

StateText quarantineText(const QString& reasonCode)
{
    if (reasonCode == QLatin1String("signature")) {
        return {
            tr("Signature"), icon("refused"), Tone::Bad,
            tr("The signature matches none of this profile's webhook secrets. It may not come from Dynamic."),
            tr("If the webhook's secret was changed at Dynamic, add the new secret to this profile, then "
               "retry. Otherwise leave it here.")};
    }
    if (reasonCode == QLatin1String("unreadable")) {
        return {tr("Unreadable"), icon("error"), Tone::Bad,
                tr("The signature is genuine, and the body cannot be read as an event."),
                tr("Update Countersign if a newer version is there, then retry. The bytes are kept as they "
                   "came.")};
    }
    if (reasonCode == QLatin1String("environment")) {
        return {
            tr("Other environment"), icon("mismatch"), Tone::Warning,
            tr("The event belongs to another Dynamic environment than this profile."),
            tr("Point the webhook of that environment at an inbox of its own; check the environment id of "
               "this profile.")};
    }
    if (reasonCode == QLatin1String("undecryptable")) {
        return {tr("Cannot decrypt"), icon("key"), Tone::Bad,
                tr("No RSA key of this profile opens the envelopes of this delegation."),
                tr("Import the private key it was encrypted for (countersign-cli keys import), then retry.")};
    }
    if (reasonCode == QLatin1String("conflict")) {
        return {
            tr("Conflict"), icon("warning"), Tone::Warning,
            tr("The event contradicts what is already known, for instance the same id with other content."),
            tr("Compare it with the earlier delivery of the same event before trusting either.")};
    }
    if (reasonCode == QLatin1String("unknown-kind")) {
        return {tr("Unknown kind"), icon("question"), Tone::Warning,
                tr("The relay handed over something that is no webhook."),
                tr("Update Countersign if a newer version is there, then retry.")};
    }
    return {tr("Other"), icon("question"), Tone::Warning, tr("This delivery could not be accepted."),
            tr("Read the reason below, mend it, then retry.")};
}

StateText delegationText(const QString& state)
{
    if (state == QLatin1String("current")) {
        return {tr("Current"), icon("check"), Tone::Good, {}, {}};
    }
    if (state == QLatin1String("superseded")) {
        return stateText(WalletHealth::Superseded);
    }
    if (state == QLatin1String("revoked")) {
        return stateText(WalletHealth::Revoked);
    }
    return stateText(WalletHealth::Undecryptable);
}

QString chainName(const QString& chain)
{
    return chain == QLatin1String("SVM") ? QStringLiteral("Solana") : chain;
}

}  // namespace countersign
