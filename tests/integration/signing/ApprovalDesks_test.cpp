#include "tests/integration/signing/EndToEndDesk.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/DatabaseTampering.h"

#include <QProcess>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

// DATA: what the desks' policy says. Each row of the tests below that needs one sets it by "policy set".
constexpr const char* twoApprovals =
    R"({"version": 1, "name": "two", "rules": [{"id": "all", "when": {}, "then": {"approvals": 2}}]})";
constexpr const char* oneApproval =
    R"({"version": 1, "name": "one", "rules": [{"id": "all", "when": {}, "then": {"approvals": 1}}]})";
constexpr const char* noMessages =
    R"({"version": 1, "name": "none", "rules": [{"id": "messages", "when": {"kinds": ["evm.message"]},
        "then": {"block": "Messages are not signed here."}}]})";

}  // namespace

/// Approvals at two desks as processes over one relay, with the sandbox as Dynamic: never a signature without
/// its count.
class ApprovalDesksTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_alice.start(SigningDesk::Chains::Without), qPrintable(m_alice.why()));
        m_bob = m_alice.secondProfile();
        QVERIFY2(m_bob != nullptr, qPrintable(m_alice.why()));
        const QString alice = makeOperator(m_alice.desk().cli(), u"Alice"_s);
        const QString bob = makeOperator(*m_bob, u"Bob"_s);
        QCOMPARE(m_alice.run({u"operators"_s, u"add"_s, u"Bob"_s, u"--public-key"_s, bob}).exitCode, 0);
        QCOMPARE(m_bob->inProfile({u"operators"_s, u"add"_s, u"Alice"_s, u"--public-key"_s, alice}).exitCode,
                 0);
    }

    /// Without a policy who approves is the one, and their word is at the other desk.
    void withoutAPolicyOneIsEnough()
    {
        const std::string job = post("one is enough");
        const auto before = m_alice.ledger().size();
        const auto approved = m_alice.approve(job);
        QVERIFY2(approved.exitCode == 0, approved.errors.constData());
        QCOMPARE(m_alice.ledger().size(), before + 1);
        QVERIFY(syncBob());
        QCOMPARE(approvalsAtBob(job).at(0).at("name"), Json("Alice"));
    }

    void anotherDesksRejectionStopsTheJob()
    {
        const std::string job = post("rejected elsewhere");
        QVERIFY(syncBob());
        const auto before = m_alice.ledger().size();
        QCOMPARE(m_bob
                     ->inProfile({u"jobs"_s, u"endorse"_s, QString::fromStdString(job), u"--reject"_s,
                                  u"--reason"_s, u"wrong supplier"_s})
                     .exitCode,
                 0);
        QVERIFY(syncAlice());
        QCOMPARE(m_alice.approve(job).exitCode, 3);
        QCOMPARE(m_alice.ledger().size(), before);
    }

    void twoApprovalsInEitherOrder()
    {
        QVERIFY(setPolicy(twoApprovals));
        for (const bool aliceFirst : {true, false}) {
            const std::string job = post(aliceFirst ? "alice first" : "bob first");
            QVERIFY(syncBob());
            const auto before = m_alice.ledger().size();
            const auto first = aliceFirst ? m_alice.approve(job) : approveAtBob(job);
            QCOMPARE(first.exitCode, 3);
            QCOMPARE(first.json().at("approvals"), (Json{{"have", 1}, {"need", 2}}));
            QCOMPARE(m_alice.ledger().size(), before);
            // Once more is no second one.
            QCOMPARE((aliceFirst ? m_alice.approve(job) : approveAtBob(job)).exitCode, 3);
            QVERIFY(syncAlice() && syncBob());
            const auto second = aliceFirst ? approveAtBob(job) : m_alice.approve(job);
            QVERIFY2(second.exitCode == 0, second.errors.constData());
            QCOMPARE(m_alice.ledger().size(), before + 1);
        }
    }

    void takenBackIsNotCounted()
    {
        QVERIFY(setPolicy(twoApprovals));
        const std::string job = post("taken back");
        QVERIFY(syncBob());
        QCOMPARE(approveAtBob(job).exitCode, 3);
        QCOMPARE(m_bob->inProfile({u"jobs"_s, u"endorse"_s, QString::fromStdString(job), u"--withdraw"_s})
                     .exitCode,
                 0);
        QVERIFY(syncAlice());
        const auto before = m_alice.ledger().size();
        QCOMPARE(m_alice.approve(job).exitCode, 3);
        // As somebody who writes the profile's file while it is locked: the withdrawal is gone.
        editAlice(
            "DELETE FROM approval_statement WHERE id = (SELECT max(id) FROM approval_statement WHERE "
            "source = 'relay')");
        const auto tampered = m_alice.approve(job);
        QCOMPARE(tampered.exitCode, 3);
        QVERIFY(tampered.errors.contains("record"));
        QCOMPARE(m_alice.ledger().size(), before);
    }

    void whoMadeItDoesNotCount()
    {
        QVERIFY(setPolicy(oneApproval));
        const Json document =
            SigningDesk::document(m_alice.evmWallet(), "evm.message", textMessage("made at Alice's"));
        const QString file = m_alice.desk().path(u"own.json"_s);
        writePrivateFile(file, QByteArray::fromStdString(dumpJson(document)));
        const auto made = m_alice.run({u"jobs"_s, u"submit"_s, file});
        QCOMPARE(made.exitCode, 0);
        const std::string job = textOf(made.json(), "id");
        const auto before = m_alice.ledger().size();
        QCOMPARE(m_alice.approve(job).exitCode, 3);
        QCOMPARE(m_alice.ledger().size(), before);
        // Bob's word about it comes as a file, and is enough.
        QCOMPARE(m_bob->inProfile({u"jobs"_s, u"import"_s, file}).exitCode, 0);
        const QString word = m_alice.desk().path(u"word.json"_s);
        QCOMPARE(m_bob->inProfile({u"jobs"_s, u"endorse"_s, QString::fromStdString(job), u"--output"_s, word})
                     .exitCode,
                 0);
        QCOMPARE(m_alice.run({u"jobs"_s, u"import"_s, word}).exitCode, 0);
        QCOMPARE(m_alice.approve(job).exitCode, 0);
        QCOMPARE(m_alice.ledger().size(), before + 1);
    }

    void whatIsForbiddenIsNotSigned()
    {
        QVERIFY(setPolicy(noMessages));
        const std::string job = post("forbidden");
        const auto before = m_alice.ledger().size();
        const auto refused = m_alice.approve(job);
        QCOMPARE(refused.exitCode, 3);
        QVERIFY(refused.errors.contains("Messages are not signed here."));
        QCOMPARE(m_alice.ledger().size(), before);
    }

    /// Whenever the program ends, there is a signature only with both.
    void killedInBetween()
    {
        QVERIFY(setPolicy(twoApprovals));
        for (const int milliseconds : {50, 150, 400, 900}) {
            const std::string job = post("killed after " + std::to_string(milliseconds));
            const auto before = m_alice.ledger().size();
            const auto program =
                m_alice.desk().cli().startInProfile({u"jobs"_s, u"approve"_s, QString::fromStdString(job)});
            QTest::qWait(milliseconds);
            program->kill();
            program->waitForFinished();
            QCOMPARE(m_alice.approve(job).exitCode, 3);
            QCOMPARE(m_alice.ledger().size(), before);
            QVERIFY(syncBob());
            QCOMPARE(approveAtBob(job).exitCode, 0);
            QCOMPARE(m_alice.ledger().size(), before + 1);
        }
        QVERIFY(m_alice.run({u"audit"_s, u"verify"_s}).json().at("intact") == Json(true));
    }

private:
    static QString makeOperator(const CliProcess& cli, const QString& name)
    {
        return QString::fromStdString(
            textOf(cli.inProfile({u"operators"_s, u"new"_s, name}).json(), "publicKey"));
    }
    std::string post(const std::string& text)
    {
        return m_alice.post(SigningDesk::document(m_alice.evmWallet(), "evm.message", {{"text", text}}));
    }
    bool syncAlice() { return m_alice.run({u"sync"_s, u"--once"_s}).exitCode == 0; }
    bool syncBob() { return m_bob->inProfile({u"sync"_s, u"--once"_s}).exitCode == 0; }
    CliProcess::Outcome approveAtBob(const std::string& job)
    {
        return m_bob->inProfile({u"jobs"_s, u"approve"_s, QString::fromStdString(job)});
    }
    Json approvalsAtBob(const std::string& job)
    {
        return m_bob->inProfile({u"jobs"_s, u"approvals"_s, QString::fromStdString(job)}).json();
    }
    /// At both desks.
    bool setPolicy(const char* document)
    {
        const QString file = m_alice.desk().path(u"policy.json"_s);
        writePrivateFile(file, document);
        const QStringList words = {u"policy"_s, u"set"_s, file};
        return m_alice.run(words).exitCode == 0 && m_bob->inProfile(words).exitCode == 0;
    }
    void editAlice(const std::string& sql)
    {
        rawDatabase((m_alice.desk().cli().profile() + u"/profile.sqlite"_s).toStdString()).exec(sql);
    }

    SigningDesk m_alice;
    std::unique_ptr<CliProcess> m_bob;
};

COUNTERSIGN_GUILESS_TEST(ApprovalDesksTest)
#include "ApprovalDesks_test.moc"
