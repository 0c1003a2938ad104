#include "ui/session/adapters/SessionFreeze.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "tests/ui/FakeRevocationControl.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Takes note of what is frozen; nothing else is asked of it.
class FakeRecordControl : public RecordControl
{
public:
    bool isReady() const override { return ready; }
    void verify(QObject*, Callback<RecordCheck>) override {}
    void exportTo(QObject*, const QString&, Callback<AuditExportSummary>) override {}
    void makeCheckpoint(QObject*, const QString&, Callback<void>) override {}
    void checkExport(QObject*, const QString&, const QString&, Callback<AuditExportSummary>) override {}
    void cancel() override {}
    bool isBusy() const override { return false; }
    std::int64_t progress() const override { return 0; }
    void freeze(QObject*, const QString& reason, Callback<void> done) override
    {
        reasons << reason;
        done(outcome);
    }
    void freezeInbox(QObject*, const QString& reason, Callback<InboxTold> done) override
    {
        words << reason;
        done(InboxTold{QStringLiteral("demo"), {}});
    }
    void unfreeze(QObject*, const QString&, Callback<void>) override {}
    void show(const QString& sentence) { setFreeze(sentence); }

    bool ready = true;
    Status outcome;
    QStringList reasons;
    QStringList words;  ///< to every desk
};

struct Granting : FakeReauthentication
{
    using Reauthentication::grantAt;
};

struct FreezeScene
{
    FakeRecordControl record;
    ManualClock clock{fixtureNow};
    SessionFreeze freezing{record, clock, nullptr};
    std::optional<Status> answer;

    void freeze(UnixMillis grantedAt)
    {
        freezing.freeze(&freezing, "a breach", Granting::grantAt(grantedAt),
                        [this](const Status& status) { answer = status; });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), patienceMs);
    }
};

}  // namespace

class SessionFreezeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theRecordFreezes()
    {
        FreezeScene scene;
        scene.freeze(fixtureNow);
        QVERIFY(scene.answer->has_value());
        QCOMPARE(scene.record.reasons, QStringList{QStringLiteral("a breach")});
    }

    /// What is shown may be old, or say of a state only that nobody vouches for it.
    void itIsAskedAlthoughASentenceIsShown()
    {
        FreezeScene scene;
        scene.record.show(QStringLiteral("Whether signing is frozen was changed outside Countersign."));
        scene.freeze(fixtureNow);
        QCOMPARE(scene.record.reasons.size(), 1);
    }

    void itsFailureIsTold()
    {
        FreezeScene scene;
        scene.record.outcome = failure(ErrorCode::Storage, QStringLiteral("The disk is full."));
        scene.freeze(fixtureNow);
        QCOMPARE(scene.answer->error().code, ErrorCode::Storage);
    }

    void anOldGrantFreezesNothing()
    {
        FreezeScene scene;
        for (const UnixMillis grantedAt :
             {fixtureNow - Reauthentication::Grant::goodFor - 1, fixtureNow + 1}) {
            scene.answer.reset();
            scene.freeze(grantedAt);
            QCOMPARE(scene.answer->error().code, ErrorCode::Denied);
        }
        QVERIFY(scene.record.reasons.isEmpty());
        std::optional<Result<InboxTold>> told;
        scene.freezing.freezeInbox(&scene.freezing, "a breach", Granting::grantAt(fixtureNow + 1),
                                   [&told](const Result<InboxTold>& answer) { told = answer; });
        QTRY_VERIFY_WITH_TIMEOUT(told.has_value(), patienceMs);
        QCOMPARE(told->error().code, ErrorCode::Denied);
        QVERIFY(scene.record.words.isEmpty());
    }

    void everyDeskIsTold()
    {
        FreezeScene scene;
        std::optional<Result<InboxTold>> told;
        scene.freezing.freezeInbox(&scene.freezing, "a breach", Granting::grantAt(fixtureNow),
                                   [&told](const Result<InboxTold>& answer) { told = answer; });
        QTRY_VERIFY_WITH_TIMEOUT(told.has_value(), patienceMs);
        QCOMPARE(scene.record.words, QStringList{QStringLiteral("a breach")});
        QVERIFY(scene.record.reasons.isEmpty());
    }

    void aLockedProfileSaysWhy()
    {
        FreezeScene scene;
        QVERIFY(scene.freezing.isAvailable() && scene.freezing.obstacle().isEmpty());
        scene.record.ready = false;
        QVERIFY(!scene.freezing.isAvailable() && !scene.freezing.obstacle().isEmpty());
    }
};

COUNTERSIGN_GUILESS_TEST(SessionFreezeTest)
#include "SessionFreeze_test.moc"
