#include "tests/integration/cli/Desk.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <filesystem>

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
        QVERIFY2(m_desk.start(u"keychain"_s, u"os"_s), qPrintable(m_desk.why()));
        QCOMPARE(m_desk.delegate("EVM", 2).size(), 2U);
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 2; }), qPrintable(m_desk.why()));
        const auto examined = m_desk.cli().inProfile({u"doctor"_s});
        QVERIFY2(examined.exitCode == 0, examined.output.constData());
    }

    void theKeychainTellsAnOlderCopy()
    {
        const auto run = [this](const QStringList& words) { return m_desk.cli().inProfile(words); };
        const auto setInbox = [&](const QString& name) {
            QCOMPARE(run({u"settings"_s, u"set"_s, u"relay.inbox"_s, name}).exitCode, 0);
        };
        const std::filesystem::path folder = m_desk.cli().profile().toStdString();
        const std::filesystem::path backup = m_desk.path(u"backup"_s).toStdString();
        setInbox(u"other"_s);
        const auto before = run({u"audit"_s, u"verify"_s}).json();
        QVERIFY(before.at("intact") == Json(true) && before.at("rolledBack") == Json(false));
        // It followed when the command had ended; to verify moves nothing.
        QVERIFY(before.at("counter").at("seq") == before.at("entries"));
        std::filesystem::copy(folder, backup, std::filesystem::copy_options::recursive);
        setInbox(u"desk"_s);
        std::filesystem::remove_all(folder);
        std::filesystem::copy(backup, folder, std::filesystem::copy_options::recursive);

        const auto older = run({u"audit"_s, u"verify"_s});
        QCOMPARE(older.exitCode, 3);
        QVERIFY(older.json().at("rolledBack") == Json(true) && older.json().at("intact") == Json(false));
        const auto examined = run({u"doctor"_s});
        QCOMPARE(examined.exitCode, 1);
        QVERIFY2(examined.output.contains("rolled back"), examined.output.constData());
        const auto listed = run({u"wallets"_s, u"list"_s});
        QVERIFY2(listed.errors.contains("rolled back"), listed.errors.constData());
        setInbox(u"desk"_s);  // whoever goes on with it does not make it forgotten
        QVERIFY(run({u"audit"_s, u"verify"_s}).json().at("rolledBack") == Json(true));

        QCOMPARE(run({u"audit"_s, u"reseal"_s, u"--reason"_s, u"a backup was restored"_s}).exitCode, 0);
        QCOMPARE(run({u"audit"_s, u"verify"_s}).exitCode, 0);
        const Json last = run({u"audit"_s, u"list"_s, u"--limit"_s, u"1"_s}).json().at(0);
        QVERIFY(last.at("kind") == Json("audit.resealed"));
        QVERIFY(last.at("detail").at("rolledBack") == Json(true));
        QCOMPARE(run({u"doctor"_s}).exitCode, 0);
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
