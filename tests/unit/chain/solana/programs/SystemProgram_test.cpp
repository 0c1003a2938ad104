#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::string_view systemProgram = "11111111111111111111111111111111";

struct SystemCase
{
    Bytes data;
    std::size_t accounts;
    std::string summary;
};

std::vector<SystemCase> systemCases()
{
    const std::string owner = R"("programId":")" + nine + R"("})";
    const std::string seeded = R"({"base":")" + eight + R"(","seed":"seed",)";
    return {
        {Data().u32(0).u64(5).u64(200).address(9), 2,
         R"(createAccount(from newAccount) {"lamports":"5","space":"200",)" + owner},
        {Data().u32(1).address(9), 1, "assign(account) {" + owner},
        {Data().u32(2).u64(~0ULL), 2, R"(transfer(from to) {"lamports":"18446744073709551615"})"},
        {Data().u32(3).address(8).bincodeText("seed").u64(5).u64(200).address(9), 2,
         "createAccountWithSeed(from newAccount) " + seeded + R"("lamports":"5","space":"200",)" + owner},
        {Data().u32(4), 3, "advanceNonceAccount(nonce recentBlockhashesSysvar authorized) {}"},
        {Data().u32(5).u64(7), 5,
         R"(withdrawNonceAccount(nonce to recentBlockhashesSysvar rentSysvar authorized) {"lamports":"7"})"},
        {Data().u32(6).address(8), 3,
         R"(initializeNonceAccount(nonce recentBlockhashesSysvar rentSysvar) {"authorized":")" + eight +
             R"("})"},
        {Data().u32(7).address(8), 2,
         R"(authorizeNonceAccount(nonce authorized) {"newAuthorized":")" + eight + R"("})"},
        {Data().u32(8).u64(10), 1, R"(allocate(account) {"space":"10"})"},
        {Data().u32(9).address(8).bincodeText("seed").u64(10).address(9), 2,
         "allocateWithSeed(account base) " + seeded + R"("space":"10",)" + owner},
        {Data().u32(10).address(8).bincodeText("seed").address(9), 2,
         "assignWithSeed(account base) " + seeded + owner},
        {Data().u32(11).u64(7).bincodeText("seed").address(9), 3,
         R"(transferWithSeed(from base to) {"lamports":"7","seed":"seed",)" + owner},
        {Data().u32(12), 1, "upgradeNonceAccount(nonce) {}"},
        {Data().u32(13).u64(5).u64(200).address(9), 2,
         R"(createAccountAllowPrefund(newAccount from) {"lamports":"5","space":"200",)" + owner},
    };
}

}  // namespace

class SystemProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryInstruction()
    {
        for (const SystemCase& one : systemCases()) {
            const auto decoded = decodeFor(systemProgram, one.data, accounts(one.accounts));
            QCOMPARE(summary(decoded), one.summary);
            QCOMPARE(decoded.program, std::string("system"));
            QVERIFY2(isReadOnlyWhole(systemProgram, one.data, accounts(one.accounts), one.accounts),
                     one.summary.c_str());
        }
    }

    void takesTheBaseAndFurtherAccounts()
    {
        const Bytes data = Data().u32(3).address(8).bincodeText("").u64(5).u64(200).address(9);
        QVERIFY(summary(decodeFor(systemProgram, data, accounts(4)))
                    .starts_with("createAccountWithSeed(from newAccount base -) "));
        QVERIFY(!decodeFor(systemProgram, data, accounts(1)).isRead());
    }

    void needsNobodyWhoPaysNothing()
    {
        const Bytes data = Data().u32(13).u64(0).u64(200).address(9);
        QVERIFY(summary(decodeFor(systemProgram, data, accounts(1)))
                    .starts_with("createAccountAllowPrefund(newAccount) "));
        const Bytes paid = Data().u32(13).u64(1).u64(200).address(9);
        QVERIFY(!decodeFor(systemProgram, paid, accounts(1)).isRead());
    }

    void refusesUnknownTagsAndOddSeeds()
    {
        for (const std::uint64_t tag : {std::uint64_t{14}, std::uint64_t{0x100}, std::uint64_t{0xffffffff}}) {
            QVERIFY(!decodeFor(systemProgram, Data().u32(tag).u64(0), accounts(5)).isRead());
        }
        const auto withSeed = [](std::string_view seed) {
            return decodeFor(systemProgram, Data().u32(10).address(8).bincodeText(seed).address(9),
                             accounts(2));
        };
        QVERIFY(withSeed(std::string(32, 'x')).isRead());
        QVERIFY(!withSeed(std::string(33, 'x')).isRead());
        QVERIFY(!withSeed("\xff").isRead());
        const Bytes hostile = Data().u32(10).address(8).u64(~0ULL).address(9);
        QVERIFY(!decodeFor(systemProgram, hostile, accounts(2)).isRead());
    }

    void findsFieldsAndAccounts()
    {
        auto given = accounts(2);
        given[0].address.reset();
        const auto decoded = decodeFor(systemProgram, Data().u32(2).u64(5), given);
        QVERIFY(decoded.number("lamports") == std::optional<std::uint64_t>(5));
        QVERIFY(!decoded.number("units"));
        QVERIFY(!decoded.account("from"));
        QVERIFY(decoded.account("to") == std::optional(addressNumber(2)));
        QVERIFY(decoded.field("lamports") != nullptr);
        QVERIFY(decoded.field("space") == nullptr);
    }
};

COUNTERSIGN_APPLESS_TEST(SystemProgramTest)
#include "SystemProgram_test.moc"
