#include "app/cli/commands/jobs/OperatorCommands.h"

#include "app/cli/ProfileSession.h"
#include "core/base/encoding/Hex.h"
#include "core/policy/operators/KeyWords.h"
#include "core/policy/operators/OperatorRegister.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView operatorKeyOption("public-key");
constexpr QLatin1StringView groupOption("group");

struct OperatorCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(OperatorCommandsText)
};

Json operatorJson(const Operator& one)
{
    return {{"name", one.name},
            {"publicKey", toHex(one.publicKey)},
            {"groups", one.groups},
            {"words", keyWords(one.publicKey)},
            {"addedAt", toIso8601(one.addedAt)}};
}

/// The words for comparing by voice go beside the output.
void finishWithOwn(Invocation& invocation, const Result<OwnOperator>& own)
{
    if (!own) {
        return invocation.fail(own.error());
    }
    invocation.terminal().message(
        OperatorCommandsText::tr("To be compared by voice when others register it: %1")
            .arg(QString::fromStdString(keyWords(own->publicKey))));
    invocation.finish({{"name", own->name}, {"publicKey", toHex(own->publicKey)}});
}

OperatorIdentity identityOf(ProfileSession& session)
{
    return {session.database(), session.vault(), session.audit(), session.clock()};
}

OperatorRegister registerOf(ProfileSession& session)
{
    return {session.database(), session.vault(), session.audit(), session.clock()};
}

}  // namespace

void OperatorCommands::addTo(CommandTable& table)
{
    const PositionalSpec name = {.name = QStringLiteral("NAME")};
    table.add(
        {.words = QStringLiteral("operators new"),
         .summary = OperatorCommandsText::tr("Makes this desk's operator: a name and a key to sign with."),
         .details = OperatorCommandsText::tr(
             "There is one for a profile. The key stays sealed in it; other desks register the public\n"
             "key (operators add), after its words, which standard error tells, were compared by voice."),
         .options = {passphraseOption()},
         .positionals = {name},
         .run = create});
    table.add({.words = QStringLiteral("operators me"),
               .summary = OperatorCommandsText::tr("Prints this desk's operator and its public key."),
               .details = {},
               .options = {passphraseOption()},
               .positionals = {},
               .run = me});
    table.add(
        {.words = QStringLiteral("operators add"),
         .summary =
             OperatorCommandsText::tr("Registers an operator of another desk, whose statements count then."),
         .details = OperatorCommandsText::tr(
             "Compare the printed words with those at the other desk first. This desk's own operator can\n"
             "be registered under its own name, to be in groups."),
         .options = {{.name = operatorKeyOption,
                      .valueName = QStringLiteral("HEX"),
                      .description =
                          OperatorCommandsText::tr("the operator's Ed25519 public key, 64 hex digits"),
                      .required = true},
                     {.name = groupOption,
                      .valueName = QStringLiteral("GROUP"),
                      .description = OperatorCommandsText::tr("a group that policies name; may be repeated"),
                      .repeatable = true},
                     passphraseOption()},
         .positionals = {name},
         .run = add});
    table.add({.words = QStringLiteral("operators list"),
               .summary = OperatorCommandsText::tr("Lists the operators whose statements count here."),
               .details = {},
               .options = {passphraseOption()},
               .positionals = {},
               .run = list});
    table.add({.words = QStringLiteral("operators remove"),
               .summary = OperatorCommandsText::tr(
                   "Takes an operator out of the register; their statements stop counting at once."),
               .details = {},
               .options = {passphraseOption()},
               .positionals = {name},
               .run = remove});
}

void OperatorCommands::create(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const std::string name = invocation.arguments().positionals().first().toStdString();
        finishWithOwn(invocation, identityOf(*session).create(name));
    });
}

void OperatorCommands::me(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        finishWithOwn(invocation, identityOf(*session).read());
    });
}

void OperatorCommands::add(Invocation& invocation)
{
    const auto key = parseOperatorKey(invocation.arguments().value(operatorKeyOption).toStdString());
    if (!key) {
        return invocation.fail(key.error());
    }
    ProfileSession::open(invocation, [&invocation, key = *key](const auto& session) {
        std::vector<std::string> groups;
        const QStringList given = invocation.arguments().values(groupOption);
        for (const QString& group : given) {
            groups.push_back(group.toStdString());
        }
        const auto added = registerOf(*session).add(
            invocation.arguments().positionals().first().toStdString(), key, std::move(groups));
        added ? invocation.finish(operatorJson(*added)) : invocation.fail(added.error());
    });
}

void OperatorCommands::list(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const auto operators = OperatorRegister::rows(session->database());
        if (!operators) {
            return invocation.fail(operators.error());
        }
        // The list shows the rows; that they do not count is said beside it.
        session->tellFindings(invocation.terminal(), {trustedTables::operators});
        Json output = Json::array();
        for (const Operator& one : *operators) {
            output.push_back(operatorJson(one));
        }
        invocation.finish(output);
    });
}

void OperatorCommands::remove(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const auto removed =
            registerOf(*session).remove(invocation.arguments().positionals().first().toStdString());
        removed ? invocation.finish({{"name", removed->name}, {"publicKey", toHex(removed->publicKey)}})
                : invocation.fail(removed.error());
    });
}

}  // namespace countersign::cli
