#include "ui/compose/JobDraft.h"

#include "core/base/Base64.h"
#include "core/base/Hex.h"
#include "core/chain/solana/SolanaTransaction.h"
#include "core/crypto/Address.h"
#include "core/signing/JobContent.h"
#include "core/signing/JobDocument.h"
#include "tests/support/JobFixture.h"

#include <QTest>

using namespace countersign;

class JobDraftTest : public QObject
{
    Q_OBJECT

private:
    const QString to = QStringLiteral("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");  // EIP-55's example

    static DraftField wrongField(const DraftPayload& payload)
    {
        return payload ? DraftField::Reason : payload.error().field;
    }

private Q_SLOTS:
    void nativeTransfersAreExact()
    {
        const auto payload = nativeTransferDraft(QStringLiteral("8453"), to, QStringLiteral("0.1"));
        QVERIFY(payload.has_value());
        QCOMPARE(dumpJson(*payload),
                 std::string(
                     R"({"transaction":{"chainId":"8453","to":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",)"
                     R"("value":"100000000000000000"}})"));
        QVERIFY(readJobContent(JobKind::EvmTransaction, *payload, {}).has_value());
    }

    void wrongFieldsAreNamed()
    {
        const QString one = QStringLiteral("1");
        QCOMPARE(wrongField(nativeTransferDraft(QStringLiteral("mainnet"), to, one)), DraftField::ChainId);
        QCOMPARE(wrongField(nativeTransferDraft(QStringLiteral("0"), to, one)), DraftField::ChainId);
        QString misspelt = to;
        misspelt[4] = u'a';  // the checksum no longer fits
        QCOMPARE(wrongField(nativeTransferDraft(one, misspelt, one)), DraftField::To);
        QCOMPARE(wrongField(nativeTransferDraft(one, to, QStringLiteral("1,5"))), DraftField::Amount);
        QCOMPARE(wrongField(nativeTransferDraft(one, to, QStringLiteral("0"))), DraftField::Amount);
        QCOMPARE(wrongField(tokenTransferDraft(one, to, QStringLiteral("78"), to, one)),
                 DraftField::Decimals);
        QCOMPARE(wrongField(tokenTransferDraft(one, to, QStringLiteral("6"), to, one)), DraftField::To);
        QCOMPARE(wrongField(messageDraft({}, false)), DraftField::Message);
        QCOMPARE(wrongField(messageDraft(QStringLiteral("0x123"), true)), DraftField::Message);
        QCOMPARE(wrongField(typedDataDraft(QStringLiteral("{"))), DraftField::TypedData);
        QCOMPARE(wrongField(rawEvmDraft(QStringLiteral("0x02"))), DraftField::Raw);
        QCOMPARE(wrongField(rawSolanaDraft(QStringLiteral("AA=="))), DraftField::Raw);
    }

    void tokenTransfersCallTransfer()
    {
        const QString token = QStringLiteral("0x00000000000000000000000000000000000000aa");
        const auto payload =
            tokenTransferDraft(QStringLiteral("1"), token, QStringLiteral("6"), to, QStringLiteral("12.5"));
        QVERIFY(payload.has_value());
        const Json& transaction = (*payload)["transaction"];
        QCOMPARE(transaction["value"].get<std::string>(), std::string("0"));
        QCOMPARE(transaction["data"].get<std::string>(),
                 std::string("0xa9059cbb0000000000000000000000005aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
                             "0000000000000000000000000000000000000000000000000000000000bebc20"));
    }

    void messagesAreTextOrBytes()
    {
        QCOMPARE(dumpJson(*messageDraft(QStringLiteral("0x12"), false)), std::string(R"({"text":"0x12"})"));
        QCOMPARE(dumpJson(*messageDraft(QStringLiteral("ab CD"), true)), std::string(R"({"hex":"0xabcd"})"));
    }

    void typedDataKeepsItsOrder()
    {
        const QString permit = QString::fromUtf8(testing::permitJson);
        const auto payload = typedDataDraft(permit);
        QVERIFY(payload.has_value());
        QCOMPARE(QString::fromStdString(dumpJson((*payload)["typedData"])), permit);
        QVERIFY(typedDataDigest(permit)->startsWith(QStringLiteral("0x")));
    }

    void solTransfersAreSystemTransfers()
    {
        const std::string from = toText(SolanaAddress{1});
        const std::string payee = toText(SolanaAddress{2});
        const auto payload =
            solTransferDraft(from, QString::fromStdString(payee), QStringLiteral("1.000000001"));
        QVERIFY(payload.has_value());
        const auto bytes = fromBase64((*payload)["transaction"].get<std::string>());
        const auto transaction = solana::parseTransaction(*bytes);
        QVERIFY(transaction.has_value());
        QVERIFY(transaction->isBlockhashOpen());
        QVERIFY(transaction->message.isWritable(1));
        QVERIFY(!transaction->message.isWritable(2));
        const SolanaInstruction& transfer = transaction->message.instructions.front();
        QCOMPARE(toHex(transfer.data), std::string("0200000001ca9a3b00000000"));
        QCOMPARE(wrongField(solTransferDraft(from, QString::fromStdString(from), QStringLiteral("1"))),
                 DraftField::To);
        QCOMPARE(wrongField(solTransferDraft(from, QString::fromStdString(payee),
                                             QStringLiteral("18446744073.709551616"))),
                 DraftField::Amount);
    }

    void documentsAreWhatTheDeskReads()
    {
        const DraftFrame frame{"wallet-1", JobKind::EvmTransaction, true, QStringLiteral("Payout \"7\""),
                               1'770'120'000'000};
        const auto payload = nativeTransferDraft(QStringLiteral("1"), to, QStringLiteral("1"));
        const auto document = parseJobDocument(jobDocument(frame, *payload));
        QVERIFY(document.has_value());
        QCOMPARE(document->wallet, std::string("wallet-1"));
        QVERIFY(document->broadcast);
        QCOMPARE(document->reason, std::string("Payout \"7\""));
        QCOMPARE(document->expiresAt, std::optional<UnixMillis>(1'770'120'000'000));
        const DraftFrame message{"wallet-1", JobKind::EvmMessage, true, {}, 1'770'120'000'000};
        QVERIFY(
            parseJobDocument(jobDocument(message, *messageDraft(QStringLiteral("x"), false))).has_value());
    }
};

QTEST_MAIN(JobDraftTest)
#include "JobDraft_test.moc"
