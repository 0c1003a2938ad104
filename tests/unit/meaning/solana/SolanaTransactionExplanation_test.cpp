#include "core/crypto/primitives/Sha256.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/solana/SolanaCalls.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;
using namespace countersign::meaning;

namespace {

const SolanaAddress computeBudget = at("ComputeBudget111111111111111111111111111111");

SolanaCall unitLimit(std::uint32_t units)
{
    return {computeBudget, {}, joined({{2}, number(units, 4)})};
}

SolanaCall unitPrice(std::uint64_t microLamports)
{
    return {computeBudget, {}, joined({{3}, number(microLamports, 8)})};
}

Uint256 feeOf(const Explanation& explanation)
{
    for (const Effect& effect : explanation.meaning.effects) {
        if (effect.direction == Effect::Direction::Fee && effect.amount) {
            return *effect.amount;
        }
    }
    return 0;
}

SolanaCall unknownCall(std::vector<SolanaAccountUse> accounts)
{
    return {addressNumber(0x77), std::move(accounts), {1, 2, 3}};
}

}  // namespace

class SolanaTransactionExplanationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void explainsAPayment()
    {
        const Explanation explanation = explained({sendSol(wallet, stranger, 100'000'000)});
        const Meaning& meaning = explanation.meaning;
        QVERIFY(meaning.understood);
        QCOMPARE(meaning.intent, std::string("Send 0.1 SOL to 3JF3…QKy3"));
        QCOMPARE(effectsOf(explanation), "out 0.1 SOL " + toText(stranger));
        QCOMPARE(findingsOf(explanation), std::string());
        QCOMPARE(feeOf(explanation), Uint256(5000));
        QCOMPARE(*meaning.effects.front().asset,
                 std::string("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/slip44:501"));
        QVERIFY(*meaning.effects.front().amount == 100'000'000);
        QCOMPARE(valueOf(explanation, "To"), toText(stranger));
        QCOMPARE(valueOf(explanation, "Lamports"), std::string("0.1 SOL"));
        QCOMPARE(valueOf(explanation, "Network"),
                 std::string("Solana (solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp)"));
    }

    void countsSeveralActions()
    {
        const Explanation two =
            explained({sendSol(wallet, stranger, 1), unitLimit(1000), sendSol(wallet, other, 2)});
        QCOMPARE(two.meaning.intent, std::string("2 actions: Send 0.000000001 SOL to 3JF3…QKy3; "
                                                 "Send 0.000000002 SOL to 4Ss5…6zT4"));
        const Explanation many = explained(std::vector<SolanaCall>(9, sendSol(wallet, stranger, 1)));
        QVERIFY(many.meaning.intent.starts_with("9 actions: Send"));
        QVERIFY(many.meaning.intent.ends_with("; and 5 more, of which 5 send something"));
        const Explanation none = explained({unitLimit(5)});
        QCOMPARE(none.meaning.intent, std::string("Set what the transaction may cost"));
        QVERIFY(none.meaning.understood);
    }

    /// Nothing grave is one of those that are not told.
    void tellsTheGravestActionsFirst()
    {
        const SolanaCall approval{solana::tokenProgram(),
                                  {writes(other), reads(stranger), signs(wallet, false)},
                                  joined({{4}, number(5, 8)})};
        const SolanaCall assignment{
            systemProgramId, {signs(wallet)}, joined({number(1, 4), bytesOf(stranger)})};
        std::vector<SolanaCall> calls(6, sendSol(wallet, stranger, 1));
        calls.push_back(approval);
        calls.push_back(assignment);
        const std::string intent = explained(calls).meaning.intent;
        QVERIFY2(intent.starts_with("8 actions: Give account 29d2…hfV2 to program 3JF3…QKy3; Let 3JF3…QKy3 "
                                    "take raw 5"),
                 intent.c_str());
        QVERIFY2(intent.ends_with("; and 4 more, of which 4 send something"), intent.c_str());
        std::vector<SolanaCall> powers(6, approval);
        powers.push_back(sendSol(wallet, stranger, 1));
        const std::string both = explained(powers).meaning.intent;
        QVERIFY2(both.ends_with("; and 3 more, of which 2 give power and 1 sends something"), both.c_str());
        // As few as are all told stay in their order.
        const std::string few = explained({sendSol(wallet, stranger, 1), assignment}).meaning.intent;
        QVERIFY(few.starts_with("2 actions: Send"));
    }

    void tellsTheFee()
    {
        const SolanaCall payment = sendSol(wallet, stranger, 5);
        QCOMPARE(feeOf(explained({unitLimit(300'000), unitPrice(1'000'001), payment})),
                 Uint256(5000 + 300'001));
        QCOMPARE(feeOf(explained({unitPrice(1'000'000), payment})), Uint256(5000 + 200'000));
        QCOMPARE(feeOf(explained({unitPrice(1'000'000), payment, payment})), Uint256(5000 + 400'000));
        std::vector<SolanaCall> calls(9, payment);
        calls.push_back(unitPrice(1'000'000));
        QCOMPARE(feeOf(explained(calls)), Uint256(5000 + 1'400'000));
        QCOMPARE(feeOf(explained({unitLimit(0xffffffff), unitPrice(1'000'000), payment})),
                 Uint256(5000 + 1'400'000));
        QCOMPARE(feeOf(explained({unitLimit(1), unitPrice(1), payment})), Uint256(5001));
        QCOMPARE(feeOf(explained({unitLimit(1'400'000), unitPrice(~std::uint64_t{0}), payment})),
                 Uint256("25825441703193377261"));
    }

    void capsTheFee()
    {
        const SolanaCall payment = sendSol(wallet, stranger, 5);
        const auto severity = [&](std::uint64_t price) {
            return severityOf(explained({unitLimit(1'000'000), unitPrice(price), payment}),
                              "fee.cap.absolute");
        };
        QCOMPARE(severity(49'995'000), std::string());  // 0.05 SOL
        QCOMPARE(severity(49'995'001), std::string("critical"));
        const Explanation twice = explained({unitLimit(5), unitLimit(9), payment});
        QVERIFY(!twice.meaning.understood);
        QCOMPARE(severityOf(twice, "solana.computeBudget.repeated"), std::string("warning"));
    }

    /// A price that cannot be read may be any.
    void tellsNoFeeThatItDoesNotKnow()
    {
        const SolanaCall odd{computeBudget, {}, joined({{3}, number(1, 8), {0}})};
        const Explanation explanation = explained({odd, sendSol(wallet, stranger, 5)});
        QVERIFY(!explanation.meaning.understood);
        QCOMPARE(valueOf(explanation, "Fee at most"), std::string("not known"));
        QCOMPARE(feeOf(explanation), Uint256(0));
        const Effect& fee = explanation.meaning.effects.back();
        QVERIFY(fee.direction == Effect::Direction::Fee && !fee.amount && !fee.display);
    }

    void countsSignaturesThatProgramsVerify()
    {
        const SolanaCall verify{at("Ed25519SigVerify111111111111111111111111111"), {}, {0, 0}};
        QCOMPARE(feeOf(explained({verify})), Uint256(5000));
        Bytes one = joined({{1, 0},
                            number(48, 2),
                            {0xff, 0xff},
                            number(16, 2),
                            {0xff, 0xff},
                            number(112, 2),
                            number(1, 2),
                            {0xff, 0xff},
                            Bytes(97)});
        QCOMPARE(feeOf(explained({{verify.program, {}, one}})), Uint256(10'000));
    }

    void doesNotUnderstandUnknownPrograms()
    {
        const Explanation explanation = explained({unknownCall({signs(wallet), writes(other)})});
        QVERIFY(!explanation.meaning.understood);
        QVERIFY(explanation.meaning.intent.empty());
        QCOMPARE(severityOf(explanation, "solana.program.unknown"), std::string("warning"));
        QCOMPARE(severityOf(explanation, "solana.signer.unknownProgram"), std::string("critical"));
        QCOMPARE(valueOf(explanation, "Data"), std::string("0x010203"));
        const Explanation without = explained({unknownCall({writes(other)})});
        QVERIFY(!without.meaning.understood);
        QCOMPARE(severityOf(without, "solana.signer.unknownProgram"), std::string());
        // Another one that is understood does not help.
        const Explanation mixed = explained({sendSol(wallet, stranger, 1), unknownCall({})});
        QVERIFY(!mixed.meaning.understood);
        QCOMPARE(effectsOf(mixed), "out 0.000000001 SOL " + toText(stranger));
    }

    void doesNotUnderstandWhatItCannotRead()
    {
        SolanaCall call = sendSol(wallet, stranger, 1);
        call.data.push_back(0);
        const Explanation explanation = explained({call});
        QVERIFY(!explanation.meaning.understood);
        QCOMPARE(severityOf(explanation, "solana.instruction.unread"), std::string("critical"));
    }

    void doesNotUnderstandLookedUpAccounts()
    {
        SolanaMessage message = *solana::legacyMessage(wallet, std::vector{sendSol(wallet, stranger, 7)});
        message.version = 0;
        message.lookups = {{other, {3}, {4}}};
        QVERIFY(explained(transactionOf(message)).meaning.understood);  // nothing uses it
        message.instructions.front().accounts[1] = 3;
        const Explanation explanation = explained(transactionOf(message));
        QVERIFY(!explanation.meaning.understood);
        QCOMPARE(severityOf(explanation, "solana.account.unresolved"), std::string("critical"));
        QVERIFY(valueOf(explanation, "To").find("lookup table") != std::string::npos);
        QCOMPARE(effectsOf(explanation), std::string("out 0.000000007 SOL"));
    }

    void flagsDurableNonces()
    {
        const SolanaCall advance{
            systemProgramId,
            {writes(other), reads(at("SysvarRecentB1ockHashes11111111111111111111")), signs(wallet, false)},
            number(4, 4)};
        const Explanation explanation = explained({advance, sendSol(wallet, stranger, 1)});
        QCOMPARE(severityOf(explanation, "solana.nonce.durable"), std::string("critical"));
        QVERIFY(explanation.meaning.understood);
        QVERIFY(explanation.meaning.intent.starts_with("Send"));
        const Explanation second = explained({sendSol(wallet, stranger, 1), advance});
        QCOMPARE(severityOf(second, "solana.nonce.durable"), std::string());
    }

    void tellsWhoPaysAndWhoSigns()
    {
        const SolanaTransaction sponsored = transactionOf({sendSol(wallet, stranger, 1)}, other);
        QCOMPARE(findingsOf(explained(sponsored, contextOf(wallet))), std::string("solana.feePayer.other"));
        const Explanation foreign = explained(sponsored, contextOf(addressNumber(9)));
        QCOMPARE(severityOf(foreign, "solana.wallet.notSigner"), std::string("warning"));
        const Explanation paying = explained({sendSol(other, stranger, 1)});
        QCOMPARE(severityOf(paying, "solana.wallet.paysForOthers"), std::string("warning"));
        QCOMPARE(paying.meaning.intent, std::string("Send 0.000000001 SOL from 4Ss5…6zT4 to 3JF3…QKy3"));
        const Explanation incoming = explained({sendSol(other, wallet, 1)});
        QCOMPARE(effectsOf(incoming), "in 0.000000001 SOL " + toText(other));
        const SolanaCall creation{systemProgramId,
                                  {signs(wallet), signs(other)},
                                  joined({number(0, 4), number(5, 8), number(0, 8), bytesOf(computeBudget)})};
        QCOMPARE(severityOf(explained({creation}), "solana.wallet.paysForOthers"), std::string("info"));
    }

    void knowsTheTrapsOfVersion1()
    {
        SolanaMessage message = *solana::legacyMessage(
            wallet, std::vector{unitPrice(9'000'000'000), sendSol(wallet, stranger, 7)});
        message.version = 1;
        message.config.priorityFeeLamports = 777;
        message.config.computeUnitLimit = 5000;
        const Explanation explanation = explained(transactionOf(message));
        QVERIFY(explanation.meaning.understood);
        QCOMPARE(feeOf(explanation), Uint256(5777));
        QCOMPARE(findingsOf(explanation), std::string("solana.v1.computeBudgetIgnored"));
        QCOMPARE(valueOf(explanation, "Compute units at most"), std::string("5000"));
        message.config.computeUnitLimit = ~std::uint32_t{0};
        QCOMPARE(valueOf(explained(transactionOf(message)), "Compute units at most"), std::string("1400000"));
        message.instructions.erase(message.instructions.begin());
        message.config.computeUnitLimit.reset();
        QCOMPARE(findingsOf(explained(transactionOf(message))), std::string("solana.v1.noComputeLimit"));
    }

    void saysWhatItRestsOn()
    {
        const SolanaTransaction transaction = transactionOf({sendSol(wallet, stranger, 1)});
        const Explanation explanation = explained(transaction);
        QCOMPARE(explanation.bytes, toHex(sha256(transaction.messageBytes)));
        QVERIFY(std::ranges::any_of(explanation.meaning.sources, [](const Source& source) {
            return source.name == "Solana instructions and messages, version 1";
        }));
        QCOMPARE(explanationHash(toJson(explanation)), explanationHash(toJson(explained(transaction))));
        const Explanation another = explained({sendSol(wallet, stranger, 2)});
        QVERIFY(explanationHash(toJson(explanation)) != explanationHash(toJson(another)));
    }

    /// No change of a byte keeps meaning and digest apart: another message has another meaning or is none.
    void survivesMutations()
    {
        const Bytes good = solana::serialize(*solana::legacyMessage(
            wallet, std::vector{createAccountOf(stranger), sendTokens(ownAccount(stranger), 5'000'000)}));
        std::size_t read = 0;
        for (std::size_t i = 0; i < good.size() * 8; ++i) {
            Bytes bytes = good;
            bytes[i / 8] ^= static_cast<std::uint8_t>(1U << (i % 8));
            const auto transaction = solana::parseTransactionOrMessage(bytes);
            if (transaction) {
                ++read;
                const Explanation explanation = explained(*transaction);
                QVERIFY(explanation.meaning.understood || !explanation.meaning.findings.empty());
                QVERIFY(explanation.meaning.understood != explanation.meaning.intent.empty());
            }
        }
        QVERIFY(read > 1000);
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaTransactionExplanationTest)
#include "SolanaTransactionExplanation_test.moc"
