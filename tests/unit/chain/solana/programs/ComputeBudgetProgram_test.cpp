#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::string_view computeBudgetProgram = "ComputeBudget111111111111111111111111111111";

}  // namespace

class ComputeBudgetProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryInstruction()
    {
        const std::vector<std::pair<Bytes, std::string>> cases = {
            {Data().u8(1).u32(262144), R"(requestHeapFrame() {"bytes":"262144"})"},
            // The documentation of solana-compute-budget-interface has this one: 257 units.
            {{2, 1, 1, 0, 0}, R"(setComputeUnitLimit() {"units":"257"})"},
            {Data().u8(3).u64(~0ULL), R"(setComputeUnitPrice() {"microLamports":"18446744073709551615"})"},
            {Data().u8(4).u32(65536), R"(setLoadedAccountsDataSizeLimit() {"bytes":"65536"})"},
        };
        for (const auto& [data, expected] : cases) {
            QCOMPARE(summary(decodeFor(computeBudgetProgram, data, {})), expected);
            QVERIFY2(isReadOnlyWhole(computeBudgetProgram, data, {}, 0), expected.c_str());
        }
    }

    void namesNoAccounts()
    {
        QCOMPARE(summary(decodeFor(computeBudgetProgram, {2, 1, 0, 0, 0}, accounts(1))),
                 std::string(R"(setComputeUnitLimit(-) {"units":"1"})"));
    }

    void refusesOthers()
    {
        QVERIFY(!decodeFor(computeBudgetProgram, {}, {}).isRead());
        QVERIFY(!decodeFor(computeBudgetProgram, Data().u8(0).u32(1).u32(2), {}).isRead());
        QVERIFY(!decodeFor(computeBudgetProgram, Data().u8(5).u32(1), {}).isRead());
        // A price written as a limit is.
        QVERIFY(!decodeFor(computeBudgetProgram, Data().u8(2).u64(1), {}).isRead());
        QVERIFY(!decodeFor(computeBudgetProgram, Data().u8(3).u32(1), {}).isRead());
    }
};

COUNTERSIGN_APPLESS_TEST(ComputeBudgetProgramTest)
#include "ComputeBudgetProgram_test.moc"
