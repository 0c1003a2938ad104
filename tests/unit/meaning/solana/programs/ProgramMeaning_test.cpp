#include "core/chain/solana/ProgramAddress.h"
#include "core/crypto/primitives/Sha256.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/solana/SolanaCalls.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;
using namespace countersign::meaning;

namespace {

const SolanaAddress account = addressNumber(0x44);
const SolanaAddress stakeProgram = at("Stake11111111111111111111111111111111111111");
const SolanaAddress loader = at("BPFLoaderUpgradeab1e11111111111111111111111");
const SolanaAddress tables = at("AddressLookupTab1e1111111111111111111111111");
const SolanaAddress squads = at("SQDS4ep65T869zMMBKyuUq6aD6EgTu8psMjkvj52pCf");
const SolanaAddress clockSysvar = at("SysvarC1ock11111111111111111111111111111111");
const SolanaAddress rentSysvar = at("SysvarRent111111111111111111111111111111111");

Bytes tag(std::uint32_t value)
{
    return number(value, 4);
}

Bytes squadsTag(std::string_view name)
{
    const Sha256Digest digest = sha256(asBytes("global:" + std::string(name)));
    return {digest.begin(), digest.begin() + 8};
}

/// The severity of the finding, with what is wrong in front.
std::string severity(const std::vector<SolanaCall>& calls, std::string_view id)
{
    const Explanation explanation = explained(calls);
    return (explanation.meaning.understood ? "" : "not understood ") + severityOf(explanation, id);
}

SolanaCall system(Bytes data, std::vector<SolanaAccountUse> accounts)
{
    return {systemProgramId, std::move(accounts), std::move(data)};
}

/// A vault sends lamports; the message as Squads packs it.
Bytes vaultMessage(const SolanaAddress& vault, std::uint64_t lamports)
{
    return joined({{1, 1, 1, 3},
                   bytesOf(vault),
                   bytesOf(stranger),
                   bytesOf(systemProgramId),
                   {1, 2, 2, 0, 1},
                   number(12, 2),
                   tag(2),
                   number(lamports, 8),
                   {0}});
}

SolanaCall proposalOf(const Bytes& message)
{
    return {squads,
            {writes(account), writes(other), signs(wallet, false), signs(wallet), reads(systemProgramId)},
            joined({squadsTag("vault_transaction_create"), {0, 0}, number(message.size(), 4), message, {0}})};
}

}  // namespace

class ProgramMeaningTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsTheSystemProgram()
    {
        const Bytes owner = bytesOf(addressNumber(0x66));
        QCOMPARE(severity({system(joined({tag(1), owner}), {signs(wallet)})}, "solana.assign"),
                 std::string("critical"));
        QCOMPARE(
            severity({system(joined({tag(7), bytesOf(stranger)}), {writes(account), signs(wallet, false)})},
                     "solana.nonce.authority"),
            std::string("critical"));
        const Explanation creation = explained(
            {system(joined({tag(0), number(2'000'000'000, 8), number(200, 8), bytesOf(stakeProgram)}),
                    {signs(wallet), signs(account)})});
        QCOMPARE(creation.meaning.intent,
                 std::string("Create account 5bV6…oew5 with 2 SOL for the Stake program"));
        QCOMPARE(effectsOf(creation), "out 2 SOL " + toText(account) + "\npower " + toText(stakeProgram));
        const Explanation withdrawal = explained(
            {system(joined({tag(5), number(7, 8)}), {writes(account), writes(stranger), reads(clockSysvar),
                                                     reads(rentSysvar), signs(wallet)})});
        QCOMPARE(effectsOf(withdrawal), "out 0.000000007 SOL " + toText(stranger));
    }

    void knowsStake()
    {
        const SolanaCall authorize{stakeProgram,
                                   {writes(account), reads(clockSysvar), signs(wallet, false)},
                                   joined({tag(1), bytesOf(stranger), tag(1)})};
        const Explanation given = explained({authorize});
        QCOMPARE(severityOf(given, "solana.authorize"), std::string("critical"));
        QCOMPARE(given.meaning.intent, std::string("Give 3JF3…QKy3 the power of the withdrawer over stake "
                                                   "account 5bV6…oew5"));
        const auto initialize = [](const SolanaAddress& withdrawer, std::uint64_t until) {
            return SolanaCall{stakeProgram,
                              {writes(account), reads(rentSysvar)},
                              joined({tag(0), bytesOf(wallet), bytesOf(withdrawer), number(until, 8),
                                      number(0, 8), Bytes(32)})};
        };
        QCOMPARE(severity({initialize(wallet, 0)}, "solana.authorize"), std::string());
        QCOMPARE(severity({initialize(stranger, 0)}, "solana.authorize"), std::string("critical"));
        QCOMPARE(severity({initialize(wallet, 5)}, "solana.stake.lockup"), std::string("warning"));
        const SolanaCall split{stakeProgram,
                               {writes(account), writes(other), signs(wallet, false)},
                               joined({tag(3), number(1'500'000'000, 8)})};
        QVERIFY(explained({split}).meaning.intent.starts_with("Split 1.5 SOL of stake account 5bV6…oew5"));
        const SolanaCall deactivate{
            stakeProgram, {writes(account), reads(clockSysvar), signs(wallet, false)}, tag(5)};
        QCOMPARE(findingsOf(explained({deactivate})), std::string());
    }

    void knowsLoaders()
    {
        const SolanaCall upgrade{loader,
                                 {writes(addressNumber(1)), writes(account), writes(other), writes(wallet),
                                  reads(rentSysvar), reads(clockSysvar), signs(wallet, false)},
                                 tag(3)};
        QCOMPARE(severity({upgrade}, "solana.loader.upgrade"), std::string("critical"));
        const SolanaCall authority{loader, {writes(account), signs(wallet, false), reads(stranger)}, tag(4)};
        QCOMPARE(severity({authority}, "solana.loader.authority"), std::string("critical"));
        const SolanaCall close{loader, {writes(account), writes(stranger), signs(wallet, false)}, tag(5)};
        QCOMPARE(severity({close}, "solana.loader.close"), std::string("critical"));
        const SolanaCall extend{
            tables,
            {writes(account), signs(wallet, false), signs(wallet), reads(systemProgramId)},
            joined({tag(2), number(1, 8), bytesOf(stranger)})};
        QCOMPARE(severity({extend}, "solana.lookupTable.change"), std::string("warning"));
    }

    /// What is inside is the vault's, and happens only if the members agree.
    void opensProposals()
    {
        const std::array<std::uint8_t, 1> index = {0};
        const std::array<BytesView, 4> seeds = {asBytes("multisig"), account, asBytes("vault"), index};
        const SolanaAddress vault = solana::findProgramAddress(seeds, squads)->address;
        const Explanation explanation = explained({proposalOf(vaultMessage(vault, 3'000'000'000))});
        QVERIFY2(explanation.meaning.understood, findingsOf(explanation).c_str());
        QCOMPARE(explanation.meaning.intent,
                 std::string("Propose to multisig 5bV6…oew5: Send 3 SOL to 3JF3…QKy3"));
        QCOMPARE(effectsOf(explanation), "out 3 SOL " + toText(stranger));
        QVERIFY(explanation.meaning.effects.front().text.starts_with("If the members of multisig"));
        QCOMPARE(severityOf(explanation, "solana.squads.proposal"), std::string("warning"));
        QCOMPARE(valueOf(explanation, "Vault"), toText(vault));
        // Another vault's SOL is not this one's: the sentence says whose it is.
        const Explanation foreign = explained({proposalOf(vaultMessage(other, 5))});
        QVERIFY(foreign.meaning.intent.find("from 4Ss5…6zT4") != std::string::npos);
    }

    void doesNotUnderstandHiddenProposals()
    {
        Bytes broken = vaultMessage(other, 5);
        broken[4 + 64] = 9;  // the System program is now another one
        QVERIFY(!explained({proposalOf(broken)}).meaning.understood);
        const SolanaCall approval{squads,
                                  {reads(account), signs(wallet), writes(other)},
                                  joined({squadsTag("proposal_approve"), {0}})};
        QCOMPARE(severity({approval}, "solana.squads.opaque"), std::string("not understood critical"));
        const SolanaCall rejection{squads,
                                   {reads(account), signs(wallet), writes(other)},
                                   joined({squadsTag("proposal_reject"), {0}})};
        QVERIFY(explained({rejection}).meaning.understood);
        const SolanaCall change{
            squads,
            {writes(account), signs(wallet, false), signs(wallet), reads(systemProgramId)},
            joined({squadsTag("multisig_change_threshold"), number(1, 2), {0}})};
        QCOMPARE(severity({change}, "solana.squads.config"), std::string("critical"));
    }

    void showsMemos()
    {
        const SolanaCall memo{
            at("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"), {}, toBytes(asBytes("invoice 7"))};
        const Explanation explanation = explained({memo, sendSol(wallet, stranger, 1)});
        QCOMPARE(valueOf(explanation, "Memo"), std::string("invoice 7"));
        QCOMPARE(findingsOf(explanation), std::string());
        QCOMPARE(explained({memo}).meaning.intent, std::string("Add a memo"));
    }

    /// What is read, and of which nobody wrote down the effect.
    void doesNotGuess()
    {
        const SolanaCall commission{at("Vote111111111111111111111111111111111111111"),
                                    {writes(account), signs(wallet, false)},
                                    joined({tag(5), {100}})};
        QCOMPARE(severity({commission}, "solana.instruction.effectUnknown"),
                 std::string("not understood warning"));
    }
};

COUNTERSIGN_APPLESS_TEST(ProgramMeaningTest)
#include "ProgramMeaning_test.moc"
