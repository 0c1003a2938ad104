#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::string_view upgradeable = "BPFLoaderUpgradeab1e11111111111111111111111";

struct LoaderCase
{
    Bytes data;
    std::size_t accounts;
    std::size_t required;
    std::string summary;
};

}  // namespace

class UpgradeableLoaderProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryInstruction()
    {
        const std::vector<LoaderCase> cases = {
            {Data().u32(0), 2, 1, "initializeBuffer(buffer authority) {}"},
            {Data().u32(1).u32(1000).u64(3).add({1, 2, 3}), 2, 2,
             R"(write(buffer authority) {"offset":"1000","bytes":"0x010203"})"},
            {Data().u32(4), 3, 2, "setAuthority(account authority newAuthority) {}"},
            {Data().u32(6).u32(10240), 4, 2,
             R"(extendProgram(programData program systemProgram payer) {"additionalBytes":"10240"})"},
            {Data().u32(7), 3, 3, "setAuthorityChecked(account authority newAuthority) {}"},
        };
        for (const LoaderCase& one : cases) {
            const auto decoded = decodeFor(upgradeable, one.data, accounts(one.accounts));
            QCOMPARE(summary(decoded), one.summary);
            QCOMPARE(decoded.program, std::string("bpfLoaderUpgradeable"));
            QVERIFY2(isReadOnlyWhole(upgradeable, one.data, accounts(one.accounts), one.required),
                     one.summary.c_str());
        }
    }

    /// With and without what SIMD-0430 and SIMD-0432 added.
    void readsTrailingBooleans()
    {
        const std::string deploy =
            "deployWithMaxDataLen(payer programData program buffer rentSysvar "
            "clockSysvar systemProgram authority) ";
        const std::string upgrade =
            "upgrade(programData program buffer spill rentSysvar clockSysvar authority) ";
        const auto read = [](const Bytes& data, std::size_t count) {
            return summary(decodeFor(upgradeable, data, accounts(count)));
        };
        QCOMPARE(read(Data().u32(2).u64(500), 8), deploy + R"({"maxDataLen":"500"})");
        QCOMPARE(read(Data().u32(2).u64(500).u8(0), 8),
                 deploy + R"({"maxDataLen":"500","closeBuffer":false})");
        QCOMPARE(read(Data().u32(3), 7), upgrade + "{}");
        QCOMPARE(read(Data().u32(3).u8(1), 7), upgrade + R"({"closeBuffer":true})");
        QCOMPARE(read(Data().u32(5), 2), std::string("close(account recipient) {}"));
        QCOMPARE(read(Data().u32(5).u8(1), 4),
                 std::string(R"(close(account recipient authority program) {"tombstone":true})"));
        for (const unsigned tag : {3U, 5U}) {
            QVERIFY(!decodeFor(upgradeable, Data().u32(tag).u8(2), accounts(8)).isRead());
            QVERIFY(!decodeFor(upgradeable, Data().u32(tag).u8(1).u8(0), accounts(8)).isRead());
        }
        QVERIFY(!decodeFor(upgradeable, Data().u32(3), accounts(6)).isRead());
        QVERIFY(!decodeFor(upgradeable, Data().u32(2).u64(500), accounts(7)).isRead());
    }

    /// Without a new authority nobody can upgrade the program any more.
    void tellsSettingFromRemovingAnAuthority()
    {
        QCOMPARE(summary(decodeFor(upgradeable, Data().u32(4), accounts(2))),
                 std::string("setAuthority(account authority) {}"));
        QVERIFY(!decodeFor(upgradeable, Data().u32(7), accounts(2)).isRead());
    }

    void refusesOthers()
    {
        QVERIFY(!decodeFor(upgradeable, Data().u32(8), accounts(5)).isRead());
        QVERIFY(!decodeFor(upgradeable, Data().u32(9).u32(1), accounts(5)).isRead());
        QVERIFY(!decodeFor(upgradeable, Data().u32(1).u32(0).u64(~0ULL).add({1}), accounts(2)).isRead());
    }

    void readsTheOlderLoaders()
    {
        const std::pair<std::string_view, std::string> loaders[] = {
            {"BPFLoader1111111111111111111111111111111111", "bpfLoaderDeprecated"},
            {"BPFLoader2111111111111111111111111111111111", "bpfLoader"}};
        for (const auto& [address, name] : loaders) {
            const Bytes write = Data().u32(0).u32(8).u64(2).add({1, 2});
            const auto decoded = decodeFor(address, write, accounts(1));
            QCOMPARE(decoded.program, name);
            QCOMPARE(summary(decoded), std::string(R"(write(account) {"offset":"8","bytes":"0x0102"})"));
            QVERIFY(isReadOnlyWhole(address, write, accounts(1), 1));
            QCOMPARE(summary(decodeFor(address, Data().u32(1), accounts(2))),
                     std::string("finalize(account rentSysvar) {}"));
            QVERIFY(!decodeFor(address, Data().u32(2), accounts(2)).isRead());
        }
    }
};

COUNTERSIGN_APPLESS_TEST(UpgradeableLoaderProgramTest)
#include "UpgradeableLoaderProgram_test.moc"
