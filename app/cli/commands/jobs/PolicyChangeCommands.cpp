#include "app/cli/commands/jobs/PolicyChangeCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/jobs/PolicyTryCommand.h"
#include "app/cli/input/InputFile.h"
#include "core/base/Clock.h"
#include "core/base/encoding/Hex.h"
#include "core/policy/approvals/CountTerms.h"
#include "core/policy/store/PolicyStore.h"

#include <QCoreApplication>

#include <vector>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView toBuiltInOption("clear");
constexpr QLatin1StringView changeStatementOption("statement");
constexpr QLatin1StringView changeOutputOption("output");
/// Of statements with one command.
constexpr std::size_t maxChangeStatements = 64;

struct PolicyChangeCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyChangeCommandsText)
};

/// The policy that is to follow; nothing for the built-in one.
struct WantedPolicy
{
    std::optional<Bytes> bytes;
    std::string sha256;
};

Result<WantedPolicy> wantedPolicy(Invocation& invocation)
{
    if (invocation.arguments().has(toBuiltInOption)) {
        return WantedPolicy{std::nullopt, CountTerms::ofBuiltInPolicy().policy};
    }
    ASSIGN_OR_RETURN(Bytes bytes, readPolicyFile(invocation));
    ASSIGN_OR_RETURN(const auto policy, parsePolicy(bytes));
    return WantedPolicy{std::move(bytes), policy.sha256};
}

bool namesOne(const Arguments& arguments)
{
    return arguments.has(toBuiltInOption) == arguments.positionalBytes().empty();
}

Result<std::vector<PolicyChangeStatement>> statementsGiven(Invocation& invocation)
{
    const auto files = invocation.arguments().allBytes(changeStatementOption);
    if (files.size() > maxChangeStatements) {
        return failure(ErrorCode::InvalidInput,
                       PolicyChangeCommandsText::tr("At most %1 statements can be given with one change.")
                           .arg(maxChangeStatements));
    }
    std::vector<PolicyChangeStatement> statements;
    for (const std::string& file : files) {
        ASSIGN_OR_RETURN(const Bytes envelope, readInputFile(file, approvalMaxBytes, invocation.terminal()));
        ASSIGN_OR_RETURN(auto change, readPolicyChange(asText(envelope)));
        statements.push_back(std::move(change.statement));
    }
    return statements;
}

Json changeJson(const CountedPolicyChange& one)
{
    Json json = {{"operator", toHex(one.statement.operatorKey)},
                 {"name", one.name.empty() ? Json(nullptr) : Json(one.name)},
                 {"at", toIso8601(one.statement.at)},
                 {"counts", !one.why}};
    if (one.why) {
        json["why"] = policyChangeDoubt(*one.why);
    }
    return json;
}

/// How far it is from what the policy in force asks for.
void finishRefused(Invocation& invocation, const PolicyStore& store, const WantedPolicy& wanted,
                   const std::vector<PolicyChangeStatement>& statements, const Error& error)
{
    const auto count = store.changeTo(wanted.sha256, statements);
    if (error.code != ErrorCode::Denied || !count) {
        return invocation.fail(error);
    }
    invocation.terminal().message(error);
    Json all = Json::array();
    for (const CountedPolicyChange& one : count->statements) {
        all.push_back(changeJson(one));
    }
    invocation.finish(
        {{"approvals", {{"have", count->have}, {"need", count->need}}}, {"statements", std::move(all)}},
        ExitStatus::Refused);
}

PolicyStore storeOfChanges(ProfileSession& session)
{
    return PolicyStore(session.database(), session.vault(), session.audit(), session.clock());
}

}  // namespace

void PolicyChangeCommands::addTo(CommandTable& table)
{
    const OptionSpec clear{.name = toBuiltInOption,
                           .valueName = {},
                           .description = PolicyChangeCommandsText::tr("return to the built-in policy")};
    const PositionalSpec file{.name = QStringLiteral("FILE"), .required = false, .kind = WordKind::Raw};
    table.add(
        {.words = QStringLiteral("policy set"),
         .summary = PolicyChangeCommandsText::tr("Puts a policy in force in place of the one before."),
         .details = PolicyChangeCommandsText::tr(
             "It is read as a whole or refused with the member that is wrong, and recorded. Prints\n"
             "{\"name\", \"rules\", \"sha256\"}. - is standard input. Try it first: policy try FILE "
             "--history.\n"
             "Where the policy in force asks for approvals of its change (\"changes\"), this desk's operator "
             "is one\n"
             "of them, and other operators' statements come with --statement. As long as there are too few, "
             "exit\n"
             "status 3 and {\"approvals\": {\"have\", \"need\"}, \"statements\"}."),
         .options = {clear,
                     {.name = changeStatementOption,
                      .valueName = QStringLiteral("F"),
                      .description = PolicyChangeCommandsText::tr(
                          "what another operator wrote with \"policy endorse\"; may be repeated"),
                      .repeatable = true,
                      .kind = WordKind::Raw},
                     passphraseOption()},
         .positionals = {file},
         .run = set});
    table.add(
        {.words = QStringLiteral("policy endorse"),
         .summary = PolicyChangeCommandsText::tr(
             "Signs that a policy may take the place of the one in force, for another desk."),
         .details = PolicyChangeCommandsText::tr(
             "With this desk's operator's key, into the file of --output, for \"policy set --statement\" "
             "there. The\n"
             "policy in force has to be the same here, and has to ask for approvals of its change. Prints\n"
             "{\"replaces\", \"policy\", \"operator\", \"at\"}. - is standard input."),
         .options = {clear,
                     {.name = changeOutputOption,
                      .valueName = QStringLiteral("F"),
                      .description = PolicyChangeCommandsText::tr("where the statement is written"),
                      .kind = WordKind::Raw},
                     passphraseOption()},
         .positionals = {file},
         .run = endorse});
}

void PolicyChangeCommands::set(Invocation& invocation)
{
    if (!namesOne(invocation.arguments())) {
        return invocation.usage(PolicyChangeCommandsText::tr("Give a FILE, or --clear."));
    }
    const auto wanted = wantedPolicy(invocation);
    const auto statements = wanted ? statementsGiven(invocation) : failure(wanted.error());
    if (!statements) {
        return invocation.fail(statements.error());
    }
    ProfileSession::open(
        invocation, [&invocation, wanted = *wanted, statements = *statements](const auto& session) {
            PolicyStore store = storeOfChanges(*session);
            const auto row = wanted.bytes ? store.set(*wanted.bytes, statements) : store.clear(statements);
            if (!row) {
                return finishRefused(invocation, store, wanted, statements, row.error());
            }
            invocation.finish(wanted.bytes
                                  ? Json{{"name", row->name}, {"rules", row->rules}, {"sha256", row->sha256}}
                                  : Json{{"policy", nullptr}, {"builtIn", wanted.sha256}});
        });
}

void PolicyChangeCommands::endorse(Invocation& invocation)
{
    const std::string output = invocation.arguments().bytes(changeOutputOption);
    if (!namesOne(invocation.arguments()) || output.empty()) {
        return invocation.usage(
            PolicyChangeCommandsText::tr("Give a FILE, or --clear, and --output with the name of a file."));
    }
    const auto wanted = wantedPolicy(invocation);
    if (!wanted) {
        return invocation.fail(wanted.error());
    }
    ProfileSession::open(invocation, [&invocation, wanted = *wanted, output](const auto& session) {
        const auto change = storeOfChanges(*session).endorse(wanted.sha256);
        const Status written =
            change ? writeOutputFile(output, asBytes(change->envelope.json)) : failure(change.error());
        if (!written) {
            return invocation.fail(written.error());
        }
        const PolicyChangeStatement& statement = change->statement;
        invocation.finish(Json{{"replaces", statement.replaces},
                               {"policy", statement.policy},
                               {"operator", toHex(statement.operatorKey)},
                               {"at", toIso8601(statement.at)}});
    });
}

}  // namespace countersign::cli
