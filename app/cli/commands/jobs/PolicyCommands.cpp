#include "app/cli/commands/jobs/PolicyCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/jobs/PolicyChangeCommands.h"
#include "app/cli/commands/jobs/PolicyTryCommand.h"
#include "core/base/Clock.h"
#include "core/policy/approvals/CountTerms.h"
#include "core/policy/evaluation/PolicyJson.h"
#include "core/policy/store/PolicyStore.h"

#include <QCoreApplication>

#include <optional>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView historyOption("history");
constexpr QLatin1StringView sha256Option("sha256");

struct PolicyCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyCommandsText)
};

PolicyStore storeOf(ProfileSession& session)
{
    return PolicyStore(session.database(), session.vault(), session.audit(), session.clock());
}

/// The built-in one is no document; its name's hash is what statements about jobs carry.
Json withoutPolicy()
{
    return {{"policy", nullptr}, {"builtIn", CountTerms::ofBuiltInPolicy().policy}};
}

Json summaryOf(const PolicyRow& row)
{
    return {{"name", row.name}, {"rules", row.rules}, {"sha256", row.sha256}};
}

void showHistory(Invocation& invocation, const PolicyStore& store)
{
    const auto rows = store.history();
    if (!rows) {
        return invocation.fail(rows.error());
    }
    Json output = Json::array();
    for (const PolicyRow& row : *rows) {
        Json one = summaryOf(row);
        one["setAt"] = toIso8601(row.setAt);
        one["endedAt"] = row.endedAt ? Json(toIso8601(*row.endedAt)) : Json(nullptr);
        output.push_back(std::move(one));
    }
    invocation.finish(output);
}

void showFormer(Invocation& invocation, const PolicyStore& store, const std::string& sha256)
{
    const auto bytes = store.document(sha256);
    if (!bytes) {
        return invocation.fail(bytes.error());
    }
    invocation.terminal().write(*bytes);
    invocation.finish();
}

void showInForce(Invocation& invocation, ProfileSession& session, const PolicyStore& store)
{
    const auto row = store.rowInForce();
    const bool isDoubted = !row && row.error().code == ErrorCode::BadSignature;
    if (!row && !isDoubted) {
        return invocation.fail(row.error());
    }
    // What lies there is shown for looking at it; that it does not count is said beside it.
    const auto bytes = PolicyStore::bareDocument(session.database());
    if (!bytes) {
        return invocation.fail(bytes.error());
    }
    if (isDoubted) {
        invocation.terminal().message(row.error());
    }
    if (*bytes) {
        invocation.terminal().write(**bytes);
        return invocation.finish(isDoubted ? ExitStatus::Refused : ExitStatus::Done);
    }
    isDoubted ? invocation.finish(ExitStatus::Refused) : invocation.finish(withoutPolicy());
}

}  // namespace

void PolicyCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("policy check"),
         .summary = PolicyCommandsText::tr("Checks a policy, and names the member that is wrong."),
         .details = PolicyCommandsText::tr(
             "Prints {\"name\", \"rules\", \"sha256\"}. docs/policy.schema.json describes policies. - is\n"
             "standard input."),
         .options = {},
         .positionals = {{.name = QStringLiteral("FILE"), .kind = WordKind::Raw}},
         .run = check});
    table.add(
        {.words = QStringLiteral("policy show"),
         .summary = PolicyCommandsText::tr("Prints the policy in force, exactly as it was set."),
         .details = PolicyCommandsText::tr(
             "Without one it prints {\"policy\": null, \"builtIn\"}: the built-in policy counts. Exit status "
             "3\n"
             "where what lies in the profile is not what was set here, so that nothing is signed."),
         .options = {{.name = historyOption,
                      .valueName = {},
                      .description = PolicyCommandsText::tr("which policies were set, the newest first")},
                     {.name = sha256Option,
                      .valueName = QStringLiteral("HEX"),
                      .description = PolicyCommandsText::tr("one of those instead, by its whole hash")},
                     passphraseOption()},
         .positionals = {},
         .run = show});
    PolicyChangeCommands::addTo(table);
    PolicyTryCommand::addTo(table);
}

void PolicyCommands::check(Invocation& invocation)
{
    const auto bytes = readPolicyFile(invocation);
    const auto policy = bytes ? parsePolicy(*bytes) : failure(bytes.error());
    if (!policy) {
        return invocation.fail(policy.error());
    }
    invocation.finish(countersign::summaryOf(*policy));
}

void PolicyCommands::show(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    const bool isHistory = arguments.has(historyOption);
    const std::string sha256 = arguments.value(sha256Option).toStdString();
    if (isHistory && arguments.has(sha256Option)) {
        return invocation.usage(PolicyCommandsText::tr("Give --history or --sha256, not both."));
    }
    const bool isFormer = arguments.has(sha256Option);
    ProfileSession::open(invocation, [&invocation, isHistory, isFormer, sha256](const auto& session) {
        const PolicyStore store = storeOf(*session);
        if (isHistory) {
            return showHistory(invocation, store);
        }
        isFormer ? showFormer(invocation, store, sha256) : showInForce(invocation, *session, store);
    });
}

}  // namespace countersign::cli
