#include "tests/integration/cli/Desk.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QTest>
#include <QThread>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// `revoke` and `revocations` over real processes (design.md §9): the sandbox plays Dynamic, with its faults.
class RevocationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_desk.start(u"first"_s), qPrintable(m_desk.why()));
        QCOMPARE(m_desk.delegate("EVM", 90).size(), 90U);
        QCOMPARE(m_desk.delegate("SVM", 4).size(), 4U);
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 94; }), qPrintable(m_desk.why()));
        for (const Json& wallet : m_desk.wallets()) {
            auto& list = wallet.at("chain") == Json("EVM") ? m_evm : m_solana;
            list.push_back(wallet.at("walletId").get<std::string>());
        }
    }

    void cleanup() { setFault("null", 1); }

    void dryRunTellsAndDoesNothing()
    {
        const auto outcome = revoke({next()}, {u"--dry-run"_s});
        QCOMPARE(outcome.exitCode, 0);
        const Json json = outcome.json();
        QVERIFY(json.at("dryRun") == Json(true) && !json.contains("id"));
        QVERIFY(json.at("wallets").at(0).at("material") == Json("kept"));
        QVERIFY(list() == Json::array());
        m_used = 0;
    }

    void refusesWhatIsNoRequest()
    {
        const QString wallet = QString::fromStdString(m_evm.at(0));
        QCOMPARE(m_desk.cli().inProfile({u"revoke"_s, wallet}).exitCode, 2);  // no reason
        QCOMPARE(m_desk.cli().inProfile({u"revoke"_s, u"--reason"_s, u"x"_s}).exitCode, 2);
        QCOMPARE(m_desk.cli().inProfile({u"revoke"_s, wallet, u"--all"_s, u"--reason"_s, u"x"_s}).exitCode,
                 2);
        QCOMPARE(m_desk.cli().inProfile({u"revoke"_s, wallet, u"--reason"_s, u" "_s}).exitCode, 2);
        QCOMPARE(m_desk.cli().inProfile({u"revoke"_s, u"nobody"_s, u"--reason"_s, u"x"_s}).exitCode, 3);
        QCOMPARE(m_desk.cli().inProfile({u"revocations"_s, u"show"_s, u"nothing"_s}).exitCode, 3);
        QVERIFY(list() == Json::array());
    }

    void endsOneAndProvesIt()
    {
        const std::string id = next();
        const auto outcome = revoke({id});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const Json json = outcome.json();
        QVERIFY(json.at("done") == Json(true) && json.at("reason") == Json("a test"));
        const Json expected = {
            {"walletId", id}, {"atDynamic", "revoked"}, {"material", "destroyed"}, {"jobsStopped", 0}};
        QVERIFY(json.at("wallets") == Json::array({expected}));
        QVERIFY(m_desk.wallet(id).at("status") == Json("revoked"));
        QVERIFY(m_desk.wallet(id).at("health") == Json("revoked-here"));
        QVERIFY(isRevokedAtDynamic(id));
        // The webhook that follows changes nothing.
        QVERIFY2(m_desk.syncUntil([&] { return eventsOf(id) == 2; }), qPrintable(m_desk.why()));
        QVERIFY(m_desk.wallet(id).at("health") == Json("revoked-here"));
        // Once more: nothing is sent, and it is no failure.
        const auto again = revoke({id});
        QCOMPARE(again.exitCode, 0);
        QVERIFY(again.json().at("wallets").at(0).at("atDynamic") == Json("revoked"));
        QCOMPARE(list().size(), 1U);

        const QString revocation = QString::fromStdString(json.at("id").get<std::string>());
        const QString file = m_desk.path(u"proof.json"_s);
        QCOMPARE(
            m_desk.cli().inProfile({u"revocations"_s, u"proof"_s, revocation, u"--output"_s, file}).exitCode,
            0);
        const QString key = QString::fromStdString(
            m_desk.cli().inProfile({u"desk"_s, u"key"_s}).json().at("publicKey").get<std::string>());
        const auto checked = CliProcess::run({u"revocations"_s, u"verify"_s, file, u"--desk-key"_s, key});
        QVERIFY2(checked.exitCode == 0, checked.errors.constData());
        QVERIFY(checked.json().at("valid") == Json(true));
        QVERIFY(checked.json().at("wallets").at(0).at("httpStatus") == Json(204));
        QString other = key;
        other.back() = key.back() == u'0' ? u'1' : u'0';
        const auto foreign = CliProcess::run({u"revocations"_s, u"verify"_s, file, u"--desk-key"_s, other});
        QCOMPARE(foreign.exitCode, 3);
        QVERIFY(foreign.json() == (Json{{"valid", false}}));
    }

    void aShareSetAlone()
    {
        const std::string id = next();
        const std::string set = m_desk.wallet(id).at("delegations").at(0).at("shareSetId").get<std::string>();
        const QStringList only = {u"--share-set"_s, QString::fromStdString(set)};
        const Json planned = revoke({id}, only + QStringList{u"--dry-run"_s}).json();
        QVERIFY(planned.at("wallets").at(0).at("call") == Json("share-set"));
        const auto outcome = revoke({id}, only);
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        QVERIFY(outcome.json().at("wallets").at(0).at("onlyShareSet") == Json(set));
        QVERIFY(m_desk.wallet(id).at("status") == Json("revoked"));
        QCOMPARE(revoke({id}, {u"--share-set"_s, u"another"_s}).exitCode, 3);
    }

    void afterwardsSigningIsRefused()
    {
        const std::string id = next();
        const auto outcome = revoke({id}, {u"--check"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const Json check = outcome.json().at("wallets").at(0).at("check");
        QVERIFY2(check.at("signing") == Json("refused"), dumpJson(check).c_str());
        const QString revocation = QString::fromStdString(outcome.json().at("id").get<std::string>());
        const auto page =
            m_desk.cli().inProfile({u"revocations"_s, u"proof"_s, revocation, u"--format"_s, u"html"_s});
        QCOMPARE(page.exitCode, 0);
        QVERIFY(page.output.startsWith("<!doctype html>"));
        QVERIFY(page.output.contains("Signing is refused") && page.output.contains(id.c_str()));
        QCOMPARE(m_desk.cli()
                     .inProfile({u"revocations"_s, u"proof"_s, revocation, u"--format"_s, u"pdf"_s})
                     .exitCode,
                 2);
        QCOMPARE(m_desk.cli()
                     .inProfile({u"revocations"_s, u"release"_s, revocation, QString::fromStdString(id)})
                     .exitCode,
                 3);
    }

    void anAddressNamesItsWallet()
    {
        const std::string id = next();
        const std::string address = m_desk.wallet(id).at("address").get<std::string>();
        const auto outcome = revoke({address});
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(outcome.json().at("wallets").at(0).at("walletId") == Json(id));
    }

    void faultsOfOneCall_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("atDynamic");
        QTest::newRow("401") << QByteArray("http-401") << 3 << QByteArray("refused");
        QTest::newRow("403") << QByteArray("http-403") << 3 << QByteArray("refused");
        QTest::newRow("404") << QByteArray("http-404") << 0 << QByteArray("absent");
        QTest::newRow("422") << QByteArray("http-422") << 3 << QByteArray("refused");
        QTest::newRow("429") << QByteArray("http-429") << 1 << QByteArray("pending");
        QTest::newRow("500") << QByteArray("http-500") << 1 << QByteArray("pending");
        QTest::newRow("cut") << QByteArray("drop") << 1 << QByteArray("pending");
        QTest::newRow("lost answer") << QByteArray("lost-answer") << 1 << QByteArray("pending");
        QTest::newRow("slow") << QByteArray("delay") << 0 << QByteArray("revoked");
    }
    void faultsOfOneCall()
    {
        QFETCH(QByteArray, fault);
        QFETCH(int, exitCode);
        QFETCH(QByteArray, atDynamic);
        const std::string id = next();
        setFault('"' + fault + '"', 1);
        const auto outcome = revoke({id});
        QVERIFY2(outcome.exitCode == exitCode, outcome.errors.constData());
        const Json wallet = outcome.json().at("wallets").at(0);
        QCOMPARE(QByteArray::fromStdString(wallet.at("atDynamic").get<std::string>()), atDynamic);
        const bool isOver = atDynamic == "revoked" || atDynamic == "absent";
        QVERIFY(wallet.at("material") == Json(isOver ? "destroyed" : "kept"));
        QCOMPARE(wallet.contains("detail"), !(atDynamic == "revoked"));
        QVERIFY(outcome.json().at("done") == Json(atDynamic != "pending"));
        if (atDynamic == "pending") {
            QThread::msleep(1100);  // the Retry-After of the 429
            const auto resumed = m_desk.cli().inProfile({u"revocations"_s, u"resume"_s});
            QVERIFY2(resumed.exitCode == 0, resumed.errors.constData());
            const Json after = m_desk.wallet(id);
            QVERIFY(after.at("status") == Json("revoked"));
            QVERIFY(isRevokedAtDynamic(id));
        }
        if (atDynamic == "refused") {
            QVERIFY(m_desk.wallet(id).at("status") == Json("active"));
            QVERIFY(m_desk.cli().inProfile({u"revocations"_s, u"resume"_s}).json() == Json::array());
            QCOMPARE(revoke({id}).exitCode, 0);  // anew
        }
    }

    void faultsOfTheBulkCall_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<int>("exitCode");
        for (const char* fault : {"http-401", "http-403"}) {
            QTest::newRow(fault) << QByteArray(fault) << 3;
        }
        for (const char* fault : {"http-429", "http-500", "drop", "lost-answer", "leave-out", "not-json"}) {
            QTest::newRow(fault) << QByteArray(fault) << 1;
        }
        for (const char* fault : {"http-404", "http-422", "delay", "only-failed", "says-not-found"}) {
            QTest::newRow(fault) << QByteArray(fault) << 0;  // asked singly where it does not decide
        }
    }
    void faultsOfTheBulkCall()
    {
        QFETCH(QByteArray, fault);
        QFETCH(int, exitCode);
        const std::vector<std::string> ids = {next(), next(), next()};
        setFault('"' + fault + '"', 1);
        const auto outcome = revoke(ids);
        QVERIFY2(outcome.exitCode == exitCode, outcome.errors.constData());
        if (exitCode == 1) {
            QThread::msleep(1100);
            const auto resumed = m_desk.cli().inProfile({u"revocations"_s, u"resume"_s});
            QVERIFY2(resumed.exitCode == 0, resumed.errors.constData());
        }
        if (exitCode == 3) {
            QCOMPARE(revoke(ids).exitCode, 0);
        }
        for (const std::string& id : ids) {
            QVERIFY(m_desk.wallet(id).at("status") == Json("revoked"));
            QVERIFY(isRevokedAtDynamic(id));
        }
    }

    void localFirstWithoutDynamic()
    {
        const std::string id = next();
        m_desk.sandbox().kill();
        const auto outcome = revoke({id}, {u"--local-first"_s});
        QCOMPARE(outcome.exitCode, 1);  // never success on local deletion alone
        const Json wallet = outcome.json().at("wallets").at(0);
        QVERIFY(wallet.at("atDynamic") == Json("pending") && wallet.at("material") == Json("destroyed"));
        const Json delegations = m_desk.wallet(id).at("delegations");
        for (const Json& delegation : delegations) {
            QVERIFY(delegation.at("hasMaterial") == Json(false));
        }
        QVERIFY2(m_desk.startSandbox(), qPrintable(m_desk.why()));
        QCOMPARE(m_desk.cli()
                     .inProfile({u"settings"_s, u"set"_s, u"api.base"_s,
                                 QString::fromStdString(m_desk.sandbox().value("url"))})
                     .exitCode,
                 0);
        const auto resumed = m_desk.cli().inProfile({u"revocations"_s, u"resume"_s});
        QVERIFY2(resumed.exitCode == 0, resumed.errors.constData());
        QVERIFY(isRevokedAtDynamic(id));
        QVERIFY(list().at(0).at("done") == Json(true));
    }

    void theUserMayBeFirst()
    {
        const std::string id = next();
        QVERIFY(m_desk.revoke(id));
        const auto outcome = revoke({id});  // before its webhook is read
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(outcome.json().at("wallets").at(0).at("atDynamic") == Json("absent"));
        QVERIFY2(m_desk.syncUntil([&] { return eventsOf(id) == 2; }), qPrintable(m_desk.why()));
        QVERIFY(m_desk.wallet(id).at("status") == Json("revoked"));
    }

    void aNewDelegationIsANewLife()
    {
        const std::string id = next();
        QCOMPARE(revoke({id}).exitCode, 0);
        QVERIFY(m_desk.delegateAgain(id, "EVM"));
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallet(id).at("status") == Json("active"); }),
                 qPrintable(m_desk.why()));
        QCOMPARE(m_desk.wallet(id).at("delegations").size(), 2U);
        QCOMPARE(revoke({id}).exitCode, 0);
    }

    /// kill -9 at whatever it is doing: it goes on, and never says more than happened.
    void killedAnywhereItGoesOn()
    {
        constexpr int kills = 20;
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(m_desk.cli().inProfile({u"revocations"_s, u"list"_s}).exitCode, 0);
        const auto longest = static_cast<int>(timer.elapsed()) * 2 + 50;
        std::vector<std::string> ids;
        for (int i = 0; i < kills; ++i) {
            const std::string id = next();
            ids.push_back(id);
            QStringList words = {u"revoke"_s, QString::fromStdString(id), u"--reason"_s, u"a test"_s};
            if (i % 2 == 1) {
                words << u"--local-first"_s;
            }
            const auto process = m_desk.cli().startInProfile(words);
            QTest::qWait(QRandomGenerator::global()->bounded(longest));
            process->kill();
            process->waitForFinished();
            const Json wallet = m_desk.wallet(id);
            if (wallet.at("health") == Json("revoked-here") && i % 2 == 0) {
                QVERIFY(isRevokedAtDynamic(id));
            }
        }
        const auto resumed = m_desk.cli().inProfile({u"revocations"_s, u"resume"_s});
        QVERIFY2(resumed.exitCode == 0, resumed.errors.constData());
        for (const Json& revocation : list()) {
            QVERIFY(revocation.at("done") == Json(true));
        }
        // Those that were killed before they were written down.
        QCOMPARE(revoke(ids).exitCode, 0);
        for (const std::string& id : ids) {
            QVERIFY(m_desk.wallet(id).at("status") == Json("revoked"));
            QVERIFY(isRevokedAtDynamic(id));
        }
        QVERIFY(m_desk.cli().inProfile({u"audit"_s, u"verify"_s}).json().at("intact") == Json(true));
    }

    void allThatIsLeft()
    {
        const auto outcome = m_desk.cli().inProfile({u"revoke"_s, u"--all"_s, u"--reason"_s, u"the end"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        for (const Json& wallet : m_desk.wallets()) {
            QVERIFY(wallet.at("status") == Json("revoked"));
        }
        const auto again = m_desk.cli().inProfile({u"revoke"_s, u"--all"_s, u"--reason"_s, u"the end"_s});
        QCOMPARE(again.exitCode, 0);
        QVERIFY(again.json().at("wallets") == Json::array());
    }

private:
    std::string next() { return m_evm.at(m_used++); }

    CliProcess::Outcome revoke(const std::vector<std::string>& wallets, const QStringList& options = {})
    {
        QStringList words = {u"revoke"_s};
        for (const std::string& wallet : wallets) {
            words << QString::fromStdString(wallet);
        }
        return m_desk.cli().inProfile(words + QStringList{u"--reason"_s, u"a test"_s} + options);
    }

    Json list() { return m_desk.cli().inProfile({u"revocations"_s, u"list"_s}).json(); }

    void setFault(const QByteArray& fault, int times)
    {
        const auto set =
            m_desk.sandbox().call("PUT", u"/sandbox/faults"_s,
                                  "{\"revoke\":" + fault + ",\"times\":" + QByteArray::number(times) + "}");
        QCOMPARE(set.status, 200);
    }

    bool isRevokedAtDynamic(const std::string& id)
    {
        for (const Json& wallet : m_desk.sandboxWallets()) {
            if (wallet.at("walletId") == Json(id)) {
                return wallet.at("status") == Json("revoked");
            }
        }
        return false;
    }

    int eventsOf(const std::string& id)
    {
        int count = 0;
        for (const Json& event : m_desk.cli().inProfile({u"events"_s, u"list"_s}).json()) {
            count += event.at("walletId") == Json(id) ? 1 : 0;
        }
        return count;
    }

    Desk m_desk;
    std::vector<std::string> m_evm;
    std::vector<std::string> m_solana;
    std::size_t m_used = 0;
};

COUNTERSIGN_GUILESS_TEST(RevocationTest)
#include "Revocation_test.moc"
