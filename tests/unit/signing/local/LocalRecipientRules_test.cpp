#include "core/signing/local/LocalRecipientRules.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/local/LocalSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

const std::string noRecipientRulesText;

std::vector<meaning::Finding> judgedByRecipientRules(const LocalFacts& facts)
{
    std::vector<meaning::Finding> findings;
    checkRecipients(facts, findings);
    return findings;
}

LocalFacts payingShop()
{
    return factsOf(paying({payment(shop, 5)}));
}

LookAlike twin(std::size_t atBegin, std::size_t atEnd)
{
    return {addressKeyOf(likeShop), shop, "“Shop” in the address book", atBegin, atEnd};
}

}  // namespace

class LocalRecipientRulesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knownByTheBook()
    {
        LocalFacts facts = payingShop();
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.known"), noRecipientRulesText);
        AddressEntry entry = inBook(shop, "Shop", {"suppliers"});
        entry.tags = {"eu"};
        put(facts, entry);
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.known"), std::string("info"));
        const std::string text = detail(judgedByRecipientRules(facts), "recipient.known");
        QVERIFY(text.find("“Shop”") != std::string::npos);
        QVERIFY(text.find("Tags: eu.") != std::string::npos);
        QVERIFY(text.find("Lists: suppliers.") != std::string::npos);
    }

    void anEntrySpeaksOfItsChain()
    {
        LocalFacts facts = payingShop();
        put(facts, inBook(shop, "Shop", {}, "eip155:10"));
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.known"), std::string("warning"));
        // A message names no chain: every entry speaks.
        facts.outline.chain = "eip155";
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.known"), std::string("info"));
        LocalFacts every = payingShop();
        put(every, inBook(shop, "Shop", {}, "eip155"));
        QCOMPARE(gravity(judgedByRecipientRules(every), "recipient.known"), std::string("info"));
    }

    void aDerivedOwnerLendsItsName()
    {
        const std::string account = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";
        const std::string owner = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
        JobOutline outline = paying({payment(account, 5, "solana:x/token:y")});
        outline.chain = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";
        LocalFacts facts = factsOf(outline);
        facts.owners[account] = {owner, false};
        QVERIFY(detail(judgedByRecipientRules(facts), "recipient.known").find("not proven") !=
                std::string::npos);
        put(facts, inBook(owner, "Shop", {"block"}, "solana"));
        const auto findings = judgedByRecipientRules(facts);
        QVERIFY(detail(findings, "recipient.known").find("“Shop”") != std::string::npos);
        QVERIFY(detail(findings, "recipient.known").find("given away") != std::string::npos);
        QCOMPARE(gravity(findings, "recipient.blocked"), std::string("critical"));
        facts.owners[account].isToken2022 = true;
        QVERIFY(detail(judgedByRecipientRules(facts), "recipient.known").find("given away") ==
                std::string::npos);
    }

    void neverUsedBefore()
    {
        LocalFacts facts = payingShop();
        facts.signedJobs = {signedJob(paying({payment(bank, 5)}))};
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.neverUsed"), std::string("warning"));
        // In whatever spelling, and with any asset.
        facts.signedJobs.push_back(signedJob(paying({payment(addressKeyOf(shop), 1, "other")})));
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.neverUsed"), noRecipientRulesText);
    }

    void neverUsedIsANoteForWhatIsKnown()
    {
        LocalFacts book = payingShop();
        put(book, inBook(shop, "Shop"));
        QCOMPARE(gravity(judgedByRecipientRules(book), "recipient.neverUsed"), std::string("info"));
        LocalFacts own = payingShop();
        own.ownWallets[addressKeyOf(shop)] = {"wallet-7", "active"};
        QCOMPARE(gravity(judgedByRecipientRules(own), "recipient.neverUsed"), std::string("info"));
        QCOMPARE(gravity(judgedByRecipientRules(own), "recipient.ownWallet"), std::string("info"));
        QCOMPARE(gravity(judgedByRecipientRules(payingShop()), "recipient.ownWallet"), noRecipientRulesText);
    }

    /// What was not read may have gone there.
    void neverUsedNeedsAllOfTheHistory()
    {
        LocalFacts facts = payingShop();
        facts.unreadableJobs = 2;
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.neverUsed"), std::string("error"));
        facts.unreadableJobs = 0;
        JobOutline dark = paying({payment(bank, 5)});
        dark.understood = false;
        facts.signedJobs = {signedJob(dark)};
        facts.historyIsCut = true;
        const std::string text = detail(judgedByRecipientRules(facts), "recipient.neverUsed");
        QVERIFY(text.find("newest 1 jobs") != std::string::npos);
        QVERIFY(text.find("1 jobs are not") != std::string::npos);
    }

    void blockedWhereverItOccurs()
    {
        LocalFacts facts = payingShop();
        put(facts, inBook(bank, "Bank", {"block"}));
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.blocked"), noRecipientRulesText);
        facts.outline.mentioned = {addressKeyOf(bank)};
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.blocked"), std::string("warning"));
        put(facts, inBook(shop, "Thief", {"block"}));
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.blocked"), std::string("critical"));
        LocalFacts elsewhere = payingShop();
        put(elsewhere, inBook(shop, "Thief", {"block"}, "eip155:10"));
        QCOMPARE(gravity(judgedByRecipientRules(elsewhere), "recipient.blocked"), std::string("warning"));
    }

    void notAllowedOnlyWhereThereIsAList()
    {
        LocalFacts facts = payingShop();
        put(facts, inBook(shop, "Shop", {"suppliers"}));
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.notAllowed"), noRecipientRulesText);
        facts.hasAllowList = true;
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.notAllowed"), std::string("warning"));
        put(facts, inBook(shop, "Shop", {"allow"}, "eip155"));
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.notAllowed"), noRecipientRulesText);
    }

    /// A call of a token's contract pays nobody there; one that nobody can read may.
    void aCalledContractGetsSomethingOnlyWhereNobodyCanTell()
    {
        LocalFacts facts = factsOf(paying({}));
        facts.hasAllowList = true;
        facts.outline.parties = {payee(shop)};
        facts.outline.parties.front().isPaid = false;
        facts.outline.parties.front().isCalled = true;
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.notAllowed"), noRecipientRulesText);
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.neverUsed"), noRecipientRulesText);
        facts.outline.understood = false;
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.notAllowed"), std::string("warning"));
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.neverUsed"), std::string("warning"));
    }

    void lookAlikesByHowMuch()
    {
        LocalFacts facts = factsOf(paying({payment(likeShop, 5)}));
        facts.lookAlikes = {twin(4, 4)};
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.lookAlike"), std::string("critical"));
        facts.lookAlikes = {twin(4, 3)};
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.lookAlike"), std::string("warning"));
        facts.addressesKnown = fewKnownAddresses + 1;
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.lookAlike"), noRecipientRulesText);
        facts.lookAlikes = {twin(2, 6)};
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.lookAlike"), std::string("warning"));
        // An operator accepted it, twin or not.
        put(facts, inBook(likeShop, "Other shop"));
        facts.lookAlikes = {twin(4, 4)};
        QCOMPARE(gravity(judgedByRecipientRules(facts), "recipient.lookAlike"), noRecipientRulesText);
    }

    void whatCouldNotRunSaysSo()
    {
        LocalFacts facts = payingShop();
        facts.bookDoubt = "It was changed.";
        const auto findings = judgedByRecipientRules(facts);
        for (const char* id : {"recipient.blocked", "recipient.notAllowed", "recipient.lookAlike"}) {
            QCOMPARE(gravity(findings, id), std::string("error"));
        }
        LocalFacts dark = factsOf(paying({}));
        dark.outline.understood = false;
        QCOMPARE(gravity(judgedByRecipientRules(dark), "recipient.notAllowed"), noRecipientRulesText);
        dark.hasAllowList = true;
        QCOMPARE(gravity(judgedByRecipientRules(dark), "recipient.notAllowed"), std::string("error"));
        dark.ownersAreCut = true;
        QCOMPARE(gravity(judgedByRecipientRules(dark), "recipient.known"), std::string("error"));
    }
};

COUNTERSIGN_APPLESS_TEST(LocalRecipientRulesTest)
#include "LocalRecipientRules_test.moc"
