#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::string_view voteProgram = "Vote111111111111111111111111111111111111111";

struct VoteCase
{
    Bytes data;
    std::size_t accounts;
    std::string summary;
};

std::string namedValue(const char* name, const std::string& value)
{
    return '"' + std::string(name) + R"(":")" + value + '"';
}

std::vector<VoteCase> accountCases()
{
    const std::string derived = namedValue("currentAuthorityDerivedKeyOwner", eight) + ',' +
                                namedValue("currentAuthorityDerivedKeySeed", "s");
    return {
        {Data().u32(0).address(8).address(9).address(8).u8(5), 4,
         "initializeAccount(vote rentSysvar clockSysvar node) {" + namedValue("node", eight) + ',' +
             namedValue("authorizedVoter", nine) + ',' + namedValue("authorizedWithdrawer", eight) +
             R"(,"commission":"5"})"},
        {Data().u32(1).address(8).u32(1), 3,
         "authorize(vote clockSysvar authorized) {" + namedValue("newAuthorized", eight) +
             R"(,"authorizationType":"withdrawer"})"},
        {Data().u32(3).u64(7), 3, R"(withdraw(vote to authorizedWithdrawer) {"lamports":"7"})"},
        {Data().u32(4), 3, "updateValidatorIdentity(vote node authorizedWithdrawer) {}"},
        {Data().u32(5).u8(100), 2, R"(updateCommission(vote authorizedWithdrawer) {"commission":"100"})"},
        {Data().u32(7).u32(0), 4,
         R"(authorizeChecked(vote clockSysvar authorized newAuthorized) {"authorizationType":"voter"})"},
        {Data().u32(10).u32(0).address(8).bincodeText("s").address(9), 3,
         R"(authorizeWithSeed(vote clockSysvar currentAuthorityDerivedKeyBase) {"authorizationType":"voter",)" +
             derived + ',' + namedValue("newAuthorized", nine) + '}'},
        {Data().u32(11).u32(1).address(8).bincodeText("s"), 4,
         "authorizeCheckedWithSeed(vote clockSysvar currentAuthorityDerivedKeyBase newAuthorized) "
         R"({"authorizationType":"withdrawer",)" +
             derived + '}'},
        {Data().u32(17).u32(1), 3,
         R"(updateCommissionCollector(vote newCollector authorizedWithdrawer) {"kind":"blockRevenue"})"},
        {Data().u32(18).u16(500).u32(0), 2,
         R"(updateCommissionBps(vote authorizedWithdrawer) {"commissionBps":"500","kind":"inflationRewards"})"},
        {Data().u32(19).u64(7), 3, R"(depositDelegatorRewards(vote source systemProgram) {"deposit":"7"})"},
    };
}

/// Two lockouts, at slots 1000 + 300 and 1301, above root 1000.
Data compactState()
{
    return Data().u64(1000).u8(2).add({0xac, 0x02, 31}).add({1, 30}).address(8).u8(1).u64(~0ULL);
}

std::vector<VoteCase> voteCases()
{
    const std::string state = R"({"root":"1000","lockouts":[{"slot":"1300","confirmationCount":"31"},)"
                              R"({"slot":"1301","confirmationCount":"30"}],)" +
                              namedValue("hash", eight) + R"(,"timestamp":"-1")";
    const std::string wide =
        R"({"lockouts":[{"slot":"5","confirmationCount":"2"}],"root":"4",)" + namedValue("hash", eight);
    const std::string vote = R"({"slots":["5","6"],)" + namedValue("hash", eight) + R"(,"timestamp":"9")";
    const std::string proof = ',' + namedValue("proofHash", nine) + '}';
    const std::string block = ',' + namedValue("blockId", nine);
    const std::string roles = "(vote authorized) ";
    const std::string voteRoles = "(vote slotHashesSysvar clockSysvar authorized) ";
    const Data slots = Data().u64(2).u64(5).u64(6).address(8).u8(1).u64(9);
    const Data lockouts = Data().u64(1).u64(5).u32(2).u8(1).u64(4).address(8).u8(0);
    return {
        {Data().u32(2).add(slots), 4, "vote" + voteRoles + vote + '}'},
        {Data().u32(6).add(slots).address(9), 4, "voteSwitch" + voteRoles + vote + proof},
        {Data().u32(8).add(lockouts), 2, "updateVoteState" + roles + wide + '}'},
        {Data().u32(9).add(lockouts).address(9), 2, "updateVoteStateSwitch" + roles + wide + proof},
        {Data().u32(12).add(compactState()), 2, "compactUpdateVoteState" + roles + state + '}'},
        {Data().u32(13).add(compactState()).address(9), 2,
         "compactUpdateVoteStateSwitch" + roles + state + proof},
        {Data().u32(14).add(compactState()).address(9), 2, "towerSync" + roles + state + block + '}'},
        {Data().u32(15).add(compactState()).address(9).address(9), 2,
         "towerSyncSwitch" + roles + state + block + proof},
    };
}

}  // namespace

class VoteProgramTest : public QObject
{
    Q_OBJECT

    static void check(const std::vector<VoteCase>& cases)
    {
        for (const VoteCase& one : cases) {
            QCOMPARE(summary(decodeFor(voteProgram, one.data, accounts(one.accounts))), one.summary);
            QVERIFY2(isReadOnlyWhole(voteProgram, one.data, accounts(one.accounts), one.accounts),
                     one.summary.c_str());
        }
    }

private Q_SLOTS:
    void readsWhatChangesAccounts() { check(accountCases()); }
    void readsVotes() { check(voteCases()); }

    void readsBlsKeys()
    {
        const Bytes key(48, 1);
        const Bytes proof(96, 2);
        const auto authorize =
            decodeFor(voteProgram, Data().u32(1).address(8).u32(2).add(key).add(proof), accounts(3));
        QCOMPARE(std::get<std::string>(*authorize.field("authorizationType")), std::string("voterWithBls"));
        QVERIFY(std::get<Bytes>(*authorize.field("blsPubkey")) == key);
        QVERIFY(std::get<Bytes>(*authorize.field("blsProofOfPossession")) == proof);
        QVERIFY(!decodeFor(voteProgram, Data().u32(1).address(8).u32(2), accounts(3)).isRead());

        const Bytes init =
            Data().u32(16).address(8).address(9).add(key).add(proof).address(8).u16(500).u16(10000);
        const auto decoded = decodeFor(voteProgram, init, accounts(4));
        QCOMPARE(decoded.name, std::string("initializeAccountV2"));
        QVERIFY(decoded.number("blockRevenueCommissionBps") == std::optional<std::uint64_t>(10000));
        QVERIFY(isReadOnlyWhole(voteProgram, init, accounts(4), 4));
    }

    void readsAMissingRoot()
    {
        const Bytes data = Data().u32(12).u64(~0ULL).u8(1).add({5, 1}).address(8).u8(0);
        QCOMPARE(
            summary(decodeFor(voteProgram, data, accounts(2))),
            R"(compactUpdateVoteState(vote authorized) {"lockouts":[{"slot":"5","confirmationCount":"1"}],)" +
                namedValue("hash", eight) + '}');
    }

    void refusesOddCompactNumbers()
    {
        const auto withOffset = [](const Bytes& offset, std::uint64_t root) {
            const Bytes data = Data().u32(12).u64(root).u8(1).add(offset).u8(1).address(8).u8(0);
            return decodeFor(voteProgram, data, accounts(2)).isRead();
        };
        QVERIFY(withOffset({0}, 5));
        QVERIFY(!withOffset({0x80, 0}, 5));                                                        // too long
        QVERIFY(withOffset({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, 0));         // largest
        QVERIFY(!withOffset({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2}, 0));        // 65 bits
        QVERIFY(!withOffset({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x81, 0}, 0));  // no end
        QVERIFY(!withOffset({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, 1));  // slot overflows
    }

    void refusesOddValues()
    {
        QVERIFY(!decodeFor(voteProgram, Data().u32(1).address(8).u32(3), accounts(3)).isRead());
        QVERIFY(!decodeFor(voteProgram, Data().u32(17).u32(2), accounts(3)).isRead());
        QVERIFY(!decodeFor(voteProgram, Data().u32(20), accounts(5)).isRead());
        QVERIFY(!decodeFor(voteProgram, Data().u32(2).u64(~0ULL).u64(5), accounts(4)).isRead());
        QVERIFY(
            !decodeFor(voteProgram, Data().u32(14).u64(5).add({0x80, 0}).address(8), accounts(4)).isRead());
    }
};

COUNTERSIGN_APPLESS_TEST(VoteProgramTest)
#include "VoteProgram_test.moc"
