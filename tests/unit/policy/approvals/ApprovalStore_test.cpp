#include "core/policy/approvals/ApprovalStore.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"
#include "tests/unit/policy/approvals/ApprovalSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

using Added = ApprovalStore::Added;
using Decision = ApprovalDecision;

struct StoreScene
{
    TestProfile profile;
    ApprovalStore store{*profile.database};
    Person anna{"Anna"};
    Person ben{"Ben"};
    std::vector<Operator> registered = {anna.registered(), ben.registered()};

    Added add(const Person& who, Decision decision = Decision::Approve, UnixMillis at = noon,
              ApprovalSource source = ApprovalSource::Relay)
    {
        const SignedApproval approval = signedBy(who, saidBy(who, decision, at));
        return *transact(*profile.database, [&] { return store.add(approval, source, at + 1, registered); });
    }
    ApprovalStore::OfJob stored() { return *store.ofJob(hashOf('a')); }
    std::size_t count() { return stored().approvals.size(); }
    bool has(const Person& who, Decision decision, UnixMillis at)
    {
        return std::ranges::any_of(stored().approvals, [&](const StoredApproval& one) {
            return one.approval.statement == saidBy(who, decision, at);
        });
    }
    void edit(const std::string& sql) { profile.database->handle().exec(sql); }
};

}  // namespace

class ApprovalStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsStatements()
    {
        StoreScene scene;
        QCOMPARE(scene.count(), 0U);
        QCOMPARE(scene.add(scene.anna, Decision::Approve, noon, ApprovalSource::Own), Added::New);
        QCOMPARE(scene.add(scene.ben, Decision::Reject, noon + 1, ApprovalSource::File), Added::New);
        const auto stored = scene.stored();
        QCOMPARE(stored.damaged, 0U);
        QCOMPARE(stored.approvals.size(), 2U);
        const StoredApproval& first = stored.approvals.front();
        QCOMPARE(first.approval, signedBy(scene.anna, saidBy(scene.anna)));
        QCOMPARE(first.receivedAt, noon + 1);
        QVERIFY(first.source == ApprovalSource::Own);
        QVERIFY(stored.approvals.back().source == ApprovalSource::File);
        QVERIFY(scene.store.ofJob(hashOf('c'))->approvals.empty());
        // The same again, whoever brings it.
        QCOMPARE(scene.add(scene.anna), Added::Known);
        QCOMPARE(scene.count(), 2U);
    }

    void rowsOfOthersComeToNothing_data()
    {
        QTest::addColumn<QString>("edit");
        for (const char* edit :
             {"UPDATE approval_statement SET envelope = replace(CAST(envelope AS TEXT), 'a', 'b')",
              "UPDATE approval_statement SET envelope = x''",
              "UPDATE approval_statement SET envelope = zeroblob(100000)",
              "INSERT INTO approval_statement SELECT 9, 'c', zeroblob(32), operator, envelope, 1, 'own' FROM "
              "approval_statement; UPDATE approval_statement SET job_id = 'c'"}) {
            QTest::newRow(edit) << QString::fromLatin1(edit);
        }
    }

    void rowsOfOthersComeToNothing()
    {
        QFETCH(const QString, edit);
        StoreScene scene;
        QCOMPARE(scene.add(scene.anna), Added::New);
        try {
            scene.edit(edit.toStdString());
        } catch (const SQLite::Exception&) {
            scene.edit("UPDATE approval_statement SET envelope = x'00'");  // a strict column took it ill
        }
        QVERIFY(scene.stored().approvals.empty());
        QVERIFY(scene.store.ofJob("c")->approvals.empty());
    }

    /// A row that only looks as if the statement were there keeps nobody's word out.
    void plantedRowsKeepNothingOut()
    {
        StoreScene scene;
        QCOMPARE(scene.add(scene.anna), Added::New);
        for (const char* edit : {"UPDATE approval_statement SET job_id = 'x'",
                                 "UPDATE approval_statement SET envelope = x'00'"}) {
            scene.edit(edit);
            QVERIFY(scene.stored().approvals.empty());
            QCOMPARE(scene.add(scene.anna), Added::New);
            QCOMPARE(scene.stored().approvals.size(), 1U);
            QCOMPARE(scene.count(), 1U);
        }
    }

    void keepsWhatAnOperatorSaidLast()
    {
        StoreScene scene;
        for (int i = 0; i < 10; ++i) {
            QCOMPARE(scene.add(scene.anna, i % 2 == 0 ? Decision::Approve : Decision::Withdraw, noon + i),
                     Added::New);
        }
        QCOMPARE(scene.count(), 4U);
        QVERIFY(scene.has(scene.anna, Decision::Withdraw, noon + 9));
        // A replay of an old one neither comes back nor pushes anything out.
        QCOMPARE(scene.add(scene.anna, Decision::Approve, noon), Added::Outdated);
        QCOMPARE(scene.count(), 4U);
        // A no stays, one of each.
        QCOMPARE(scene.add(scene.anna, Decision::Reject, noon), Added::New);
        QCOMPARE(scene.add(scene.anna, Decision::Reject, noon + 1), Added::Repeated);
        QCOMPARE(scene.add(scene.anna, Decision::Approve, noon + 20), Added::New);
        QVERIFY(scene.has(scene.anna, Decision::Reject, noon));
        QCOMPARE(scene.count(), 5U);
        QCOMPARE(scene.add(scene.ben), Added::New);
    }

    /// Whoever may post to the relay makes keys without end.
    void strangersHaveLittleRoom()
    {
        StoreScene scene;
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(scene.add(Person("Eve")), i < 8 ? Added::New : Added::NoRoomLeft);
        }
        QCOMPARE(scene.count(), 8U);
        QCOMPARE(scene.add(scene.anna), Added::New);
        QCOMPARE(scene.add(scene.ben, Decision::Reject), Added::New);
        // Another job has room of its own.
        const Person eve("Eve");
        ApprovalStatement elsewhere = saidBy(eve);
        elsewhere.jobId = hashOf('c');
        QCOMPARE(*scene.store.add(signedBy(eve, elsewhere), ApprovalSource::Relay, 0, scene.registered),
                 Added::New);
    }

    /// However many jobs strangers know of, a registered operator always finds room.
    void strangersFillNothingForOperators()
    {
        StoreScene scene;
        scene.edit(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
            "INSERT INTO approval_statement (job_id, digest, operator, envelope, received_at, source) "
            "SELECT 'j' || i, randomblob(32), randomblob(32), x'00', 1, 'relay' FROM n");
        QCOMPARE(scene.add(Person("Eve")), Added::NoRoomLeft);
        QCOMPARE(scene.add(scene.anna), Added::New);
        QCOMPARE(scene.add(scene.anna, Decision::Withdraw, noon + 1), Added::New);
        QCOMPARE(scene.add(scene.ben, Decision::Reject), Added::New);
    }

    void aJobIsBounded()
    {
        StoreScene scene;
        QCOMPARE(scene.add(Person("Eve")), Added::New);
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(scene.add(scene.anna, Decision::Approve, noon + i), Added::New);
        }
        std::vector<Person> many;
        for (int i = 0; i < 64; ++i) {
            many.emplace_back("P");
            scene.registered.push_back(many.back().registered());
        }
        for (int i = 0; i < 63; ++i) {
            QCOMPARE(scene.add(many.at(static_cast<std::size_t>(i))), Added::New);
        }
        // Eve's went, then what Anna replaced; each of these says something.
        QCOMPARE(scene.count(), 64U);
        QVERIFY(!scene.has(scene.anna, Decision::Approve, noon));
        QVERIFY(scene.has(scene.anna, Decision::Approve, noon + 1));
        QCOMPARE(scene.add(many.back()), Added::NoRoomLeft);
        QCOMPARE(scene.add(Person("Eve")), Added::NoRoomLeft);
        QCOMPARE(scene.count(), 64U);
    }
};

COUNTERSIGN_GUILESS_TEST(ApprovalStoreTest)
#include "ApprovalStore_test.moc"
