#include "tests/integration/cli/Desk.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// The same way with a profile whose root key lies in a real gnome-keyring
/// (tests/integration/with-keyring.sh).
class KeychainProfileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void receivesWithAKeychain()
    {
        QVERIFY2(m_desk.startRelay(), qPrintable(m_desk.why()));
        QVERIFY2(m_desk.startSandbox(), qPrintable(m_desk.why()));
        QVERIFY2(m_desk.makeProfile(u"os"_s), qPrintable(m_desk.why()));
        QVERIFY2(m_desk.makeKey(u"keychain"_s), qPrintable(m_desk.why()));
        QCOMPARE(m_desk.delegate("EVM", 2).size(), 2U);
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 2; }), qPrintable(m_desk.why()));
        const auto examined = m_desk.cli().inProfile({u"doctor"_s});
        QVERIFY2(examined.exitCode == 0, examined.output.constData());
    }

    void withoutTheKeychainItStaysShut()
    {
        // No session bus, so no keychain; the message says what helps.
        const QByteArray bus = qgetenv("DBUS_SESSION_BUS_ADDRESS");
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        const auto listed = m_desk.cli().inProfile({u"wallets"_s, u"list"_s});
        const auto examined = m_desk.cli().inProfile({u"doctor"_s});
        qputenv("DBUS_SESSION_BUS_ADDRESS", bus);
        QCOMPARE(listed.exitCode, 4);
        QVERIFY(listed.output.isEmpty());
        QVERIFY2(listed.errors.contains("keychain"), listed.errors.constData());
        QCOMPARE(examined.exitCode, 1);
        QVERIFY(examined.json().at(1).at("check") == Json("keychain"));
        QVERIFY(examined.json().at(1).at("ok") == Json(false));
    }

private:
    Desk m_desk;
};

COUNTERSIGN_GUILESS_TEST(KeychainProfileTest)
#include "KeychainProfile_test.moc"
