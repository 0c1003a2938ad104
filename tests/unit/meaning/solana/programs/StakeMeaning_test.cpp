#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/solana/SolanaCalls.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;
using namespace countersign::meaning;

namespace {

const SolanaAddress stakeAccount = addressNumber(0x44);
const SolanaAddress stakeProgramId = at("Stake11111111111111111111111111111111111111");

SolanaCall initialize(const SolanaAddress& staker, std::int64_t time, std::uint64_t epoch,
                      const SolanaAddress& custodian)
{
    return {stakeProgramId,
            {writes(stakeAccount), reads(at("SysvarRent111111111111111111111111111111111"))},
            joined({number(0, 4), bytesOf(staker), bytesOf(wallet),
                    number(static_cast<std::uint64_t>(time), 8), number(epoch, 8), bytesOf(custodian)})};
}

/// The options as the program packs them: a byte, and the value where that is 1.
SolanaCall setLockup(const Bytes& time, const Bytes& epoch, const Bytes& custodian)
{
    return {stakeProgramId,
            {writes(stakeAccount), signs(wallet, false)},
            joined({number(6, 4), time, epoch, custodian})};
}

std::string effectTexts(const Explanation& explanation)
{
    std::string texts;
    for (const Effect& effect : explanation.meaning.effects) {
        texts += effect.text + '\n';
    }
    return texts;
}

bool tells(const Explanation& explanation, std::string_view text)
{
    return effectTexts(explanation).find(text) != std::string::npos;
}

}  // namespace

class StakeMeaningTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsTheLockupOfANewAccount()
    {
        constexpr std::int64_t in2100 = 4'102'444'800;
        const Explanation locked = explained({initialize(wallet, in2100, 0, stranger)});
        QVERIFY(locked.meaning.understood);
        QVERIFY2(locked.meaning.intent.ends_with("may withdraw, locked until 2100-01-01T00:00:00Z"),
                 locked.meaning.intent.c_str());
        QVERIFY2(effectsOf(locked).ends_with("power " + toText(stranger)), effectsOf(locked).c_str());
        QVERIFY(tells(locked, "Until 2100-01-01T00:00:00Z, nothing can be withdrawn"));
        QVERIFY(tells(locked, "the custodian is " + toText(stranger)));
        QCOMPARE(severityOf(locked, "solana.stake.lockup"), std::string("critical"));
        const Explanation both = explained({initialize(wallet, in2100, 900, SolanaAddress{})});
        QVERIFY(tells(both, "Until 2100-01-01T00:00:00Z and epoch 900"));
        QVERIFY(tells(both, "the custodian is nobody"));
        const Explanation own = explained({initialize(wallet, 0, 900, wallet)});
        QVERIFY(tells(own, "Until epoch 900,"));
        QCOMPARE(severityOf(own, "solana.stake.lockup"), std::string("warning"));
        QVERIFY(tells(explained({initialize(wallet, -5, 0, wallet)}), "Until second -5 since 1970"));
    }

    /// Without an end, a custodian has no power at all.
    void tellsNoLockupWhereThereIsNone()
    {
        const Explanation plain = explained({initialize(wallet, 0, 0, stranger)});
        QCOMPARE(findingsOf(plain), std::string());
        QCOMPARE(effectsOf(plain), "power " + toText(wallet) + "\npower " + toText(wallet));
    }

    void tellsAForeignStaker()
    {
        QCOMPARE(severityOf(explained({initialize(stranger, 0, 0, wallet)}), "solana.authorize"),
                 std::string("warning"));
    }

    /// What a change does not name stays as it is, and is not said to end.
    void tellsChangesOfALockup()
    {
        const Bytes none = {0};
        const Explanation custodian = explained({setLockup(none, none, joined({{1}, bytesOf(stranger)}))});
        QCOMPARE(custodian.meaning.intent,
                 std::string("Change the lockup of stake account 5bV6…oew5, with custodian 3JF3…QKy3"));
        QVERIFY(effectsOf(custodian).ends_with("power " + toText(stranger)));
        QCOMPARE(severityOf(custodian, "solana.stake.lockup"), std::string("critical"));
        const Explanation ended = explained({setLockup(joined({{1}, number(0, 8)}), none, none)});
        QVERIFY2(ended.meaning.intent.ends_with(": its end becomes no date"), ended.meaning.intent.c_str());
        QVERIFY(!tells(ended, "epoch"));
        QCOMPARE(severityOf(ended, "solana.stake.lockup"), std::string("warning"));
        const Explanation longer = explained({setLockup(none, joined({{1}, number(77, 8)}), none)});
        QVERIFY(longer.meaning.intent.ends_with(": its end becomes epoch 77"));
        const Explanation checked =
            explained({SolanaCall{stakeProgramId,
                                  {writes(stakeAccount), signs(wallet, false), signs(stranger, false)},
                                  joined({number(12, 4), none, none})}});
        QVERIFY(effectsOf(checked).ends_with("power " + toText(stranger)));
    }

    /// What comes to the wallet is no loss.
    void fearsOnlyForeignAuthorities()
    {
        const auto severity = [](const SolanaAddress& authority) {
            const SolanaCall call{stakeProgramId,
                                  {writes(stakeAccount), signs(other, false)},
                                  joined({number(1, 4), bytesOf(authority), number(1, 4)})};
            return severityOf(explained({call}), "solana.authorize");
        };
        QCOMPARE(severity(wallet), std::string("info"));
        QCOMPARE(severity(stranger), std::string("critical"));
    }
};

COUNTERSIGN_APPLESS_TEST(StakeMeaningTest)
#include "StakeMeaning_test.moc"
