#include "core/policy/store/PolicyStore.h"

#include "core/audit/trust/FreezeSetting.h"
#include "core/audit/trust/SettingsUpgrade.h"
#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

std::string policyNamed(const std::string& name, const std::string& rules = {})
{
    return R"({"version":1,"name":")" + name + R"(","rules":[)" + rules + "]}";
}

struct PolicyStoreScene
{
    TestProfile profile;
    AuditLog audit{*profile.database, *profile.vault, profile.clock};
    PolicyStore store{*profile.database, *profile.vault, audit, profile.clock};

    void edit(const std::string& sql) { profile.database->handle().exec(sql); }
    Result<PolicyRow> set(const std::string& text) { return store.set(asBytes(text)); }
    /// The name of the one in force, "built-in", or that none can be trusted.
    std::string inForce()
    {
        const auto found = store.inForce();
        if (!found) {
            return found.error().code == ErrorCode::BadSignature ? "doubted" : "error";
        }
        return *found ? (*found)->policy->name : "built-in";
    }
    bool isFrozen()
    {
        return profile.database->handle()
                   .execAndGet("SELECT count(*) FROM setting WHERE key = '" + std::string(freezeSettingKey) +
                               "'")
                   .getInt() == 1;
    }
    std::size_t entriesInTheRecord() { return audit.page(0, 1000)->size(); }
    AuditEntry lastEntry() { return audit.page(0, 1)->front(); }
};

}  // namespace

class PolicyStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheBytes()
    {
        PolicyStoreScene scene;
        QCOMPARE(scene.inForce(), std::string("built-in"));
        const std::string text =
            "  " + policyNamed("treasury", R"({"id":"a","when":{},"then":{"approvals":2}})") + "\n";
        const auto set = scene.set(text);
        QVERIFY(set);
        QCOMPARE(set->name, std::string("treasury"));
        QCOMPARE(set->rules, 1);
        QCOMPARE(set->sha256, parsePolicy(asBytes(text))->sha256);
        const auto stored = scene.store.inForce();
        QVERIFY((*stored)->bytes == toBytes(asBytes(text)));
        QCOMPARE((*stored)->policy->rules.size(), 1U);
        QCOMPARE((*stored)->row, *set);
        QCOMPARE(**scene.store.rowInForce(), *set);
        QVERIFY(*scene.store.document(set->sha256) == (*stored)->bytes);
    }

    void everyChangeIsRecorded()
    {
        PolicyStoreScene scene;
        const auto first = scene.set(policyNamed("one"));
        QCOMPARE(scene.lastEntry().kind, std::string("policy.set"));
        QCOMPARE(scene.lastEntry().subject, std::string("one"));
        QCOMPARE(scene.lastEntry().detail,
                 R"({"name":"one","sha256":")" + first->sha256 + R"(","rules":0,"previous":null})");
        scene.profile.clock.advance(std::chrono::milliseconds(5));
        const auto second = scene.set(policyNamed("two"));
        QVERIFY(scene.lastEntry().detail.find("previous\":\"" + first->sha256) != std::string::npos);
        const std::size_t before = scene.entriesInTheRecord();
        // The same bytes again are no change.
        QCOMPARE(*scene.set(policyNamed("two")), *second);
        QCOMPARE(scene.entriesInTheRecord(), before);
        QCOMPARE(scene.store.clear()->sha256, second->sha256);
        QCOMPARE(scene.lastEntry().kind, std::string("policy.cleared"));
        QCOMPARE(scene.lastEntry().detail, dumpJson({{"previous", second->sha256}}));
        QCOMPARE(scene.inForce(), std::string("built-in"));
        QCOMPARE(scene.store.clear().error().code, ErrorCode::NotFound);
        const auto history = scene.store.history();
        QCOMPARE(history->size(), 2U);
        QCOMPARE(history->front().name, std::string("two"));
        QCOMPARE(*history->back().endedAt, second->setAt);
    }

    /// As a whole, with nothing of it kept.
    void aWrongOneChangesNothing()
    {
        PolicyStoreScene scene;
        QVERIFY(scene.set(policyNamed("one")));
        const std::size_t before = scene.entriesInTheRecord();
        const auto refused = scene.set(policyNamed("two", R"({"id":"a","when":{"amout":{}},"then":{}})"));
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("rules[0].when.amout")));
        QCOMPARE(scene.inForce(), std::string("one"));
        QCOMPARE(scene.entriesInTheRecord(), before);
    }

    void formerOnesAreKeptWithinBounds()
    {
        PolicyStoreScene scene;
        const auto first = scene.set(policyNamed("p0"));
        for (int i = 1; i <= PolicyStore::maxFormer; ++i) {
            QVERIFY(scene.set(policyNamed("p" + std::to_string(i))));
        }
        QVERIFY(scene.store.document(first->sha256));
        QCOMPARE(scene.store.history()->size(), static_cast<std::size_t>(PolicyStore::maxFormer) + 1);
        QVERIFY(scene.set(policyNamed("another")));
        QCOMPARE(scene.store.document(first->sha256).error().code, ErrorCode::NotFound);
        QCOMPARE(scene.store.history()->size(), static_cast<std::size_t>(PolicyStore::maxFormer) + 1);
        QCOMPARE(scene.inForce(), std::string("another"));
        // One that comes back is found whichever of its rows is asked.
        QVERIFY(scene.set(policyNamed("p7")));
        QVERIFY(scene.store.document((*scene.store.rowInForce())->sha256));
    }

    void rowsOfOthersAreNeverNoPolicy_data()
    {
        QTest::addColumn<QString>("edit");
        QTest::newRow("document") << QStringLiteral(
            "UPDATE policy SET document = CAST(replace(CAST(document AS TEXT), 'two', 'too') AS "
            "BLOB) WHERE ended_at IS NULL");
        QTest::newRow("hash") << QStringLiteral(
            "UPDATE policy SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x') WHERE ended_at IS NULL");
        QTest::newRow("removed") << QStringLiteral("DELETE FROM policy WHERE ended_at IS NULL");
        QTest::newRow("all removed") << QStringLiteral("DELETE FROM policy");
        QTest::newRow("ended") << QStringLiteral("UPDATE policy SET ended_at = 5 WHERE ended_at IS NULL");
        QTest::newRow("put in") << QStringLiteral(
            "INSERT INTO policy SELECT id + 9, sha256, name, rules, document, set_at, 5 FROM policy");
        QTest::newRow("rolled back") << QStringLiteral(
            "UPDATE policy SET ended_at = 9 WHERE id = 2; UPDATE policy SET ended_at = NULL WHERE id = 1");
        QTest::newRow("history") << QStringLiteral("DELETE FROM policy WHERE ended_at IS NOT NULL");
        QTest::newRow("name") << QStringLiteral("UPDATE policy SET name = 'x'");
        QTest::newRow("time") << QStringLiteral("UPDATE policy SET set_at = set_at + 1");
        QTest::newRow("seal") << QStringLiteral("DELETE FROM trust");
    }

    void rowsOfOthersAreNeverNoPolicy()
    {
        QFETCH(const QString, edit);
        PolicyStoreScene scene;
        QVERIFY(scene.set(policyNamed("one")));
        QVERIFY(scene.set(policyNamed("two")));
        scene.edit(edit.toStdString());
        QCOMPARE(scene.inForce(), std::string("doubted"));
    }

    void whatIsDoubtedIsNotBuiltUpon()
    {
        PolicyStoreScene scene;
        QVERIFY(scene.set(policyNamed("one")));
        scene.edit("DELETE FROM policy");
        const std::size_t before = scene.entriesInTheRecord();
        QCOMPARE(scene.set(policyNamed("two")).error().code, ErrorCode::BadSignature);
        QCOMPARE(scene.store.clear().error().code, ErrorCode::BadSignature);
        QCOMPARE(scene.store.history().error().code, ErrorCode::BadSignature);
        QCOMPARE(scene.entriesInTheRecord(), before);
        QVERIFY(TrustedRows(*scene.profile.database, *scene.profile.vault)
                    .findings()
                    ->front()
                    .sentence()
                    .contains(QStringLiteral("policy")));
        // The way out, after a look.
        QVERIFY(sealSettingsAnew(*scene.profile.vault, *scene.profile.database, scene.profile.clock, "seen"));
        QCOMPARE(scene.inForce(), std::string("built-in"));
        // Not in silence: the record knows which one was set.
        QVERIFY(scene.isFrozen());
        const Json sealed = *parseJson(scene.lastEntry().detail);
        QVERIFY(sealed["policy"]["present"].is_null());
        QCOMPARE(sealed["policy"]["recorded"].get<std::string>(),
                 parsePolicy(asBytes(policyNamed("one")))->sha256);
        QVERIFY(scene.set(policyNamed("two")));
    }

    void sealingWhatIsAsItWasFreezesNothing()
    {
        PolicyStoreScene scene;
        QVERIFY(scene.set(policyNamed("one")));
        scene.edit("UPDATE policy SET set_at = set_at + 1");
        QVERIFY(sealSettingsAnew(*scene.profile.vault, *scene.profile.database, scene.profile.clock, "seen"));
        QCOMPARE(scene.inForce(), std::string("one"));
        QVERIFY(!scene.isFrozen());
        // An older one that was put back is another one.
        QVERIFY(scene.set(policyNamed("two")));
        scene.edit(
            "UPDATE policy SET ended_at = 9 WHERE id = 2; UPDATE policy SET ended_at = NULL WHERE id = 1");
        QVERIFY(sealSettingsAnew(*scene.profile.vault, *scene.profile.database, scene.profile.clock, "seen"));
        QVERIFY(scene.isFrozen());
    }

    void aRemovedOneDoesNotComeBack()
    {
        PolicyStoreScene scene;
        QVERIFY(scene.set(policyNamed("lax")));
        scene.edit("CREATE TEMP TABLE kept AS SELECT * FROM policy");
        scene.edit("CREATE TEMP TABLE seal AS SELECT * FROM trust");
        QVERIFY(scene.set(policyNamed("strict")));
        // With its seal, which was as genuine once.
        scene.edit(
            "DELETE FROM policy; INSERT INTO policy SELECT * FROM kept;"
            "DELETE FROM trust; INSERT INTO trust SELECT * FROM seal");
        QCOMPARE(scene.inForce(), std::string("doubted"));
    }

    void isLockedWithTheVault()
    {
        PolicyStoreScene scene;
        scene.profile.vault->lock();
        QCOMPARE(scene.store.inForce().error().code, ErrorCode::Locked);
        QCOMPARE(scene.set(policyNamed("one")).error().code, ErrorCode::Locked);
    }
};

COUNTERSIGN_GUILESS_TEST(PolicyStoreTest)
#include "PolicyStore_test.moc"
