#include "core/meaning/evm/EvmCall.h"

#include "core/meaning/evm/calls/CallJournal.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

#include <random>

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

Bytes multicallOf(const std::vector<Bytes>& calls)
{
    std::vector<AbiValue> parts;
    for (const Bytes& call : calls) {
        parts.push_back(raw(call));
    }
    return calldata("multicall(bytes[])", {listOf(parts)});
}

AbiValue shared(const EvmAddress& target, const Bytes& data)
{
    return row({at(target), num(0), raw(data)});
}

/// A batch of an account: what stays approved at its end is the account's.
Bytes aggregateOf(const std::vector<AbiValue>& rows)
{
    return calldata("executeBatch((address,uint256,bytes)[])", {listOf(rows)});
}

}  // namespace

class EvmCallTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void coinsAloneAreATransfer()
    {
        const Meaning meaning = explained(supplier, {}, Uint256(100'000'000'000'000'000));
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning), QStringLiteral("Send 0.1 ETH to 0x7099…79C8"));
        QCOMPARE(*meaning.effects.front().asset, std::string("eip155:1/slip44:60"));
        QCOMPARE(*meaning.effects.front().account, toText(supplier));
        QCOMPARE(findingsOf(meaning), QString());
    }

    void coinsForTokensAndNobodyAreFound()
    {
        QVERIFY(hasAt(explained(usdc, {}, 1), "recipient.tokenContract", Severity::Critical));
        QVERIFY(hasAt(explained(EvmAddress{}, {}, 1), "recipient.zero", Severity::Critical));
        QVERIFY(hasAt(explained(permit2, {}, 1), "recipient.contract", Severity::Warning));
        const Meaning wrap = explained(weth, {}, 1);
        QVERIFY(!has(wrap, "recipient.tokenContract"));
        QVERIFY(effect(wrap, Effect::Direction::In) != nullptr);
    }

    void coinsOfUnknownChainsHaveNoName()
    {
        const KnownLists lists = sampleLists();
        EvmCall call;
        call.chainId = 4711;
        call.to = supplier;
        call.value = 5;
        const Meaning meaning = explainCall(call, Knowledge{lists, nullptr});
        QVERIFY(!meaning.effects.front().asset);
        QCOMPARE(*meaning.effects.front().display, std::string("raw 5 wei of chain 4711"));
        call.chainId.reset();
        QVERIFY(explainCall(call, Knowledge{lists, nullptr}).intent.find("ETH") == std::string::npos);
    }

    void unknownSelectorsAreNotUnderstood()
    {
        const Meaning meaning = explained(unlisted, *fromHex("deadbeef00"), 7);
        QVERIFY(!meaning.understood);
        QVERIFY(meaning.intent.empty());
        QVERIFY(hasAt(meaning, "evm.call.unknown", Severity::Warning));
        QVERIFY(finding(meaning, "evm.call.unknown")->detail.find("0xdeadbeef") != std::string::npos);
        QCOMPARE(*effect(meaning, Effect::Direction::Out)->amount, Uint256(7));
    }

    void fewBytesAreOdd()
    {
        for (const char* hex : {"00", "a905", "a9059c"}) {
            const Meaning meaning = explained(usdc, *fromHex(hex));
            QVERIFY(!meaning.understood);
            QVERIFY(has(meaning, "evm.calldata.odd"));
        }
        QVERIFY(has(explained(usdc, *fromHex("a9059cbb")), "evm.calldata.malformed"));
    }

    void delegatecallsToUnlistedCodeAreCritical()
    {
        const KnownLists lists = sampleLists();
        const Bytes data = transferCall(supplier, 1);
        EvmCall call;
        call.chainId = 1;
        call.from = safe;
        call.to = usdc;
        call.data = data;
        call.isDelegate = true;
        const Meaning meaning = explainCall(call, Knowledge{lists, nullptr});
        QVERIFY(!meaning.understood);
        QVERIFY(hasAt(meaning, "evm.delegatecall.unlisted", Severity::Critical));
        QVERIFY(meaning.effects.empty());
        call.data = {};
        QVERIFY(has(explainCall(call, Knowledge{lists, nullptr}), "evm.delegatecall.unlisted"));
    }

    void callsThatAreTooDeepAreCounted()
    {
        Bytes data = multicallOf(std::vector<Bytes>(maxCalls + 1, transferCall(supplier, 1)));
        for (int depth = 1; depth <= maxCallDepth; ++depth) {
            data = multicallOf({data});
        }
        const Meaning meaning = explained(usdc, data);
        QVERIFY(!meaning.understood);
        QVERIFY(has(meaning, "evm.container.tooDeep"));
        Bytes wide = multicallOf(std::vector<Bytes>(maxCalls + 50, Bytes()));
        const Meaning many = explained(usdc, multicallOf({wide, wide, wide}));
        QVERIFY(!many.understood);
        QCOMPARE(std::ranges::count(many.findings, "evm.container.tooMany", &Finding::id), 1);
    }

    void nestingHasALimit()
    {
        Bytes data = transferCall(supplier, 1);
        for (int depth = 1; depth <= maxCallDepth; ++depth) {
            data = multicallOf({data});
            QVERIFY2(explained(usdc, data).understood, std::to_string(depth).c_str());
        }
        const Meaning deeper = explained(usdc, multicallOf({data}));
        QVERIFY(!deeper.understood);
        QVERIFY(has(deeper, "evm.container.tooDeep"));
    }

    void hundredsOfCallsAreReadAndThousandsAreNot()
    {
        const Meaning many = explained(usdc, multicallOf(std::vector<Bytes>(200, transferCall(supplier, 1))));
        QVERIFY(many.understood);
        QCOMPARE(many.effects.size(), std::size_t(200));
        QVERIFY(many.intent.size() < 1'000);

        const Meaning more =
            explained(usdc, multicallOf(std::vector<Bytes>(2'000, transferCall(supplier, 1))));
        QVERIFY(!more.understood);
        QVERIFY(has(more, "evm.container.tooMany"));
        QVERIFY(more.effects.size() <= maxCalls);
    }

    void oneUnreadableCallSpoilsTheWhole()
    {
        const Meaning meaning =
            explained(usdc, multicallOf({transferCall(supplier, 1), *fromHex("deadbeef")}));
        QVERIFY(!meaning.understood);
        QCOMPARE(meaning.effects.size(), std::size_t(1));
        QVERIFY(has(meaning, "evm.call.unknown"));
    }

    void allowancesLeftOverInABatchAreFound()
    {
        const Bytes give = approveCall(stranger, 100);
        const Bytes take = approveCall(stranger, 0);
        const Bytes pay = transferCall(supplier, 1);
        QVERIFY(has(explained(safe, aggregateOf({shared(usdc, give), shared(usdc, pay)})),
                    "evm.approval.leftOver"));
        QVERIFY(!has(explained(safe, aggregateOf({shared(usdc, give), shared(usdc, take)})),
                     "evm.approval.leftOver"));
        QVERIFY(has(explained(safe, aggregateOf({shared(usdc, take), shared(usdc, give)})),
                    "evm.approval.leftOver"));
        // Another token's allowance is another one.
        QVERIFY(has(explained(safe, aggregateOf({shared(usdc, give), shared(dai, take)})),
                    "evm.approval.leftOver"));
        // The spender is called, and may have used it up, but never an unlimited one.
        const AbiValue use = shared(stranger, *fromHex("deadbeef"));
        QVERIFY(!has(explained(safe, aggregateOf({shared(usdc, give), use})), "evm.approval.leftOver"));
        QVERIFY(has(explained(safe, aggregateOf({use, shared(usdc, give)})), "evm.approval.leftOver"));
        QVERIFY(has(explained(safe, aggregateOf({shared(usdc, approveCall(stranger, allBits)), use})),
                    "evm.approval.leftOver"));
        QVERIFY(!has(explained(usdc, give), "evm.approval.leftOver"));
    }

    void mutationsNeverKeepTheMeaning()
    {
        std::mt19937 random(10);
        const Bytes original =
            aggregateOf({shared(usdc, transferCall(supplier, 250)), shared(dai, approveCall(permit2, 9))});
        const Meaning meaning = explained(safe, original);
        QVERIFY(meaning.understood);
        for (int i = 0; i < 2'000; ++i) {
            Bytes mutated = original;
            const std::size_t place = random() % mutated.size();
            mutated[place] = static_cast<std::uint8_t>(mutated[place] ^ (1U << (random() % 8)));
            QVERIFY2(explained(safe, mutated) != meaning, std::to_string(place).c_str());
        }
    }

    void randomBytesAreReadWithoutHarm()
    {
        std::mt19937 random(11);
        const std::vector<Bytes> seeds = {
            aggregateOf({shared(usdc, transferCall(supplier, 250))}),
            multicallOf({approveCall(permit2, 1)}),
            calldata("multiSend(bytes)", {raw(Bytes(200, 1))}),
        };
        for (int i = 0; i < 3'000; ++i) {
            Bytes mutated = seeds[random() % seeds.size()];
            for (int times = 0; times < 4; ++times) {
                mutated[4 + random() % (mutated.size() - 4)] = static_cast<std::uint8_t>(random());
            }
            mutated.resize(random() % 4 == 0 ? random() % mutated.size() : mutated.size());
            const Meaning meaning = explained(multiSend, mutated, random() % 2);
            QVERIFY(meaning.understood || !meaning.findings.empty());
        }
    }
};

COUNTERSIGN_APPLESS_TEST(EvmCallTest)
#include "EvmCall_test.moc"
