#include "core/policy/evaluation/PolicyChecks.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/policy/PolicySamples.h"

#include <QTest>

#include <algorithm>

using namespace countersign;
using meaning::IntentKind;
using meaning::Severity;

namespace {

std::string listOf(const char* condition, const std::string& entries)
{
    return std::string("{\"") + condition + "\":[" + entries + "]}";
}

std::string inQuotes(const std::string& text)
{
    return '"' + text + '"';
}

constexpr const char* largest =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

std::string amountOf(const std::string& bounds)
{
    return R"({"amount":{)" + bounds + "}}";
}

}  // namespace

// Each condition at its edges, for a rule that allows and one that blocks.
class PolicyChecksTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachConditionIsInTheTableOnce()
    {
        std::vector<std::string_view> names;
        for (const PolicyCondition& condition : policyConditions()) {
            names.push_back(condition.name);
        }
        QCOMPARE(names.size(), std::size_t(17));  // of design.md §11 all but perPeriod
        std::sort(names.begin(), names.end());
        QVERIFY(std::adjacent_find(names.begin(), names.end()) == names.end());
    }

    void wallets()
    {
        PolicyFacts facts = transferFacts();
        for (const std::string& entry :
             {std::string("wallet-1"), std::string("tag:hot"), std::string(treasury),
              std::string("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266")}) {
            QVERIFY2(allows(listOf("wallets", inQuotes(entry)), facts), entry.c_str());
            QVERIFY2(forbids(listOf("wallets", inQuotes(entry)), facts), entry.c_str());
        }
        for (const char* entry : {"wallet-2", "WALLET-1", "tag:cold", "tag:HOT", alice, "hot"}) {
            QVERIFY2(!allows(listOf("wallets", inQuotes(entry)), facts), entry);
            QVERIFY2(!forbids(listOf("wallets", inQuotes(entry)), facts), entry);
        }
        facts.walletTags.reset();  // the book cannot be trusted
        QVERIFY(!allows(listOf("wallets", R"("tag:hot")"), facts));
        QVERIFY(forbids(listOf("wallets", R"("tag:cold")"), facts));
        QVERIFY(allows(listOf("wallets", R"("wallet-1","tag:hot")"), facts));
        QVERIFY(!forbids(listOf("wallets", R"("wallet-2")"), facts));
    }

    void chains()
    {
        PolicyFacts facts = transferFacts();
        QVERIFY(allows(listOf("chains", R"("eip155:10","eip155:1")"), facts));
        QVERIFY(!allows(listOf("chains", R"("eip155:10")"), facts));
        QVERIFY(!forbids(listOf("chains", R"("eip155:10")"), facts));
        facts.chain.reset();
        facts.isForEveryChain = true;
        QVERIFY(!allows(listOf("chains", R"("eip155:1")"), facts));
        QVERIFY(forbids(listOf("chains", R"("eip155:1")"), facts));
        QVERIFY(!allows(listOf("chains", R"("eip155:1")"), messageFacts()));
        QVERIFY(!forbids(listOf("chains", R"("eip155:1")"), messageFacts()));
    }

    void wordsOfTheJob()
    {
        PolicyFacts facts = transferFacts();
        QVERIFY(allows(listOf("kinds", R"("evm.transaction")"), facts));
        QVERIFY(!forbids(listOf("kinds", R"("evm.message")"), facts));
        QVERIFY(allows(listOf("origins", R"("file","relay")"), facts));
        QVERIFY(!forbids(listOf("origins", R"("composed")"), facts));
        QVERIFY(allows(listOf("submitters", R"("payroll")"), facts));
        QVERIFY(!allows(listOf("submitters", R"("Payroll")"), facts));
        facts.submitter.reset();
        QVERIFY(!allows(listOf("submitters", R"("payroll")"), facts));
        QVERIFY(!forbids(listOf("submitters", R"("payroll")"), facts));
        QVERIFY(allows(R"({"understood":true})", facts));
        QVERIFY(!forbids(R"({"understood":false})", facts));
        QVERIFY(forbids(R"({"understood":false})", unreadFacts()));
        QVERIFY(!allows(R"({"understood":true})", unreadFacts()));
    }

    void anAllowingRuleNeedsAllIntentsABlockingOneAny()
    {
        PolicyFacts facts = transferFacts();
        facts.intents = {IntentKind::Approve, IntentKind::Transfer};
        QVERIFY(!allows(listOf("intents", R"("transfer")"), facts));
        QVERIFY(allows(listOf("intents", R"("transfer","swap","approve")"), facts));
        QVERIFY(forbids(listOf("intents", R"("transfer")"), facts));
        QVERIFY(!forbids(listOf("intents", R"("swap")"), facts));
        QVERIFY(allows(listOf("intents", R"("unknown")"), unreadFacts()));
        QVERIFY(!forbids(listOf("intents", R"("transfer")"), unreadFacts()));
    }

    void contractsAndFunctions()
    {
        PolicyFacts facts = transferFacts();
        QVERIFY(allows(listOf("contracts", inQuotes(usdcContract)), facts));
        QVERIFY(allows(listOf("functions", R"j("transfer(address,uint256)")j"), facts));
        QVERIFY(allows(listOf("functions", R"("0xA9059CBB")"), facts));
        facts.calls.push_back({bob, "0xdeadbeef", ""});
        QVERIFY(!allows(listOf("contracts", inQuotes(usdcContract)), facts));
        QVERIFY(forbids(listOf("contracts", inQuotes(bob)), facts));
        QVERIFY(!forbids(listOf("contracts", inQuotes(alice)), facts));
        QVERIFY(!allows(listOf("functions", R"("0xa9059cbb")"), facts));
        QVERIFY(allows(listOf("functions", R"("0xa9059cbb","0xdeadbeef")"), facts));
        QVERIFY(forbids(listOf("functions", R"("0xdeadbeef")"), facts));
        // A function that nobody knows has a selector all the same.
        QVERIFY(allows(listOf("functions", R"("0x12345678")"), unreadFacts()));
        facts.mayCallMore = true;
        QVERIFY(!allows(listOf("functions", R"("0xa9059cbb","0xdeadbeef")"), facts));
        QVERIFY(!allows(listOf("contracts", inQuotes(usdcContract) + "," + inQuotes(bob)), facts));
        QVERIFY(forbids(listOf("contracts", inQuotes(alice)), facts));
    }

    void aPlainTransferCallsNoFunction()
    {
        PolicyFacts facts = transferFacts();
        facts.calls.push_back({alice, "", ""});
        QVERIFY(!allows(listOf("functions", R"("0xa9059cbb")"), facts));
        QVERIFY(!allows(listOf("contracts", inQuotes(usdcContract)), messageFacts()));
        QVERIFY(!forbids(listOf("contracts", inQuotes(usdcContract)), messageFacts()));
        facts.calls.clear();
        facts.mayCallMore = true;  // a message for whichever contract takes it
        QVERIFY(!allows(listOf("contracts", inQuotes(usdcContract)), facts));
        QVERIFY(forbids(listOf("contracts", inQuotes(usdcContract)), facts));
    }

    void programs()
    {
        PolicyFacts facts = transferFacts();
        facts.programs = {"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", "11111111111111111111111111111111"};
        const std::string token = inQuotes(facts.programs[0]);
        QVERIFY(!allows(listOf("programs", token), facts));
        QVERIFY(allows(listOf("programs", token + "," + inQuotes(facts.programs[1])), facts));
        QVERIFY(forbids(listOf("programs", token), facts));
        QVERIFY(!forbids(listOf("programs", token), messageFacts()));
    }

    void recipients()
    {
        PolicyFacts facts = transferFacts();
        QVERIFY(allows(listOf("recipients", R"("list:suppliers")"), facts));
        QVERIFY(allows(listOf("recipients", R"("0x70997970c51812dc3a010c7d01b50e0d17dc79c8")"), facts));
        QVERIFY(!allows(listOf("recipients", R"("list:supplier")"), facts));
        QVERIFY(!forbids(listOf("recipients", R"("list:block")"), facts));
        facts.recipients.push_back({bob, std::vector<std::string>{"block"}});
        QVERIFY(!allows(listOf("recipients", R"("list:suppliers")"), facts));
        QVERIFY(allows(listOf("recipients", R"("list:suppliers",)" + inQuotes(bob)), facts));
        QVERIFY(forbids(listOf("recipients", R"("list:block")"), facts));
        facts.recipients[1].lists.reset();  // the book cannot be trusted
        QVERIFY(!allows(listOf("recipients", R"("list:suppliers","list:block")"), facts));
        QVERIFY(forbids(listOf("recipients", R"("list:other")"), facts));
        QVERIFY(!forbids(listOf("recipients", inQuotes(treasury)), facts));
        // Something goes to somebody whom the bytes do not name.
        facts.recipients.pop_back();
        QVERIFY(allows(listOf("recipients", R"("list:suppliers")"), facts));
        QVERIFY(!forbids(listOf("notRecipients", R"("list:suppliers")"), facts));
        facts.mayReachOthers = true;
        QVERIFY(!allows(listOf("recipients", R"("list:suppliers")"), facts));
        QVERIFY(forbids(listOf("notRecipients", R"("list:suppliers")"), facts));
        facts.recipients.clear();
        QVERIFY(forbids(listOf("notRecipients", R"("list:suppliers")"), facts));
    }

    void notRecipients()
    {
        PolicyFacts facts = transferFacts();
        facts.recipients.push_back({bob, std::vector<std::string>{}});
        QVERIFY(allows(listOf("notRecipients", R"("list:block")"), facts));
        QVERIFY(!allows(listOf("notRecipients", R"("list:suppliers")"), facts));
        // Block what goes anywhere else.
        QVERIFY(forbids(listOf("notRecipients", R"("list:suppliers")"), facts));
        QVERIFY(!forbids(listOf("notRecipients", R"("list:suppliers",)" + inQuotes(bob)), facts));
        facts.recipients[1].lists.reset();
        QVERIFY(!allows(listOf("notRecipients", R"("list:block")"), facts));
        QVERIFY(forbids(listOf("notRecipients", R"("list:suppliers")"), facts));
    }

    void withoutARecipientNeitherHolds()
    {
        for (const char* condition : {"recipients", "notRecipients"}) {
            QVERIFY(!allows(listOf(condition, R"("list:block")"), messageFacts()));
            QVERIFY(!forbids(listOf(condition, R"("list:block")"), messageFacts()));
            QVERIFY(!allows(listOf(condition, R"("list:block")"), unreadFacts()));
            QVERIFY(forbids(listOf(condition, R"("list:block")"), unreadFacts()));
        }
    }

    void assets()
    {
        PolicyFacts facts = transferFacts();
        QVERIFY(allows(listOf("assets", inQuotes(usdcAsset)), facts));
        QVERIFY(!allows(listOf("assets", inQuotes(ether)), facts));
        facts.assets.push_back({ether, Uint256(1), true});
        QVERIFY(!allows(listOf("assets", inQuotes(usdcAsset)), facts));
        QVERIFY(allows(listOf("assets", inQuotes(usdcAsset) + "," + inQuotes(ether)), facts));
        QVERIFY(forbids(listOf("assets", inQuotes(ether)), facts));
        facts.assets.push_back({std::nullopt, Uint256(1), true});
        QVERIFY(!allows(listOf("assets", inQuotes(usdcAsset) + "," + inQuotes(ether)), facts));
        QVERIFY(forbids(listOf("assets", R"("eip155:10/slip44:60")"), facts));
        QVERIFY(!allows(listOf("assets", inQuotes(usdcAsset)), messageFacts()));
        QVERIFY(!forbids(listOf("assets", inQuotes(usdcAsset)), messageFacts()));
        QVERIFY(!allows(listOf("assets", inQuotes(usdcAsset)), unreadFacts()));
        QVERIFY(forbids(listOf("assets", inQuotes(usdcAsset)), unreadFacts()));
    }

    void nftsByContractOrNumber()
    {
        const std::string collection = "eip155:1/erc721:0xBC4CA0EdA7647A8aB7C2061c2E118A18a936f13D";
        PolicyFacts facts = transferFacts();
        facts.assets = {{collection + "/7", Uint256(1), true}};
        QVERIFY(allows(listOf("assets", inQuotes(collection)), facts));
        QVERIFY(allows(listOf("assets", inQuotes(collection + "/7")), facts));
        QVERIFY(!allows(listOf("assets", inQuotes(collection + "/70")), facts));
        facts.assets = {{collection + "/70", Uint256(1), true}};
        QVERIFY(!allows(listOf("assets", inQuotes(collection + "/7")), facts));
    }

    void amountsAreInclusive()
    {
        const PolicyFacts facts = transferFacts();  // 250000000
        QVERIFY(allows(amountOf(R"("max":"250000000")"), facts));
        QVERIFY(!allows(amountOf(R"("max":"249999999")"), facts));
        QVERIFY(allows(amountOf(R"("min":"250000000")"), facts));
        QVERIFY(!allows(amountOf(R"("min":"250000001")"), facts));
        QVERIFY(allows(amountOf(R"("min":"250000000","max":"250000000")"), facts));
        QVERIFY(forbids(amountOf(R"("min":"250000000")"), facts));
        QVERIFY(!forbids(amountOf(R"("min":"250000001")"), facts));
        QVERIFY(allows(amountOf(R"("max":"0xee6b280")"), facts));
    }

    void amountsOfOneAssetAreAddedUp()
    {
        PolicyFacts facts = transferFacts();
        facts.assets.push_back(
            {"eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", Uint256(1), true});
        QVERIFY(!allows(amountOf(R"("max":"250000000")"), facts));
        QVERIFY(allows(amountOf(R"("max":"250000001")"), facts));
        facts.assets.push_back({usdcAsset, ~Uint256(0), true});  // more than 256 bits: nothing allows that
        QVERIFY(!allows(amountOf(R"("min":"0")"), facts));
        QVERIFY(!allows(amountOf(R"("max":)" + inQuotes(largest)), facts));
        QVERIFY(forbids(amountOf(R"("min":"1")"), facts));
    }

    void anAmountThatIsNotKnownBlocksAndDoesNotAllow()
    {
        PolicyFacts facts = transferFacts();
        facts.assets[0].amount.reset();
        PolicyFacts several = transferFacts();
        several.assets.push_back({ether, Uint256(1), true});
        for (const PolicyFacts& open : {facts, several, unreadFacts()}) {
            QVERIFY(!allows(amountOf(R"("min":"0")"), open));
            QVERIFY(forbids(amountOf(R"("min":)" + inQuotes(largest)), open));
        }
    }

    void whatDoesNotLeaveHasNoAmount()
    {
        PolicyFacts approval = transferFacts();
        approval.assets = {{usdcAsset, ~Uint256(0), false}};
        for (const PolicyFacts& nothing : {approval, messageFacts()}) {
            QVERIFY(!allows(amountOf(R"("min":"0")"), nothing));
            QVERIFY(!forbids(amountOf(R"("min":"0")"), nothing));
        }
        QVERIFY(forbids(listOf("assets", inQuotes(usdcAsset)), approval));
        approval.assets.push_back({usdcAsset, Uint256(5), true});
        QVERIFY(allows(amountOf(R"("max":"5")"), approval));
    }

    void findings()
    {
        PolicyFacts facts = transferFacts();
        facts.findings = {{"evm.token.unlisted", Severity::Warning, false}};
        QVERIFY(allows(listOf("findings", R"("evm.token.unlisted")"), facts));
        QVERIFY(forbids(listOf("findings", R"("fee.cap.absolute","evm.token.unlisted")"), facts));
        QVERIFY(!forbids(listOf("findings", R"("evm.token.unlistedToo")"), facts));
        facts.findings = {{"evm.token.unlisted", Severity::Error, false}};  // could not be checked
        QVERIFY(!allows(listOf("findings", R"("evm.token.unlisted")"), facts));
        QVERIFY(forbids(listOf("findings", R"("evm.token.unlisted")"), facts));
    }

    void severityIsAtLeast()
    {
        PolicyFacts facts = transferFacts();
        QVERIFY(!forbids(R"({"severity":"info"})", facts));
        facts.findings = {{"a.b", Severity::Info, false}, {"a.c", Severity::Warning, false}};
        QVERIFY(forbids(R"({"severity":"info"})", facts));
        QVERIFY(forbids(R"({"severity":"warning"})", facts));
        QVERIFY(!forbids(R"({"severity":"error"})", facts));
        QVERIFY(!forbids(R"({"severity":"critical"})", facts));
        facts.findings.push_back({"a.d", Severity::Error, false});
        QVERIFY(allows(R"({"severity":"error"})", facts));
        QVERIFY(!allows(R"({"severity":"critical"})", facts));  // it might be, and nobody can tell
        QVERIFY(forbids(R"({"severity":"critical"})", facts));
        facts.findings = {{"a.e", Severity::Critical, false}};
        QVERIFY(allows(R"({"severity":"critical"})", facts));
        QVERIFY(allows(R"({"severity":"error"})", facts));
    }
};

COUNTERSIGN_GUILESS_TEST(PolicyChecksTest)
#include "PolicyChecks_test.moc"
