#include "ui/session/Liveness.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class LivenessTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void turnsRedWhenTheRelayIsSilent()
    {
        Liveness liveness;
        liveness.setFollowing(true);
        const UnixMillis start = 1'770'120'000'000;
        QCOMPARE(liveness.status(start).tone, Tone::Warning);
        liveness.noteContact(start);
        QCOMPARE(liveness.status(start + 4'000).tone, Tone::Good);
        QCOMPARE(liveness.status(start + 4'000).text, QStringLiteral("relay 4 s ago"));
        QVERIFY(liveness.status(start + 59'999).sentence.isEmpty());
        QCOMPARE(liveness.status(start + 59'999).tone, Tone::Good);
        QCOMPARE(liveness.status(start + 60'000).tone, Tone::Warning);
        QCOMPARE(liveness.status(start + 179'999).tone, Tone::Warning);
        QCOMPARE(liveness.status(start + 180'000).tone, Tone::Bad);
        QVERIFY(!liveness.status(start + 180'000).sentence.isEmpty());
        liveness.noteContact(start + 200'000);
        QCOMPARE(liveness.status(start + 201'000).tone, Tone::Good);
    }

    void saysWhyItFails()
    {
        Liveness liveness;
        liveness.setFollowing(true);
        const Error refused{ErrorCode::Denied, QStringLiteral("The relay refused the token."), {}};
        liveness.noteFailure(refused);
        QCOMPARE(liveness.status(0).tone, Tone::Bad);
        QCOMPARE(liveness.status(0).sentence, refused.sentence);
        liveness.noteContact(1'000);
        QCOMPARE(liveness.status(2'000).tone, Tone::Good);
        liveness.noteFailure(refused);
        QCOMPARE(liveness.status(2'000).tone, Tone::Warning);
        QCOMPARE(liveness.status(1'000'000).tone, Tone::Bad);
        QCOMPARE(liveness.status(1'000'000).sentence, refused.sentence);
    }

    /// That everything is read again is told for a while, although the relay answers.
    void tellsWhatIsToBeKnown()
    {
        Liveness liveness;
        liveness.setFollowing(true);
        const Error notice{ErrorCode::NotFound, QStringLiteral("Another feed."), {}};
        liveness.noteContact(1'000);
        liveness.notice(notice, 1'000);
        liveness.noteContact(2'000);
        QCOMPARE(liveness.status(3'000).tone, Tone::Warning);
        QCOMPARE(liveness.status(3'000).sentence, notice.sentence);
        liveness.noteFailure({ErrorCode::Denied, QStringLiteral("Refused."), {}});
        QCOMPARE(liveness.status(3'000).sentence, QStringLiteral("Refused."));
        const UnixMillis later = 1'000 + Liveness::noticedFor;
        liveness.noteContact(later);
        QCOMPARE(liveness.status(later).tone, Tone::Good);
    }

    void neverClaimsToFollowWhenItDoesNot()
    {
        Liveness liveness;
        QCOMPARE(liveness.status(0).tone, Tone::Neutral);
        liveness.noteContact(1'000);
        QCOMPARE(liveness.status(2'000).tone, Tone::Neutral);
        QVERIFY(!liveness.status(2'000).sentence.isEmpty());
    }

    void toleratesAClockThatWentBack()
    {
        Liveness liveness;
        liveness.setFollowing(true);
        liveness.noteContact(10'000);
        QCOMPARE(liveness.status(5'000).tone, Tone::Good);
        QCOMPARE(liveness.status(5'000).text, QStringLiteral("relay just now"));
    }
};

COUNTERSIGN_APPLESS_TEST(LivenessTest)
#include "Liveness_test.moc"
