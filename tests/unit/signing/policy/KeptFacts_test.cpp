#include "core/signing/policy/KeptFacts.h"

#include "core/policy/facts/PolicyFactsJson.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/policy/PolicySamples.h"
#include "tests/unit/signing/policy/PolicyScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct KeptScene
{
    TestProfile profile;
    KeptFacts kept = *KeptFacts::open(*profile.database, *profile.vault);

    void run(const std::string& sql) { profile.database->handle().exec(sql); }
};

}  // namespace

class KeptFactsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsThem()
    {
        KeptScene scene;
        QVERIFY(!scene.kept.find("j", "0xaa"));
        QVERIFY(scene.kept.keep("j", "0xaa", transferFacts()));
        QVERIFY(scene.kept.find("j", "0xaa") == transferFacts());
        QVERIFY(scene.kept.find("j", "") == transferFacts());
        QVERIFY(!scene.kept.find("j", "0xbb"));
        QVERIFY(!scene.kept.find("k", ""));
        // In place of what was kept before.
        QVERIFY(scene.kept.keep("j", "0xaa", messageFacts()));
        QVERIFY(scene.kept.find("j", "0xaa") == messageFacts());
        // Of two nobody knows which.
        QVERIFY(scene.kept.keep("j", "0xbb", transferFacts()));
        QVERIFY(!scene.kept.find("j", ""));
        // Another program over the profile.
        QVERIFY(KeptFacts::open(*scene.profile.database, *scene.profile.vault)->find("j", "0xbb") ==
                transferFacts());
    }

    void rowsOfOthersDoNotCount_data()
    {
        QTest::addColumn<QString>("edit");
        QTest::newRow("facts") << QStringLiteral(
            "UPDATE job_facts SET facts = replace(facts, '250000000', '1')");
        QTest::newRow("job") << QStringLiteral("UPDATE job_facts SET job_id = 'k'");
        QTest::newRow("digest") << QStringLiteral("UPDATE job_facts SET digest = '0xcc'");
        QTest::newRow("code") << QStringLiteral("UPDATE job_facts SET code = zeroblob(32)");
    }

    void rowsOfOthersDoNotCount()
    {
        QFETCH(const QString, edit);
        KeptScene scene;
        QVERIFY(scene.kept.keep("j", "0xaa", transferFacts()));
        scene.run(edit.toStdString());
        for (const char* job : {"j", "k"}) {
            for (const char* digest : {"0xaa", "0xcc", ""}) {
                QVERIFY(!scene.kept.find(job, digest));
            }
        }
    }

    void whatIsTooLongIsNotKept()
    {
        KeptScene scene;
        PolicyFacts facts = transferFacts();
        facts.programs.assign(2'000, std::string(44, 'a'));
        QVERIFY(scene.kept.keep("j", "0xaa", facts));
        QVERIFY(!scene.kept.find("j", "0xaa"));
    }

    /// A judgement under the write lock keeps them, one that only looks does not.
    void areKeptWithAnApproval()
    {
        PolicyScene scene;
        const Job job = scene.pay("1000", 1);
        QVERIFY(scene.judge(job));
        QCOMPARE(scene.number("SELECT count(*) FROM job_facts"), 0);
        QVERIFY(scene.approve(job));
        QCOMPARE(scene.number("SELECT count(*) FROM job_facts"), 1);
        const auto kept = KeptFacts::open(*scene.profile.database, *scene.profile.vault)
                              ->find(job.jobId, toHexPrefixed(job.digest));
        QVERIFY(kept);
        QCOMPARE(kept->now, scene.profile.clock.now());
        QVERIFY(std::ranges::any_of(kept->findings, &PolicyFinding::isLocal));
        // Nor one that is refused.
        scene.setPolicy(R"({"id":"none","when":{},"then":{"block":"No."}})");
        QVERIFY(!scene.approve(scene.pay("1000", 2)));
        QCOMPARE(scene.number("SELECT count(*) FROM job_facts"), 1);
    }

    void isLockedWithTheVault()
    {
        KeptScene scene;
        scene.profile.vault->lock();
        QCOMPARE(KeptFacts::open(*scene.profile.database, *scene.profile.vault).error().code,
                 ErrorCode::Locked);
    }
};

COUNTERSIGN_GUILESS_TEST(KeptFactsTest)
#include "KeptFacts_test.moc"
