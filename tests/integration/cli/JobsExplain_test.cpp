#include "core/meaning/ExplanationJson.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/DatabaseTampering.h"
#include "tests/support/processes/CliProcess.h"

#include <QDateTime>
#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

Json localOf(const Json& explanation, const char* id)
{
    for (const Json& finding : explanation.at("local")) {
        if (finding.at("id") == id) {
            return finding;
        }
    }
    return {};
}

}  // namespace

/// `jobs explain` and its member "local" (design.md §10), over a profile without a keychain.
class JobsExplainTest : public QObject
{
    Q_OBJECT

    CliProcess::Outcome run(const QStringList& words, const QByteArray& input = {}) const
    {
        return m_cli.inProfile(words, input);
    }
    /// A payment of 5 wei to the shop, which nothing has to be filled in for.
    QString submitted(int nonce) const
    {
        const Json transaction = {{"chainId", "1"},
                                  {"to", "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"},
                                  {"value", "5"},
                                  {"nonce", std::to_string(nonce)},
                                  {"gasLimit", "21000"},
                                  {"maxFeePerGas", "2000000000"},
                                  {"maxPriorityFeePerGas", "1"}};
        const Json job = {
            {"wallet", "w-1"}, {"kind", "evm.transaction"}, {"payload", {{"transaction", transaction}}}};
        const auto outcome = run({u"jobs"_s, u"submit"_s, u"-"_s}, QByteArray::fromStdString(dumpJson(job)));
        return outcome.exitCode == 0 ? QString::fromStdString(outcome.json().at("id").get<std::string>())
                                     : QString();
    }
    Json explained(const QString& job) const { return run({u"jobs"_s, u"explain"_s, job}).json(); }
    int import(const QByteArray& lists) const
    {
        return run({u"addresses"_s, u"import"_s, u"-"_s},
                   "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045,eip155:1,Shop,," + lists + "\n")
            .exitCode;
    }
    void edit(const std::string& sql) const
    {
        rawDatabase((m_cli.profile() + u"/profile.sqlite"_s).toStdString()).exec(sql);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_cli = CliProcess(m_folder->filePath(u"profile"_s), m_folder->filePath(u"passphrase"_s));
        writePrivateFile(m_cli.passphraseFile(), "correct horse\n");
        writePrivateFile(m_folder->filePath(u"token"_s), "relay token\n");
        const auto made = run({u"init"_s, u"--relay"_s, u"https://127.0.0.1:1"_s, u"--inbox"_s, u"main"_s,
                               u"--environment"_s, u"env-1"_s, u"--relay-token-file"_s,
                               m_folder->filePath(u"token"_s), u"--keychain"_s, u"none"_s});
        QVERIFY2(made.exitCode == 0, made.errors.constData());
        QVERIFY(m_cli.makeCheapToOpen());
        edit(
            "INSERT INTO wallet (wallet_id, chain, address, address_bytes, status, health, received_at, "
            "last_event_at, last_event) VALUES ('w-1', 'EVM', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', "
            "x'70997970C51812dc3A010C7d01b50e0d17dc79C8', 'active', 'ok', 1, 1, "
            "'wallet.delegation.created')");
    }

    void tellsWhatTheProfileKnows()
    {
        const QString job = submitted(7);
        QVERIFY(!job.isEmpty());
        const Json unknown = explained(job);
        QCOMPARE(unknown.at("understood"), Json(true));
        QCOMPARE(localOf(unknown, "recipient.neverUsed").at("severity"), Json("warning"));
        QVERIFY(localOf(unknown, "recipient.known").is_null());

        QCOMPARE(import("block"), 0);
        const Json known = explained(job);
        QCOMPARE(known.at("local").at(0).at("id"), Json("recipient.blocked"));
        QCOMPARE(known.at("local").at(0).at("severity"), Json("critical"));
        QCOMPARE(localOf(known, "recipient.known").at("severity"), Json("info"));
        // Two desks that know different things see the same job.
        QCOMPARE(known.at("explanation"), unknown.at("explanation"));
        QCOMPARE(known.at("explanation"), Json(meaning::explanationHash(known)));
        QCOMPARE(known.at("findings"), unknown.at("findings"));
    }

    void tellsHowItRelatesToOtherJobs()
    {
        const QString first = submitted(7);
        QCOMPARE(explained(first).at("local").size(), 1U);
        edit("UPDATE job SET signature = x'01', state = 'signed', state_at = " +
             std::to_string(QDateTime::currentMSecsSinceEpoch()));
        QCOMPARE(localOf(explained(submitted(8)), "job.duplicate").at("severity"), Json("critical"));
        const QString same = submitted(9);
        QVERIFY(!same.isEmpty());
        // The document stays what it was, whatever the row says.
        edit("UPDATE job SET document = x'7b7d' WHERE job_id = '" + first.toStdString() + "'");
        QCOMPARE(localOf(explained(same), "job.duplicate").at("severity"), Json("error"));
    }

    void aForeignChangeOfTheBookIsNoSilence()
    {
        QCOMPARE(import("block"), 0);
        edit("UPDATE address_entry SET lists = ''");
        const Json doubted = explained(submitted(7));
        QCOMPARE(localOf(doubted, "recipient.blocked").at("severity"), Json("error"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    CliProcess m_cli{QString(), QString()};
};

COUNTERSIGN_GUILESS_TEST(JobsExplainTest)
#include "JobsExplain_test.moc"
