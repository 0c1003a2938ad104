#include "core/meaning/descriptors/display/DescriptorCalls.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/descriptors/DescriptorFolder.h"

#include <QTest>

using namespace countersign;

// Calls within calls. The inner function is one that nothing built in knows.

namespace {

constexpr const char* outer = "wrap(address to,bytes data)";
constexpr const char* inner = "countersignTest(uint256 amount)";
const std::string rawToField = json("{'path':'to','label':'To','format':'raw'}");
const std::string callField =
    json(",{'path':'data','label':'Call','format':'calldata','params':{'calleePath':'to'}}");

constexpr const char* weth = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";

Bytes wrapped(const Bytes& data, const char* callee = DescriptorFolder::contract)
{
    std::string padded = toHex(data);
    padded.append((64 - padded.size() % 64) % 64, '0');
    return DescriptorFolder::call(outer, DescriptorFolder::word(callee) + DescriptorFolder::word(64) +
                                             DescriptorFolder::word(data.size()) + padded);
}

Bytes innerData()
{
    return DescriptorFolder::call(inner, DescriptorFolder::word(42));
}

}  // namespace

class DescriptorCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void explainsCallsWithin()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("outer.json"),
                     DescriptorFolder::descriptor(outer, rawToField + callField));
        folder.write(
            QStringLiteral("inner.json"),
            DescriptorFolder::descriptor(inner, json("{'path':'amount','label':'Sum','format':'raw'}")));
        const auto meaning = folder.explain(wrapped(innerData()));
        QVERIFY(meaning && meaning->understood);
        QCOMPARE(DescriptorFolder::valueOf(*meaning, "Call"), std::string("Do it"));
        QCOMPARE(DescriptorFolder::valueOf(*meaning, "Sum"), std::string("42"));
        QCOMPARE(DescriptorFolder::valueOf(*meaning, "Called by Call"),
                 toText(*parseEvmAddress(DescriptorFolder::contract)));
        const auto sum = std::ranges::find(meaning->fields, std::string("Sum"), &meaning::Field::label);
        QCOMPARE(*sum->path, std::string("data.amount"));
    }

    void doesNotUnderstandWhatIsUnknownWithin()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("outer.json"),
                     DescriptorFolder::descriptor(outer, rawToField + callField));
        const auto meaning = folder.explain(wrapped(innerData()));
        QVERIFY(meaning && !meaning->understood);
        QVERIFY(DescriptorFolder::hasFinding(*meaning, "evm.call.unknown"));
        QVERIFY(folder.explain(wrapped({}))->understood);
    }

    void whatComesToTheContractIsNotTheSigners()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("outer.json"),
                     DescriptorFolder::descriptor(outer, rawToField + callField));
        const Bytes unwrap = DescriptorFolder::call("withdraw(uint256)", DescriptorFolder::word(5));
        const auto meaning = folder.explain(wrapped(unwrap, weth));
        QVERIFY(meaning && meaning->understood);
        QVERIFY(DescriptorFolder::hasFinding(*meaning, "recipient.other"));
        QVERIFY(std::ranges::find(meaning->effects, meaning::Effect::Direction::In,
                                  &meaning::Effect::direction) == meaning->effects.end());
    }

    void coinsThatLeaveAreInTheSentence()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("outer.json"),
                     DescriptorFolder::descriptor(outer, rawToField + callField));
        const auto descriptors = meaning::Descriptors::open(folder.path());
        const Bytes data = wrapped({});
        const meaning::EvmCall call{.chainId = Uint256(1),
                                    .from = parseEvmAddress(DescriptorFolder::someone).value(),
                                    .to = parseEvmAddress(DescriptorFolder::contract).value(),
                                    .value = 5,
                                    .data = data};
        const meaning::Knowledge knowledge{.lists = meaning::KnownLists::builtin(),
                                           .descriptors = descriptors->get()};
        const meaning::Meaning meaning = meaning::explainCall(call, knowledge);
        QVERIFY(meaning.understood);
        QVERIFY(meaning.intent.starts_with("Do it, with 0.000000000000000005 ETH to 0x"));
    }

    void explainsTheSameBytesOnce()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("outer.json"),
                     DescriptorFolder::descriptor(outer, rawToField + callField + callField));
        const auto meaning = folder.explain(wrapped(innerData()));
        QVERIFY(!meaning->understood);
        QVERIFY(DescriptorFolder::hasFinding(*meaning, "descriptor.invalid"));
    }

    void endsInCallsOfItself()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("outer.json"),
                     DescriptorFolder::descriptor(outer, rawToField + callField));
        Bytes data = innerData();
        for (int i = 0; i < 12; ++i) {
            data = wrapped(data);
        }
        QVERIFY(!folder.explain(data)->understood);
    }
};

COUNTERSIGN_APPLESS_TEST(DescriptorCallsTest)
#include "DescriptorCalls_test.moc"
