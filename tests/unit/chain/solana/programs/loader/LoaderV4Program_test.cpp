#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::string_view loaderProgram = "LoaderV411111111111111111111111111111111111";

}  // namespace

class LoaderV4ProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryInstruction()
    {
        struct LoaderCase
        {
            Bytes data;
            std::size_t accounts;
            std::size_t required;
            std::string summary;
        };
        const std::vector<LoaderCase> cases = {
            {Data().u32(0).u32(4).u64(2).add({1, 2}), 2, 2,
             R"(write(program authority) {"offset":"4","bytes":"0x0102"})"},
            {Data().u32(1).u32(1).u32(2).u32(3), 3, 3,
             R"(copy(program authority source) {"destinationOffset":"1","sourceOffset":"2","length":"3"})"},
            {Data().u32(2).u32(100), 3, 2,
             R"(setProgramLength(program authority recipient) {"newSize":"100"})"},
            {Data().u32(3), 3, 2, "deploy(program authority source) {}"},
            {Data().u32(4), 2, 2, "retract(program authority) {}"},
            {Data().u32(5), 3, 3, "transferAuthority(program authority newAuthority) {}"},
            {Data().u32(6), 3, 3, "finalize(program authority nextVersion) {}"},
        };
        for (const LoaderCase& one : cases) {
            QCOMPARE(summary(decodeFor(loaderProgram, one.data, accounts(one.accounts))), one.summary);
            QVERIFY2(isReadOnlyWhole(loaderProgram, one.data, accounts(one.accounts), one.required),
                     one.summary.c_str());
        }
    }

    void refusesOthers() { QVERIFY(!decodeFor(loaderProgram, Data().u32(7), accounts(3)).isRead()); }
};

COUNTERSIGN_APPLESS_TEST(LoaderV4ProgramTest)
#include "LoaderV4Program_test.moc"
