#include "core/chain/solana/programs/squads/SquadsMessage.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::size_t firstInstruction = 4 + 3 * 32 + 1;

/// The vault (8, signs and writes) sends lamports to 9 by the System program (0).
Bytes squadsTransferMessage()
{
    Data message;
    message.add({1, 1, 1, 3}).address(8).address(9).address(0);
    return message.add({1, 2, 2, 0, 1}).u16(12).u32(2).u64(5).u8(0);
}

}  // namespace

class SquadsMessageTest : public QObject
{
    Q_OBJECT

    static bool opens(const Bytes& message) { return solana::parseSquadsMessage(message).has_value(); }

private Q_SLOTS:
    void readsMessages()
    {
        const auto message = *solana::parseSquadsMessage(squadsTransferMessage());
        QCOMPARE(message.accountCount(), std::size_t{3});
        QVERIFY(message.isSigner(0) && message.isWritable(0));
        QVERIFY(!message.isSigner(1) && message.isWritable(1));
        QVERIFY(!message.isSigner(2) && !message.isWritable(2));
        QVERIFY(message.addressOf(1) == std::optional(addressNumber(9)));
        QVERIFY(!message.addressOf(3));
        const auto decoded = solana::decodeInstructions(message, 1);
        QCOMPARE(decoded.size(), std::size_t{1});
        QCOMPARE(summary(decoded[0]), std::string(R"(transfer(from to) {"lamports":"5"})"));
    }

    void refusesOddMessages()
    {
        const Bytes good = squadsTransferMessage();
        for (std::size_t length = 0; length < good.size(); ++length) {
            QVERIFY(!opens({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)}));
        }
        const auto changed = [&](std::size_t at, std::uint8_t value) {
            Bytes message = good;
            message.at(at) = value;
            return message;
        };
        QVERIFY(opens(good));
        QVERIFY(!opens(changed(0, 4)));                       // more signers than keys
        QVERIFY(!opens(changed(1, 2)));                       // more that write than sign
        QVERIFY(!opens(changed(2, 3)));                       // more others that write than there are
        QVERIFY(!opens(changed(firstInstruction, 3)));        // a program that is not there
        QVERIFY(!opens(changed(firstInstruction + 2, 200)));  // an account that is not there
        Bytes longer = good;
        longer.push_back(0);
        QVERIFY(!opens(longer));
    }

    void readsTheEmptyMessage()
    {
        QVERIFY(solana::parseSquadsMessage(Bytes(6, 0))->instructions.empty());
        QVERIFY(!opens(Bytes(5, 0)));
    }

    /// One key that reads; two tables load what writes (1, 2) and what reads (3): first all that writes. The
    /// first instruction's program is a loaded account.
    void keepsLookups()
    {
        Data bytes;
        bytes.add({0, 0, 0, 1}).address(0).u8(2);
        bytes.add({2, 2, 1, 2}).u16(0);
        bytes.add({0, 3, 1, 2, 3}).u16(12).u32(2).u64(5);
        bytes.u8(2).address(9).add({1, 33, 1, 44}).address(7).add({1, 55, 0});
        const auto message = *solana::parseSquadsMessage(bytes.bytes());
        QCOMPARE(message.accountCount(), std::size_t{4});
        QVERIFY(message.lookups[0] == (SolanaLookup{addressNumber(9), {33}, {44}}));
        QVERIFY(message.lookups[1] == (SolanaLookup{addressNumber(7), {55}, {}}));
        const auto decoded = solana::decodeInstructions(message, 1);
        QVERIFY(!decoded.at(0).isRead() && !decoded.at(0).error.empty());
        QCOMPARE(decoded.at(1).name, std::string("transfer"));
        const auto& loaded = decoded.at(1).accounts;
        QVERIFY(loaded[0].writes && loaded[1].writes && !loaded[2].writes);
        QVERIFY(!loaded[0].signs && !loaded[0].address);
    }
};

COUNTERSIGN_APPLESS_TEST(SquadsMessageTest)
#include "SquadsMessage_test.moc"
