#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/solana/SolanaCalls.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;
using namespace countersign::meaning;

namespace {

const SolanaAddress programData = addressNumber(0x44);
const SolanaAddress programAccount = addressNumber(0x45);
const SolanaAddress codeBuffer = addressNumber(0x46);
const SolanaAddress loaderId = at("BPFLoaderUpgradeab1e11111111111111111111111");
const SolanaAddress clockId = at("SysvarC1ock11111111111111111111111111111111");
const SolanaAddress rentId = at("SysvarRent111111111111111111111111111111111");

SolanaCall deploy(const Bytes& further = {})
{
    return {loaderId,
            {signs(wallet), writes(programData), writes(programAccount), writes(codeBuffer), reads(rentId),
             reads(clockId), reads(systemProgramId), signs(other, false)},
            joined({number(2, 4), number(20'000, 8), further})};
}

SolanaCall upgrade(const SolanaAddress& spill, const Bytes& further = {})
{
    return {loaderId,
            {writes(programData), writes(programAccount), writes(codeBuffer), writes(spill), reads(rentId),
             reads(clockId), signs(wallet, false)},
            joined({number(3, 4), further})};
}

SolanaCall createBuffer()
{
    return {systemProgramId,
            {signs(wallet), signs(codeBuffer)},
            joined({number(0, 4), number(5'000'000'000, 8), number(100, 8), bytesOf(loaderId)})};
}

std::string textOf(const Explanation& explanation, Effect::Direction direction)
{
    const auto found = std::ranges::find(explanation.meaning.effects, direction, &Effect::direction);
    return found == explanation.meaning.effects.end() ? std::string() : found->text;
}

}  // namespace

class LoaderMeaningTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The payer pays for the program's data, and has what the buffer held.
    void tellsWhatADeploymentCosts()
    {
        const Explanation deployed = explained({deploy()});
        QVERIFY(deployed.meaning.understood);
        QCOMPARE(effectsOf(deployed), "power " + toText(other) + "\nfee\nin " + toText(codeBuffer));
        QCOMPARE(textOf(deployed, Effect::Direction::Fee), "Rent for 20000 bytes of program " +
                                                               toText(programAccount) + ", from " +
                                                               toText(wallet) + " (the wallet)");
        QCOMPARE(effectsOf(explained({deploy({1})})), effectsOf(deployed));
        QCOMPARE(effectsOf(explained({deploy({0})})), "power " + toText(other) + "\nfee");
    }

    void tellsWhereTheRestOfAnUpgradeGoes()
    {
        const Explanation own = explained({upgrade(wallet)});
        QVERIFY(effectsOf(own).ends_with("in " + toText(codeBuffer)));
        QCOMPARE(severityOf(own, "solana.amount.open"), std::string());
        const Explanation foreign = explained({upgrade(stranger)});
        QVERIFY(effectsOf(foreign).ends_with("out " + toText(stranger)));
        QCOMPARE(severityOf(foreign, "solana.amount.open"), std::string("warning"));
        QVERIFY(textOf(foreign, Effect::Direction::Out).starts_with("SOL of buffer "));
        QVERIFY(textOf(explained({upgrade(stranger, {0})}), Effect::Direction::Out)
                    .starts_with("what program data "));
    }

    void tellsWhoPaysForMoreSpace()
    {
        const SolanaCall extend{
            loaderId,
            {writes(programData), writes(programAccount), reads(systemProgramId), signs(wallet)},
            joined({number(6, 4), number(1'000, 4)})};
        QVERIFY(textOf(explained({extend}), Effect::Direction::Fee).ends_with(" (the wallet)"));
        SolanaCall unpaid = extend;
        unpaid.accounts.resize(2);
        QCOMPARE(textOf(explained({unpaid}), Effect::Direction::Fee),
                 "Rent for 1000 more bytes of program " + toText(programAccount));
    }

    void tellsBuffersOfOthers()
    {
        const auto severity = [](const SolanaAddress& authority, bool isPaid) {
            std::vector<SolanaCall> calls;
            if (isPaid) {
                calls.push_back(createBuffer());
            }
            calls.push_back({loaderId, {writes(codeBuffer), reads(authority)}, number(0, 4)});
            return severityOf(explained(calls), "solana.loader.authority");
        };
        QCOMPARE(severity(stranger, true), std::string("critical"));
        QCOMPARE(severity(stranger, false), std::string());
        QCOMPARE(severity(wallet, true), std::string());
    }

    /// Nobody is not the same as somebody whom only a lookup table knows.
    void tellsNobodyFromUnknown()
    {
        const SolanaCall ended{loaderId, {writes(programData), signs(wallet, false)}, number(4, 4)};
        QVERIFY(explained({ended}).meaning.intent.starts_with("Let nobody change"));
        QVERIFY(textOf(explained({ended}), Effect::Direction::Power).starts_with("Nobody, for ever,"));
        SolanaMessage message = *solana::legacyMessage(wallet, std::vector{ended});
        message.version = 0;
        message.lookups = {{other, {}, {4}}};
        message.instructions.front().accounts.push_back(
            static_cast<std::uint8_t>(message.accountKeys.size()));
        const Explanation unknown = explained(transactionOf(message));
        QVERIFY(!unknown.meaning.understood);
        QVERIFY(textOf(unknown, Effect::Direction::Power).starts_with("an account that only"));
    }

    /// Loader 4 needs no source: the code was written to the program itself.
    void tellsDeploymentsOfLoader4()
    {
        const SolanaAddress loader4 = at("LoaderV411111111111111111111111111111111111");
        SolanaCall call{loader4, {writes(programAccount), signs(wallet, false)}, number(3, 4)};
        QCOMPARE(effectsOf(explained({call})), "power " + toText(wallet));
        QVERIFY(explained({call}).meaning.findings.front().detail.find("lookup table") == std::string::npos);
        call.accounts.push_back(writes(codeBuffer));
        QVERIFY(effectsOf(explained({call})).ends_with("out " + toText(programAccount)));
    }
};

COUNTERSIGN_APPLESS_TEST(LoaderMeaningTest)
#include "LoaderMeaning_test.moc"
