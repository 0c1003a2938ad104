#include "app/cli/commands/jobs/InboxFreezeCall.h"

#include "core/profile/ProfileServices.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

struct InboxFreezeCallText
{
    Q_DECLARE_TR_FUNCTIONS(InboxFreezeCallText)
};

/// What has to live until the relay has answered.
struct FreezePosting
{
    std::shared_ptr<ProfileSession> session;
    std::unique_ptr<JobRelay> relay;
    PendingCallPtr call;
};

}  // namespace

void freezeInbox(const std::shared_ptr<ProfileSession>& session, const std::string& reason,
                 const Callback<InboxFreezeOutcome>& done)
{
    const auto said =
        InboxFreeze(session->database(), session->vault(), session->audit(), session->clock()).say(reason);
    if (!said) {
        return done(failure(said.error()));
    }
    InboxFreezeOutcome outcome{said->freeze, said->word.statement.inbox, {}};
    auto relay = signingServicesOf(session->sharedVault(), session->database(), session->clock()).relay();
    if (!relay) {
        outcome.posted = failure(relay.error());
        return done(std::move(outcome));
    }
    auto posting = std::make_shared<FreezePosting>();
    posting->session = session;
    posting->relay = *std::move(relay);
    posting->call = posting->relay->postStatement(said->word.envelope.json,
                                                  [posting, outcome, done](const Status& posted) mutable {
                                                      outcome.posted = posted;
                                                      done(std::move(outcome));
                                                  });
}

QString notToldSentence()
{
    return InboxFreezeCallText::tr(
        "This desk is frozen, and no other desk was told. Say it again (freeze --inbox), or freeze each "
        "desk by itself.");
}

}  // namespace countersign::cli
