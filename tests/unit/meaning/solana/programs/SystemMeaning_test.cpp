#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/solana/SolanaCalls.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;
using namespace countersign::meaning;

namespace {

const SolanaAddress newAccount = addressNumber(0x44);
const SolanaAddress unknownProgram = addressNumber(0x66);
const SolanaAddress stakeId = at("Stake11111111111111111111111111111111111111");
constexpr std::uint64_t rentOf200 = 2'282'880;

SolanaCall create(const SolanaAddress& owner, std::uint64_t lamports, const SolanaAddress& from = wallet,
                  const SolanaAddress& created = newAccount)
{
    return {systemProgramId,
            {signs(from), signs(created)},
            joined({number(0, 4), number(lamports, 8), number(200, 8), bytesOf(owner)})};
}

SolanaCall setUpStake(const SolanaAddress& account)
{
    return {stakeId,
            {writes(account), reads(at("SysvarRent111111111111111111111111111111111"))},
            joined({number(0, 4), bytesOf(wallet), bytesOf(wallet), Bytes(48)})};
}

SolanaCall advanceNonce()
{
    return {systemProgramId,
            {writes(other), reads(at("SysvarRecentB1ockHashes11111111111111111111")), signs(wallet, false)},
            number(4, 4)};
}

}  // namespace

class SystemMeaningTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Whoever sets such an account up first, has it: these programs ask for no signature of its own.
    void tellsAccountsThatAnybodyCanHave()
    {
        const auto severity = [](const std::vector<SolanaCall>& calls) {
            return severityOf(explained(calls), "solana.account.unclaimed");
        };
        QCOMPARE(severity({create(stakeId, 5)}), std::string("critical"));
        QCOMPARE(severity({create(solana::tokenProgram(), 5)}), std::string("critical"));
        QCOMPARE(severity({create(solana::token2022Program(), 5)}), std::string("critical"));
        QCOMPARE(severity({create(stakeId, 5), setUpStake(newAccount)}), std::string());
        QCOMPARE(severity({create(stakeId, 5), setUpStake(stranger)}), std::string("critical"));
        QCOMPARE(severity({create(stakeId, 0)}), std::string());
        QCOMPARE(severity({sendSol(wallet, stranger, 1), create(stakeId, 5, other)}), std::string());
        const SolanaCall split{stakeId,
                               {writes(stranger), writes(newAccount), signs(wallet, false)},
                               joined({number(3, 4), number(1, 8)})};
        QCOMPARE(severity({create(stakeId, 5), split}), std::string());
        // An extension is set up before the mint, and makes it nobody's.
        const SolanaCall extension{solana::token2022Program(), {writes(newAccount)}, {32}};
        QCOMPARE(severity({create(solana::token2022Program(), 5), extension}), std::string("critical"));
    }

    void tellsPaymentsToPrograms()
    {
        const auto severity = [](std::uint64_t lamports, const SolanaAddress& from = wallet) {
            return severityOf(
                explained({sendSol(wallet, stranger, 1), create(unknownProgram, lamports, from)}),
                "solana.account.foreignProgram");
        };
        QCOMPARE(severity(rentOf200), std::string("warning"));
        QCOMPARE(severity(rentOf200 + 1), std::string("critical"));
        QCOMPARE(severity(0), std::string());
        QCOMPARE(severity(rentOf200 + 1, other), std::string());
    }

    /// In first place it makes the transaction durable; in every other it still replaces the nonce.
    void tellsWhatAdvancingANonceDoes()
    {
        const SolanaCall payment = sendSol(wallet, stranger, 1);
        const Explanation first = explained({advanceNonce(), payment});
        QCOMPARE(severityOf(first, "solana.nonce.advanced"), std::string());
        QVERIFY(effectsOf(first).starts_with("power\nout"));
        QVERIFY(first.meaning.intent.starts_with("Send"));
        const Explanation second = explained({payment, advanceNonce()});
        QCOMPARE(severityOf(second, "solana.nonce.advanced"), std::string("warning"));
        QCOMPARE(severityOf(second, "solana.nonce.durable"), std::string());
        QVERIFY(effectsOf(second).ends_with("\npower"));
        QVERIFY(second.meaning.intent.ends_with("Advance the nonce of 4Ss5…6zT4"));
    }
};

COUNTERSIGN_APPLESS_TEST(SystemMeaningTest)
#include "SystemMeaning_test.moc"
