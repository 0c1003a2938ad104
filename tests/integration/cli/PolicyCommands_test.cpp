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

/// `policy check` and `policy try` (design.md §11), the latter over a profile without a keychain.
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

private Q_SLOTS:
    void initTestCase()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_cli = CliProcess(m_folder->filePath(u"profile"_s), m_folder->filePath(u"passphrase"_s));
        writePrivateFile(m_cli.passphraseFile(), "correct horse\n");
        const auto made = m_cli.inProfile({u"init"_s, u"--relay"_s, u"https://127.0.0.1:1"_s, u"--inbox"_s,
                                           u"main"_s, u"--environment"_s, u"env-1"_s, u"--relay-token-file"_s,
                                           file(u"token"_s, "relay token\n"), u"--keychain"_s, u"none"_s});
        QVERIFY2(made.exitCode == 0, made.errors.constData());
        QVERIFY(m_cli.makeCheapToOpen());
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

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    CliProcess m_cli{QString(), QString()};
};

COUNTERSIGN_GUILESS_TEST(PolicyCommandsTest)
#include "PolicyCommands_test.moc"
