#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"
#include "tests/support/processes/CliProcess.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

QByteArray hexOf(const SolanaMessage& message)
{
    return QByteArray::fromStdString(toHex(solana::serialize(message)));
}

CliProcess::Outcome decode(const QString& input)
{
    return CliProcess::run({u"solana"_s, u"decode-transaction"_s, input});
}

}  // namespace

/// The commands `solana …` as design.md §7 promises them.
class SolanaCommandsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodesTransactionsOfEveryVersion()
    {
        const Json versions[] = {"legacy", 0, 1};
        std::size_t at = 0;
        for (const SolanaMessage& message :
             {test::plainMessage(), test::lookupMessage(), test::v1Message()}) {
            const auto transaction = *solana::parseTransactionOrMessage(solana::serialize(message));
            const auto whole = decode(QString::fromStdString(toBase64(transaction.serialize())));
            QCOMPARE(whole.exitCode, 0);
            const Json json = whole.json();
            QCOMPARE(json.at("version"), versions[at++]);
            QCOMPARE(json.at("feePayer"), Json(toText(test::addressNumber(1))));
            QCOMPARE(json.at("signers").size(), std::size_t{2});
            QCOMPARE(json.at("instructions").size(), std::size_t{1});
            QCOMPARE(json.contains("config"), message.version == 1);
            const auto bare =
                CliProcess::run({u"solana"_s, u"decode-transaction"_s}, "0x" + hexOf(message) + '\n');
            QCOMPARE(bare.exitCode, 0);
            QCOMPARE(bare.output, whole.output);
        }
    }

    void refusesWhatIsNone()
    {
        for (const QString& wrong : {u""_s, u"0x"_s, u"AA=="_s, u"hello there"_s}) {
            const auto refused = CliProcess::run({u"solana"_s, u"decode-transaction"_s}, wrong.toLatin1());
            QCOMPARE(refused.exitCode, 3);
            QVERIFY(refused.output.isEmpty() && !refused.errors.isEmpty());
        }
    }

    void decodesBatches()
    {
        const QByteArray legacy = hexOf(test::plainMessage());
        const QByteArray version1 = hexOf(test::v1Message());
        const auto outcome = CliProcess::run({u"solana"_s, u"decode-transaction"_s, u"--batch"_s},
                                             legacy + "\n00\n\n" + version1 + '\n');
        QCOMPARE(outcome.exitCode, 0);
        const auto lines = outcome.lines();
        QCOMPARE(lines.size(), std::size_t(4));
        QCOMPARE(lines[0].at("version"), Json("legacy"));
        QVERIFY(lines[1].contains("error") && lines[2].contains("error"));
        QCOMPARE(lines[3].at("version"), Json(1));
    }
};

COUNTERSIGN_GUILESS_TEST(SolanaCommandsTest)
#include "SolanaCommands_test.moc"
