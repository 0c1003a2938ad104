#include "core/base/encoding/Hex.h"
#include "core/signing/intake/Submitters.h"
#include "core/vault/SecretStore.h"
#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/ConsoleFixture.h"

#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using State = ProfileSession::State;

namespace {

/// A profile's session without a window, unlocked unless a test wants otherwise.
struct SessionSettingsDesk
{
    ProfileFixture profile{{.wallets = 1, .passphrase = false}};
    ManualClock clock{fixtureNow};
    ProfileSession session{sessionParts(profile.folder(), clock)};
    SettingsControl& settings = session.settings();
    QSignalSpy changed{&settings, &SettingsControl::changed};
    std::optional<Status> answer;

    Callback<void> done()
    {
        answer.reset();
        return [this](const Status& status) { answer = status; };
    }
    std::string stored(std::string_view key)
    {
        return Settings(profile.database()).get(key)->value_or("none");
    }
    /// "kind subject detail" of the newest entry; empty when there is none.
    std::string recorded()
    {
        return profile.database()
            .handle()
            .execAndGet(
                "SELECT coalesce((SELECT kind || ' ' || subject || ' ' || detail FROM audit "
                "ORDER BY seq DESC LIMIT 1), '')")
            .getString();
    }
    int entries(const std::string& like)
    {
        SQLite::Statement query(profile.database().handle(),
                                "SELECT count(*) FROM audit WHERE kind || subject || detail LIKE ?");
        query.bind(1, "%" + like + "%");
        query.executeStep();
        return query.getColumn(0).getInt();
    }
};

const char* const submitterKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

}  // namespace

class SessionSettingsTest : public QObject
{
    Q_OBJECT

private:
    static void unlock(SessionSettingsDesk& desk)
    {
        desk.session.start();
        QTRY_COMPARE_WITH_TIMEOUT(desk.session.state(), State::Open, patienceMs);
    }
    static void wait(SessionSettingsDesk& desk)
    {
        QTRY_VERIFY_WITH_TIMEOUT(desk.answer.has_value(), patienceMs);
    }

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    /// The folder counts as it was set here, and is told when it is another one.
    void theFolderOfDescriptorsIsTold()
    {
        SessionSettingsDesk desk;
        QSignalSpy examined(&desk.session, &ProfileSession::descriptorFolderExamined);
        unlock(desk);
        QTRY_VERIFY_WITH_TIMEOUT(!examined.isEmpty(), patienceMs);
        QVERIFY(examined.constLast().at(0).toString().isEmpty());
        QVERIFY(!examined.constLast().at(1).value<std::optional<Error>>());
        desk.settings.set(this, QStringLiteral("descriptors.folder"), QStringLiteral("/srv/descriptors"),
                          desk.done());
        wait(desk);
        QVERIFY(*desk.answer);
        QCOMPARE(examined.constLast().at(0).toString(), QStringLiteral("/srv/descriptors"));
        // What somebody else wrote is not used.
        desk.profile.database().handle().exec(
            "UPDATE setting SET value = '/tmp/theirs' WHERE key = 'descriptors.folder'");
        desk.settings.set(this, QStringLiteral("rpc.confirmations"), QStringLiteral("4"), desk.done());
        wait(desk);
        QVERIFY(examined.constLast().at(0).toString().isEmpty());
        QVERIFY(examined.constLast().at(1).value<std::optional<Error>>());
    }

    /// The address of a node may hold the key of its provider: in its path, its query or before the host.
    void nodesAreRecordedByTheirHostAlone_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("url");
        for (const char* key : {"rpc.evm.1", "rpc.evm.11155111", "rpc.solana"}) {
            QTest::addRow("%s path", key) << key << "https://node.example/v3/PLANTED-KEY-4711";
            QTest::addRow("%s query", key) << key << "https://node.example/?api-key=PLANTED-KEY-4711";
            QTest::addRow("%s user", key) << key << "https://PLANTED-KEY-4711@node.example/";
        }
    }

    void nodesAreRecordedByTheirHostAlone()
    {
        QFETCH(const QString, key);
        QFETCH(const QString, url);
        SessionSettingsDesk desk;
        unlock(desk);
        desk.settings.set(this, key, url, desk.done());
        wait(desk);
        if (!*desk.answer) {
            // Not taken at all, and not repeated either.
            QVERIFY(!desk.answer->error().sentence.contains(QLatin1String("PLANTED")));
            QVERIFY(!desk.answer->error().detail.contains(QLatin1String("PLANTED")));
            QCOMPARE(desk.stored(key.toStdString()), std::string("none"));
        } else {
            QCOMPARE(desk.stored(key.toStdString()), url.toStdString());
            QCOMPARE(desk.recorded(),
                     "setting.changed " + key.toStdString() + R"( {"value":"node.example"})");
        }
        QCOMPARE(desk.entries("PLANTED"), 0);
        desk.settings.set(this, key, {}, desk.done());
        wait(desk);
        QVERIFY(desk.answer->has_value());
        QCOMPARE(desk.recorded(), "setting.removed " + key.toStdString() + " {}");
        QCOMPARE(desk.stored(key.toStdString()), std::string("none"));
        QCOMPARE(desk.entries("PLANTED"), 0);
    }

    void otherSettingsAreRecordedAsTheyAre()
    {
        SessionSettingsDesk desk;
        unlock(desk);
        desk.settings.set(this, QStringLiteral("rpc.confirmations"), QStringLiteral("6"), desk.done());
        wait(desk);
        QCOMPARE(desk.recorded(), std::string(R"(setting.changed rpc.confirmations {"value":"6"})"));
        QCOMPARE(desk.changed.count(), 1);
    }

    void refusedValuesChangeNothing()
    {
        SessionSettingsDesk desk;
        unlock(desk);
        const std::string before = desk.recorded();
        desk.settings.set(this, QStringLiteral("rpc.evm.1"), QStringLiteral("ftp://node.example/KEY"),
                          desk.done());
        wait(desk);
        QCOMPARE(desk.answer->error().code, ErrorCode::InvalidInput);
        QVERIFY(!desk.answer->error().sentence.contains(QLatin1String("KEY")));
        desk.settings.set(this, QStringLiteral("no.such.setting"), QStringLiteral("1"), desk.done());
        wait(desk);
        QCOMPARE(desk.answer->error().code, ErrorCode::InvalidInput);
        QCOMPARE(desk.recorded(), before);
        QCOMPARE(desk.changed.count(), 0);
    }

    void secretsAreSealedAndRecordedByTheirKind()
    {
        SessionSettingsDesk desk;
        unlock(desk);
        desk.settings.putSecret(this, QStringLiteral("api-token"),
                                SecretBytes::copyOf(std::string_view("dyn_PLANTED")), desk.done());
        wait(desk);
        QVERIFY(desk.answer->has_value());
        QVERIFY(desk.recorded().starts_with("secret.stored "));
        QVERIFY(desk.recorded().ends_with(R"({"kind":"api-token"})"));
        QCOMPARE(desk.entries("PLANTED"), 0);
        QCOMPARE(desk.profile.database()
                     .handle()
                     .execAndGet("SELECT count(*) FROM secret WHERE kind = 'api-token'")
                     .getInt(),
                 1);
    }

    void submittersComeAndGoWithARecord()
    {
        SessionSettingsDesk desk;
        unlock(desk);
        const QString name = QStringLiteral("payouts");
        desk.settings.addSubmitter(this, name, QStringLiteral("zz"), desk.done());
        wait(desk);
        QVERIFY(!desk.answer->has_value());
        desk.settings.addSubmitter(this, name, QLatin1String(submitterKey), desk.done());
        wait(desk);
        QVERIFY(desk.answer->has_value());
        QCOMPARE(desk.recorded(),
                 std::string(R"(submitter.added payouts {"publicKey":")") + submitterKey + "\"}");
        QCOMPARE(Submitters::rows(desk.profile.database())->size(), std::size_t(1));
        desk.settings.removeSubmitter(this, name, desk.done());
        wait(desk);
        QCOMPARE(desk.recorded(), std::string("submitter.removed payouts {}"));
        QCOMPARE(Submitters::rows(desk.profile.database())->size(), std::size_t(0));
        // What fails is in no record: one transaction holds both.
        desk.settings.removeSubmitter(this, name, desk.done());
        wait(desk);
        QCOMPARE(desk.answer->error().code, ErrorCode::NotFound);
        QCOMPARE(desk.entries("submitter.removed"), 1);
        QCOMPARE(desk.changed.count(), 2);
    }

    void lockedProfilesRefuse()
    {
        SessionSettingsDesk desk;
        QVERIFY(!desk.settings.isReady());
        desk.settings.set(this, QStringLiteral("engine"), QStringLiteral("enclave"), desk.done());
        wait(desk);
        QCOMPARE(desk.answer->error().code, ErrorCode::Locked);
        QCOMPARE(desk.stored("engine"), std::string("none"));
        unlock(desk);
        QVERIFY(desk.settings.isReady());
    }

    void whoeverAskedMayBeGone()
    {
        SessionSettingsDesk desk;
        unlock(desk);
        auto asker = std::make_unique<QObject>();
        desk.settings.set(asker.get(), QStringLiteral("engine"), QStringLiteral("enclave"), desk.done());
        asker.reset();
        // Views read again all the same.
        QTRY_COMPARE_WITH_TIMEOUT(desk.changed.count(), 1, patienceMs);
        QVERIFY(!desk.answer);
        QCOMPARE(desk.stored("engine"), std::string("enclave"));
    }
};

COUNTERSIGN_GUI_TEST(SessionSettingsTest)
#include "SessionSettings_test.moc"
