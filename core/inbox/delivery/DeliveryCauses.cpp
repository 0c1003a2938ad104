#include "core/inbox/delivery/DeliveryCauses.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct DeliveryCausesText
{
    Q_DECLARE_TR_FUNCTIONS(DeliveryCausesText)
};

struct DeliveryCauseRow
{
    DeliveryCause cause;
    std::string_view code;  ///< in rows of every profile: never changes
    const char* words;
};

constexpr std::array deliveryCauseRows = {
    DeliveryCauseRow{
        DeliveryCause::Stale, "delivery.stale",
        QT_TRANSLATE_NOOP("DeliveryCausesText",
                          "A newer delegation or a revocation of this wallet is known already.")},
    DeliveryCauseRow{DeliveryCause::Taken, "delivery.taken",
                     QT_TRANSLATE_NOOP("DeliveryCausesText", "This event was taken before.")},
    DeliveryCauseRow{DeliveryCause::TakenByAnother, "delivery.takenByAnother",
                     QT_TRANSLATE_NOOP("DeliveryCausesText", "Another delivery of this event was taken.")},
    DeliveryCauseRow{DeliveryCause::WaitsAlready, "delivery.waitsAlready",
                     QT_TRANSLATE_NOOP("DeliveryCausesText", "The same event waits in quarantine.")},
    DeliveryCauseRow{DeliveryCause::NoEffect, "delivery.noEffect",
                     QT_TRANSLATE_NOOP("DeliveryCausesText", "This event has no effect here.")},
    DeliveryCauseRow{DeliveryCause::NotActedUpon, "delivery.notActedUpon",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "This version keeps entries of this kind and does not act on them.")},
    DeliveryCauseRow{
        DeliveryCause::Dropped, "delivery.dropped",
        QT_TRANSLATE_NOOP("DeliveryCausesText",
                          "An operator dropped it from quarantine; it has no effect. The record says when.")},
    DeliveryCauseRow{DeliveryCause::KnownJob, "job.known",
                     QT_TRANSLATE_NOOP("DeliveryCausesText", "This job is known already.")},
    DeliveryCauseRow{DeliveryCause::UnknownShareForm, "delegation.unknownShareForm",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "The delegation was opened, but its share is not in a form that this "
                                       "version knows. Update Countersign, then retry.")},
    DeliveryCauseRow{DeliveryCause::NoKey, "delegation.noKey",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "No key of this profile opens this delegation. Import the RSA private "
                                       "key that it was encrypted to, then retry.")},
    DeliveryCauseRow{DeliveryCause::ReusedId, "event.reusedId",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "Another event with this id came before. Compare the two; a genuine "
                                       "sender does not use an id twice.")},
    DeliveryCauseRow{DeliveryCause::OtherAddress, "delegation.otherAddress",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "The wallet is known with another address or chain. Compare the two "
                                       "before anything is signed with it.")},
    DeliveryCauseRow{DeliveryCause::NoSecret, "webhook.noSecret",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "This profile has no webhook secret, so nothing can be verified. Add "
                                       "the secret that Dynamic's dashboard shows for the webhook, then "
                                       "retry.")},
    DeliveryCauseRow{DeliveryCause::WrongSignature, "webhook.wrongSignature",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "The signature is not made with a webhook secret of this profile. If "
                                       "the secret was changed in Dynamic's dashboard, add the new one, then "
                                       "retry.")},
    DeliveryCauseRow{
        DeliveryCause::UnreadableEntry, "entry.unreadable",
        QT_TRANSLATE_NOOP("DeliveryCausesText",
                          "The relay handed over an entry that cannot be understood; the others are not "
                          "touched by it. Update Countersign if there is a newer version, then read "
                          "everything again with \"countersign-cli sync --once --from-start\".")},
    DeliveryCauseRow{DeliveryCause::UnreadableBody, "webhook.unreadable",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "The webhook is genuine, but its body cannot be understood. Update "
                                       "Countersign if there is a newer version, then retry.")},
    DeliveryCauseRow{DeliveryCause::OtherEnvironment, "webhook.otherEnvironment",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "The webhook belongs to another Dynamic environment than this "
                                       "profile. Check the environment in the settings and in Dynamic's "
                                       "dashboard, then retry.")},
    DeliveryCauseRow{DeliveryCause::NoEnvelope, "job.noEnvelope",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "This is no signed envelope. Ask its sender how it was made.")},
    DeliveryCauseRow{
        DeliveryCause::OtherEnvelope, "job.otherEnvelope",
        QT_TRANSLATE_NOOP("DeliveryCausesText", "The envelope holds something else than it was sent as.")},
    DeliveryCauseRow{
        DeliveryCause::BrokenSignature, "job.brokenSignature",
        QT_TRANSLATE_NOOP("DeliveryCausesText",
                          "The signature of the submitter \"%1\" on this is broken, so it is not "
                          "from there or was changed. Ask the submitter to sign and send it "
                          "anew.")},
    DeliveryCauseRow{DeliveryCause::UnknownSubmitter, "job.unknownSubmitter",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "No registered submitter has signed this. If the key is right, "
                                       "register it with \"submitters add\", then retry.")},
    DeliveryCauseRow{
        DeliveryCause::NamelessWithdrawal, "withdrawal.nameless",
        QT_TRANSLATE_NOOP("DeliveryCausesText", "The withdrawal does not say which job it means.")},
    DeliveryCauseRow{DeliveryCause::UnknownWithdrawn, "withdrawal.unknownJob",
                     QT_TRANSLATE_NOOP("DeliveryCausesText", "The withdrawn job is not known here.")},
    DeliveryCauseRow{DeliveryCause::NotItsSubmitter, "withdrawal.notItsSubmitter",
                     QT_TRANSLATE_NOOP("DeliveryCausesText", "Only the submitter of a job can withdraw it.")},
    DeliveryCauseRow{DeliveryCause::UnreadableStatement, "statement.unreadable",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "This is no operator's statement. Ask its sender how it was made.")},
    DeliveryCauseRow{DeliveryCause::ForgedStatement, "statement.forged",
                     QT_TRANSLATE_NOOP(
                         "DeliveryCausesText",
                         "This statement is not signed by the operator whom it names. It is worth nothing.")},
    DeliveryCauseRow{DeliveryCause::UnknownOperator, "statement.unknownOperator",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "No registered operator said this. If the key is right, register it "
                                       "with \"operators add\", then retry.")},
    DeliveryCauseRow{
        DeliveryCause::UnknownStated, "statement.unknownJob",
        QT_TRANSLATE_NOOP("DeliveryCausesText", "The job that an operator speaks of is not known here.")},
    DeliveryCauseRow{DeliveryCause::OtherInboxFreeze, "freeze.otherInbox",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "This freeze was said to the desks of another inbox than the one that "
                                       "the settings name. Check relay.inbox, then retry.")},
    DeliveryCauseRow{DeliveryCause::OlderFreeze, "freeze.older",
                     QT_TRANSLATE_NOOP("DeliveryCausesText",
                                       "This freeze is older than this profile, which does not follow it.")},
};

/// What stands in the place of the words' only argument, when shown is made of them.
std::optional<std::string> argumentIn(const QString& shown, const QString& words)
{
    const qsizetype place = words.indexOf(QLatin1String("%1"));
    const QString before = words.left(place);
    const QString behind = words.mid(place + 2);
    const bool fits =
        shown.size() >= before.size() + behind.size() && shown.startsWith(before) && shown.endsWith(behind);
    return fits ? std::optional(shown.mid(place, shown.size() - before.size() - behind.size()).toStdString())
                : std::nullopt;
}

}  // namespace

std::string stored(DeliveryCause cause, std::vector<std::string> arguments)
{
    const auto row = std::ranges::find(deliveryCauseRows, cause, &DeliveryCauseRow::cause);
    return StoredCause{std::string(row->code), std::move(arguments)}.text();
}

std::string shownDeliveryCause(const std::string& stored)
{
    const auto cause = StoredCause::parse(stored);
    if (!cause) {
        return stored;
    }
    const auto row = std::ranges::find(deliveryCauseRows, cause->code, &DeliveryCauseRow::code);
    return row == deliveryCauseRows.end()
               ? stored
               : causeSentence(DeliveryCausesText::tr(row->words), cause->arguments).toStdString();
}

std::vector<std::string> storedDeliveryCauses(const std::string& shown)
{
    std::vector<std::string> texts = {shown};
    const QString sentence = QString::fromStdString(shown);
    for (const DeliveryCauseRow& row : deliveryCauseRows) {
        const QString words = DeliveryCausesText::tr(row.words);
        if (!words.contains(QLatin1String("%1"))) {
            if (words == sentence) {
                texts.push_back(stored(row.cause));
            }
        } else if (auto argument = argumentIn(sentence, words)) {
            texts.push_back(stored(row.cause, {*std::move(argument)}));
        }
    }
    return texts;
}

}  // namespace countersign
