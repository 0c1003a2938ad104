#include "core/policy/operators/OperatorIdentity.h"

#include "core/base/encoding/Hex.h"
#include "core/policy/operators/OperatorRegister.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

struct IdentityScene
{
    TestProfile profile;
    AuditLog audit{*profile.database, *profile.vault, profile.clock};
    OperatorIdentity identity{*profile.database, *profile.vault, audit, profile.clock};

    void edit(const char* sql) { profile.database->handle().exec(sql); }
    int count(const char* sql) { return profile.database->handle().execAndGet(sql).getInt(); }
};

}  // namespace

class OperatorIdentityTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isMadeOnceAndRecorded()
    {
        IdentityScene scene;
        QCOMPARE(scene.identity.read().error().code, ErrorCode::NotFound);
        QCOMPARE(scene.identity.seed().error().code, ErrorCode::NotFound);
        QVERIFY(!scene.identity.find()->has_value());
        const auto made = scene.identity.create("Jürgen");
        QCOMPARE(made->name, std::string("Jürgen"));
        QCOMPARE(*scene.identity.read(), *made);
        const auto seed = scene.identity.seed();
        QCOMPARE(seed->size(), ed25519::seedBytes);
        QCOMPARE(*ed25519::publicKey(*seed), made->publicKey);
        QCOMPARE(scene.identity.create("Jürgen").error().code, ErrorCode::AlreadyExists);
        QCOMPARE(scene.identity.create("Anna").error().code, ErrorCode::AlreadyExists);
        QCOMPARE(*scene.identity.read(), *made);
        QCOMPARE(scene.count("SELECT count(*) FROM audit WHERE kind = 'operator-key.generated'"), 1);
        const auto page = scene.audit.page(0, 1);
        QCOMPARE(page->front().subject, std::string("Jürgen"));
        QVERIFY(page->front().detail.find(toHex(made->publicKey)) != std::string::npos);
        QVERIFY(page->front().detail.find(toHex(seed->view())) == std::string::npos);
    }

    void isTheSameForEveryProgram()
    {
        IdentityScene scene;
        const auto made = scene.identity.create(std::string(64, 'a'));
        const auto second = scene.profile.openDatabase();
        AuditLog audit(*second, *scene.profile.vault, scene.profile.clock);
        QCOMPARE(*OperatorIdentity(*second, *scene.profile.vault, audit, scene.profile.clock).read(), *made);
    }

    void nothingIsMadeUnderABadName()
    {
        IdentityScene scene;
        for (const std::string& name : {std::string(), std::string(" a"), std::string(65, 'a'),
                                        std::string("a\0b", 3), std::string("\xff")}) {
            QCOMPARE(scene.identity.create(name).error().code, ErrorCode::InvalidInput);
        }
        OperatorRegister others(*scene.profile.database, *scene.profile.vault, scene.audit,
                                scene.profile.clock);
        QVERIFY(others.add("Anna", *ed25519::publicKey(SecretBytes::random(32)), {"treasury"}));
        for (const char* name : {"Anna", "anna", "Treasury"}) {
            QCOMPARE(scene.identity.create(name).error().code, ErrorCode::AlreadyExists);
        }
        QCOMPARE(scene.count("SELECT count(*) FROM secret"), 0);
        QCOMPARE(scene.count("SELECT count(*) FROM audit WHERE kind = 'operator-key.generated'"), 0);
    }

    void isNotMadeWithoutARecord()
    {
        IdentityScene scene;
        QVERIFY(scene.audit.append("something", "", "{}"));
        QVERIFY(std::filesystem::remove(scene.profile.paths.auditHead()));
        QCOMPARE(scene.identity.create("Anna").error().code, ErrorCode::Corrupt);
        QCOMPARE(scene.count("SELECT count(*) FROM secret"), 0);
        scene.profile.vault->lock();
        QCOMPARE(scene.identity.create("Anna").error().code, ErrorCode::Locked);
        QCOMPARE(scene.identity.read().error().code, ErrorCode::Locked);
    }

    /// Gone or another one: the other desks know the key that was made.
    void aRowThatWasTouchedIsNotReplaced()
    {
        for (const char* edit :
             {"DELETE FROM secret", "UPDATE secret SET created_at = created_at + 1",
              "UPDATE secret SET sealed = zeroblob(length(sealed))", "UPDATE secret SET name = 'other'"}) {
            IdentityScene scene;
            QVERIFY(scene.identity.create("Anna"));
            scene.edit(edit);
            QCOMPARE(scene.identity.read().error().code, ErrorCode::BadSignature);
            QCOMPARE(scene.identity.find().error().code, ErrorCode::BadSignature);
            const auto again = scene.identity.create("Anna");
            QCOMPARE(again.error().code, ErrorCode::BadSignature);
            QVERIFY(again.error().sentence.contains(QStringLiteral("this desk's operator")));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(OperatorIdentityTest)
#include "OperatorIdentity_test.moc"
