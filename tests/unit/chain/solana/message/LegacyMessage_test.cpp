#include "core/chain/solana/message/LegacyMessage.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

using namespace countersign;
using test::addressNumber;

class LegacyMessageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ordersAndMergesAccounts()
    {
        // 5 is first read and then written, 6 signs in the second call only, 1 pays and is used again.
        const std::vector<SolanaCall> calls = {
            {addressNumber(9), {{addressNumber(5), false, false}, {addressNumber(6), false, false}}, {0xaa}},
            {addressNumber(9),
             {{addressNumber(5), false, true},
              {addressNumber(6), true, false},
              {addressNumber(1), true, false}},
             {0xbb, 0xcc}},
            {addressNumber(8), {{addressNumber(7), true, true}}, {}}};
        const auto message = *solana::legacyMessage(addressNumber(1), calls);
        QVERIFY(!message.version);
        QCOMPARE(int(message.requiredSignatures), 3);
        QCOMPARE(int(message.readonlySigned), 1);
        QCOMPARE(int(message.readonlyUnsigned), 2);
        const std::vector<SolanaAddress> keys = {addressNumber(1), addressNumber(7), addressNumber(6),
                                                 addressNumber(5), addressNumber(9), addressNumber(8)};
        QVERIFY(message.accountKeys == keys);
        const std::vector<SolanaInstruction> instructions = {
            {4, {3, 2}, {0xaa}}, {4, {3, 2, 0}, {0xbb, 0xcc}}, {5, {1}, {}}};
        QVERIFY(message.instructions == instructions);
        QVERIFY(message.recentBlockhash == (std::array<std::uint8_t, 32>{}));
    }

    void refusesWhatNobodyTakes()
    {
        const auto refused = [](const std::vector<SolanaCall>& calls) {
            const auto message = solana::legacyMessage(addressNumber(1), calls);
            return !message && message.error().code == ErrorCode::InvalidInput;
        };
        QVERIFY(refused({{addressNumber(9), {}, Bytes(1300)}}));
        QVERIFY(refused({{addressNumber(1), {}, {}}}));  // the payer as a program
        std::vector<SolanaCall> many(1);
        many[0].program = addressNumber(9);
        for (int i = 0; i < 300; ++i) {
            SolanaAddress address = addressNumber(3);
            address[0] = static_cast<std::uint8_t>(i);
            address[1] = static_cast<std::uint8_t>(i >> 8);
            many[0].accounts.push_back({address, false, true});
        }
        QVERIFY(refused(many));
    }
};

COUNTERSIGN_APPLESS_TEST(LegacyMessageTest)
#include "LegacyMessage_test.moc"
