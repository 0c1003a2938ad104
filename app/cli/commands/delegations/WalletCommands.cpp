#include "app/cli/commands/delegations/WalletCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/JsonArrayWriter.h"
#include "core/delegation/WalletCatalog.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView chainOption("chain");
constexpr QLatin1StringView statusOption("status");
constexpr QLatin1StringView healthOption("health");
constexpr QLatin1StringView textOption("text");

struct WalletCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(WalletCommandsText)
};

Json textOrNull(const std::optional<std::string>& text)
{
    return text ? Json(*text) : Json(nullptr);
}

Json toJson(const Wallet& wallet)
{
    return {{"walletId", wallet.walletId},
            {"chain", wallet.chain},
            {"address", wallet.address},
            {"userId", textOrNull(wallet.userId)},
            {"status", toText(wallet.status)},
            {"health", toText(wallet.health)},
            {"healthDetail", wallet.healthDetail},
            {"shareSetId", textOrNull(wallet.shareSetId)},
            {"receivedAt", toIso8601(wallet.receivedAt)},
            {"lastEvent", wallet.lastEvent},
            {"lastEventAt", toIso8601(wallet.lastEventAt)}};
}

Json toJson(const DelegationRecord& delegation)
{
    return {{"eventId", delegation.eventId},
            {"shareSetId", textOrNull(delegation.shareSetId)},
            {"state", delegation.state},
            {"kid", textOrNull(delegation.kid)},
            {"hasMaterial", delegation.hasMaterial},
            {"delegatedAt", toIso8601(delegation.delegatedAt)},
            {"endedAt", delegation.endedAt ? Json(toIso8601(*delegation.endedAt)) : Json(nullptr)},
            {"deliveryId", delegation.deliveryId}};
}

Result<WalletFilter> readFilter(const Arguments& arguments)
{
    WalletFilter filter;
    filter.chain = arguments.value(chainOption).toUpper().toStdString();
    filter.text = arguments.value(textOption).toStdString();
    if (arguments.has(statusOption)) {
        filter.status = walletStatusFrom(arguments.value(statusOption).toStdString());
        if (!filter.status) {
            return failure(ErrorCode::InvalidInput,
                           WalletCommandsText::tr("--status is active, revoked, superseded or unusable."));
        }
    }
    if (arguments.has(healthOption)) {
        filter.health = walletHealthFrom(arguments.value(healthOption).toStdString());
        if (!filter.health) {
            return failure(ErrorCode::InvalidInput,
                           WalletCommandsText::tr("--health is not one of the states of a wallet's health."));
        }
    }
    return filter;
}

void printAll(Invocation& invocation, ProfileSession& session, const WalletFilter& filter)
{
    const WalletCatalog catalog(session.database());
    const auto ids = catalog.ids(filter, {});
    if (!ids) {
        return invocation.fail(ids.error());
    }
    const Status written =
        writeRows(invocation.terminal(), catalog, *ids, [](const Wallet& wallet) { return toJson(wallet); });
    if (!written) {
        return invocation.fail(written.error());
    }
    invocation.finish();
}

}  // namespace

void WalletCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("wallets list"),
         .summary = WalletCommandsText::tr("Lists the delegated wallets, the newest delegation first."),
         .details = WalletCommandsText::tr(
             "status: active, revoked, superseded, unusable. health: ok, unconfirmed (never checked at\n"
             "Dynamic), undecryptable, password-protected, address-mismatch, credential-refused, revoked,\n"
             "revoked-here, superseded."),
         .options = {{.name = statusOption,
                      .valueName = QStringLiteral("STATUS"),
                      .description = WalletCommandsText::tr("only wallets of this status")},
                     {.name = healthOption,
                      .valueName = QStringLiteral("HEALTH"),
                      .description = WalletCommandsText::tr("only wallets of this health")},
                     {.name = chainOption,
                      .valueName = QStringLiteral("CHAIN"),
                      .description = WalletCommandsText::tr("only wallets of this chain: EVM, SVM, …")},
                     {.name = textOption,
                      .valueName = QStringLiteral("TEXT"),
                      .description =
                          WalletCommandsText::tr("only wallets with this in address, wallet id or user id")},
                     passphraseOption()},
         .positionals = {},
         .run = list});
    table.add({.words = QStringLiteral("wallets show"),
               .summary = WalletCommandsText::tr(
                   "Shows one wallet and every delegation that came for it; never a secret."),
               .details = {},
               .options = {passphraseOption()},
               .positionals = {{.name = WalletCommandsText::tr("WALLET-ID or ADDRESS")}},
               .run = show});
}

void WalletCommands::list(Invocation& invocation)
{
    auto filter = readFilter(invocation.arguments());
    if (!filter) {
        return invocation.usage(filter.error().sentence);
    }
    ProfileSession::open(invocation, [&invocation, filter = std::move(*filter)](const auto& session) {
        printAll(invocation, *session, filter);
    });
}

void WalletCommands::show(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const WalletCatalog catalog(session->database());
        const auto wallet = catalog.find(invocation.arguments().positionals().first().toStdString());
        if (!wallet) {
            return invocation.fail(wallet.error());
        }
        const auto history = catalog.history(wallet->walletId);
        if (!history) {
            return invocation.fail(history.error());
        }
        Json output = toJson(*wallet);
        output["delegations"] = Json::array();
        for (const DelegationRecord& delegation : *history) {
            output["delegations"].push_back(toJson(delegation));
        }
        invocation.finish(output);
    });
}

}  // namespace countersign::cli
