#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/DatabaseTampering.h"
#include "tests/support/processes/CliProcess.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

/// A desk of one wallet, without a keychain, and its operator.
class OperatorsDesk
{
public:
    explicit OperatorsDesk(const QString& name) : m_cli(file(u"profile"_s), file(u"passphrase"_s))
    {
        writePrivateFile(m_cli.passphraseFile(), "correct horse\n");
        writePrivateFile(file(u"token"_s), "relay token\n");
        QCOMPARE(run({u"init"_s, u"--relay"_s, u"https://127.0.0.1:1"_s, u"--inbox"_s, u"main"_s,
                      u"--environment"_s, u"env-1"_s, u"--relay-token-file"_s, file(u"token"_s),
                      u"--keychain"_s, u"none"_s})
                     .exitCode,
                 0);
        QVERIFY(m_cli.makeCheapToOpen());
        edit(
            "INSERT INTO wallet (wallet_id, chain, address, address_bytes, status, health, received_at, "
            "last_event_at, last_event) VALUES ('w-1', 'EVM', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', "
            "x'70997970C51812dc3A010C7d01b50e0d17dc79C8', 'active', 'ok', 1, 1, "
            "'wallet.delegation.created')");
        m_key = textOf(run({u"operators"_s, u"new"_s, name}).json(), "publicKey");
    }

    CliProcess::Outcome run(const QStringList& words, const QByteArray& input = {}) const
    {
        return m_cli.inProfile(words, input);
    }
    QString file(const QString& name) const { return m_folder.filePath(name); }
    const QString& key() const { return m_key; }
    void edit(const std::string& sql) const
    {
        rawDatabase((m_cli.profile() + u"/profile.sqlite"_s).toStdString()).exec(sql);
    }
    int add(const QString& name, const QString& key) const
    {
        return run({u"operators"_s, u"add"_s, name, u"--public-key"_s, key}).exitCode;
    }
    /// The id of a job that nothing has to be filled in for.
    QString jobFrom(const char* command) const
    {
        const Json transaction = {{"chainId", "1"},
                                  {"to", "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"},
                                  {"value", "5"},
                                  {"nonce", "7"},
                                  {"gasLimit", "21000"},
                                  {"maxFeePerGas", "2000000000"},
                                  {"maxPriorityFeePerGas", "1"}};
        const Json job = {
            {"wallet", "w-1"}, {"kind", "evm.transaction"}, {"payload", {{"transaction", transaction}}}};
        const auto made =
            run({u"jobs"_s, QString::fromLatin1(command), u"-"_s}, QByteArray::fromStdString(dumpJson(job)));
        return made.exitCode == 0 ? textOf(made.json(), "id") : QString::fromUtf8(made.errors);
    }
    Json approvals(const QString& job) const { return run({u"jobs"_s, u"approvals"_s, job}).json(); }
    std::string stateOf(const QString& job) const
    {
        return run({u"jobs"_s, u"show"_s, job}).json().at("state").get<std::string>();
    }
    bool isIntact() const { return run({u"audit"_s, u"verify"_s}).json().at("intact") == Json(true); }

private:
    /// Empty where it is not there, or no object is.
    static QString textOf(const Json& json, const char* member)
    {
        return QString::fromStdString(json.value(member, std::string()));
    }

    QTemporaryDir m_folder;
    CliProcess m_cli;
    QString m_key;
};

}  // namespace

/// `operators`, `jobs endorse`, `jobs approvals` and `jobs import` (design.md §11), at two desks without a
/// network.
class StatementCommandsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsARegister()
    {
        const OperatorsDesk desk(u"Alice"_s);
        QCOMPARE(desk.key().size(), 64);
        QCOMPARE(desk.run({u"operators"_s, u"me"_s}).json(),
                 (Json{{"name", "Alice"}, {"publicKey", desk.key().toStdString()}}));
        QCOMPARE(desk.run({u"operators"_s, u"new"_s, u"Again"_s}).exitCode, 3);
        const QString bob =
            QString::fromStdString("3d404b9fbbc7d647f15c3b1f0b62cd7b9fb06205891798ef8c4072ed3bac0c95");
        QCOMPARE(desk.add(u"Bob"_s, bob), 0);
        for (const auto& [name, key] :
             {std::pair(u"bob"_s, bob), std::pair(u"Bob"_s, desk.key()), std::pair(u"Carol"_s, bob),
              std::pair(u"Carol"_s, QString(64, u'0')), std::pair(u"Carol"_s, bob.left(62))}) {
            QVERIFY2(desk.add(name, key) == 3, qPrintable(name + u' ' + key));
        }
        QCOMPARE(desk.run({u"operators"_s, u"list"_s}).json().size(), 1U);
        QCOMPARE(desk.run({u"operators"_s, u"remove"_s, u"Bob"_s}).exitCode, 0);
        QCOMPARE(desk.run({u"operators"_s, u"remove"_s, u"Bob"_s}).exitCode, 3);
        QVERIFY(desk.isIntact());
    }

    /// A row that was not written by the programs makes the register doubted: nobody's word counts.
    void believesNoRowOfOthers()
    {
        const OperatorsDesk desk(u"Alice"_s);
        QCOMPARE(desk.add(u"Bob"_s, u"3d404b9fbbc7d647f15c3b1f0b62cd7b9fb06205891798ef8c4072ed3bac0c95"_s),
                 0);
        desk.edit("UPDATE operator SET name = 'Mallory'");
        const auto listed = desk.run({u"operators"_s, u"list"_s});
        QVERIFY(listed.errors.contains("operators"));
    }

    void anApprovalReachesAnotherDeskAsAFile()
    {
        const OperatorsDesk alice(u"Alice"_s);
        const OperatorsDesk bob(u"Bob"_s);
        const QString job = alice.jobFrom("import");
        QCOMPARE(bob.jobFrom("import"), job);
        QCOMPARE(alice.add(u"Bob"_s, bob.key()), 0);

        const QString file = bob.file(u"approval.json"_s);
        const auto endorsed = bob.run({u"jobs"_s, u"endorse"_s, job, u"--output"_s, file});
        QVERIFY2(endorsed.exitCode == 0, endorsed.errors.constData());
        const auto imported = alice.run({u"jobs"_s, u"import"_s, file});
        QVERIFY2(imported.exitCode == 0, imported.errors.constData());
        const Json approvals = alice.approvals(job);
        QCOMPARE(approvals.size(), 1U);
        QCOMPARE(approvals.at(0).at("name"), Json("Bob"));
        QCOMPARE(approvals.at(0).at("decision"), Json("approve"));
        QCOMPARE(approvals.at(0).at("counts"), Json(true));

        // Who is registered no longer counts no longer.
        QCOMPARE(alice.run({u"operators"_s, u"remove"_s, u"Bob"_s}).exitCode, 0);
        const Json afterwards = alice.approvals(job);
        QCOMPARE(afterwards.at(0).at("counts"), Json(false));
        QCOMPARE(afterwards.at(0).at("why"), Json("unknown operator"));
        QVERIFY(alice.isIntact() && bob.isIntact());
    }

    void anApprovalCanBeTakenBack()
    {
        const OperatorsDesk desk(u"Alice"_s);
        const QString job = desk.jobFrom("import");
        const QString file = desk.file(u"word.json"_s);
        QCOMPARE(desk.run({u"jobs"_s, u"endorse"_s, job, u"--withdraw"_s, u"--output"_s, file}).exitCode, 3);
        QCOMPARE(desk.run({u"jobs"_s, u"endorse"_s, job, u"--output"_s, file}).exitCode, 0);
        QCOMPARE(desk.approvals(job).at(0).at("counts"), Json(true));
        const QString other = desk.file(u"withdrawal.json"_s);
        QCOMPARE(desk.run({u"jobs"_s, u"endorse"_s, job, u"--withdraw"_s, u"--output"_s, other}).exitCode, 0);
        const Json approvals = desk.approvals(job);
        for (const Json& approval : approvals) {
            QCOMPARE(approval.at("counts"), Json(false));
        }
    }

    void onlyARegisteredOperatorsRejectionEndsAJob()
    {
        const OperatorsDesk alice(u"Alice"_s);
        const OperatorsDesk bob(u"Bob"_s);
        const QString job = alice.jobFrom("import");
        QCOMPARE(bob.jobFrom("import"), job);
        const QString file = bob.file(u"rejection.json"_s);
        QCOMPARE(bob.run({u"jobs"_s, u"endorse"_s, job, u"--reject"_s, u"--output"_s, file}).exitCode, 2);
        const auto rejected = bob.run({u"jobs"_s, u"endorse"_s, job, u"--reject"_s, u"--reason"_s,
                                       u"wrong supplier"_s, u"--output"_s, file});
        QVERIFY2(rejected.exitCode == 0, rejected.errors.constData());
        QCOMPARE(bob.stateOf(job), std::string("rejected"));
        // Once more gives the same statement: the first file may be lost.
        const QString again = bob.file(u"again.json"_s);
        QCOMPARE(bob.run({u"jobs"_s, u"endorse"_s, job, u"--reject"_s, u"--reason"_s, u"once more"_s,
                          u"--output"_s, again})
                     .exitCode,
                 0);
        QFile first(file);
        QFile second(again);
        QVERIFY(first.open(QIODevice::ReadOnly) && second.open(QIODevice::ReadOnly));
        QCOMPARE(second.readAll(), first.readAll());

        alice.run({u"jobs"_s, u"import"_s, file});  // a stranger's
        QCOMPARE(alice.stateOf(job), std::string("pending"));
        QCOMPARE(alice.approvals(job).at(0).at("why"), Json("unknown operator"));

        QCOMPARE(alice.add(u"Bob"_s, bob.key()), 0);
        const auto imported = alice.run({u"jobs"_s, u"import"_s, file});
        QVERIFY2(imported.exitCode == 0, imported.errors.constData());
        QCOMPARE(alice.stateOf(job), std::string("rejected"));
        QCOMPARE(alice.run({u"jobs"_s, u"approve"_s, job}).exitCode, 3);
        QVERIFY(alice.isIntact());
    }

    void refusesWhatIsForged()
    {
        const OperatorsDesk alice(u"Alice"_s);
        const OperatorsDesk bob(u"Bob"_s);
        const QString job = alice.jobFrom("import");
        QCOMPARE(bob.jobFrom("import"), job);
        const QString file = bob.file(u"approval.json"_s);
        QCOMPARE(bob.run({u"jobs"_s, u"endorse"_s, job, u"--output"_s, file}).exitCode, 0);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        Json envelope = Json::parse(written.readAll().toStdString());
        auto payload =
            QByteArray::fromBase64(QByteArray::fromStdString(envelope.at("payload").get<std::string>()));
        payload.replace("\"approve\"", "\"reject\"");
        envelope["payload"] = payload.toBase64().toStdString();
        const auto forged =
            alice.run({u"jobs"_s, u"import"_s, u"-"_s}, QByteArray::fromStdString(envelope.dump()));
        QCOMPARE(forged.exitCode, 3);
        QCOMPARE(alice.approvals(job).size(), 0U);
        QCOMPARE(alice.run({u"jobs"_s, u"import"_s, u"-"_s}, "{}").exitCode, 3);
        QCOMPARE(alice.run({u"jobs"_s, u"approvals"_s, QString(64, u'0')}).exitCode, 3);
    }
};

COUNTERSIGN_GUILESS_TEST(StatementCommandsTest)

#include "StatementCommands_test.moc"
