#include "core/health/WalletWords.h"

#include "core/health/FoundText.h"
#include "core/health/SpanText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

using enum HealthRule;

struct WalletWordsText
{
    Q_DECLARE_TR_FUNCTIONS(WalletWordsText)
};

WalletWords mismatchWords(const WalletFacts& wallet)
{
    return {
        wallet.verdict == "chain-differs"
            ? withDetail(WalletWordsText::tr("Dynamic knows this wallet on another chain"),
                         wallet.verdictDetail)
        : wallet.verdict == "address-differs"
            ? withDetail(WalletWordsText::tr("Dynamic knows this wallet with another address"),
                         wallet.verdictDetail)
            : withDetail(WalletWordsText::tr("The share does not belong to the address that it came with"),
                         wallet.healthDetail),
        WalletWordsText::tr("Do not sign with it. Revoke the delegation, find out who sent it, and let "
                            "the user delegate again.")};
}

}  // namespace

WalletWords walletWords(HealthRule rule, const WalletFacts& wallet, UnixMillis now)
{
    switch (rule) {
        case WalletAddressMismatch:
            return mismatchWords(wallet);
        case WalletRevokedAtDynamic:
            return {withDetail(wallet.verdict == "not-found"
                                   ? WalletWordsText::tr("Dynamic does not know this wallet any more")
                                   : WalletWordsText::tr("At Dynamic this wallet is not delegated any more"),
                               wallet.verdictDetail),
                    WalletWordsText::tr("Its revocation did not arrive. Run \"countersign-cli reconcile "
                                        "--redeliver\", or revoke it here too.")};
        case WalletUndecryptable:
            return {
                withDetail(WalletWordsText::tr("The delegation cannot be decrypted"), wallet.healthDetail),
                WalletWordsText::tr("Import the missing RSA key (\"countersign-cli keys import\") and try "
                                    "the quarantine again; if the key is lost, let the user delegate "
                                    "again.")};
        case WalletCredentialRefused:
            return {
                withDetail(WalletWordsText::tr("Dynamic refuses this wallet's credential"),
                           wallet.verdictDetail.empty() ? wallet.healthDetail : wallet.verdictDetail),
                WalletWordsText::tr("Check the API token with \"countersign-cli dynamic check\", then "
                                    "verify the wallet again; if it stays, let the user delegate again.")};
        case WalletPasswordProtected:
            return {WalletWordsText::tr("The share is protected by the user's password"),
                    WalletWordsText::tr("It cannot be used here. Let the user delegate again without a "
                                        "password, or revoke it.")};
        case WalletPendingChange:
            return {WalletWordsText::tr("The share set will end when the user signs on next (%1)")
                        .arg(shownText(wallet.pendingChange)),
                    WalletWordsText::tr("Sign what has to be signed before, and expect a revocation or a new "
                                        "delegation.")};
        case WalletOld:
            return {
                WalletWordsText::tr("Delegated %1 ago").arg(daysText(now - wallet.receivedAt)),
                WalletWordsText::tr("It is older than your limit. Revoke it if nobody needs it, or let the "
                                    "user delegate again.")};
        case WalletNeverUsed:
            return {WalletWordsText::tr("Nothing was ever signed with it here"),
                    WalletWordsText::tr("If nobody needs it, revoke it: what is not held cannot be lost.")};
        default:
            return {healthRuleName(rule), {}};
    }
}

}  // namespace countersign
