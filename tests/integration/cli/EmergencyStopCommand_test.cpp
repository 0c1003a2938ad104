#include "tests/integration/cli/Desk.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// `freeze` and `emergency-stop` over real processes (design.md §9).
class EmergencyStopCommandTest : public QObject
{
    Q_OBJECT

    CliProcess::Outcome run(const QStringList& words) const { return m_desk.cli().inProfile(words); }
    std::string submitted(const char* text) const
    {
        const QString file = m_desk.path(u"job.json"_s);
        writePrivateFile(file, QByteArray::fromStdString(dumpJson({{"wallet", m_wallets.at(0)},
                                                                   {"kind", "evm.message"},
                                                                   {"payload", {{"text", text}}}})));
        return run({u"jobs"_s, u"submit"_s, file}).json().at("id").get<std::string>();
    }
    CliProcess::Outcome approve(const std::string& job) const
    {
        return run({u"jobs"_s, u"approve"_s, QString::fromStdString(job), u"--engine"_s, u"enclave"_s});
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_desk.start(u"first"_s), qPrintable(m_desk.why()));
        QCOMPARE(m_desk.delegate("EVM", 3).size(), 3U);
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 3; }), qPrintable(m_desk.why()));
        for (const Json& wallet : m_desk.wallets()) {
            m_wallets.push_back(wallet.at("walletId").get<std::string>());
        }
    }

    void nothingIsApprovedWhileItIsFrozen()
    {
        const std::string job = submitted("hello");
        QCOMPARE(run({u"freeze"_s, u"--reason"_s, u"a phone was lost"_s}).exitCode, 0);
        const auto refused = approve(job);
        QCOMPARE(refused.exitCode, 3);
        QVERIFY2(refused.errors.contains("a phone was lost"), refused.errors.constData());
        QCOMPARE(run({u"unfreeze"_s, u"--reason"_s, u"found"_s}).exitCode, 0);
        const auto signedJob = approve(job);
        QVERIFY2(signedJob.exitCode == 0, signedJob.errors.constData());
    }

    void wrongWordsAreUsage()
    {
        const QString wallet = QString::fromStdString(m_wallets.at(0));
        QCOMPARE(run({u"emergency-stop"_s, u"--reason"_s, u"x"_s}).exitCode, 2);
        QCOMPARE(run({u"emergency-stop"_s, wallet}).exitCode, 2);
        QCOMPARE(run({u"emergency-stop"_s, wallet, u"--all"_s, u"--reason"_s, u"x"_s}).exitCode, 2);
        QCOMPARE(run({u"emergency-stop"_s, u"--freeze-only"_s, u"--all"_s, u"--reason"_s, u"x"_s}).exitCode,
                 2);
        QVERIFY(run({u"freeze"_s, u"status"_s}).json().at("frozen") == Json(false));
    }

    void stopsEverythingAndProvesIt()
    {
        const auto named =
            run({u"emergency-stop"_s, QString::fromStdString(m_wallets.at(0)), u"--reason"_s, u"a breach"_s});
        QVERIFY2(named.exitCode == 0, named.errors.constData());
        QVERIFY(named.json().at("done") == Json(true) && named.json().at("wallets").size() == 1);
        QVERIFY(named.json().at("proof").contains("signatures"));
        QVERIFY(named.json().at("frozen").at("reason") == Json("a breach"));

        const QString file = m_desk.path(u"proof.json"_s);
        const auto all =
            run({u"emergency-stop"_s, u"--all"_s, u"--reason"_s, u"a breach"_s, u"--output"_s, file});
        QVERIFY2(all.exitCode == 0, all.errors.constData());
        QCOMPARE(all.json().at("wallets").size(), 2U);
        QVERIFY(all.json().at("milliseconds").contains("revoke"));
        const QString key =
            QString::fromStdString(run({u"desk"_s, u"key"_s}).json().at("publicKey").get<std::string>());
        const auto proof = CliProcess::run({u"revocations"_s, u"verify"_s, file, u"--desk-key"_s, key});
        QCOMPARE(proof.exitCode, 0);
        QVERIFY(proof.json().at("remaining").at("active") == Json(0));
        QVERIFY(run({u"freeze"_s, u"status"_s}).json().at("frozen") == Json(true));
        const auto again = run({u"emergency-stop"_s, u"--all"_s, u"--reason"_s, u"a breach"_s});
        QCOMPARE(again.exitCode, 0);
        QVERIFY(again.json().at("proof").is_null());
    }

    void aProofThatCannotBeWrittenUndoesNothing()
    {
        const auto ids = m_desk.delegate("EVM", 1);
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 4; }), qPrintable(m_desk.why()));
        const auto all = run({u"emergency-stop"_s, u"--all"_s, u"--reason"_s, u"a breach"_s, u"--output"_s,
                              m_desk.path(u"no/such/folder/proof.json"_s)});
        QCOMPARE(all.exitCode, 1);
        QVERIFY(all.json().at("done") == Json(true) && all.json().at("proof").is_null());
        const auto wallets = all.json().at("wallets");
        QVERIFY(wallets.size() == 1 && wallets.at(0).at("atDynamic") == Json("revoked"));
        QVERIFY2(!all.errors.isEmpty(), all.errors.constData());
    }

    void freezesAloneAlthoughAWalletIsUnknown()
    {
        QCOMPARE(run({u"unfreeze"_s, u"--reason"_s, u"over"_s}).exitCode, 0);
        const auto wrong = run({u"emergency-stop"_s, u"nobody"_s, u"--reason"_s, u"again"_s});
        QCOMPARE(wrong.exitCode, 3);
        QVERIFY(run({u"freeze"_s, u"status"_s}).json().at("reason") == Json("again"));
        QCOMPARE(run({u"emergency-stop"_s, u"--freeze-only"_s, u"--reason"_s, u"x"_s}).exitCode, 0);
        QVERIFY(run({u"audit"_s, u"verify"_s}).json().at("intact") == Json(true));
    }

private:
    Desk m_desk;
    std::vector<std::string> m_wallets;
};

COUNTERSIGN_GUILESS_TEST(EmergencyStopCommandTest)
#include "EmergencyStopCommand_test.moc"
