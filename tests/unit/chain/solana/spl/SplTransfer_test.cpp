#include "core/chain/solana/spl/SplTransfer.h"

#include "core/crypto/primitives/Ed25519.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

using namespace countersign;

namespace {

SolanaAddress walletNumber(std::uint8_t number)
{
    const Bytes seed(ed25519::seedBytes, number);
    return *ed25519::publicKey(SecretBytes::copyOf(asText(seed)));
}

}  // namespace

/// What the chain makes of the messages is shown by the oracle test and by LiteSVM.
class SplTransferTest : public QObject
{
    Q_OBJECT

    SplTransfer m_transfer{
        walletNumber(1), walletNumber(2), walletNumber(3), SplProgram::Token, 0x0102030405060708, 6, false};

    QString refusal(const SolanaAddress& recipient) const
    {
        SplTransfer transfer = m_transfer;
        transfer.recipient = recipient;
        const auto message = solana::splTransferMessage(transfer);
        const Status checked = solana::checkSplRecipient(transfer.wallet, transfer.mint, transfer.recipient);
        if (message || checked || message.error() != checked.error()) {
            return {};
        }
        return checked.error().sentence;
    }

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void movesBetweenAssociatedAccounts()
    {
        const auto message = *solana::splTransferMessage(m_transfer);
        const SolanaAddress from =
            *solana::associatedTokenAccount(m_transfer.wallet, SplProgram::Token, m_transfer.mint);
        const SolanaAddress to =
            *solana::associatedTokenAccount(m_transfer.recipient, SplProgram::Token, m_transfer.mint);
        const std::vector<SolanaAddress> keys = {m_transfer.wallet, from, to, solana::tokenProgram(),
                                                 m_transfer.mint};
        QVERIFY(message.accountKeys == keys);
        QCOMPARE(int(message.requiredSignatures), 1);
        QCOMPARE(int(message.readonlySigned), 0);
        QCOMPARE(int(message.readonlyUnsigned), 2);
        const std::vector<SolanaInstruction> instructions = {
            {3, {1, 4, 2, 0}, {12, 8, 7, 6, 5, 4, 3, 2, 1, 6}}};
        QVERIFY(message.instructions == instructions);
        QVERIFY(message.recentBlockhash == (std::array<std::uint8_t, 32>{}));
    }

    void createsTheAccountFirst()
    {
        SplTransfer transfer = m_transfer;
        transfer.createsAccount = true;
        transfer.program = SplProgram::Token2022;
        const auto message = *solana::splTransferMessage(transfer);
        const SolanaAddress from =
            *solana::associatedTokenAccount(transfer.wallet, SplProgram::Token2022, transfer.mint);
        const SolanaAddress to =
            *solana::associatedTokenAccount(transfer.recipient, SplProgram::Token2022, transfer.mint);
        const std::vector<SolanaAddress> keys = {transfer.wallet,
                                                 to,
                                                 from,
                                                 solana::associatedTokenProgram(),
                                                 transfer.recipient,
                                                 transfer.mint,
                                                 SolanaAddress{},
                                                 solana::token2022Program()};
        QVERIFY(message.accountKeys == keys);
        QCOMPARE(int(message.readonlyUnsigned), 5);
        const std::vector<SolanaInstruction> instructions = {
            {3, {0, 1, 4, 5, 6, 7}, {1}}, {7, {2, 5, 1, 0}, {12, 8, 7, 6, 5, 4, 3, 2, 1, 6}}};
        QVERIFY(message.instructions == instructions);
    }

    void refusesRecipients()
    {
        QVERIFY(refusal(walletNumber(1)).contains(QStringLiteral("wallet itself")));
        QVERIFY(refusal(walletNumber(3)).contains(QStringLiteral("mint")));
        QVERIFY(refusal(solana::tokenProgram()).contains(QStringLiteral("program")));
        QVERIFY(refusal(solana::token2022Program()).contains(QStringLiteral("program")));
        QVERIFY(refusal(solana::associatedTokenProgram()).contains(QStringLiteral("program")));
        const SolanaAddress account =
            *solana::associatedTokenAccount(walletNumber(2), SplProgram::Token, walletNumber(3));
        QVERIFY(refusal(account).contains(QStringLiteral("has no key")));
        // The System program's address lies on the curve, in a subgroup that no key has.
        QVERIFY(ed25519::isOnCurve(SolanaAddress{}));
        QVERIFY(refusal(SolanaAddress{}).contains(QStringLiteral("No wallet")));
        QVERIFY(refusal(SolanaAddress{1}).contains(QStringLiteral("No wallet")));
    }

    void refusesNothing()
    {
        SplTransfer transfer = m_transfer;
        transfer.amount = 0;
        QCOMPARE(solana::splTransferMessage(transfer).error().code, ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_GUILESS_TEST(SplTransferTest)
#include "SplTransfer_test.moc"
