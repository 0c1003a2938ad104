#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/DatabaseTampering.h"
#include "tests/support/processes/CliProcess.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace fs = std::filesystem;

/// `audit export`, `checkpoint` and `verify` with files (design.md §9), over a profile without a keychain.
class RecordCommandsTest : public QObject
{
    Q_OBJECT

    CliProcess::Outcome run(const QStringList& words) const { return m_cli.inProfile(words); }
    QString path(const QString& name) const { return m_folder.filePath(name); }
    void saved(const QString& name, const QByteArray& content) const
    {
        writePrivateFile(path(name), content);
    }
    QString deskKey() const
    {
        return QString::fromStdString(run({u"desk"_s, u"key"_s}).json().at("publicKey").get<std::string>());
    }
    CliProcess::Outcome verifyExport(const QString& name, const QString& key,
                                     const QStringList& more = {}) const
    {
        return CliProcess::run(
            QStringList{u"audit"_s, u"verify"_s, u"--export"_s, path(name), u"--desk-key"_s, key} + more);
    }
    std::size_t entries() const
    {
        return run({u"audit"_s, u"verify"_s}).json().at("entries").get<std::size_t>();
    }
    void copyFolder(const QString& from, const QString& to) const
    {
        std::error_code ignored;
        fs::remove_all(path(to).toStdString(), ignored);
        fs::copy(path(from).toStdString(), path(to).toStdString(), fs::copy_options::recursive);
    }
    void setInbox(const QString& name) const
    {
        QCOMPARE(run({u"settings"_s, u"set"_s, u"relay.inbox"_s, name}).exitCode, 0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        saved(u"passphrase"_s, "correct horse\n");
        saved(u"token"_s, "relay token\n");
        const auto made = run({u"init"_s, u"--relay"_s, u"https://127.0.0.1:1"_s, u"--inbox"_s, u"main"_s,
                               u"--environment"_s, u"env-1"_s, u"--relay-token-file"_s, path(u"token"_s),
                               u"--keychain"_s, u"none"_s});
        QVERIFY2(made.exitCode == 0, made.errors.constData());
        QVERIFY(m_cli.makeCheapToOpen());
    }

    void exportsAndChecks()
    {
        const auto exported = run({u"audit"_s, u"export"_s});
        QVERIFY2(exported.exitCode == 0, exported.errors.constData());
        const auto lines = exported.lines();
        QVERIFY(lines.size() >= 3);
        for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
            QVERIFY(lines.at(i).at("seq") == Json(i + 1));
            QVERIFY(lines.at(i).at("hash").get<std::string>().starts_with("0x"));
        }
        QVERIFY(lines.back().contains("payload") && lines.back().contains("signatures"));
        saved(u"export"_s, exported.output);
        const auto checked = verifyExport(u"export"_s, deskKey());
        QVERIFY2(checked.exitCode == 0, checked.errors.constData());
        QVERIFY(checked.json().at("valid") == Json(true) && checked.json().at("from") == Json(1));
        QCOMPARE(checked.json().at("to").get<std::size_t>(), lines.size() - 1);
        QString other = deskKey();
        other.back() = other.back() == u'0' ? u'1' : u'0';
        const auto foreign = verifyExport(u"export"_s, other);
        QCOMPARE(foreign.exitCode, 3);
        QVERIFY(foreign.json() == (Json{{"valid", false}}));
        QByteArray changed = exported.output;
        saved(u"changed"_s, changed.replace("profile.created", "profile.cheated"));
        QCOMPARE(verifyExport(u"changed"_s, deskKey()).exitCode, 3);
        QCOMPARE(verifyExport(u"nothing"_s, deskKey()).exitCode, 3);
        const auto streamed = CliProcess::run(
            {u"audit"_s, u"verify"_s, u"--export"_s, u"-"_s, u"--desk-key"_s, deskKey()}, exported.output);
        QCOMPARE(streamed.exitCode, 0);
    }

    void aRangeIsInclusive()
    {
        const auto exported = run({u"audit"_s, u"export"_s, u"--from"_s, u"2"_s, u"--to"_s, u"2"_s});
        QCOMPARE(exported.lines().size(), 2U);
        QVERIFY(exported.lines().front().at("seq") == Json(2));
        saved(u"range"_s, exported.output);
        QVERIFY(verifyExport(u"range"_s, deskKey()).json().at("to") == Json(2));
        QCOMPARE(run({u"audit"_s, u"export"_s, u"--from"_s, u"9999"_s}).exitCode, 3);
    }

    void wrongWordsAreUsage()
    {
        QCOMPARE(run({u"audit"_s, u"export"_s, u"--from"_s, u"3"_s, u"--to"_s, u"2"_s}).exitCode, 2);
        QCOMPARE(run({u"audit"_s, u"export"_s, u"--from"_s, u"0"_s}).exitCode, 2);
        QCOMPARE(run({u"audit"_s, u"verify"_s, u"--export"_s, path(u"export"_s)}).exitCode, 2);
        QCOMPARE(verifyExport(u"export"_s, u"0x12"_s).exitCode, 2);
        QCOMPARE(run({u"audit"_s, u"verify"_s, u"--desk-key"_s, deskKey()}).exitCode, 2);
    }

    void aCheckpointTellsAnOlderCopy()
    {
        const auto before = entries();
        copyFolder(u"profile"_s, u"backup"_s);
        const QString file = path(u"checkpoint"_s);
        QCOMPARE(run({u"audit"_s, u"checkpoint"_s, u"--output"_s, file}).exitCode, 0);
        QCOMPARE(entries(), before + 1);
        setInbox(u"second"_s);
        const QStringList verify{u"audit"_s, u"verify"_s, u"--checkpoint"_s, file};
        const auto good = run(verify);
        QVERIFY2(good.exitCode == 0, good.errors.constData());
        QVERIFY(good.json().at("rolledBack") == Json(false));
        QCOMPARE(good.json().at("checkpoint").at("seq").get<std::size_t>(), before + 1);
        QCOMPARE(entries(), before + 2);  // to verify writes nothing

        copyFolder(u"profile"_s, u"present"_s);
        copyFolder(u"backup"_s, u"profile"_s);
        QCOMPARE(run({u"audit"_s, u"verify"_s}).exitCode, 0);  // whole by itself
        const auto older = run(verify);
        QCOMPARE(older.exitCode, 3);
        QVERIFY(older.json().at("rolledBack") == Json(true) && older.json().at("intact") == Json(false));
        QVERIFY2(older.output.contains("checkpoint"), older.output.constData());
        setInbox(u"third"_s);  // and goes on beyond it
        setInbox(u"fourth"_s);
        QVERIFY(run(verify).json().at("rolledBack") == Json(true));
        copyFolder(u"present"_s, u"profile"_s);
        QCOMPARE(run(verify).exitCode, 0);

        saved(u"export"_s, run({u"audit"_s, u"export"_s}).output);
        QCOMPARE(verifyExport(u"export"_s, deskKey(), {u"--checkpoint"_s, file}).exitCode, 0);
        QCOMPARE(verifyExport(u"range"_s, deskKey(), {u"--checkpoint"_s, file}).exitCode, 3);
    }

    void foreignCheckpointsAreRefused()
    {
        saved(u"odd"_s, "{}");
        QCOMPARE(run({u"audit"_s, u"verify"_s, u"--checkpoint"_s, path(u"odd"_s)}).exitCode, 3);
        QCOMPARE(run({u"audit"_s, u"verify"_s, u"--checkpoint"_s, path(u"none"_s)}).exitCode, 3);
    }

    /// Genuine, but of another profile.
    void anotherProfilesCheckpointIsRefused()
    {
        const CliProcess other(path(u"other"_s), path(u"passphrase"_s));
        QCOMPARE(other
                     .inProfile({u"init"_s, u"--relay"_s, u"https://127.0.0.1:1"_s, u"--inbox"_s, u"main"_s,
                                 u"--environment"_s, u"env-1"_s, u"--relay-token-file"_s, path(u"token"_s),
                                 u"--keychain"_s, u"none"_s})
                     .exitCode,
                 0);
        const QString file = path(u"foreign"_s);
        QCOMPARE(other.inProfile({u"audit"_s, u"checkpoint"_s, u"--output"_s, file}).exitCode, 0);
        QCOMPARE(other.inProfile({u"audit"_s, u"verify"_s, u"--checkpoint"_s, file}).exitCode, 0);
        QCOMPARE(run({u"audit"_s, u"verify"_s, u"--checkpoint"_s, file}).exitCode, 3);
    }

    void withoutAKeychainOnlyCheckpointsTell()
    {
        const auto verified = run({u"audit"_s, u"verify"_s});
        QVERIFY2(verified.errors.contains("checkpoint"), verified.errors.constData());
        QVERIFY(verified.json().at("counter").is_null());
    }

    void freezesAndLifts()
    {
        QVERIFY(run({u"freeze"_s, u"status"_s}).json() == (Json{{"frozen", false}}));
        QCOMPARE(run({u"freeze"_s}).exitCode, 2);
        QCOMPARE(run({u"freeze"_s, u"--reason"_s, u" "_s}).exitCode, 3);
        const auto everywhere = run({u"freeze"_s, u"--reason"_s, u"x"_s, u"--inbox"_s});
        QCOMPARE(everywhere.exitCode, 3);
        QVERIFY2(everywhere.errors.contains("operator"), everywhere.errors.constData());
        QVERIFY(run({u"freeze"_s, u"status"_s}).json().at("frozen") == Json(false));
        const auto frozen = run({u"freeze"_s, u"--reason"_s, u"a phone was lost"_s});
        QCOMPARE(frozen.exitCode, 0);
        QVERIFY(frozen.json().at("reason") == Json("a phone was lost"));
        QVERIFY(run({u"freeze"_s, u"status"_s}).json() == frozen.json());
        QVERIFY(run({u"freeze"_s, u"--reason"_s, u"again"_s}).json() == frozen.json());
        QVERIFY(run({u"settings"_s, u"remove"_s, u"signing.freeze"_s}).exitCode != 0);
        QVERIFY(run({u"freeze"_s, u"status"_s}).json().at("frozen") == Json(true));
        QCOMPARE(run({u"unfreeze"_s, u"--reason"_s, u"found"_s}).exitCode, 0);
        QCOMPARE(run({u"unfreeze"_s, u"--reason"_s, u"found"_s}).exitCode, 3);
        // What a writer of the file makes is neither a freeze nor freedom.
        rawDatabase((m_cli.profile() + u"/profile.sqlite"_s).toStdString())
            .exec("INSERT INTO setting (key, value) VALUES ('signing.freeze', '{}')");
        QCOMPARE(run({u"freeze"_s, u"status"_s}).exitCode, 3);
        QCOMPARE(run({u"unfreeze"_s, u"--reason"_s, u"found"_s}).exitCode, 0);
        QVERIFY(run({u"freeze"_s, u"status"_s}).json() == (Json{{"frozen", false}}));
    }

    void ofADamagedRecordNothingIsSigned()
    {
        rawDatabase((m_cli.profile() + u"/profile.sqlite"_s).toStdString())
            .exec("UPDATE audit SET subject = 'x' WHERE seq = 2");
        QVERIFY(run({u"audit"_s, u"checkpoint"_s}).exitCode == 3);
        const auto exported = run({u"audit"_s, u"export"_s});
        QCOMPARE(exported.exitCode, 3);
        QVERIFY(exported.lines().size() >= 3);
        QVERIFY(!exported.output.contains("signatures"));
    }

private:
    QTemporaryDir m_folder;
    CliProcess m_cli{m_folder.filePath(u"profile"_s), m_folder.filePath(u"passphrase"_s)};
};

COUNTERSIGN_GUILESS_TEST(RecordCommandsTest)
#include "RecordCommands_test.moc"
