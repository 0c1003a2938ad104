#include "core/chain/evm/transaction/SystemContracts.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <limits>

using namespace countersign;

class SystemContractsTest : public QObject
{
    Q_OBJECT

    static std::string key(char digit) { return std::string(96, digit); }

    static Result<WithdrawalRequest> withdrawal(const std::string& hex)
    {
        return parseWithdrawalRequest(*fromHex(hex));
    }

private Q_SLOTS:
    /// As EIP-7002 and EIP-7251 write them, checksum included.
    void addresses()
    {
        QCOMPARE(toText(withdrawalRequestContract),
                 std::string("0x00000961Ef480Eb55e80D19ad83579A64c007002"));
        QCOMPARE(toText(consolidationRequestContract),
                 std::string("0x0000BBdDc7CE488642fb579F8B00f3a590007251"));
        QVERIFY(systemContractAt(withdrawalRequestContract) == SystemContract::WithdrawalRequest);
        QVERIFY(systemContractAt(consolidationRequestContract) == SystemContract::ConsolidationRequest);
        QVERIFY(!systemContractAt({}));
        for (std::size_t i = 0; i < 20; ++i) {
            EvmAddress similar = withdrawalRequestContract;
            similar[i] ^= 1U;
            QVERIFY(!systemContractAt(similar));
        }
    }

    void withdrawals()
    {
        const auto exit = withdrawal(key('a') + std::string(16, '0'));
        QVERIFY(exit && exit->isFullExit());
        QCOMPARE(toHex(exit->validator), key('a'));

        // 1 ETH; the amount is big-endian here, though the consensus layer's own form is little-endian.
        const auto part = withdrawal(key('b') + "000000003b9aca00");
        QVERIFY(part && !part->isFullExit());
        QCOMPARE(part->amountGwei, std::uint64_t(1'000'000'000));
        QCOMPARE(toHex(part->validator), key('b'));

        const auto most = withdrawal(key('b') + std::string(16, 'f'));
        QVERIFY(most.has_value());
        QCOMPARE(most->amountGwei, std::numeric_limits<std::uint64_t>::max());
        QVERIFY(!withdrawal(key('b') + "0000000000000001")->isFullExit());
        QVERIFY(!withdrawal(key('b') + "8000000000000000")->isFullExit());
    }

    void consolidations()
    {
        const auto moved = parseConsolidationRequest(*fromHex(key('a') + key('b')));
        QVERIFY(moved && !moved->switchesToCompounding());
        QCOMPARE(toHex(moved->source), key('a'));
        QCOMPARE(toHex(moved->target), key('b'));
        QVERIFY(parseConsolidationRequest(*fromHex(key('a') + key('a')))->switchesToCompounding());
        Bytes almost = *fromHex(key('a') + key('a'));
        almost.back() ^= 1U;
        QVERIFY(!parseConsolidationRequest(almost)->switchesToCompounding());
    }

    void everyOtherLengthIsRefused()
    {
        for (std::size_t length = 0; length < 200; ++length) {
            const auto asWithdrawal = parseWithdrawalRequest(Bytes(length));
            QCOMPARE(asWithdrawal.has_value(), length == 56);
            const auto asConsolidation = parseConsolidationRequest(Bytes(length));
            QCOMPARE(asConsolidation.has_value(), length == 96);
            QVERIFY(asWithdrawal || asWithdrawal.error().code == ErrorCode::InvalidInput);
            QVERIFY(asConsolidation || asConsolidation.error().code == ErrorCode::InvalidInput);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(SystemContractsTest)
#include "SystemContracts_test.moc"
