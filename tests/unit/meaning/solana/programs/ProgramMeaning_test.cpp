#include "core/chain/solana/spl/ProgramAddress.h"
#include "core/crypto/primitives/Sha256.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/solana/SolanaCalls.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;
using namespace countersign::meaning;

namespace {

const SolanaAddress someAccount = addressNumber(0x44);
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
            {writes(someAccount), writes(other), signs(wallet, false), signs(wallet), reads(systemProgramId)},
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
        QCOMPARE(severity({system(joined({tag(7), bytesOf(stranger)}),
                                  {writes(someAccount), signs(wallet, false)})},
                          "solana.nonce.authority"),
                 std::string("critical"));
        const Explanation creation = explained(
            {system(joined({tag(0), number(2'000'000'000, 8), number(200, 8), bytesOf(stakeProgram)}),
                    {signs(wallet), signs(someAccount)})});
        QCOMPARE(creation.meaning.intent,
                 std::string("Create account 5bV6…oew5 with 2 SOL for the Stake program"));
        QCOMPARE(effectsOf(creation), "out 2 SOL " + toText(someAccount) + "\npower " + toText(stakeProgram));
        const Explanation withdrawal = explained(
            {system(joined({tag(5), number(7, 8)}), {writes(someAccount), writes(stranger),
                                                     reads(clockSysvar), reads(rentSysvar), signs(wallet)})});
        QCOMPARE(effectsOf(withdrawal), "out 0.000000007 SOL " + toText(stranger));
    }

    /// To create the wallet itself is to give it away.
    void knowsHiddenAssignments()
    {
        const Bytes program = bytesOf(addressNumber(0x66));
        const Bytes empty = joined({number(0, 8), number(0, 8)});
        const Explanation created =
            explained({system(joined({tag(0), empty, program}), {signs(other), signs(wallet)})});
        QCOMPARE(severityOf(created, "solana.assign"), std::string("critical"));
        QVERIFY2(created.meaning.intent.starts_with("Give account "), created.meaning.intent.c_str());
        QCOMPARE(severity({system(joined({tag(13), empty, program}), {signs(wallet)})}, "solana.assign"),
                 std::string("critical"));
        QCOMPARE(severity({system(joined({tag(13), empty, program}), {signs(someAccount)})}, "solana.assign"),
                 std::string("critical"));
        const Bytes seeded = joined({tag(3), bytesOf(other), number(1, 8), {'a'}, empty, program});
        QCOMPARE(severity({system(seeded, {signs(stranger), writes(wallet), signs(other, false)})},
                          "solana.assign"),
                 std::string("critical"));
        QCOMPARE(severity({system(joined({tag(8), number(1, 8)}), {signs(wallet)})}, "solana.assign"),
                 std::string("critical"));
        QCOMPARE(severity({system(joined({tag(8), number(1, 8)}), {signs(someAccount)})}, "solana.assign"),
                 std::string());
    }

    /// A new account of the System program is somebody's.
    void knowsPaymentsByCreation()
    {
        const auto creation = [](std::uint64_t space) {
            return system(joined({tag(0), number(3'000'000'000, 8), number(space, 8), Bytes(32)}),
                          {signs(wallet), signs(stranger)});
        };
        const Explanation paid = explained({creation(0)});
        QCOMPARE(paid.meaning.intent, std::string("Send 3 SOL to 3JF3…QKy3"));
        QCOMPARE(effectsOf(paid), "out 3 SOL " + toText(stranger) + "\npower " + toText(stranger));
        QCOMPARE(severityOf(paid, "solana.wallet.paysForOthers"), std::string("warning"));
        QCOMPARE(severity({creation(9)}, "solana.assign"), std::string("critical"));
        const Explanation seeded = explained({system(
            joined({tag(3), bytesOf(other), number(1, 8), {'a'}, number(5, 8), number(0, 8), Bytes(32)}),
            {signs(wallet), writes(stranger), reads(other)})});
        QVERIFY(effectsOf(seeded).find("power " + toText(other)) != std::string::npos);
        const auto nonce = [](const SolanaAddress& authority) {
            return system(joined({tag(6), bytesOf(authority)}),
                          {writes(stranger), reads(clockSysvar), reads(rentSysvar)});
        };
        const Explanation own = explained({creation(80), nonce(wallet)});
        QVERIFY(own.meaning.intent.find("Create account") != std::string::npos);
        QCOMPARE(severityOf(own, "solana.assign") + severityOf(own, "solana.nonce.authority"), std::string());
        QCOMPARE(severityOf(own, "solana.wallet.paysForOthers"), std::string("info"));
        QCOMPARE(severity({creation(80), nonce(other)}, "solana.nonce.authority"), std::string("critical"));
    }

    void knowsStake()
    {
        const SolanaCall authorize{stakeProgram,
                                   {writes(someAccount), reads(clockSysvar), signs(wallet, false)},
                                   joined({tag(1), bytesOf(stranger), tag(1)})};
        const Explanation given = explained({authorize});
        QCOMPARE(severityOf(given, "solana.authorize"), std::string("critical"));
        QCOMPARE(given.meaning.intent, std::string("Give 3JF3…QKy3 the power of the withdrawer over stake "
                                                   "account 5bV6…oew5"));
        const auto initialize = [](const SolanaAddress& withdrawer, std::uint64_t until) {
            return SolanaCall{stakeProgram,
                              {writes(someAccount), reads(rentSysvar)},
                              joined({tag(0), bytesOf(wallet), bytesOf(withdrawer), number(until, 8),
                                      number(0, 8), Bytes(32)})};
        };
        QCOMPARE(severity({initialize(wallet, 0)}, "solana.authorize"), std::string());
        QCOMPARE(severity({initialize(stranger, 0)}, "solana.authorize"), std::string("critical"));
        QCOMPARE(severity({initialize(wallet, 5)}, "solana.stake.lockup"), std::string("critical"));
        const SolanaCall split{stakeProgram,
                               {writes(someAccount), writes(other), signs(wallet, false)},
                               joined({tag(3), number(1'500'000'000, 8)})};
        QVERIFY(explained({split}).meaning.intent.starts_with("Split 1.5 SOL of stake account 5bV6…oew5"));
        const SolanaCall deactivate{
            stakeProgram, {writes(someAccount), reads(clockSysvar), signs(wallet, false)}, tag(5)};
        QCOMPARE(findingsOf(explained({deactivate})), std::string());
    }

    void knowsLoaders()
    {
        const SolanaCall upgrade{
            loader,
            {writes(addressNumber(1)), writes(someAccount), writes(other), writes(wallet), reads(rentSysvar),
             reads(clockSysvar), signs(wallet, false)},
            tag(3)};
        QCOMPARE(severity({upgrade}, "solana.loader.upgrade"), std::string("critical"));
        const SolanaCall authority{
            loader, {writes(someAccount), signs(wallet, false), reads(stranger)}, tag(4)};
        QCOMPARE(severity({authority}, "solana.loader.authority"), std::string("critical"));
        const SolanaCall close{loader, {writes(someAccount), writes(stranger), signs(wallet, false)}, tag(5)};
        QCOMPARE(severity({close}, "solana.loader.close"), std::string("critical"));
        const SolanaCall extend{
            tables,
            {writes(someAccount), signs(wallet, false), signs(wallet), reads(systemProgramId)},
            joined({tag(2), number(1, 8), bytesOf(stranger)})};
        QCOMPARE(severity({extend}, "solana.lookupTable.change"), std::string("warning"));
    }

    /// What is inside is the vault's, and happens only if the members agree.
    void opensProposals()
    {
        const std::array<std::uint8_t, 1> index = {0};
        const std::array<BytesView, 4> seeds = {asBytes("multisig"), someAccount, asBytes("vault"), index};
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
                                  {reads(someAccount), signs(wallet), writes(other)},
                                  joined({squadsTag("proposal_approve"), {0}})};
        QCOMPARE(severity({approval}, "solana.squads.opaque"), std::string("not understood critical"));
        const SolanaCall rejection{squads,
                                   {reads(someAccount), signs(wallet), writes(other)},
                                   joined({squadsTag("proposal_reject"), {0}})};
        QVERIFY(explained({rejection}).meaning.understood);
        const SolanaCall change{
            squads,
            {writes(someAccount), signs(wallet, false), signs(wallet), reads(systemProgramId)},
            joined({squadsTag("multisig_change_threshold"), number(1, 2), {0}})};
        QCOMPARE(severity({change}, "solana.squads.config"), std::string("critical"));
    }

    void tellsWhoRulesAMultisig()
    {
        const auto create = [](Bytes authority) {
            return SolanaCall{squads,
                              {reads(addressNumber(1)), writes(addressNumber(2)), writes(someAccount),
                               signs(addressNumber(3), false), signs(wallet), reads(systemProgramId)},
                              joined({squadsTag("multisig_create_v2"),
                                      authority,
                                      number(1, 2),
                                      number(1, 4),
                                      bytesOf(other),
                                      {7},
                                      number(0, 4),
                                      {0, 0}})};
        };
        const Explanation ruled = explained({create(joined({{1}, bytesOf(stranger)}))});
        QVERIFY2(ruled.meaning.understood, findingsOf(ruled).c_str());
        QCOMPARE(effectsOf(ruled), "power " + toText(someAccount) + "\npower " + toText(other) + "\npower " +
                                       toText(stranger) + "\nfee");
        QCOMPARE(ruled.meaning.findings.front().title, std::string("Somebody alone rules a multisig"));
        QVERIFY(explained({create({0})}).meaning.effects.at(2).text.starts_with("Only its members"));
    }

    void tellsEachChangeOfAMultisig()
    {
        const Bytes limit = joined({bytesOf(addressNumber(5)),
                                    {0},
                                    Bytes(32),
                                    number(2'000'000'000, 8),
                                    {1},
                                    number(1, 4),
                                    bytesOf(stranger),
                                    number(0, 4)});
        const SolanaCall proposed{
            squads,
            {writes(someAccount), writes(other), signs(wallet, false), signs(wallet), reads(systemProgramId)},
            joined({squadsTag("config_transaction_create"),
                    number(2, 4),
                    {0},
                    bytesOf(stranger),
                    {7, 4},
                    limit,
                    {0}})};
        const Explanation explanation = explained({proposed});
        QVERIFY2(explanation.meaning.understood, valueOf(explanation, "Instruction 1").c_str());
        QCOMPARE(effectsOf(explanation), "power " + toText(stranger) + "\npower " + toText(stranger));
        QCOMPARE(explanation.meaning.effects.at(1).text,
                 "If the members agree: " + toText(stranger) +
                     " alone may send up to 2 SOL each day from vault number 0 of multisig " +
                     toText(someAccount) + " to anybody");
        const SolanaCall removal{
            squads,
            {writes(someAccount), signs(wallet, false), signs(wallet), reads(systemProgramId)},
            joined({squadsTag("multisig_remove_member"), bytesOf(other), {0}})};
        QCOMPARE(effectsOf(explained({removal})), "power " + toText(other));
    }

    void checksDecimalsOfSpendingLimits()
    {
        const auto use = [](std::uint8_t decimals) {
            return SolanaCall{squads,
                              {reads(someAccount), signs(wallet, false), writes(other),
                               writes(addressNumber(1)), writes(stranger), reads(systemProgramId),
                               reads(squads), reads(squads), reads(squads), reads(squads)},
                              joined({squadsTag("spending_limit_use"), number(5, 8), {decimals, 0}})};
        };
        QCOMPARE(severity({use(9)}, "solana.token.decimals"), std::string());
        QCOMPARE(severity({use(6)}, "solana.token.decimals"), std::string("not understood critical"));
        SolanaCall tokens = use(9);
        tokens.accounts[6] = reads(usdc);
        QCOMPARE(severity({tokens}, "solana.token.decimals"), std::string("not understood critical"));
    }

    /// A known program gets a signature for what cannot be read.
    void fearsUnreadInstructionsThatSign()
    {
        QCOMPARE(severity({system(tag(99), {signs(wallet)})}, "solana.instruction.unread"),
                 std::string("not understood critical"));
        QCOMPARE(severity({system(tag(99), {writes(other)})}, "solana.instruction.unread"),
                 std::string("not understood warning"));
    }

    void showsMemos()
    {
        const SolanaCall memo{
            at("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"), {}, toBytes(asBytes("invoice 7"))};
        const Explanation explanation = explained({memo, sendSol(wallet, stranger, 1)});
        QCOMPARE(valueOf(explanation, "Memo"), std::string("invoice 7"));
        QCOMPARE(findingsOf(explanation), std::string());
        QCOMPARE(explained({memo}).meaning.intent, std::string("Add a memo"));
        SolanaCall blank = memo;
        blank.data = toBytes(asBytes("pay\u3164back"));
        const Explanation hidden = explained({blank});
        QCOMPARE(severityOf(hidden, "message.text.hidden"), std::string("warning"));
        QCOMPARE(valueOf(hidden, "Memo"), std::string("pay[U+3164]back"));
    }

    /// What is read, and of which nobody wrote down the effect.
    void doesNotGuess()
    {
        const SolanaCall commission{at("Vote111111111111111111111111111111111111111"),
                                    {writes(someAccount), signs(wallet, false)},
                                    joined({tag(5), {100}})};
        QCOMPARE(severity({commission}, "solana.instruction.effectUnknown"),
                 std::string("not understood warning"));
    }
};

COUNTERSIGN_APPLESS_TEST(ProgramMeaningTest)
#include "ProgramMeaning_test.moc"
