#include "core/signing/local/LocalFindings.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/local/LocalSamples.h"
#include "tests/unit/signing/local/LocalScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

std::vector<meaning::Finding> findingsOf(LocalScene& scene, const Job& job)
{
    AddressBookCache book;
    return localFindingsOf(*VerifiedJob::of(job), scene.explanationOf(job), {}, *scene.profile.database,
                           *scene.profile.vault, book, scene.profile.clock);
}

}  // namespace

/// The way from a profile's rows to what is told of them.
class LocalFindingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theGravestFirst()
    {
        LocalScene scene;
        scene.add(bookEntry(payedAddress, {"block"}));
        const auto findings = findingsOf(scene, scene.transaction(7));
        QVERIFY(findings.size() >= 3);
        QCOMPARE(findings.front().id, std::string("recipient.blocked"));
        QCOMPARE(samples::gravity(findings, "recipient.known"), std::string("info"));
        QCOMPARE(samples::gravity(findings, "recipient.neverUsed"), std::string("info"));
    }

    void aPaymentThatWasSignedAlready()
    {
        LocalScene scene;
        scene.sign(scene.transaction(6));
        const auto findings = findingsOf(scene, scene.transaction(7));
        QCOMPARE(samples::gravity(findings, "job.duplicate"), std::string("critical"));
        QCOMPARE(samples::gravity(findings, "recipient.neverUsed"), std::string());
        QVERIFY(samples::gravity(findingsOf(scene, scene.transaction(6, {{"value", "1001"}})),
                                 "job.replacementRaises") == "critical");
    }

    void idsOfTheProfile()
    {
        QVERIFY(isLocalFinding("job.duplicate"));
        QVERIFY(!isLocalFinding("recipient.zero"));
        QVERIFY(!isLocalFinding("job"));
    }

    void nothingReadIsNotNothingFound()
    {
        LocalFacts facts;
        facts.failure = "The disk does not answer.";
        const auto findings = localFindings(facts);
        QVERIFY(findings.size() > 4);
        for (const meaning::Finding& finding : findings) {
            QCOMPARE(finding.severity, meaning::Severity::Error);
        }
    }

    /// Names come from other people's files, ids from Dynamic.
    void textIsNeutralised()
    {
        LocalFacts facts = samples::factsOf(samples::paying({samples::payment(samples::shop, 5)}));
        facts.ownWallets[addressKeyOf(samples::shop)] = {"wallet\x1b[2J", "active"};
        const auto findings = localFindings(facts);
        QVERIFY(samples::detail(findings, "recipient.ownWallet").find('\x1b') == std::string::npos);
    }

    void theJsonHasTheShapeOfTheExplanation()
    {
        const Json json =
            localFindingsJson({{"job.feeHigh", meaning::Severity::Warning, "Title", "Detail", {"0x1"}}});
        QCOMPARE(json, (Json{{{"id", "job.feeHigh"},
                              {"severity", "warning"},
                              {"title", "Title"},
                              {"detail", "Detail"},
                              {"addresses", {"0x1"}}}}));
        QVERIFY(localFindingsJson({}).is_array());
    }
};

COUNTERSIGN_GUILESS_TEST(LocalFindingsTest)
#include "LocalFindings_test.moc"
