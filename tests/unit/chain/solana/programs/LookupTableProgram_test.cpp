#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::string_view lookupTableProgram = "AddressLookupTab1e1111111111111111111111111";

struct TableCase
{
    Bytes data;
    std::size_t accounts;
    std::string summary;
};

std::vector<TableCase> tableCases()
{
    return {
        {Data().u32(0).u64(123456789).u8(254), 4,
         "createLookupTable(lookupTable authority payer systemProgram) "
         R"({"recentSlot":"123456789","bumpSeed":"254"})"},
        {Data().u32(1), 2, "freezeLookupTable(lookupTable authority) {}"},
        {Data().u32(2).u64(2).address(8).address(9), 2,
         R"(extendLookupTable(lookupTable authority) {"addresses":[")" + base58Of(8) + R"(",")" +
             base58Of(9) + R"("]})"},
        {Data().u32(3), 2, "deactivateLookupTable(lookupTable authority) {}"},
        {Data().u32(4), 3, "closeLookupTable(lookupTable authority recipient) {}"},
    };
}

}  // namespace

class LookupTableProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryInstruction()
    {
        for (const TableCase& one : tableCases()) {
            QCOMPARE(summary(decodeFor(lookupTableProgram, one.data, accounts(one.accounts))), one.summary);
            QVERIFY2(isReadOnlyWhole(lookupTableProgram, one.data, accounts(one.accounts), one.accounts),
                     one.summary.c_str());
        }
    }

    void takesThePayer()
    {
        const Bytes data = Data().u32(2).u64(1).address(8);
        QVERIFY(summary(decodeFor(lookupTableProgram, data, accounts(4)))
                    .starts_with("extendLookupTable(lookupTable authority payer systemProgram) "));
    }

    void refusesOddCounts()
    {
        QVERIFY(!decodeFor(lookupTableProgram, Data().u32(2).u64(0), accounts(4)).isRead());
        QVERIFY(
            !decodeFor(lookupTableProgram, Data().u32(2).u64(3).address(8).address(9), accounts(4)).isRead());
        QVERIFY(!decodeFor(lookupTableProgram, Data().u32(2).u64(~0ULL).address(8), accounts(4)).isRead());
        QVERIFY(!decodeFor(lookupTableProgram, Data().u32(5), accounts(4)).isRead());
    }
};

COUNTERSIGN_APPLESS_TEST(LookupTableProgramTest)
#include "LookupTableProgram_test.moc"
