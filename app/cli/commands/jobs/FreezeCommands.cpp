#include "app/cli/commands/jobs/FreezeCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/jobs/InboxFreezeCall.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView freezeReasonOption("reason");
constexpr QLatin1StringView freezeInboxOption("inbox");

struct FreezeCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(FreezeCommandsText)
};

Json freezeJson(const std::optional<SigningFreeze>& freeze)
{
    return freeze ? Json{{"frozen", true},
                         {"by", freeze->by},
                         {"reason", freeze->reason},
                         {"at", toIso8601(freeze->at)}}
                  : Json{{"frozen", false}};
}

OptionSpec freezeReasonSpec()
{
    return {.name = freezeReasonOption,
            .valueName = QStringLiteral("TEXT"),
            .description = FreezeCommandsText::tr("goes into the record, and into the refusals"),
            .required = true};
}

std::string reasonOf(const Invocation& invocation)
{
    return invocation.arguments().value(freezeReasonOption).trimmed().toStdString();
}

void finishInbox(Invocation& invocation, const InboxFreezeOutcome& outcome)
{
    Json output = freezeJson(outcome.freeze);
    output["inbox"] = outcome.inbox;
    output["posted"] = outcome.posted.has_value();
    if (!outcome.posted) {
        invocation.terminal().message(outcome.posted.error());
        invocation.terminal().message(notToldSentence());
    }
    invocation.finish(output, outcome.posted ? ExitStatus::Done : ExitStatus::Failed);
}

}  // namespace

void FreezeCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("freeze"),
         .summary = FreezeCommandsText::tr("Stops all signing of this desk until it is lifted."),
         .details = FreezeCommandsText::tr(
             "Every approval is refused (exit status 3) with who and why, and no ceremony gets a room,\n"
             "in every program on this profile. Where signing is frozen already, that stays.\n"
             "With --inbox this desk is frozen first; then the relay passes the operator's signed word on,\n"
             "and each desk that registered the operator follows it. Printed besides: \"inbox\", "
             "\"posted\".\n"
             "Each desk lifts its own freeze."),
         .options = {freezeReasonSpec(),
                     {.name = freezeInboxOption,
                      .valueName = {},
                      .description = FreezeCommandsText::tr(
                          "tell every desk of the relay's inbox, too, as this desk's operator")},
                     passphraseOption()},
         .positionals = {},
         .run = freeze});
    table.add({.words = QStringLiteral("unfreeze"),
               .summary = FreezeCommandsText::tr("Lifts a freeze."),
               .details = {},
               .options = {freezeReasonSpec(), passphraseOption()},
               .positionals = {},
               .run = unfreeze});
    table.add({.words = QStringLiteral("freeze status"),
               .summary = FreezeCommandsText::tr("Says whether signing is frozen, by whom and why."),
               .details = FreezeCommandsText::tr("Prints {\"frozen\", \"by\", \"reason\", \"at\"}."),
               .options = {passphraseOption()},
               .positionals = {},
               .run = status});
}

void FreezeCommands::freeze(Invocation& invocation)
{
    if (invocation.arguments().has(freezeInboxOption)) {
        return freezeInbox(invocation);
    }
    const std::string reason = reasonOf(invocation);
    ProfileSession::open(invocation, [&invocation, reason](const auto& session) {
        const auto known = signingFreeze(session->database(), session->vault());
        const auto frozen =
            freezeSigning(session->database(), session->vault(), session->audit(), session->clock(), reason);
        if (!frozen) {
            return invocation.fail(frozen.error());
        }
        if (known && *known) {
            invocation.terminal().message(
                FreezeCommandsText::tr("Signing was frozen already; that reason stays."));
        }
        invocation.finish(freezeJson(*frozen));
    });
}

void FreezeCommands::freezeInbox(Invocation& invocation)
{
    const std::string reason = reasonOf(invocation);
    ProfileSession::open(invocation, [&invocation, reason](const auto& session) {
        cli::freezeInbox(session, reason, [&invocation](const Result<InboxFreezeOutcome>& outcome) {
            outcome ? finishInbox(invocation, *outcome) : invocation.fail(outcome.error());
        });
    });
}

void FreezeCommands::unfreeze(Invocation& invocation)
{
    const std::string reason = reasonOf(invocation);
    ProfileSession::open(invocation, [&invocation, reason](const auto& session) {
        const auto lifted = unfreezeSigning(session->database(), session->vault(), session->audit(), reason);
        lifted ? invocation.finish(freezeJson({})) : invocation.fail(lifted.error());
    });
}

void FreezeCommands::status(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const auto freeze = signingFreeze(session->database(), session->vault());
        freeze ? invocation.finish(freezeJson(*freeze)) : invocation.fail(freeze.error());
    });
}

}  // namespace countersign::cli
