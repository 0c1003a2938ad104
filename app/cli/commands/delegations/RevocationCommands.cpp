#include "app/cli/commands/delegations/RevocationCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/JsonArrayWriter.h"
#include "app/cli/commands/delegations/RevocationContext.h"
#include "app/cli/commands/delegations/RevocationJson.h"
#include "core/base/process/TerminationSignals.h"
#include "core/delegation/WalletCatalog.h"
#include "core/profile/ProfileServices.h"
#include "core/revocation/DeskWalletJobs.h"
#include "core/revocation/RevocationRunner.h"
#include "core/revocation/proof/RevocationProof.h"

#include <QCoreApplication>
#include <QTimer>

#include <algorithm>
#include <chrono>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView allWalletsOption("all");
constexpr QLatin1StringView revokeReasonOption("reason");
constexpr QLatin1StringView localFirstOption("local-first");
constexpr QLatin1StringView dryRunOption("dry-run");
constexpr QLatin1StringView shareSetOption("share-set");
constexpr QLatin1StringView checkOption("check");

/// A run ends when nothing has come of it for so long (design.md §9: within 15 s); what is left is pending.
constexpr std::chrono::seconds patienceWithDynamic{13};

struct RevocationCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(RevocationCommandsText)
};

/// Carries out what can be carried out now. Ctrl+C, and a Dynamic that is silent, leave the rest pending.
void run(Invocation& invocation, const RevocationContextPtr& context, std::vector<std::string> ids,
         std::function<void()> done)
{
    RevocationRunner* const runner = context->runner.get();
    context->patience.setSingleShot(true);
    context->patience.setInterval(patienceWithDynamic);
    QObject::connect(&context->patience, &QTimer::timeout, runner, &RevocationRunner::stop);
    QObject::connect(runner, &RevocationRunner::changed, &context->patience, qOverload<>(&QTimer::start));
    context->terminationSignals = std::make_unique<TerminationSignals>();
    QObject::connect(context->terminationSignals.get(), &TerminationSignals::received, runner,
                     [&invocation, runner] {
                         invocation.terminal().message(
                             RevocationCommandsText::tr("Ending. What Dynamic has not answered stays "
                                                        "pending; \"revocations resume\" goes on with it."));
                         runner->stop();
                     });
    context->patience.start();
    runner->carryOut(std::move(ids),
                     [&invocation, context, done = std::move(done)](const Status& carriedOut) {
                         context->patience.stop();
                         if (!carriedOut) {
                             invocation.terminal().message(carriedOut.error());
                         }
                         context->patience.disconnect();
                         tellSubmitters(context, done);
                     });
}

Json requestJson(const std::string& id, const RevocationRequest& request,
                 const std::vector<RevocationItem>& items)
{
    Json json = {{"id", id.empty() ? Json() : Json(id)},
                 {"reason", request.reason},
                 {"done", std::ranges::all_of(items, &RevocationItem::isDone)}};
    json["wallets"] = Json::array();
    for (const RevocationItem& item : items) {
        json["wallets"].push_back(revocationItemJson(item));
    }
    return json;
}

void printDryRun(Invocation& invocation, const RevocationContext& context, const RevocationRequest& request,
                 const RevocationPlan& plan)
{
    std::vector<RevocationItem> items = plan.toEnd;
    const RevocationStore store(context.session->database(), context.session->vault());
    for (const auto& [pending, walletId] : plan.pending) {
        const auto item = store.item(pending, walletId);
        if (!item) {
            return invocation.fail(item.error());
        }
        items.push_back(*item);
    }
    items.insert(items.end(), plan.ended.begin(), plan.ended.end());
    Json json = requestJson({}, request, items);
    json.erase("id");
    json["dryRun"] = true;
    for (std::size_t at = 0; at < items.size(); ++at) {
        const RevocationCall call = at < plan.toEnd.size() ? plannedCall(plan) : RevocationCall::None;
        json["wallets"][at]["call"] = toText(call);
        json["wallets"][at]["why"] = reasonOf(call).toStdString();
    }
    if (!plan.pending.empty()) {
        invocation.terminal().message(RevocationCommandsText::tr(
            "Some of the wallets are being revoked already; that goes on (revocations list)."));
    }
    invocation.finish(json);
}

/// What became of the request, read from the rows.
void finishRequest(Invocation& invocation, const RevocationContext& context, const RevocationRequest& request,
                   const std::string& begun, const RevocationPlan& plan)
{
    std::vector<RevocationItem> items;
    std::string id = begun;
    if (!begun.empty()) {
        const auto revocation = context.runner->load(begun);
        if (!revocation) {
            return invocation.fail(revocation.error());
        }
        items = revocation->items;
    }
    const RevocationStore store(context.session->database(), context.session->vault());
    for (const auto& [pending, walletId] : plan.pending) {
        const auto item = store.item(pending, walletId);
        if (!item) {
            return invocation.fail(item.error());
        }
        items.push_back(*item);
        id = id.empty() ? pending : id;
    }
    for (const RevocationItem& item : items) {
        if (!item.isDone() || item.outcome == RevocationOutcome::Refused) {
            invocation.terminal().message(QString::fromStdString(item.walletId) + QStringLiteral(": ") +
                                          QString::fromStdString(item.sentence));
        }
    }
    // Of what was ended before, nothing is to be told with the exit status.
    const ExitStatus status = revocationStatus(items);
    items.insert(items.end(), plan.ended.begin(), plan.ended.end());
    invocation.finish(requestJson(id, request, items), status);
}

OptionSpec reasonSpec()
{
    return {.name = revokeReasonOption,
            .valueName = QStringLiteral("TEXT"),
            .description = RevocationCommandsText::tr("goes into the record and into the proof"),
            .required = true};
}

void addRevoke(CommandTable& table, std::function<void(Invocation&)> run)
{
    table.add(
        {.words = QStringLiteral("revoke"),
         .summary =
             RevocationCommandsText::tr("Ends delegations at Dynamic, and destroys their material here."),
         .details = RevocationCommandsText::tr(
             "WALLET is an id or an address. Stops the wallet's jobs, records, asks Dynamic, records its\n"
             "answer, destroys the material and leaves a tombstone. Several wallets are asked about in "
             "bulk.\n"
             "atDynamic: revoked, absent (Dynamic does not know it: gone already, or not ours), refused, or\n"
             "pending, which goes on by itself while the console is unlocked and with \"revocations "
             "resume\".\n"
             "Exit status 0 when every delegation is ended, 1 when something is pending, 3 when Dynamic\n"
             "refused."),
         .options = {reasonSpec(),
                     {.name = allWalletsOption,
                      .valueName = {},
                      .description = RevocationCommandsText::tr("every wallet that is not revoked")},
                     {.name = localFirstOption,
                      .valueName = {},
                      .description =
                          RevocationCommandsText::tr("destroy the material at once, before Dynamic answers")},
                     {.name = shareSetOption,
                      .valueName = QStringLiteral("ID"),
                      .description = RevocationCommandsText::tr(
                          "end this share set of the one WALLET alone; what else its owner delegated stays")},
                     {.name = checkOption,
                      .valueName = {},
                      .description = RevocationCommandsText::tr(
                          "afterwards, try whether Dynamic refuses to sign (at most 100 wallets)")},
                     {.name = dryRunOption,
                      .valueName = {},
                      .description = RevocationCommandsText::tr("only say what would be done")},
                     passphraseOption()},
         .positionals = {{.name = RevocationCommandsText::tr("WALLET"),
                          .required = false,
                          .repeatable = true}},
         .run = std::move(run)});
}

}  // namespace

void RevocationCommands::addTo(CommandTable& table)
{
    const PositionalSpec id = {.name = RevocationCommandsText::tr("ID")};
    addRevoke(table, revoke);
    table.add({.words = QStringLiteral("revocations list"),
               .summary = RevocationCommandsText::tr("Lists the revocations, the newest first."),
               .details = {},
               .options = {passphraseOption()},
               .positionals = {},
               .run = list});
    table.add(
        {.words = QStringLiteral("revocations show"),
         .summary = RevocationCommandsText::tr("Shows one revocation: of each wallet what became of it."),
         .details = {},
         .options = {passphraseOption()},
         .positionals = {id},
         .run = show});
    table.add({.words = QStringLiteral("revocations resume"),
               .summary = RevocationCommandsText::tr("Goes on with every revocation that is not ended."),
               .details = RevocationCommandsText::tr("Exit status as that of revoke."),
               .options = {passphraseOption()},
               .positionals = {},
               .run = resume});
    table.add(
        {.words = QStringLiteral("revocations release"),
         .summary = RevocationCommandsText::tr(
             "Lets a wallet that was delegated again meanwhile keep its new delegation."),
         .details = RevocationCommandsText::tr(
             "The share set of before is ended alone, where Dynamic named one; otherwise the revocation\n"
             "is settled without asking. To end the new delegation too, revoke the wallet once more.\n"
             "Prints the revocation. Exit status as that of revoke."),
         .options = {passphraseOption()},
         .positionals = {id, {.name = RevocationCommandsText::tr("WALLET")}},
         .run = release});
}

void RevocationCommands::revoke(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    const bool all = arguments.has(allWalletsOption);
    if (all != arguments.positionals().isEmpty()) {
        return invocation.usage(RevocationCommandsText::tr("Name the wallets, or give --all."));
    }
    RevocationRequest request;
    request.reason = arguments.value(revokeReasonOption).trimmed().toStdString();
    request.localFirst = arguments.has(localFirstOption);
    request.checkAfterwards = arguments.has(checkOption);
    if (arguments.has(shareSetOption)) {
        request.onlyShareSet = arguments.value(shareSetOption).toStdString();
    }
    if (request.reason.empty() || request.reason.size() > RevocationRequest::mostReasonBytes) {
        return invocation.usage(RevocationCommandsText::tr("A reason has 1 to 4000 bytes."));
    }
    for (const QString& word : arguments.positionals()) {
        request.wallets.push_back(word.toStdString());
    }
    const bool isDry = arguments.has(dryRunOption);
    openRevocationContext(invocation, [&invocation, request, all,
                                       isDry](const RevocationContextPtr& context) mutable {
        recoverJobs(invocation, context);
        if (all) {
            const auto wallets = walletsToRevoke(context->session->database());
            if (!wallets) {
                return invocation.fail(wallets.error());
            }
            request.wallets = *wallets;
            if (wallets->empty()) {
                invocation.terminal().message(RevocationCommandsText::tr("No wallet is left to revoke."));
                return invocation.finish(requestJson({}, request, {}));
            }
        }
        const auto plan = context->runner->plan(request);
        if (!plan) {
            return invocation.fail(plan.error());
        }
        if (isDry) {
            return printDryRun(invocation, *context, request, *plan);
        }
        if (request.checkAfterwards && !plan->pending.empty()) {
            invocation.terminal().message(RevocationCommandsText::tr(
                "Some of the wallets are being revoked already; those are checked only if that revocation "
                "was begun with --check."));
        }
        const auto begun = context->runner->begin(request, *plan);
        if (!begun) {
            return invocation.fail(begun.error());
        }
        run(invocation, context, revocationsOf(*plan, begun->id),
            [&invocation, context, request, id = begun->id, plan = *plan] {
                finishRequest(invocation, *context, request, id, plan);
            });
    });
}

void RevocationCommands::list(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const std::shared_ptr<ProfileSession>& session) {
        const RevocationStore store(session->database(), session->vault());
        const auto ids = store.ids();
        if (!ids) {
            return invocation.fail(ids.error());
        }
        JsonArrayWriter writer(invocation.terminal());
        Status damaged;
        for (const std::string& id : *ids) {
            if (const auto revocation = store.load(id)) {
                writer.add(revocationSummaryJson(*revocation));
            } else {
                damaged = failure(revocation.error());
            }
        }
        writer.end();
        if (!damaged) {
            return invocation.fail(damaged.error());
        }
        invocation.finish();
    });
}

void RevocationCommands::show(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const std::shared_ptr<ProfileSession>& session) {
        const auto revocation = RevocationStore(session->database(), session->vault())
                                    .load(invocation.arguments().positionals().first().toStdString());
        revocation ? invocation.finish(revocationDetailsJson(*revocation))
                   : invocation.fail(revocation.error());
    });
}

void RevocationCommands::resume(Invocation& invocation)
{
    openRevocationContext(invocation, [&invocation](const RevocationContextPtr& context) {
        recoverJobs(invocation, context);
        const auto ids = context->runner->unfinished();
        if (!ids) {
            return invocation.fail(ids.error());
        }
        run(invocation, context, *ids, [&invocation, context, ids = *ids] {
            Json all = Json::array();
            std::vector<RevocationItem> items;
            for (const std::string& id : ids) {
                const auto revocation = context->runner->load(id);
                if (!revocation) {
                    return invocation.fail(revocation.error());
                }
                all.push_back(revocationJson(*revocation));
                items.insert(items.end(), revocation->items.begin(), revocation->items.end());
            }
            invocation.finish(all, revocationStatus(items));
        });
    });
}

void RevocationCommands::release(Invocation& invocation)
{
    openRevocationContext(invocation, [&invocation](const RevocationContextPtr& context) {
        recoverJobs(invocation, context);
        const QStringList words = invocation.arguments().positionals();
        const std::string id = words.at(0).toStdString();
        const auto wallet = WalletCatalog(context->session->database()).find(words.at(1).toStdString());
        if (!wallet) {
            return invocation.fail(wallet.error());
        }
        if (const auto released = context->runner->release(id, wallet->walletId); !released) {
            return invocation.fail(released.error());
        }
        run(invocation, context, {id}, [&invocation, context, id] {
            const auto revocation = context->runner->load(id);
            if (!revocation) {
                return invocation.fail(revocation.error());
            }
            invocation.finish(revocationJson(*revocation), revocationStatus(revocation->items));
        });
    });
}

}  // namespace countersign::cli
