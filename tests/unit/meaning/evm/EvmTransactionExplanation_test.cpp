#include "core/crypto/primitives/Sha256.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "core/meaning/evm/rules/TransactionRules.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/ActsCheck.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

const Uint256 gwei = 1'000'000'000;
const Uint256 ether = gwei * gwei;

/// 0.1 ETH to the supplier.
EvmTransaction paymentTransaction()
{
    EvmTransaction transaction;
    transaction.chainId = 1;
    transaction.nonce = 7;
    transaction.to = supplier;
    transaction.value = ether / 10;
    transaction.gasLimit = 21'000;
    transaction.maxFeePerGas = gwei * 30;
    transaction.maxPriorityFeePerGas = gwei;
    return transaction;
}

EvmContext ours()
{
    EvmContext context;
    context.chain = 1;
    context.from = signer;
    return context;
}

Explanation explainedWith(const EvmTransaction& transaction, const EvmContext& context = ours())
{
    static const KnownLists lists = sampleLists();
    const auto explanation = explainTransaction(transaction, context, Knowledge{lists, nullptr});
    testing::withActs(explanation.meaning);
    return explanation;
}

Meaning meaningOf(const EvmTransaction& transaction, const EvmContext& context = ours())
{
    return explainedWith(transaction, context).meaning;
}

EvmTransaction handingOver(const EvmAddress& delegateAddress, const Uint256& chain)
{
    EvmTransaction transaction = paymentTransaction();
    transaction.type = 4;
    Authorization authorization;
    authorization.chainId = chain;
    authorization.address = delegateAddress;
    authorization.r = 1;
    authorization.s = 6;
    transaction.authorizationList.push_back(authorization);
    return transaction;
}

}  // namespace

class EvmTransactionExplanationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFeeForDataIsNotInTheFee()
    {
        const auto onChain = [](std::uint64_t chain) {
            EvmTransaction transaction = paymentTransaction();
            transaction.chainId = chain;
            EvmContext context = ours();
            context.chain = chain;
            return meaningOf(transaction, context);
        };
        for (const std::uint64_t chain : {10U, 8'453U, 534'352U}) {
            const Meaning meaning = onChain(chain);
            QVERIFY(hasAt(meaning, "fee.l1Data", Severity::Info));
            QVERIFY(effect(meaning, Effect::Direction::Fee)->text.ends_with(", and a fee for data on top"));
        }
        for (const std::uint64_t chain : {1U, 42'161U, 137U}) {
            QVERIFY(!has(onChain(chain), "fee.l1Data"));
        }
    }

    void aPaymentIsOneSentence()
    {
        const Explanation explanation = explainedWith(paymentTransaction());
        const Meaning& meaning = explanation.meaning;
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning), QStringLiteral("Send 0.1 ETH to 0x7099…79C8"));
        QCOMPARE(findingsOf(meaning), QString());
        QCOMPARE(meaning.effects.size(), std::size_t(2));
        const Effect* fee = effect(meaning, Effect::Direction::Fee);
        QCOMPARE(*fee->amount, Uint256(21'000) * gwei * 30);
        QCOMPARE(*fee->display, std::string("0.00063 ETH"));
        QCOMPARE(valueAt(meaning, "nonce"), std::string("7"));
        QCOMPARE(valueAt(meaning, "from"), toText(signer));
        QCOMPARE(explanation.bytes, toHex(sha256(serializeUnsigned(paymentTransaction()))));
        QVERIFY(!meaning.sources.empty());
    }

    void theSameBytesGiveTheSameExplanation()
    {
        QVERIFY(explainedWith(paymentTransaction()).meaning == explainedWith(paymentTransaction()).meaning);
        EvmTransaction other = paymentTransaction();
        other.nonce = 8;
        QVERIFY(explainedWith(paymentTransaction()).meaning != explainedWith(other).meaning);
    }

    void chainsAreCompared()
    {
        EvmContext context = ours();
        context.chain = 10;
        QVERIFY(hasAt(meaningOf(paymentTransaction(), context), "evm.chain.mismatch", Severity::Critical));

        EvmTransaction unknown = paymentTransaction();
        unknown.chainId = 4711;
        context.chain = 4711;
        const Meaning meaning = meaningOf(unknown, context);
        QVERIFY(hasAt(meaning, "evm.chain.unknown", Severity::Warning));
        QVERIFY(meaning.intent.find("ETH") == std::string::npos);

        EvmTransaction any = paymentTransaction();
        any.type = 0;
        any.chainId.reset();
        any.maxFeePerGas.reset();
        any.maxPriorityFeePerGas.reset();
        any.gasPrice = gwei;
        const Meaning everywhere = meaningOf(any);
        QVERIFY(hasAt(everywhere, "evm.chain.any", Severity::Critical));
        QVERIFY(!everywhere.effects.front().asset);
    }

    void signersAreCompared()
    {
        EvmTransaction transaction = paymentTransaction();
        secp256k1::Signature signature{};
        signature.r.fill(1);
        signature.s.fill(1);
        transaction.signature = signature;
        const Result<EvmAddress> found = senderOf(transaction);
        const Meaning meaning = meaningOf(transaction);
        if (found) {
            QVERIFY(hasAt(meaning, "evm.signer.mismatch", Severity::Critical));
            QCOMPARE(valueAt(meaning, "from"), toText(*found));
            EvmContext context = ours();
            context.from = *found;
            QVERIFY(!has(meaningOf(transaction, context), "evm.signer.mismatch"));
        } else {
            QVERIFY(hasAt(meaning, "evm.signer.invalid", Severity::Critical));
        }
        signature.r.fill(0xff);
        transaction.signature = signature;
        const Meaning invalid = meaningOf(transaction);
        QVERIFY(!invalid.understood);
        QVERIFY(hasAt(invalid, "evm.signer.invalid", Severity::Critical));
    }

    void feesHaveCaps()
    {
        EvmTransaction transaction = paymentTransaction();
        transaction.value = 0;
        transaction.gasLimit = 1'000'000;
        transaction.maxFeePerGas = gwei * 1'000;
        QCOMPARE(mostCostOf(transaction), ether);
        QVERIFY(!has(meaningOf(transaction), "fee.cap.absolute"));
        transaction.gasLimit += 1;
        QVERIFY(hasAt(meaningOf(transaction), "fee.cap.absolute", Severity::Critical));

        EvmTransaction small = paymentTransaction();
        small.value = mostCostOf(small) * 10;
        QVERIFY(!has(meaningOf(small), "fee.cap.relative"));
        small.value -= 1;
        QVERIFY(hasAt(meaningOf(small), "fee.cap.relative", Severity::Warning));
    }

    void costsThatDoNotFitAreTheHighest()
    {
        EvmTransaction transaction = paymentTransaction();
        transaction.maxFeePerGas = allBits;
        QCOMPARE(mostCostOf(transaction), allBits);
        QVERIFY(has(meaningOf(transaction), "fee.cap.absolute"));
    }

    void blobsCostToo()
    {
        EvmTransaction transaction = paymentTransaction();
        transaction.type = 3;
        transaction.maxFeePerBlobGas = gwei;
        Bytes32 hash{};
        hash[0] = 1;
        transaction.blobVersionedHashes = {hash, hash};
        QCOMPARE(mostCostOf(transaction), mostCostOf(paymentTransaction()) + gwei * 2 * 131'072);
        const Meaning meaning = meaningOf(transaction);
        QVERIFY(meaning.understood);
        QVERIFY(hasAt(meaning, "evm.blobs", Severity::Info));
    }

    void creationIsNotUnderstood()
    {
        EvmTransaction transaction = paymentTransaction();
        transaction.to.reset();
        transaction.data = {0x60, 0x80};
        const Meaning meaning = meaningOf(transaction);
        QVERIFY(!meaning.understood);
        QVERIFY(meaning.intent.empty());
        QVERIFY(hasAt(meaning, "evm.creation", Severity::Warning));
        QCOMPARE(*effect(meaning, Effect::Direction::Out)->amount, ether / 10);
    }

    void authorisationsAreCritical()
    {
        const Meaning listed = meaningOf(handingOver(delegate, 1));
        QVERIFY(listed.understood);
        QVERIFY(hasAt(listed, "evm.authorization", Severity::Critical));
        QVERIFY(!has(listed, "evm.authorization.anyChain"));
        QVERIFY(!has(listed, "evm.authorization.unlistedDelegate"));
        QVERIFY(effect(listed, Effect::Direction::Power) != nullptr);

        QVERIFY2(listed.intent.starts_with("Hand the account "), listed.intent.c_str());
        QVERIFY(listed.intent.find("; Send ") != std::string::npos);
        QVERIFY(listed.intent.find("every chain") == std::string::npos);

        const Meaning everywhere = meaningOf(handingOver(delegate, 0));
        QVERIFY(everywhere.intent.find(" on every chain; ") != std::string::npos);
        QVERIFY(hasAt(everywhere, "evm.authorization.anyChain", Severity::Critical));

        const Meaning sweeper = meaningOf(handingOver(unlisted, 1));
        QVERIFY(!sweeper.understood);
        QVERIFY(hasAt(sweeper, "evm.authorization.unlistedDelegate", Severity::Critical));

        const Meaning end = meaningOf(handingOver(EvmAddress{}, 1));
        QVERIFY(has(end, "evm.authorization"));
        QVERIFY(!has(end, "evm.authorization.unlistedDelegate"));
        QVERIFY2(end.intent.starts_with("Take the code from the account "), end.intent.c_str());
        QVERIFY(effect(end, Effect::Direction::Power)->account != toText(EvmAddress{}));
    }

    void accessListsChangeNothing()
    {
        EvmTransaction transaction = paymentTransaction();
        transaction.accessList = {{usdc, {Bytes32{}}}};
        const Meaning meaning = meaningOf(transaction);
        QVERIFY(meaning.understood);
        QCOMPARE(findingsOf(meaning), QString());
        QCOMPARE(valueAt(meaning, "accessList"), "USDC (" + toText(usdc) + "), 1 storage keys");
    }

    void callsAreExplainedInside()
    {
        EvmTransaction transaction = paymentTransaction();
        transaction.to = usdc;
        transaction.value = 0;
        transaction.data = approveCall(stranger, allBits);
        const Meaning meaning = meaningOf(transaction);
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning), QStringLiteral("Let 0x3C44…93BC spend unlimited USDC (0xA0b8…eB48)"));
        QVERIFY(has(meaning, "evm.approval.unlimited"));
    }

    void withoutASignerNothingIsGuessed()
    {
        const Meaning meaning = meaningOf(paymentTransaction(), EvmContext{});
        QVERIFY(meaning.understood);
        QVERIFY(valueAt(meaning, "from").empty());
        QCOMPARE(findingsOf(meaning), QString());
    }
};

COUNTERSIGN_APPLESS_TEST(EvmTransactionExplanationTest)
#include "EvmTransactionExplanation_test.moc"
