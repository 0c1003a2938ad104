#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/solana/SolanaCalls.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;
using namespace countersign::meaning;

namespace {

const SolanaAddress tokenAccount = addressNumber(0x44);
const SolanaAddress unlistedMint = addressNumber(0x55);
const SolanaAddress wrappedSol = at("So11111111111111111111111111111111111111112");

SolanaCall token(Bytes data, std::vector<SolanaAccountUse> accounts)
{
    return {solana::tokenProgram(), std::move(accounts), std::move(data)};
}

SolanaCall token2022(Bytes data, std::vector<SolanaAccountUse> accounts)
{
    return {solana::token2022Program(), std::move(accounts), std::move(data)};
}

SolanaCall approve(std::uint64_t amount)
{
    return token(joined({{4}, number(amount, 8)}),
                 {writes(tokenAccount), reads(stranger), signs(wallet, false)});
}

SolanaCall setAuthority(std::uint8_t type, const std::optional<SolanaAddress>& to)
{
    return token(to ? joined({{6, type, 1}, bytesOf(*to)}) : Bytes{6, type, 0},
                 {writes(tokenAccount), signs(wallet, false)});
}

SolanaCall closeTo(const SolanaAddress& destination)
{
    return token({9}, {writes(tokenAccount), writes(destination), signs(wallet, false)});
}

/// Understood, and its intent, its effects and its findings are these.
void check(const Explanation& explanation, const std::string& intent, const std::string& effects,
           const std::string& findings)
{
    QVERIFY(explanation.meaning.understood);
    QCOMPARE(explanation.meaning.intent, intent);
    QCOMPARE(effectsOf(explanation), effects);
    QCOMPARE(findingsOf(explanation), findings);
}

}  // namespace

class TokenMeaningTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The account that is made for the recipient proves whose it is.
    void provesTheOwner()
    {
        const SolanaCall payment = sendTokens(ownAccount(stranger), 5'000'000);
        const Explanation explanation = explained({createAccountOf(stranger), payment});
        check(explanation, "Send 5 USDC (EPjF…Dt1v) to 3JF3…QKy3", "fee\nout 5 USDC " + toText(stranger), "");
        QCOMPARE(*explanation.meaning.effects[1].asset,
                 "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:" + toText(usdc));
        QVERIFY(explanation.meaning.effects[1].text.find("5 USDC (" + toText(usdc) + ")") !=
                std::string::npos);
        QCOMPARE(valueOf(explanation, "Owner of the destination"), toText(stranger));
        QVERIFY(valueOf(explanation, "Amount").starts_with("5 USDC ("));
        // Without it, and with one for somebody else, it is unproven.
        for (const auto& calls : {std::vector{payment}, std::vector{createAccountOf(other), payment}}) {
            const Explanation unproven = explained(calls);
            QCOMPARE(severityOf(unproven, "recipient.ownerUnproven"), std::string("warning"));
            QVERIFY(unproven.meaning.intent.find("to token account") != std::string::npos);
            QVERIFY(unproven.meaning.effects.back().account != toText(stranger));
        }
    }

    /// A look-alike: it says that it makes the recipient's account, and makes none.
    void refusesAFalseProof()
    {
        SolanaCall creation = createAccountOf(stranger);
        creation.accounts[1] = writes(tokenAccount);
        const Explanation explanation = explained({creation, sendTokens(tokenAccount, 1)});
        QVERIFY(!explanation.meaning.understood);
        QCOMPARE(severityOf(explanation, "solana.associatedToken.mismatch"), std::string("critical"));
        QCOMPARE(severityOf(explanation, "recipient.ownerUnproven"), std::string("warning"));
        creation = createAccountOf(stranger);
        creation.accounts[5] = reads(other);
        QVERIFY(!explained({creation}).meaning.understood);
    }

    void knowsItsOwnAccount()
    {
        const SolanaCall toItself = sendTokens(ownAccount(wallet), 1);
        QCOMPARE(severityOf(explained({toItself}), "recipient.self"), std::string("info"));
        SolanaCall incoming = toItself;
        incoming.accounts[0] = writes(tokenAccount);
        incoming.accounts[3] = signs(other, false);
        QVERIFY(effectsOf(explained({incoming})).starts_with("in 0.000001 USDC " + toText(other)));
    }

    void showsTokensThatAreNotListed()
    {
        const Explanation checked =
            explained({createAccountOf(stranger, unlistedMint),
                       sendTokens(ownAccount(stranger, unlistedMint), 1'234'500, 3, unlistedMint)});
        QCOMPARE(checked.meaning.intent, std::string("Send 1234.5 of token 6k78…WKR6 to 3JF3…QKy3"));
        const Explanation plain = explained({token(
            joined({{3}, number(5, 8)}), {writes(tokenAccount), writes(other), signs(wallet, false)})});
        QVERIFY(plain.meaning.understood);
        QCOMPARE(severityOf(plain, "recipient.ownerUnproven"), std::string("warning"));
        QVERIFY(plain.meaning.intent.starts_with("Send raw 5 of the token in account 5bV6…oew5"));
        QVERIFY(!plain.meaning.effects.front().asset);
    }

    void distrustsOtherDecimals()
    {
        const Explanation explanation = explained({sendTokens(ownAccount(stranger), 5'000'000, 9)});
        QVERIFY(!explanation.meaning.understood);
        QCOMPARE(severityOf(explanation, "solana.token.decimals"), std::string("critical"));
    }

    void flagsRecipientsThatCannotOwn()
    {
        const auto severity = [](const std::vector<SolanaCall>& calls) {
            return severityOf(explained(calls), "recipient.program");
        };
        QCOMPARE(severity({sendTokens(usdc, 1)}), std::string("critical"));
        QCOMPARE(severity({createAccountOf(usdc), sendTokens(ownAccount(usdc), 1)}), std::string("critical"));
        QCOMPARE(severity({sendSol(wallet, usdc, 1)}), std::string("critical"));
        QCOMPARE(severity({sendSol(wallet, solana::tokenProgram(), 1)}), std::string("critical"));
        QCOMPARE(severity({sendSol(wallet, at("SysvarRent111111111111111111111111111111111"), 1)}),
                 std::string("critical"));
        QCOMPARE(severity({sendSol(wallet, at("1nc1nerator11111111111111111111111111111111"), 1)}),
                 std::string("critical"));
        QCOMPARE(severity({sendSol(wallet, tokenAccount, 1)}), std::string());
    }

    void tellsWhoMayTake()
    {
        const Explanation limited = explained({approve(5)});
        QCOMPARE(severityOf(limited, "solana.approve"), std::string("warning"));
        QVERIFY(effectsOf(limited).starts_with("power raw 5 " + toText(stranger)));
        const Explanation unlimited = explained({approve(~std::uint64_t{0})});
        QCOMPARE(severityOf(unlimited, "solana.approve"), std::string("critical"));
        QVERIFY(unlimited.meaning.intent.find("unlimited") != std::string::npos);
        const Explanation nearly = explained({approve(~std::uint64_t{0} - 1)});
        QCOMPARE(severityOf(nearly, "solana.approve"), std::string("critical"));
        QVERIFY(effectsOf(nearly).starts_with("power raw 18446744073709551614 "));
        constexpr std::uint64_t half = ~std::uint64_t{0} / 2;
        QCOMPARE(severityOf(explained({approve(half + 1)}), "solana.approve"), std::string("critical"));
        QCOMPARE(severityOf(explained({approve(half)}), "solana.approve"), std::string("warning"));
        const Explanation revoked = explained({token({5}, {writes(tokenAccount), signs(wallet, false)})});
        QCOMPARE(findingsOf(revoked), std::string());
        QVERIFY(revoked.meaning.understood);
    }

    void tellsWhoGetsAuthority()
    {
        const Explanation owner = explained({setAuthority(2, stranger)});
        check(owner, "Give 3JF3…QKy3 the ownership, with all tokens in it, of 5bV6…oew5",
              "power " + toText(stranger), "solana.setAuthority");
        QCOMPARE(severityOf(owner, "solana.setAuthority"), std::string("critical"));
        const Explanation nobody = explained({setAuthority(0, std::nullopt)});
        QVERIFY(nobody.meaning.findings.front().detail.find("nobody, for ever") != std::string::npos);
    }

    void tellsWhereTheRestGoes()
    {
        QCOMPARE(severityOf(explained({closeTo(wallet)}), "solana.closeAccount"), std::string("info"));
        const Explanation foreign = explained({closeTo(stranger)});
        QCOMPARE(severityOf(foreign, "solana.closeAccount"), std::string("critical"));
        QCOMPARE(effectsOf(foreign), "out " + toText(stranger));
        QVERIFY(!foreign.meaning.effects.front().amount);
    }

    void wrapsSol()
    {
        const SolanaAddress own = ownAccount(wallet, wrappedSol);
        const Explanation explanation =
            explained({createAccountOf(wallet, wrappedSol), sendSol(wallet, own, 1'000'000'000),
                       token({17}, {writes(own)})});
        QVERIFY(explanation.meaning.understood);
        QCOMPARE(findingsOf(explanation), std::string("recipient.self"));
        const Explanation unwrapped =
            explained({token({45, 0}, {writes(own), writes(stranger), signs(wallet, false)})});
        QCOMPARE(severityOf(unwrapped, "solana.amount.open"), std::string("warning"));
    }

    void burnsAndMints()
    {
        const Explanation burnt =
            explained({token(joined({{15}, number(2'500'000, 8), {6}}),
                             {writes(tokenAccount), writes(usdc), signs(wallet, false)})});
        check(burnt, "Destroy 2.5 USDC (EPjF…Dt1v)", "out 2.5 USDC", "");
        const Explanation made = explained(
            {token(joined({{7}, number(1, 8)}), {writes(usdc), writes(tokenAccount), signs(wallet, false)})});
        QVERIFY(made.meaning.intent.starts_with("Make 0.000001 USDC (EPjF…Dt1v) for token account"));
    }

    void opensBatches()
    {
        const SolanaCall batch = token(joined({{255}, {3, 9, 3}, number(5, 8), {3, 1, 9}}),
                                       {writes(tokenAccount), writes(other), signs(wallet, false),
                                        writes(tokenAccount), writes(stranger), signs(wallet, false)});
        const Explanation explanation = explained({batch});
        QVERIFY(explanation.meaning.understood);
        QVERIFY(explanation.meaning.intent.starts_with("2 actions: Send raw 5"));
        QCOMPARE(severityOf(explanation, "solana.closeAccount"), std::string("critical"));
        SolanaCall odd = batch;
        odd.data.back() = 99;
        QVERIFY(!explained({odd}).meaning.understood);
    }

    void flagsTheExtensions()
    {
        const std::vector<SolanaAccountUse> mint = {writes(unlistedMint)};
        const std::vector<SolanaAccountUse> ruled = {writes(unlistedMint), signs(wallet, false)};
        const auto severity = [](SolanaCall call, const char* id) {
            const Explanation explanation = explained({std::move(call)});
            return severityOf(explanation, id) + (explanation.meaning.understood ? "" : " not understood");
        };
        QCOMPARE(
            severity(token2022(joined({{35}, bytesOf(stranger)}), mint), "solana.token.permanentDelegate"),
            std::string("critical"));
        QCOMPARE(severity(token2022(joined({{36, 1}, bytesOf(stranger)}), ruled), "solana.token.hook"),
                 std::string("critical"));
        QCOMPARE(severity(token2022(joined({{36, 1}, Bytes(32)}), ruled), "solana.token.hook"),
                 std::string("warning"));
        QCOMPARE(
            severity(token2022(joined({{26, 5}, number(100, 2), number(5, 8)}), ruled), "solana.token.fee"),
            std::string("warning"));
        QCOMPARE(severity(token2022({33, 1, 5, 0}, ruled), "solana.token.scaledAmount"),
                 std::string("warning"));
        QCOMPARE(severity(token2022({34, 1}, ruled), "solana.token.cpiGuardOff"), std::string("warning"));
        QCOMPARE(severity(token2022({34, 0}, ruled), "solana.token.cpiGuardOff"), std::string());
        QCOMPARE(severity(token2022({44, 1}, ruled), "solana.token.issuer"), std::string("warning"));
        // Confidential amounts are nobody's to read.
        QCOMPARE(severity(token2022({27, 9}, ruled), "solana.instruction.effectUnknown"),
                 std::string("warning not understood"));
    }

    void tellsAccountsMadeForOthers()
    {
        const auto severityFor = [](const SolanaAddress& owner, const SolanaAddress& mint) {
            const SolanaCall create{
                systemProgramId,
                {signs(wallet), signs(tokenAccount)},
                joined({number(0, 4), number(5, 8), number(165, 8), bytesOf(solana::tokenProgram())})};
            const SolanaCall initialize{
                solana::tokenProgram(), {writes(tokenAccount), reads(mint)}, joined({{18}, bytesOf(owner)})};
            return severityOf(explained({create, initialize}), "solana.setAuthority");
        };
        QCOMPARE(severityFor(stranger, usdc), std::string("warning"));
        QCOMPARE(severityFor(stranger, wrappedSol), std::string("critical"));
        QCOMPARE(severityFor(wallet, wrappedSol), std::string());
    }

    /// Before the transfer or after it, in a batch or alone: the tokens are not the wallet's any more.
    void distrustsAccountsThatAreHandedOver()
    {
        const SolanaAddress own = ownAccount(wallet);
        const SolanaCall incoming = [&] {
            SolanaCall call = sendTokens(own, 1);
            call.accounts[0] = writes(tokenAccount);
            return call;
        }();
        const auto handOver = [&](std::uint8_t type, const SolanaAddress& to) {
            return token(joined({{6, type, 1}, bytesOf(to)}), {writes(own), signs(wallet, false)});
        };
        const auto severity = [](const std::vector<SolanaCall>& calls) {
            return severityOf(explained(calls), "recipient.ownerUnproven");
        };
        QCOMPARE(severity({incoming}), std::string());
        QCOMPARE(severity({handOver(2, stranger), incoming}), std::string("critical"));
        QCOMPARE(severity({incoming, handOver(2, stranger)}), std::string("critical"));
        QCOMPARE(severity({handOver(3, stranger), incoming}), std::string("critical"));
        QCOMPARE(severity({handOver(2, wallet), incoming}), std::string());
        SolanaCall batch = handOver(2, stranger);
        batch.data = joined({{255, 2, 35}, batch.data});
        QCOMPARE(severity({batch, incoming}), std::string("critical"));
        const Explanation explanation = explained({handOver(2, stranger), incoming});
        QVERIFY(explanation.meaning.intent.find("to token account") != std::string::npos);
        QCOMPARE(severityOf(explanation, "recipient.self"), std::string());
        SolanaCall handedOn = handOver(2, other);
        handedOn.accounts = {writes(ownAccount(stranger)), signs(stranger, false)};
        QCOMPARE(severity({createAccountOf(stranger), handedOn, sendTokens(ownAccount(stranger), 1)}),
                 std::string("critical"));
    }

    void tellsTransfersOfToken2022()
    {
        SolanaCall transfer = sendTokens(tokenAccount, 1);
        transfer.program = solana::token2022Program();
        const Explanation plain = explained({transfer});
        QCOMPARE(severityOf(plain, "solana.token.extensions"), std::string("info"));
        QCOMPARE(severityOf(plain, "solana.token.hook"), std::string());
        transfer.accounts.push_back(reads(other));
        QCOMPARE(severityOf(explained({transfer}), "solana.token.hook"), std::string("warning"));
        QVERIFY(!explained({transfer}).meaning.understood);
        transfer.accounts.back() = signs(other, false);
        QCOMPARE(severityOf(explained({transfer}), "solana.token.hook"), std::string());
        // A signature beside the authority's own is none of a multisig's.
        QVERIFY(!explained({transfer}).meaning.understood);
        QCOMPARE(severityOf(explained({transfer}), "solana.signer.unknownProgram"), std::string("critical"));
        transfer.accounts[3] = reads(stranger);
        QCOMPARE(severityOf(explained({transfer}), "solana.signer.unknownProgram"), std::string());
        transfer.accounts.push_back(reads(tokenAccount));
        QCOMPARE(severityOf(explained({transfer}), "solana.signer.unknownProgram"), std::string("critical"));
        const Explanation withFee =
            explained({token2022(joined({{26, 1}, number(1000, 8), {6}, number(10, 8)}),
                                 {writes(tokenAccount), reads(usdc), writes(other), signs(wallet, false)})});
        QVERIFY(withFee.meaning.understood);
        QCOMPARE(severityOf(withFee, "solana.token.fee"), std::string("warning"));
    }
};

COUNTERSIGN_APPLESS_TEST(TokenMeaningTest)
#include "TokenMeaning_test.moc"
