#include "core/chain/solana/programs/ProgramDecoder.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

#include <random>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::string_view programs[] = {
    "11111111111111111111111111111111",
    "Stake11111111111111111111111111111111111111",
    "Vote111111111111111111111111111111111111111",
    "ComputeBudget111111111111111111111111111111",
    "BPFLoader1111111111111111111111111111111111",
    "BPFLoader2111111111111111111111111111111111",
    "BPFLoaderUpgradeab1e11111111111111111111111",
    "LoaderV411111111111111111111111111111111111",
    "AddressLookupTab1e1111111111111111111111111",
    "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
    "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
    "Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo",
    "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr",
    "Ed25519SigVerify111111111111111111111111111",
    "KeccakSecp256k11111111111111111111111111111",
    "Secp256r1SigVerify1111111111111111111111111",
    "SQDS4ep65T869zMMBKyuUq6aD6EgTu8psMjkvj52pCf",
};

}  // namespace

class ProgramTableTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsItsPrograms()
    {
        for (const std::string_view address : programs) {
            const auto decoded = decodeFor(address, Bytes(3, 0xff), {});
            QVERIFY2(!decoded.program.empty(), address.data());
            QVERIFY2(decoded.isRead() != !decoded.error.empty(), address.data());
        }
    }

    void leavesOtherProgramsUnread()
    {
        const auto decoded = solana::decodeInstruction(addressNumber(5), accounts(2), Bytes{1, 2});
        QVERIFY(decoded.program.empty());
        QVERIFY(!decoded.isRead());
        QVERIFY(!decoded.error.empty());
        QVERIFY(decoded.data == (Bytes{1, 2}));
        QCOMPARE(decoded.accounts.size(), std::size_t{2});
        // One bit from the System program.
        QVERIFY(
            !solana::decodeInstruction(SolanaAddress{1}, accounts(2), Data().u32(2).u64(1).bytes()).isRead());
    }

    void endsAtTheDepth()
    {
        const Bytes data = Data().u32(2).u64(1);
        QVERIFY(solana::decodeInstruction(SolanaAddress{}, accounts(2), data, 3).isRead());
        const auto deep = solana::decodeInstruction(SolanaAddress{}, accounts(2), data, 4);
        QVERIFY(!deep.isRead());
        QVERIFY(QString::fromStdString(deep.error).contains(QStringLiteral("deep")));
    }

    /// Whatever comes, an instruction is either read, with a role or none for every account, or has an error.
    void survivesNoise()
    {
        std::mt19937 random(20260411);  // NOLINT(cert-msc51-cpp,cert-msc32-c)
        for (int round = 0; round < 20000; ++round) {
            Bytes data(random() % 90);
            std::ranges::generate(data,
                                  [&] { return static_cast<std::uint8_t>(random() % 4 ? 0 : random()); });
            if (!data.empty()) {
                data.front() = static_cast<std::uint8_t>(random() % 48);
            }
            const auto decoded =
                decodeFor(programs[random() % std::size(programs)], data, accounts(random() % 9));
            QVERIFY(decoded.isRead() == decoded.error.empty());
            QVERIFY(decoded.isRead() || (decoded.fields.empty() && decoded.inner.empty()));
            QVERIFY(!dumpJson(solana::toJson(decoded)).empty());
        }
    }
};

COUNTERSIGN_APPLESS_TEST(ProgramTableTest)
#include "ProgramTable_test.moc"
