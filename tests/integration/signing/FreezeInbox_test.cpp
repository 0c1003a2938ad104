#include "tests/integration/signing/SigningDesk.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// `freeze --inbox`: one desk says it, another one that registered its operator follows, through a relay that
/// can neither make one up nor show an old one again.
class FreezeInboxTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_desk.start(SigningDesk::Chains::Without), qPrintable(m_desk.why()));
        m_other = m_desk.secondProfile();
        QVERIFY(m_other);
    }

    void needsAnOperator()
    {
        const auto refused = m_desk.run({u"freeze"_s, u"--inbox"_s, u"--reason"_s, u"lost"_s});
        QVERIFY(refused.exitCode != 0);
        QCOMPARE(frozen(m_desk.run({u"freeze"_s, u"status"_s})), false);
        const auto made = m_desk.run({u"operators"_s, u"new"_s, u"Alice"_s});
        QVERIFY2(made.exitCode == 0, made.errors.constData());
        m_key = QString::fromStdString(made.json().at("publicKey").get<std::string>());
    }

    void reachesOnlyDesksThatKnowTheOperator()
    {
        const auto said = m_desk.run({u"freeze"_s, u"--inbox"_s, u"--reason"_s, u"a laptop was lost"_s});
        QVERIFY2(said.exitCode == 0, said.errors.constData());
        QCOMPARE(said.json().at("posted"), Json(true));
        QCOMPARE(frozen(m_desk.run({u"freeze"_s, u"status"_s})), true);
        QVERIFY(sync());
        QCOMPARE(otherIsFrozen(), false);
        const auto waiting = m_other->inProfile({u"quarantine"_s, u"list"_s}).json();
        QCOMPARE(waiting.size(), 1U);
        QCOMPARE(waiting.front().at("reasonCode"), Json("operator"));
    }

    void isFollowedOnceTheOperatorIsRegistered()
    {
        QCOMPARE(
            m_other->inProfile({u"operators"_s, u"add"_s, u"Alice"_s, u"--public-key"_s, m_key}).exitCode, 0);
        const auto retried = m_other->inProfile({u"quarantine"_s, u"retry"_s, u"--all"_s});
        QVERIFY2(retried.exitCode == 0, retried.errors.constData());
        QCOMPARE(otherIsFrozen(), true);
        const Json status = m_other->inProfile({u"freeze"_s, u"status"_s}).json();
        QCOMPARE(status.at("reason"), Json("a laptop was lost"));
        QCOMPARE(status.at("by"), Json("the operator Alice"));
        QCOMPARE(m_other->inProfile({u"audit"_s, u"verify"_s}).exitCode, 0);
    }

    void anOldOneIsNotFollowedAgain()
    {
        QCOMPARE(m_other->inProfile({u"unfreeze"_s, u"--reason"_s, u"found"_s}).exitCode, 0);
        QVERIFY(m_other->inProfile({u"sync"_s, u"--once"_s, u"--from-start"_s}).exitCode == 0);
        QCOMPARE(otherIsFrozen(), false);
        // Nor by the desk that said it.
        QCOMPARE(m_desk.run({u"unfreeze"_s, u"--reason"_s, u"found"_s}).exitCode, 0);
        QCOMPARE(m_desk.run({u"sync"_s, u"--once"_s}).exitCode, 0);
        QCOMPARE(frozen(m_desk.run({u"freeze"_s, u"status"_s})), false);
    }

    void isFollowedEachTimeItIsSaid()
    {
        QCOMPARE(m_desk.run({u"freeze"_s, u"--inbox"_s, u"--reason"_s, u"again"_s}).exitCode, 0);
        QVERIFY(sync());
        QCOMPARE(otherIsFrozen(), true);
    }

    void anEmergencyStopTellsThemToo()
    {
        for (const bool isOther : {true, false}) {
            const QStringList words{u"unfreeze"_s, u"--reason"_s, u"found"_s};
            QCOMPARE((isOther ? m_other->inProfile(words) : m_desk.run(words)).exitCode, 0);
        }
        const QStringList stop{u"emergency-stop"_s, u"--freeze-only"_s, u"--inbox"_s, u"--reason"_s,
                               u"an intruder"_s};
        QCOMPARE(m_desk.run(stop + QStringList{u"--drill"_s}).exitCode, 2);
        const auto stopped = m_desk.run(stop);
        QVERIFY2(stopped.exitCode == 0, stopped.errors.constData());
        QCOMPARE(stopped.json().at("posted"), Json(true));
        QCOMPARE(stopped.json().at("frozen").at("reason"), Json("an intruder"));
        QVERIFY(sync());
        QCOMPARE(otherIsFrozen(), true);
        // Without an operator the others are not told, and everything else goes on.
        QCOMPARE(m_other->inProfile({u"unfreeze"_s, u"--reason"_s, u"found"_s}).exitCode, 0);
        const auto alone = m_other->inProfile(stop);
        QCOMPARE(alone.exitCode, 1);
        QCOMPARE(alone.json().at("posted"), Json(false));
        QCOMPARE(otherIsFrozen(), true);
    }

    /// This desk is frozen all the same, and says that the others were not told.
    void saysWhenTheRelayIsSilent()
    {
        QCOMPARE(m_desk.run({u"unfreeze"_s, u"--reason"_s, u"found"_s}).exitCode, 0);
        QVERIFY(m_desk.set(u"relay.url"_s, u"http://127.0.0.1:1"_s));
        const auto said = m_desk.run({u"freeze"_s, u"--inbox"_s, u"--reason"_s, u"no net"_s});
        QCOMPARE(said.exitCode, 1);
        QCOMPARE(said.json().at("posted"), Json(false));
        QCOMPARE(said.json().at("frozen"), Json(true));
        QVERIFY(said.errors.contains("no other desk was told"));
        QCOMPARE(frozen(m_desk.run({u"freeze"_s, u"status"_s})), true);
    }

private:
    static bool frozen(const CliProcess::Outcome& status) { return status.json().at("frozen").get<bool>(); }
    bool otherIsFrozen() const { return frozen(m_other->inProfile({u"freeze"_s, u"status"_s})); }
    bool sync() const { return m_other->inProfile({u"sync"_s, u"--once"_s}).exitCode == 0; }

    SigningDesk m_desk;
    std::unique_ptr<CliProcess> m_other;
    QString m_key;
};

COUNTERSIGN_GUILESS_TEST(FreezeInboxTest)
#include "FreezeInbox_test.moc"
