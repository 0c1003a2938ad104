#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

const EvmAddress factory = evm("0x4e1dcf7ad4e460cfd30791ccc4f9c8a4f820ec67");
const EvmAddress setupToL2 = evm("0xbd89a1ce4dde368ffab0ec35506eece0b1ffdc54");
const EvmAddress migration = evm("0x526643f69b81b008f46d95cd5ced5ec0edffdac6");
const EvmAddress toL2Migration = evm("0xff83f6335d8930cbad1c0d439a841f01888d9f69");
const EvmAddress creator = evm("0x9b35af71d77eaf8d7e40252370304687390a1a52");
const EvmAddress l2Singleton = evm("0x29fcb43b46531bca003ddc8fcb67ffe91900c762");

struct Setup
{
    std::vector<AbiValue> owners = {at(signer), at(supplier)};
    Uint256 threshold = 2;
    EvmAddress code{};
    Bytes data;
    EvmAddress fallbackHandler = handler;
    Uint256 payment = 0;
};

Bytes initializer(const Setup& setup)
{
    return calldata("setup(address[],uint256,address,bytes,address,address,uint256,address)",
                    {listOf(setup.owners), num(setup.threshold), at(setup.code), raw(setup.data),
                     at(setup.fallbackHandler), at(usdc), num(setup.payment), at(stranger)});
}

Meaning made(const Bytes& data, const EvmAddress& code = singleton, const EvmAddress& by = factory)
{
    return explained(by,
                     calldata("createProxyWithNonce(address,bytes,uint256)", {at(code), raw(data), num(7)}));
}

Meaning delegatedBySafe(const EvmAddress& library, const Bytes& data)
{
    static const KnownLists lists = sampleLists();
    EvmCall call;
    call.chainId = 1;
    call.from = safe;
    call.to = library;
    call.data = data;
    call.isDelegate = true;
    return explainCall(call, Knowledge{lists, nullptr});
}

}  // namespace

class SafeCreationCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNewSafeIsReadInFull()
    {
        const Meaning meaning = made(initializer({}));
        QVERIFY(meaning.understood);
        QCOMPARE(findingsOf(meaning), QString());
        QCOMPARE(intentOf(meaning),
                 QStringLiteral("Make a new Safe with the owners 0xf39F…2266, 0x7099…79C8, "
                                "of whom 2 must sign"));
        QCOMPARE(valueAt(meaning, "createProxyWithNonce.initializer.owners[1]"), toText(supplier));
        QVERIFY(!made(initializer({}), singleton, unlisted).understood);
    }

    void whatIsWrongWithItIsFound()
    {
        Setup setup;
        setup.threshold = 3;
        QVERIFY(hasAt(made(initializer(setup)), "evm.safe.thresholdImpossible", Severity::Critical));
        setup.threshold = 0;
        QVERIFY(hasAt(made(initializer(setup)), "evm.safe.thresholdImpossible", Severity::Critical));
        setup = {};
        setup.owners = {at(stranger), at(supplier)};
        QVERIFY(hasAt(made(initializer(setup)), "recipient.other", Severity::Warning));
        setup = {};
        setup.fallbackHandler = stranger;
        QVERIFY(hasAt(made(initializer(setup)), "evm.safe.fallbackHandler", Severity::Critical));
        setup = {};
        setup.payment = 5'000'000;
        const Meaning paying = made(initializer(setup));
        QVERIFY(hasAt(paying, "evm.safe.refund", Severity::Critical));
        QCOMPARE(*effect(paying, Effect::Direction::Out)->amount, Uint256(5'000'000));
    }

    void codeThatIsRunOnceMustBeKnown()
    {
        Setup setup;
        setup.code = setupToL2;
        setup.data = calldata("setupToL2(address)", {at(l2Singleton)});
        const Meaning usual = made(initializer(setup));
        QVERIFY(usual.understood);
        QCOMPARE(findingsOf(usual), QString());

        setup.data = calldata("setupToL2(address)", {at(stranger)});
        QVERIFY(hasAt(made(initializer(setup)), "evm.safe.singleton", Severity::Critical));
        setup.data.push_back(0);
        QVERIFY(!made(initializer(setup)).understood);
        setup.code = unlisted;
        QVERIFY(hasAt(made(initializer(setup)), "evm.delegatecall.unlisted", Severity::Critical));
        setup = {};
        setup.data = {1};
        QVERIFY(!made(initializer(setup)).understood);
    }

    void foreignCodeReadsTheSetUpAsItLikes()
    {
        const Meaning foreign = made(initializer({}), unlisted);
        QVERIFY(!foreign.understood);
        QVERIFY(hasAt(foreign, "evm.safe.singleton", Severity::Critical));
        QVERIFY(!made({}).understood);
        Bytes longer = initializer({});
        longer.push_back(0);
        QVERIFY(!made(longer).understood);
    }

    void migrationsChangeTheCode()
    {
        for (const char* function : {"migrateSingleton()", "migrateL2Singleton()",
                                     "migrateWithFallbackHandler()", "migrateL2WithFallbackHandler()"}) {
            const Meaning meaning = delegatedBySafe(migration, calldata(function, {}));
            QVERIFY(meaning.understood);
            QVERIFY(hasAt(meaning, "evm.safe.singleton", Severity::Warning));
        }
        const Meaning named =
            delegatedBySafe(toL2Migration, calldata("migrateToL2(address)", {at(l2Singleton)}));
        QVERIFY(hasAt(named, "evm.safe.singleton", Severity::Warning));
        const Meaning foreign = delegatedBySafe(
            toL2Migration, calldata("migrateFromV111(address,address)", {at(stranger), at(stranger)}));
        QVERIFY(hasAt(foreign, "evm.safe.singleton", Severity::Critical));
        QVERIFY(hasAt(foreign, "evm.safe.fallbackHandler", Severity::Critical));
    }

    void codeIsNotRead()
    {
        const Meaning meaning = delegatedBySafe(
            creator, calldata("performCreate(uint256,bytes)", {num(9), raw(Bytes{0x60, 0x80})}));
        QVERIFY(!meaning.understood);
        QVERIFY(hasAt(meaning, "evm.creation", Severity::Warning));
        QCOMPARE(*effect(meaning, Effect::Direction::Out)->amount, Uint256(9));
    }
};

COUNTERSIGN_APPLESS_TEST(SafeCreationCallsTest)
#include "SafeCreationCalls_test.moc"
