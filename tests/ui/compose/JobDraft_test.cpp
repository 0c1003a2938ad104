#include "ui/compose/JobDraft.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/solana/spl/SplTransfer.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "core/crypto/keys/Address.h"
#include "core/signing/job/JobContent.h"
#include "core/signing/job/JobDocument.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/SigningFakes.h"
#include "tests/support/fixtures/signing/JobFixture.h"

#include <QTest>

#include <limits>

using namespace countersign;

class JobDraftTest : public QObject
{
    Q_OBJECT

private:
    const QString to = QStringLiteral("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");  // EIP-55's example

    const SolanaAddress m_wallet = testing::SolanaKey().address;
    const SolanaAddress m_mint = testing::SolanaKey().address;
    const SolanaAddress m_recipient = testing::SolanaKey().address;

    static QString text(const SolanaAddress& address) { return QString::fromStdString(toText(address)); }

    /// 20 tokens of 6 decimals; the recipient has an account.
    SplFacts facts() const
    {
        SplFacts facts;
        facts.question = {m_wallet, m_mint, m_recipient};
        facts.mint.program = SplProgram::Token2022;
        facts.mint.decimals = 6;
        facts.balance = 20'000'000;
        return facts;
    }

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

    /// Of every version, with its signatures or without, in base64 or hex.
    void pastedSolanaTransactionsStayAsTheyAre()
    {
        SolanaMessage message;
        message.requiredSignatures = 1;
        message.accountKeys = {SolanaAddress{1}, SolanaAddress{2}};
        message.instructions = {{1, {0}, {7}}};
        for (const std::optional<int> version : {std::optional<int>(), std::optional(0), std::optional(1)}) {
            message.version = version;
            const auto transaction = *solana::parseTransactionOrMessage(solana::serialize(message));
            for (const std::string& pasted :
                 {toBase64(transaction.serialize()), toHexPrefixed(transaction.messageBytes)}) {
                const auto payload = rawSolanaDraft(QString::fromStdString(pasted));
                QVERIFY(payload.has_value());
                QCOMPARE((*payload)["transaction"].get<std::string>(), toBase64(transaction.serialize()));
            }
        }
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

    void tokenQuestionsAreChecked()
    {
        const auto field = [this](const QString& mint, const QString& recipient) {
            const auto question = splQuestion(toText(m_wallet), mint, recipient);
            return question ? DraftField::Reason : question.error().field;
        };
        const QString mint = text(m_mint);
        QCOMPARE(field(mint, text(m_recipient)), DraftField::Reason);
        QVERIFY(*splQuestion(toText(m_wallet), u' ' + mint, text(m_recipient) + u' ') ==
                (SplQuestion{m_wallet, m_mint, m_recipient}));
        QCOMPARE(field(QStringLiteral("USDC"), text(m_recipient)), DraftField::Token);
        QCOMPARE(field({}, text(m_recipient)), DraftField::Token);
        QCOMPARE(field(text(m_wallet), text(m_recipient)), DraftField::Token);
        QCOMPARE(field(mint, to), DraftField::To);
        QCOMPARE(field(mint, mint), DraftField::To);
        QCOMPARE(field(mint, text(m_wallet)), DraftField::To);
        QCOMPARE(field(mint, text(*solana::associatedTokenAccount(m_recipient, SplProgram::Token, m_mint))),
                 DraftField::To);
        QCOMPARE(field(mint, text(SolanaAddress{})), DraftField::To);
        QCOMPARE(splQuestion(to.toStdString(), mint, text(m_recipient)).error().field, DraftField::Wallet);
    }

    void splTransfersAreExact()
    {
        const auto payload = splTransferDraft(facts(), QStringLiteral("12.000001"), false);
        QVERIFY(payload.has_value());
        const auto bytes = fromBase64((*payload)["transaction"].get<std::string>());
        const auto transaction = solana::parseTransaction(*bytes);
        QVERIFY(transaction.has_value());
        QVERIFY(transaction->isBlockhashOpen());
        QCOMPARE(transaction->missingSigners().size(), std::size_t{1});
        const SplTransfer transfer{m_wallet,   m_recipient, m_mint, SplProgram::Token2022,
                                   12'000'001, 6,           false};
        QVERIFY(transaction->message == *solana::splTransferMessage(transfer));
        QVERIFY(readJobContent(JobKind::SolanaTransaction, *payload, m_wallet).has_value());
    }

    void splTransfersCreateOnlyWhatIsMissing()
    {
        const auto instructions = [](const DraftPayload& payload) {
            const auto bytes = fromBase64((*payload)["transaction"].get<std::string>());
            return solana::parseTransaction(*bytes)->message.instructions.size();
        };
        const QString one = QStringLiteral("1");
        SplFacts missing = facts();
        missing.mustCreate = true;
        QCOMPARE(wrongField(splTransferDraft(missing, one, false)), DraftField::Creation);
        QCOMPARE(instructions(splTransferDraft(missing, one, true)), std::size_t{2});
        QCOMPARE(instructions(splTransferDraft(facts(), one, true)), std::size_t{1});
    }

    void splAmountsFollowTheMint()
    {
        const auto field = [](const SplFacts& facts, const char* amount) {
            return wrongField(splTransferDraft(facts, QString::fromLatin1(amount), false));
        };
        SplFacts rich = facts();
        rich.balance = std::numeric_limits<std::uint64_t>::max();
        QCOMPARE(field(rich, "0.0000001"), DraftField::Amount);
        QCOMPARE(field(rich, "0"), DraftField::Amount);
        QCOMPARE(field(rich, "1,5"), DraftField::Amount);
        QCOMPARE(field(rich, "-1"), DraftField::Amount);
        QCOMPARE(field(rich, ""), DraftField::Amount);
        QCOMPARE(field(rich, "18446744073709.551615"), DraftField::Reason);
        QCOMPARE(field(rich, "18446744073709.551616"), DraftField::Amount);
        QCOMPARE(field(facts(), "20"), DraftField::Reason);
        QCOMPARE(field(facts(), "20.000001"), DraftField::Amount);  // more than there is
        rich.mint.decimals = 0;
        QCOMPARE(field(rich, "1.0"), DraftField::Amount);
        QCOMPARE(field(rich, "18446744073709551615"), DraftField::Reason);
        rich.mint.decimals = 255;
        QCOMPARE(field(rich, "1"), DraftField::Amount);
        QCOMPARE(wrongField(splTransferDraft(rich, QStringLiteral("0.") + QString(254, u'0') + u'1', false)),
                 DraftField::Reason);
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

COUNTERSIGN_GUI_TEST(JobDraftTest)
#include "JobDraft_test.moc"
