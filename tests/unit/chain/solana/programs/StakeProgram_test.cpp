#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::string_view stakeProgram = "Stake11111111111111111111111111111111111111";
const SolanaAddress clockSysvar = *parseSolanaAddress("SysvarC1ock11111111111111111111111111111111");
const SolanaAddress rentSysvar = *parseSolanaAddress("SysvarRent111111111111111111111111111111111");

using Accounts = std::vector<solana::InstructionAccount>;

/// count accounts, the one at place being this sysvar.
Accounts withSysvar(std::size_t count, std::size_t place, const SolanaAddress& sysvar = clockSysvar)
{
    Accounts given = accounts(count);
    given[place].address = sysvar;
    return given;
}

/// count accounts, the one at place signing.
Accounts withSigner(std::size_t count, std::size_t place)
{
    Accounts given = accounts(count);
    given[place].signs = true;
    return given;
}

struct StakeCase
{
    Bytes data;
    Accounts accounts;
    std::size_t required;
    std::string summary;
};

std::vector<StakeCase> casesWithoutSysvars()
{
    const std::string lockup = R"({"lockup":{"unixTimestamp":"-1","epoch":"3"}})";
    return {
        {Data().u32(0).address(8).address(9).u64(~0ULL).u64(3).address(8), accounts(2), 1,
         R"(initialize(stake rentSysvar) {"authorized":{"staker":")" + eight + R"(","withdrawer":")" + nine +
             R"("},"lockup":{"unixTimestamp":"-1","epoch":"3","custodian":")" + eight + R"("}})"},
        {Data().u32(3).u64(7), accounts(3), 3, R"(split(stake splitStake authorized) {"lamports":"7"})"},
        {Data().u32(6).u8(0).u8(1).u64(3).u8(1).address(8), accounts(2), 2,
         R"(setLockup(stake authority) {"lockup":{"epoch":"3","custodian":")" + eight + R"("}})"},
        {Data().u32(12).u8(1).u64(~0ULL).u8(1).u64(3), accounts(3), 2,
         "setLockupChecked(stake authority newCustodian) " + lockup},
        {Data().u32(13), {}, 0, "getMinimumDelegation() {}"},
        {Data().u32(14), accounts(3), 3, "deactivateDelinquent(stake delinquentVote referenceVote) {}"},
        {Data().u32(16).u64(7), accounts(3), 3,
         R"(moveStake(sourceStake destinationStake authorized) {"lamports":"7"})"},
        {Data().u32(17).u64(7), accounts(3), 3,
         R"(moveLamports(sourceStake destinationStake authorized) {"lamports":"7"})"},
    };
}

/// An instruction in both forms.
struct TwoForms
{
    Bytes data;
    std::string name;
    std::string fields;
    Accounts with;
    std::size_t requiredWith;
    std::string rolesWith;
    Accounts without;
    std::size_t requiredWithout;
    std::string rolesWithout;
};

std::vector<TwoForms> casesOfTwoForms()
{
    const std::string seeded = R"("authoritySeed":"s","authorityOwner":")" + nine + R"("})";
    return {
        {Data().u32(1).address(8).u32(1), "authorize",
         R"({"newAuthorized":")" + eight + R"(","authorizationType":"withdrawer"})", withSysvar(4, 1), 3,
         "stake clockSysvar authorized custodian", withSigner(3, 1), 2, "stake authorized custodian"},
        {Data().u32(2), "delegate", "{}", withSysvar(6, 2), 6,
         "stake vote clockSysvar stakeHistorySysvar stakeConfig authorized", withSigner(3, 2), 3,
         "stake vote authorized"},
        {Data().u32(4).u64(7), "withdraw", R"({"lamports":"7"})", withSysvar(6, 2), 5,
         "stake to clockSysvar stakeHistorySysvar authorized custodian", withSigner(4, 2), 3,
         "stake to authorized custodian"},
        {Data().u32(5), "deactivate", "{}", withSysvar(3, 1), 3, "stake clockSysvar authorized",
         withSigner(2, 1), 2, "stake authorized"},
        {Data().u32(7), "merge", "{}", withSysvar(5, 2), 5,
         "stake sourceStake clockSysvar stakeHistorySysvar authorized", withSigner(3, 2), 3,
         "stake sourceStake authorized"},
        {Data().u32(8).address(8).u32(0).bincodeText("s").address(9), "authorizeWithSeed",
         R"({"newAuthorized":")" + eight + R"(","authorizationType":"staker",)" + seeded, withSysvar(4, 2), 2,
         "stake authorityBase clockSysvar custodian", withSigner(3, 2), 2, "stake authorityBase custodian"},
        {Data().u32(9), "initializeChecked", "{}", withSysvar(4, 1, rentSysvar), 4,
         "stake rentSysvar staker withdrawer", accounts(3), 3, "stake staker withdrawer"},
        {Data().u32(10).u32(0), "authorizeChecked", R"({"authorizationType":"staker"})", withSysvar(5, 1), 4,
         "stake clockSysvar authorized newAuthorized custodian", withSigner(4, 1), 3,
         "stake authorized newAuthorized custodian"},
        {Data().u32(11).u32(1).bincodeText("s").address(9), "authorizeCheckedWithSeed",
         R"({"authorizationType":"withdrawer",)" + seeded, withSysvar(5, 2), 4,
         "stake authorityBase clockSysvar newAuthorized custodian", withSigner(4, 2), 3,
         "stake authorityBase newAuthorized custodian"},
    };
}

}  // namespace

class StakeProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsInstructionsOfOneForm()
    {
        for (const StakeCase& one : casesWithoutSysvars()) {
            QCOMPARE(summary(decodeFor(stakeProgram, one.data, one.accounts)), one.summary);
            QVERIFY2(isReadOnlyWhole(stakeProgram, one.data, one.accounts, one.required),
                     one.summary.c_str());
        }
    }

    void readsBothForms()
    {
        for (const TwoForms& one : casesOfTwoForms()) {
            QCOMPARE(summary(decodeFor(stakeProgram, one.data, one.with)),
                     one.name + '(' + one.rolesWith + ") " + one.fields);
            QCOMPARE(summary(decodeFor(stakeProgram, one.data, one.without)),
                     one.name + '(' + one.rolesWithout + ") " + one.fields);
            QVERIFY2(isReadOnlyWhole(stakeProgram, one.data, one.with, one.requiredWith), one.name.c_str());
            QVERIFY2(isReadOnlyWhole(stakeProgram, one.data, one.without, one.requiredWithout),
                     one.name.c_str());
        }
    }

    /// Who is who cannot be told: the authority of the new form must sign.
    void refusesWhatIsNeitherForm()
    {
        for (const TwoForms& one : casesOfTwoForms()) {
            if (one.name != "initializeChecked") {
                QVERIFY2(!decodeFor(stakeProgram, one.data, accounts(6)).isRead(), one.name.c_str());
            }
        }
    }

    /// A sysvar that a lookup table loads is still the only account there that need not sign.
    void concludesWhatALookupTableHides()
    {
        for (const TwoForms& one : casesOfTwoForms()) {
            Accounts hidden = one.with;
            for (solana::InstructionAccount& account : hidden) {
                if (account.address == clockSysvar || account.address == rentSysvar) {
                    account.address.reset();
                }
            }
            const auto decoded = decodeFor(stakeProgram, one.data, hidden);
            QCOMPARE(decoded.isRead(), one.name != "initializeChecked");
            QVERIFY2(
                !decoded.isRead() || summary(decoded) == summary(decodeFor(stakeProgram, one.data, one.with)),
                one.name.c_str());
        }
    }

    void refusesOddValues()
    {
        // No such authority.
        QVERIFY(!decodeFor(stakeProgram, Data().u32(1).address(8).u32(2), withSysvar(3, 1)).isRead());
        QVERIFY(!decodeFor(stakeProgram, Data().u32(10).u32(0x100), withSysvar(4, 1)).isRead());
        // An option that is neither there nor not.
        QVERIFY(!decodeFor(stakeProgram, Data().u32(6).u8(2).u64(1).u8(0).u8(0), accounts(2)).isRead());
        // redelegate, which the program refuses, and what comes after the last.
        QVERIFY(!decodeFor(stakeProgram, Data().u32(15), accounts(5)).isRead());
        QVERIFY(!decodeFor(stakeProgram, Data().u32(18).u64(1), accounts(5)).isRead());
        const Bytes longSeed = Data().u32(11).u32(1).bincodeText(std::string(33, 's')).address(9);
        QVERIFY(!decodeFor(stakeProgram, longSeed, withSysvar(5, 2)).isRead());
    }

    void leavesOutWhatALockupKeeps()
    {
        QCOMPARE(summary(decodeFor(stakeProgram, Data().u32(6).u8(0).u8(0).u8(0), accounts(2))),
                 std::string("setLockup(stake authority) {}"));
    }
};

COUNTERSIGN_APPLESS_TEST(StakeProgramTest)
#include "StakeProgram_test.moc"
