#include "ui/revocation/ReauthenticationPanel.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "tests/ui/FakeRevocationControl.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class ReauthenticationPanelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void aPassphraseIsCheckedWhenItIsWanted()
    {
        FakeReauthentication again;
        const ManualClock clock{fixtureNow};
        again.at = fixtureNow;
        ReauthenticationPanel panel(again, clock);
        QVERIFY(!panel.isGiven());
        QTest::keyClicks(panel.field(), QStringLiteral("open sesame"));
        QVERIFY(panel.isGiven());
        bool granted = false;
        panel.obtain([&granted](const Reauthentication::Grant&) { granted = true; });
        QVERIFY(panel.isChecking() && panel.field()->isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(granted, patienceMs);
        QVERIFY(!panel.isGiven());
    }

    /// What was typed before a lock is not there behind it.
    void aLockForgetsWhatWasTyped()
    {
        FakeReauthentication again;
        const ManualClock clock{fixtureNow};
        ReauthenticationPanel panel(again, clock);
        QTest::keyClicks(panel.field(), QStringLiteral("open sesame"));
        Q_EMIT again.forgotten();
        QVERIFY(!panel.isGiven() && panel.field()->isEmpty());
    }

    /// Nor is what was asked answered: a grant of before opens nothing.
    void aLockForgetsWhatWasAsked()
    {
        FakeReauthentication again;
        const ManualClock clock{fixtureNow};
        again.at = fixtureNow;
        ReauthenticationPanel panel(again, clock);
        QTest::keyClicks(panel.field(), QStringLiteral("open sesame"));
        bool granted = false;
        panel.obtain([&granted](const Reauthentication::Grant&) { granted = true; });
        Q_EMIT again.forgotten();
        QVERIFY(!panel.isChecking() && panel.field()->isEnabled());
        QCoreApplication::processEvents();
        QVERIFY(!granted);
        again.asks = false;
        ReauthenticationPanel keychain(again, clock);
        keychain.confirmButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(keychain.isGiven(), patienceMs);
        Q_EMIT again.forgotten();
        QVERIFY(!keychain.isGiven());
    }
};

COUNTERSIGN_GUI_TEST(ReauthenticationPanelTest)
#include "ReauthenticationPanel_test.moc"
