#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/DatabaseTampering.h"
#include "tests/support/processes/CliProcess.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr const char* walletAddress = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
constexpr const char* shopAddress = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";

QByteArray policyWith(const QByteArray& rules)
{
    return R"({"version":1,"name":"treasury","rules":[)" + rules + "]}";
}

QByteArray payTo(const QByteArray& address)
{
    return R"({"wallet":"w-1","kind":"evm.transaction","payload":{"transaction":{"chainId":1,"to":")" +
           address +
           R"(","value":"5","nonce":0,"gasLimit":21000,"maxFeePerGas":1,"maxPriorityFeePerGas":1}}})";
}

}  // namespace

/// The `policy` commands (design.md §11), over a profile without a keychain.
class PolicyCommandsTest : public QObject
{
    Q_OBJECT

    QString file(const QString& name, const QByteArray& content) const
    {
        const QString path = m_folder->filePath(name);
        writePrivateFile(path, content);
        return path;
    }
    CliProcess::Outcome tryOn(const QByteArray& rules, const QByteArray& document) const
    {
        return m_cli.inProfile({u"policy"_s, u"try"_s, file(u"policy.json"_s, policyWith(rules)),
                                u"--document"_s, file(u"job.json"_s, document)});
    }

    CliProcess desk(const QString& name) const
    {
        CliProcess cli(m_folder->filePath(name), m_folder->filePath(u"passphrase"_s));
        writePrivateFile(cli.passphraseFile(), "correct horse\n");
        const auto made = cli.inProfile({u"init"_s, u"--relay"_s, u"https://127.0.0.1:1"_s, u"--inbox"_s,
                                         u"main"_s, u"--environment"_s, u"env-1"_s, u"--relay-token-file"_s,
                                         file(u"token"_s, "relay token\n"), u"--keychain"_s, u"none"_s});
        if (made.exitCode != 0 || !cli.makeCheapToOpen()) {
            qFatal("no desk: %s", made.errors.constData());
        }
        return cli;
    }
    /// Makes the operator there, registers it here and gives its name.
    void introduce(const CliProcess& there, const QString& name, const CliProcess& here) const
    {
        const auto made = there.inProfile({u"operators"_s, u"new"_s, name});
        QVERIFY2(made.exitCode == 0, made.errors.constData());
        const auto added =
            here.inProfile({u"operators"_s, u"add"_s, name, u"--public-key"_s,
                            QString::fromStdString(made.json()["publicKey"].get<std::string>())});
        QVERIFY2(added.exitCode == 0, added.errors.constData());
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_cli = desk(u"profile"_s);
        rawDatabase((m_cli.profile() + u"/profile.sqlite"_s).toStdString())
            .exec(std::string("INSERT INTO wallet (wallet_id, chain, address, address_bytes, status, health, "
                              "received_at, last_event_at, last_event) VALUES ('w-1', 'EVM', '") +
                  walletAddress + "', x'" + (walletAddress + 2) +
                  "', 'active', 'ok', 1, 1, 'wallet.delegation.created')");
        const QByteArray csv = QByteArray(shopAddress) + ",eip155:1,Shop,,suppliers\n";
        QCOMPARE(m_cli.inProfile({u"addresses"_s, u"import"_s, u"-"_s}, csv).exitCode, 0);
        QCOMPARE(m_cli.inProfile({u"wallets"_s, u"tag"_s, u"w-1"_s, u"hot"_s}).exitCode, 0);
    }

    void checksWithoutAProfile()
    {
        const QByteArray policy = policyWith(R"({"id":"a","when":{},"then":{"approvals":2}})");
        const auto good = CliProcess::run({u"policy"_s, u"check"_s, u"-"_s}, policy);
        QVERIFY2(good.exitCode == 0, good.errors.constData());
        QCOMPARE(good.json()["name"].get<std::string>(), std::string("treasury"));
        QCOMPARE(good.json()["rules"].get<int>(), 1);
        QCOMPARE(good.json()["sha256"].get<std::string>().size(), std::size_t(64));
        const auto bad =
            CliProcess::run({u"policy"_s, u"check"_s, u"-"_s},
                            policyWith(R"({"id":"a","when":{"amout":{}},"then":{"approvals":2}})"));
        QCOMPARE(bad.exitCode, 3);
        QVERIFY2(bad.errors.contains("rules[0].when.amout"), bad.errors.constData());
        QVERIFY(bad.output.isEmpty());
    }

    void saysWhatWouldBeDecided()
    {
        const QByteArray payout =
            R"({"id":"payout","when":{"wallets":["tag:hot"],"recipients":["list:suppliers"],)"
            R"("amount":{"max":"5"}},"then":{"approvals":1}},)"
            R"({"id":"rest","when":{},"then":{"block":"Only suppliers."}})";
        const auto passed = tryOn(payout, payTo(shopAddress));
        QVERIFY2(passed.exitCode == 0, passed.errors.constData());
        QVERIFY(passed.json()["outcome"] == Json("review"));
        QVERIFY(passed.json()["rule"] == Json("payout"));
        const auto blocked = tryOn(payout, payTo(walletAddress));
        QCOMPARE(blocked.exitCode, 3);
        QVERIFY(blocked.json()["outcome"] == Json("block"));
        QVERIFY(blocked.json()["sentence"] == Json("Only suppliers."));
        QCOMPARE(blocked.json()["trace"].size(), std::size_t(2));
    }

    void theBuiltInPolicyHasNoRule()
    {
        const auto decided = tryOn("", payTo(shopAddress));
        QCOMPARE(decided.exitCode, 0);
        QVERIFY(decided.json()["rule"].is_null());
        QVERIFY(decided.json()["approvals"] == Json(1));
    }

    void refusesWhatIsNoJob()
    {
        QCOMPARE(tryOn("", "{}").exitCode, 3);
        QCOMPARE(tryOn("", R"({"wallet":"nobody","kind":"evm.message","payload":{"text":"a"}})").exitCode, 3);
        QCOMPARE(tryOn("1", payTo(shopAddress)).exitCode, 3);
    }

    void setsAndShowsTheBytes()
    {
        const auto none = m_cli.inProfile({u"policy"_s, u"show"_s});
        QCOMPARE(none.exitCode, 0);
        QVERIFY(none.json()["policy"].is_null());
        QCOMPARE(none.json()["builtIn"].get<std::string>().size(), std::size_t(64));
        const QByteArray text = " " + policyWith(R"({"id":"a","when":{},"then":{"approvals":2}})") + "\n";
        const auto set = m_cli.inProfile({u"policy"_s, u"set"_s, file(u"policy.json"_s, text)});
        QVERIFY2(set.exitCode == 0, set.errors.constData());
        QVERIFY(set.json()["name"] == Json("treasury"));
        QVERIFY(set.json()["rules"] == Json(1));
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"show"_s}).output, text);
        // As a whole or not at all.
        const auto refused =
            m_cli.inProfile({u"policy"_s, u"set"_s, u"-"_s},
                            policyWith(R"({"id":"a","when":{"amout":{}},"then":{"approvals":2}})"));
        QCOMPARE(refused.exitCode, 3);
        QVERIFY2(refused.errors.contains("rules[0].when.amout"), refused.errors.constData());
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"show"_s}).output, text);
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"set"_s}).exitCode, 2);
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"set"_s, u"--clear"_s, u"-"_s}).exitCode, 2);
        const auto cleared = m_cli.inProfile({u"policy"_s, u"set"_s, u"--clear"_s});
        QCOMPARE(cleared.exitCode, 0);
        QVERIFY(cleared.json() == none.json());
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"set"_s, u"--clear"_s}).exitCode, 3);
        // What decided once is found by its hash.
        const auto history = m_cli.inProfile({u"policy"_s, u"show"_s, u"--history"_s});
        QCOMPARE(history.json().size(), std::size_t(1));
        QVERIFY(history.json()[0]["endedAt"].is_string());
        const QString hash = QString::fromStdString(history.json()[0]["sha256"].get<std::string>());
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"show"_s, u"--sha256"_s, hash}).output, text);
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"show"_s, u"--sha256"_s, u"00"_s}).exitCode, 3);
    }

    void whatSomebodyElseWroteIsShownAndRefused()
    {
        const QByteArray text = policyWith(R"({"id":"a","when":{},"then":{"block":"No."}})");
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"set"_s, u"-"_s}, text).exitCode, 0);
        rawDatabase((m_cli.profile() + u"/profile.sqlite"_s).toStdString())
            .exec("UPDATE policy SET set_at = 1 WHERE ended_at IS NULL");
        const auto shown = m_cli.inProfile({u"policy"_s, u"show"_s});
        QCOMPARE(shown.exitCode, 3);
        QCOMPARE(shown.output, text);
        QVERIFY2(shown.errors.contains("policy"), shown.errors.constData());
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"set"_s, u"--clear"_s}).exitCode, 3);
        QCOMPARE(m_cli.inProfile({u"settings"_s, u"seal"_s, u"--reason"_s, u"seen"_s}).exitCode, 0);
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"show"_s}).exitCode, 0);
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"set"_s, u"--clear"_s}).exitCode, 0);
    }

    void triesStoredJobsAndTheHistory()
    {
        const auto made =
            m_cli.inProfile({u"jobs"_s, u"submit"_s, file(u"stored.json"_s, payTo(shopAddress))});
        QVERIFY2(made.exitCode == 0, made.errors.constData());
        const QString id = QString::fromStdString(made.json()["id"].get<std::string>());
        const QString policy =
            file(u"policy.json"_s,
                 policyWith(R"({"id":"a","when":{"amount":{"max":"5"}},"then":{"block":"No."}})"));
        const auto one = m_cli.inProfile({u"policy"_s, u"try"_s, policy, u"--job"_s, id.left(12)});
        QVERIFY2(one.exitCode == 3, one.errors.constData());
        QVERIFY(one.json()["rule"] == Json("a"));
        // It has not ended yet.
        const auto empty = m_cli.inProfile({u"policy"_s, u"try"_s, policy, u"--history"_s});
        QCOMPARE(empty.exitCode, 0);
        QVERIFY(empty.output.isEmpty());
        QVERIFY2(empty.errors.contains("Of 0 jobs"), empty.errors.constData());
        QCOMPARE(m_cli.inProfile({u"jobs"_s, u"reject"_s, id, u"--reason"_s, u"no"_s}).exitCode, 0);
        const auto history = m_cli.inProfile({u"policy"_s, u"try"_s, policy, u"--history"_s});
        QVERIFY2(history.exitCode == 0, history.errors.constData());
        QVERIFY2(history.errors.contains("Of 1 jobs, 1 would have been blocked"), history.errors.constData());
        QVERIFY(history.json()["jobId"] == Json(id.toStdString()));
        QVERIFY(history.json()["had"] == Json("rejected"));
        QVERIFY(history.json()["outcome"] == Json("block"));
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"try"_s, policy}).exitCode, 2);
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"try"_s, policy, u"--history"_s, u"--job"_s, id}).exitCode,
                 2);
        QCOMPARE(m_cli.inProfile({u"policy"_s, u"try"_s, policy, u"--job"_s, u"00000000"_s}).exitCode, 3);
    }

    /// Two desks without a network: the file goes from hand to hand.
    void aChangeNeedsTheOtherOperator()
    {
        const CliProcess first = desk(u"first"_s);
        const CliProcess second = desk(u"second"_s);
        introduce(first, u"Alice"_s, second);
        introduce(second, u"Bob"_s, first);
        const QString strict =
            file(u"strict.json"_s, R"({"version":1,"name":"strict","rules":[],"changes":{"approvals":2}})");
        const QString lax = file(u"lax.json"_s, policyWith({}));
        const QString statement = m_folder->filePath(u"statement.json"_s);
        // Nothing asks for it yet.
        QCOMPARE(second.inProfile({u"policy"_s, u"endorse"_s, lax, u"--output"_s, statement}).exitCode, 3);
        for (const CliProcess* one : {&first, &second}) {
            const auto set = one->inProfile({u"policy"_s, u"set"_s, strict});
            QVERIFY2(set.exitCode == 0, set.errors.constData());
        }
        const auto alone = first.inProfile({u"policy"_s, u"set"_s, lax});
        QCOMPARE(alone.exitCode, 3);
        QVERIFY(alone.json()["approvals"] == Json({{"have", 1}, {"need", 2}}));
        QVERIFY(alone.json()["statements"][0]["name"] == Json("Alice"));
        QCOMPARE(first.inProfile({u"policy"_s, u"set"_s, u"--clear"_s}).exitCode, 3);
        const auto endorsed = second.inProfile({u"policy"_s, u"endorse"_s, lax, u"--output"_s, statement});
        QVERIFY2(endorsed.exitCode == 0, endorsed.errors.constData());
        // It is about this change and no other.
        const auto other =
            first.inProfile({u"policy"_s, u"set"_s, u"--clear"_s, u"--statement"_s, statement});
        QCOMPARE(other.exitCode, 3);
        QVERIFY(other.json()["statements"][0]["why"] == Json("another policy"));
        QFile written(statement);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QByteArray forged = written.readAll();
        forged.replace("\"sig\":\"", "\"sig\":\"AAAA").replace("==\"", "\"");
        QCOMPARE(
            first.inProfile({u"policy"_s, u"set"_s, lax, u"--statement"_s, file(u"forged.json"_s, forged)})
                .exitCode,
            3);
        const auto done = first.inProfile({u"policy"_s, u"set"_s, lax, u"--statement"_s, statement});
        QVERIFY2(done.exitCode == 0, done.errors.constData());
        QVERIFY(done.json()["name"] == Json("treasury"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    CliProcess m_cli{QString(), QString()};
};

COUNTERSIGN_GUILESS_TEST(PolicyCommandsTest)
#include "PolicyCommands_test.moc"
