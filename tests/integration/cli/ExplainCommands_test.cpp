#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/solana/message/LegacyMessage.h"
#include "core/meaning/ExplanationJson.h"
#include "tests/support/TestProgram.h"
#include "tests/support/processes/CliProcess.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

/// 0.1 ETH on mainnet to a plain account, unsigned.
const QString payment =
    u"0x02ef0107843b9aca0084773594008252089400000000000000000000000000000000000000cc"
    "88016345785d8a000080c0"_s;

Json explained(const QStringList& arguments, const QByteArray& input = {})
{
    const auto outcome = CliProcess::run(arguments, input);
    return outcome.exitCode == 0 ? outcome.json() : Json();
}

bool hasFinding(const Json& explanation, const char* id)
{
    return std::ranges::any_of(explanation.at("findings"),
                               [&](const Json& finding) { return finding.at("id") == id; });
}

}  // namespace

/// The commands `evm explain` and `solana explain` as design.md §10 promises them.
class ExplainCommandsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPaymentIsUnderstood()
    {
        const Json json = explained({u"evm"_s, u"explain"_s, u"--transaction"_s, payment});
        QVERIFY(!json.is_null());
        QCOMPARE(json.at("understood"), Json(true));
        QVERIFY(json.at("intent").get<std::string>().starts_with("Send 0.1 ETH to 0x"));
        QCOMPARE(json.at("effects").at(0).at("direction"), Json("out"));
        QCOMPARE(json.at("effects").at(0).at("amount"), Json("100000000000000000"));
        QCOMPARE(json.at("effects").at(0).at("asset"), Json("eip155:1/slip44:60"));
    }

    /// Anybody can recompute the hash from what is printed.
    void theHashFollowsFromTheOutput()
    {
        const Json json = explained({u"evm"_s, u"explain"_s, u"--transaction"_s, payment});
        QCOMPARE(json.at("explanation"), Json(meaning::explanationHash(json)));
        QCOMPARE(json.at("bytes").get<std::string>().size(), 64U);
    }

    void anotherChainIsAFinding()
    {
        const QStringList command{u"evm"_s, u"explain"_s, u"--transaction"_s, payment, u"--chain"_s};
        QVERIFY(!hasFinding(explained(command + QStringList{u"1"_s}), "evm.chain.mismatch"));
        QVERIFY(hasFinding(explained(command + QStringList{u"10"_s}), "evm.chain.mismatch"));
    }

    /// One byte of calldata is not "no calldata".
    void whatIsUnknownHasNoIntent()
    {
        const Json json =
            explained({u"evm"_s, u"explain"_s, u"--transaction"_s,
                       u"0x02ef0107843b9aca0084773594008252089400000000000000000000000000000000000000cc"
                       "88016345785d8a000000c0"_s});
        QVERIFY(!json.is_null());
        QCOMPARE(json.at("understood"), Json(false));
        QVERIFY(!json.contains("intent"));
        QVERIFY(!json.at("findings").empty());
    }

    void messagesAreReadFromFilesAndStandardInput()
    {
        const Json json = explained({u"evm"_s, u"explain"_s, u"--message"_s, u"-"_s}, "hello");
        QCOMPARE(json.at("understood"), Json(true));
        const Json hash = explained({u"evm"_s, u"explain"_s, u"--message"_s, u"-"_s}, QByteArray(32, 'a'));
        QCOMPARE(hash.at("understood"), Json(false));
        QVERIFY(hasFinding(hash, "message.hash"));
        const Json solana = explained({u"solana"_s, u"explain"_s, u"--message"_s, u"-"_s}, "hello");
        QCOMPARE(solana.at("understood"), Json(true));
    }

    void aSolanaTransferIsUnderstood()
    {
        SolanaAddress from{};
        from.fill(1);
        SolanaAddress to{};
        to.fill(2);
        // System program, transfer (2) of 100,000,000 lamports.
        const SolanaCall transfer{
            {}, {{from, true, true}, {to, false, true}}, *fromHex("0200000000e1f50500000000")};
        const auto message = solana::legacyMessage(from, std::span(&transfer, 1));
        QVERIFY(message.has_value());
        const Json json = explained({u"solana"_s, u"explain"_s, u"--transaction"_s,
                                     QString::fromStdString(toBase64(solana::serialize(*message)))});
        QVERIFY(!json.is_null());
        QCOMPARE(json.at("understood"), Json(true));
        QVERIFY(json.at("intent").get<std::string>().find("0.1 SOL") != std::string::npos);
    }

    void wrongUseIsSaid()
    {
        QCOMPARE(CliProcess::run({u"evm"_s, u"explain"_s}).exitCode, 2);
        QCOMPARE(CliProcess::run({u"evm"_s, u"explain"_s, u"--transaction"_s, u"0x02"_s}).exitCode, 3);
        QCOMPARE(
            CliProcess::run({u"evm"_s, u"explain"_s, u"--transaction"_s, payment, u"--message"_s, u"-"_s})
                .exitCode,
            2);
        QCOMPARE(CliProcess::run(
                     {u"evm"_s, u"explain"_s, u"--transaction"_s, payment, u"--descriptors"_s, u"/nowhere"_s})
                     .exitCode,
                 3);
        QCOMPARE(CliProcess::run({u"evm"_s, u"explain"_s, u"--typed-data"_s, u"-"_s}, "{}").exitCode, 3);
        QCOMPARE(CliProcess::run({u"solana"_s, u"explain"_s, u"--transaction"_s, u"AAAA"_s}).exitCode, 3);
    }
};

COUNTERSIGN_GUILESS_TEST(ExplainCommandsTest)
#include "ExplainCommands_test.moc"
