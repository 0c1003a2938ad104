#include "core/signing/local/LocalFactsReader.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/local/LocalScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class LocalFactsReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theAddressBookIsRead()
    {
        LocalScene scene;
        scene.add(bookEntry(payedAddress, {"allow"}));
        scene.add(bookEntry("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"));
        scene.add(bookEntry("9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM", {}, "solana"));
        const LocalFacts facts = scene.facts(scene.transaction(7));
        QVERIFY(!facts.bookDoubt && !facts.failure);
        QVERIFY(facts.hasAllowList);
        QCOMPARE(facts.entries.size(), 1U);
        QCOMPARE(facts.entries.at(addressKeyOf(payedAddress)).front().name, std::string("Shop"));
        QVERIFY(facts.lookAlikes.empty());
        // Another kind of chain has no allow list.
        QVERIFY(!scene.facts(scene.solanaJob()).hasAllowList);
    }

    void aDoubtedBookDoesNotCount()
    {
        LocalScene scene;
        scene.add(bookEntry(payedAddress, {"block"}));
        scene.profile.database->handle().exec("UPDATE address_entry SET lists = ''");
        const LocalFacts facts = scene.facts(scene.transaction(7));
        QVERIFY(facts.bookDoubt && facts.bookDoubt->find("settings seal") != std::string::npos);
        QVERIFY(facts.entries.empty() && !facts.failure);
    }

    void lookAlikesOfEverySource()
    {
        LocalScene book;
        book.add(bookEntry(likePayed));
        const auto found = book.facts(book.transaction(7)).lookAlikes;
        QCOMPARE(found.size(), 1U);
        QVERIFY(found.front().whose.find("“Shop”") != std::string::npos);

        LocalScene wallets;
        wallets.delegate("twin", "EVM", likePayed, "e2", 11);
        QVERIFY(wallets.facts(wallets.transaction(7)).lookAlikes.front().whose.find("wallet") !=
                std::string::npos);

        LocalScene history;
        history.sign(history.transaction(6, {{"to", likePayed}}));
        const LocalFacts facts = history.facts(history.transaction(7));
        QVERIFY(facts.lookAlikes.front().whose.find("used") != std::string::npos);
        QVERIFY(facts.addressesKnown >= 2);
    }

    void ownWalletsAreNamed()
    {
        LocalScene scene;
        scene.delegate("other-wallet", "EVM", payedAddress, "e2", 11);
        const LocalFacts facts = scene.facts(scene.transaction(7));
        QCOMPARE(facts.ownWallets.at(addressKeyOf(payedAddress)).walletId, std::string("other-wallet"));
        QCOMPARE(facts.ownWallets.at(addressKeyOf(payedAddress)).status, std::string("active"));
    }

    void signedJobsOfThisWalletAlone()
    {
        LocalScene scene;
        const Job first = scene.sign(scene.transaction(5));
        scene.transaction(6);
        scene.sign(scene.solanaJob());
        const Job last = scene.sign(scene.message());
        const Job job = scene.transaction(8);
        const LocalFacts facts = scene.facts(job);
        QCOMPARE(facts.signedJobs.size(), 2U);
        QCOMPARE(facts.signedJobs.front().jobId, last.jobId);
        const OtherJob& other = facts.signedJobs.back();
        QCOMPARE(other.jobId, first.jobId);
        QVERIFY(other.isSigned && !facts.historyIsCut);
        QCOMPARE(other.outline.nonce, std::optional<std::uint64_t>(5));
        QCOMPARE(other.outline.payments, facts.outline.payments);
        QCOMPARE(facts.outline.payments.size(), 1U);
        QCOMPARE(other.digest.size(), 32U);
        QVERIFY(other.digest != facts.digest);
        // Not even itself, once it is signed.
        QCOMPARE(scene.facts(scene.sign(job)).signedJobs.size(), 2U);
    }

    void whenItWasSigned()
    {
        LocalScene scene;
        const Job job = scene.sign(scene.transaction(5));
        const UnixMillis then = scene.profile.clock.now();
        scene.profile.clock.advance(std::chrono::hours(30));
        (void)*scene.store.move(job.jobId, std::array{JobState::Signed}, JobState::Confirmed, {});
        QCOMPARE(scene.facts(scene.transaction(6)).signedJobs.front().signedAt, then);
    }

    void theSameNonceOfThisChain()
    {
        LocalScene scene;
        const Job open = scene.transaction(7, {{"value", "5"}});
        const Job prepared = scene.transaction(7, {{"value", "4"}});
        scene.prepare(prepared);
        scene.transaction(7, {{"chainId", "1"}});
        scene.transaction(8);
        const Job rejected = scene.transaction(7, {{"value", "6"}});
        QVERIFY(scene.store.reject(rejected.jobId, "no"));
        const Job sent = scene.sign(scene.transaction(7, {{"value", "7"}}));
        const LocalFacts facts = scene.facts(scene.transaction(7));
        QCOMPARE(facts.sameNonce.size(), 3U);
        QCOMPARE(facts.sameNonce.front().jobId, sent.jobId);
        QCOMPARE(facts.sameNonce[1].jobId, prepared.jobId);
        QCOMPARE(facts.sameNonce.back().jobId, open.jobId);
        QVERIFY(!facts.outline.isNonceFromNode);
    }

    void anOpenNonceHasNoCompany()
    {
        LocalScene scene;
        scene.transaction(0);
        const Job job =
            scene.submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", openTransaction()}}));
        const LocalFacts facts = scene.facts(job);
        QVERIFY(!facts.outline.nonce && facts.sameNonce.empty() && facts.digest.empty());
    }

    void rowsThatCannotBeReadAreCounted()
    {
        LocalScene scene;
        const Job bad = scene.sign(scene.transaction(5));
        scene.profile.database->handle().exec("UPDATE job SET document = x'7b7d' WHERE job_id = '" +
                                              bad.jobId + "'");
        const LocalFacts facts = scene.facts(scene.transaction(6));
        QCOMPARE(facts.unreadableJobs, 1U);
        QVERIFY(facts.signedJobs.empty());
    }

    void theHistoryIsBounded()
    {
        LocalScene scene;
        for (int i = 0; i <= LocalFactsReader::maxSignedJobs; ++i) {
            scene.sign(scene.message(std::to_string(i)));
        }
        const LocalFacts facts = scene.facts(scene.transaction(7));
        QCOMPARE(facts.signedJobs.size(), static_cast<std::size_t>(LocalFactsReader::maxSignedJobs));
        QVERIFY(facts.historyIsCut);
    }

    /// Nothing of it may pass for "nothing found".
    void aDatabaseThatDoesNotAnswerIsAFailure()
    {
        LocalScene scene;
        const Job job = scene.transaction(7);
        scene.profile.database->handle().exec("DROP INDEX job_signed");
        QVERIFY(scene.facts(job).failure.has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(LocalFactsReaderTest)
#include "LocalFactsReader_test.moc"
