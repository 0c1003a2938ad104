#include "app/cli/commands/inspection/VerifyCommand.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/JsonArrayWriter.h"
#include "core/base/process/TerminationSignals.h"
#include "core/base/text/SanitizedText.h"
#include "core/delegation/WalletCatalog.h"
#include "core/inspection/wallets/WalletVerifier.h"
#include "core/profile/ProfileServices.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <chrono>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView verifyAllOption("all");
constexpr qint64 progressEveryMs = 2'000;

struct VerifyCommandText
{
    Q_DECLARE_TR_FUNCTIONS(VerifyCommandText)
};

/// Lives until the command has ended.
struct VerifyRun
{
    VerifyRun(Invocation& invocation, std::shared_ptr<ProfileSession> opened)
        : session(std::move(opened)),
          writer(invocation.terminal()),
          verifier(inspectionServicesOf(session->sharedVault(), session->database(), session->clock()))
    {}

    std::shared_ptr<ProfileSession> session;
    JsonArrayWriter writer;
    WalletVerifier verifier;
    TerminationSignals termination;
    QElapsedTimer sinceTold;
};

Json checkJson(const WalletCheck& check)
{
    Json json = {{"walletId", check.walletId}, {"verdict", toText(check.verdict)}};
    if (!check.detail.empty()) {
        json["detail"] = check.detail;
    }
    if (!check.pendingChange.empty()) {
        json["pendingChange"] = check.pendingChange;
    }
    return json;
}

QString progressText(const VerifyProgress& progress)
{
    const auto seconds = [](std::chrono::milliseconds time) {
        return QString::number(std::chrono::ceil<std::chrono::seconds>(time).count());
    };
    const QString done = VerifyCommandText::tr("%1 of %2 wallets").arg(progress.done).arg(progress.total);
    if (progress.paused.count() > 0) {
        return VerifyCommandText::tr("%1; Dynamic asks for patience: %2 s")
            .arg(done, seconds(progress.paused));
    }
    return progress.done > 0 && progress.done < progress.total
               ? VerifyCommandText::tr("%1, about %2 s left").arg(done, seconds(progress.left))
               : done;
}

Result<std::vector<std::string>> wantedWallets(const Arguments& arguments, ProfileSession& session)
{
    if (arguments.has(verifyAllOption)) {
        return walletsToVerify(session.database());
    }
    std::vector<std::string> ids;
    for (const QString& word : arguments.positionals()) {
        ASSIGN_OR_RETURN(const Wallet wallet, WalletCatalog(session.database()).find(word.toStdString()));
        if (std::ranges::find(ids, wallet.walletId) == ids.end()) {
            ids.push_back(wallet.walletId);
        }
    }
    return ids;
}

void begin(Invocation& invocation, const std::shared_ptr<VerifyRun>& run, std::vector<std::string> walletIds)
{
    WalletVerifier* const verifier = &run->verifier;
    QObject::connect(verifier, &WalletVerifier::checked, verifier,
                     [run = run.get()](const WalletCheck& check) { run->writer.add(checkJson(check)); });
    QObject::connect(
        verifier, &WalletVerifier::leftOut, verifier,
        [&invocation](const std::string& walletId, const Error& error) {
            invocation.terminal().message(
                VerifyCommandText::tr("Left out: %1. %2").arg(sanitizedText(walletId), error.sentence));
        });
    QObject::connect(verifier, &WalletVerifier::progressed, verifier,
                     [&invocation, run = run.get()](const VerifyProgress& progress) {
                         const bool isDue = !run->sinceTold.isValid() ||
                                            run->sinceTold.elapsed() >= progressEveryMs ||
                                            progress.done == progress.total || progress.paused.count() > 0;
                         if (isDue && progress.total > 0) {
                             run->sinceTold.start();
                             invocation.terminal().message(progressText(progress));
                         }
                     });
    QObject::connect(&run->termination, &TerminationSignals::received, verifier, &WalletVerifier::stop);
    // The callback keeps the run alive until it has ended.
    verifier->verify(std::move(walletIds), [&invocation, run](const Status& done) {
        run->writer.end();
        done ? invocation.finish() : invocation.fail(done.error());
    });
}

}  // namespace

void VerifyCommand::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("verify"),
         .summary = VerifyCommandText::tr("Asks Dynamic whether wallets are there what they are here."),
         .details = VerifyCommandText::tr(
             "WALLET is an id or an address. Address, chain and derivation path are compared, and whether\n"
             "there is a delegation; each wallet's health follows, nothing is destroyed. Prints\n"
             "[{\"walletId\", \"verdict\", \"detail\"?, \"pendingChange\"?}] as the answers come, and the "
             "progress "
             "on\n"
             "standard error. Verdicts: ok, address-differs, chain-differs, not-found, no-delegation, "
             "refused.\n"
             "An ok with a detail: nothing differs, and the detail says what Dynamic did not show.\n"
             "Asks gently, and waits when Dynamic asks for patience. Exit status 0 when every wallet has "
             "its\n"
             "verdict, 1 when Dynamic could not be reached, the run was ended or a wallet was left out\n"
             "because it cannot be read here."),
         .options = {{.name = verifyAllOption,
                      .valueName = {},
                      .description = VerifyCommandText::tr("every wallet that is not revoked")},
                     passphraseOption()},
         .positionals = {{.name = VerifyCommandText::tr("WALLET"), .required = false, .repeatable = true}},
         .run = run});
}

void VerifyCommand::run(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    if (arguments.has(verifyAllOption) != arguments.positionals().isEmpty()) {
        return invocation.usage(VerifyCommandText::tr("Name the wallets, or give --all."));
    }
    ProfileSession::open(invocation, [&invocation](const std::shared_ptr<ProfileSession>& session) {
        auto wallets = wantedWallets(invocation.arguments(), *session);
        if (!wallets) {
            return invocation.fail(wallets.error());
        }
        begin(invocation, std::make_shared<VerifyRun>(invocation, session), *std::move(wallets));
    });
}

}  // namespace countersign::cli
