#include "core/signing/reporting/DeskKey.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Ed25519.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

class DeskKeyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isMadeOnceAndRecorded()
    {
        TestProfile profile;
        AuditLog audit(*profile.database, *profile.vault, profile.clock);
        const auto first = deskSeed(*profile.database, *profile.vault, audit, profile.clock);
        QVERIFY(first.has_value());
        QCOMPARE(first->size(), ed25519::seedBytes);
        const auto second = profile.openDatabase();
        AuditLog otherAudit(*second, *profile.vault, profile.clock);
        const auto again = deskSeed(*second, *profile.vault, otherAudit, profile.clock);
        QVERIFY(again->equals(first->view()));
        const auto key = deskPublicKey(*profile.database, *profile.vault, audit, profile.clock);
        QCOMPARE(*key, toHex(*ed25519::publicKey(*first)));
        QCOMPARE(profile.database->handle()
                     .execAndGet("SELECT count(*) FROM audit WHERE kind = 'desk-key.generated'")
                     .getInt(),
                 1);
        const auto page = audit.page(0, 1);
        QCOMPARE(page->front().subject, *key);
        QVERIFY(page->front().detail.find(toHex(first->view())) == std::string::npos);
    }

    void isNotMadeWithoutARecord()
    {
        TestProfile profile;
        AuditLog audit(*profile.database, *profile.vault, profile.clock);
        QVERIFY(audit.append("something", "", "{}").has_value());
        QVERIFY(std::filesystem::remove(profile.paths.auditHead()));
        QCOMPARE(deskSeed(*profile.database, *profile.vault, audit, profile.clock).error().code,
                 ErrorCode::Corrupt);
        QCOMPARE(profile.database->handle().execAndGet("SELECT count(*) FROM secret").getInt(), 0);
        profile.vault->lock();
        QCOMPARE(deskPublicKey(*profile.database, *profile.vault, audit, profile.clock).error().code,
                 ErrorCode::Locked);
    }

    /// Gone or another one: a new key in its place would make back ends refuse this desk's word, or worse.
    void aRowThatWasTouchedIsNotReplaced()
    {
        for (const char* edit :
             {"DELETE FROM secret", "UPDATE secret SET created_at = created_at + 1",
              "UPDATE secret SET sealed = zeroblob(length(sealed))", "UPDATE secret SET name = 'other'"}) {
            TestProfile profile;
            AuditLog audit(*profile.database, *profile.vault, profile.clock);
            const auto seed = deskSeed(*profile.database, *profile.vault, audit, profile.clock);
            QVERIFY(seed.has_value());
            profile.database->handle().exec(edit);
            const auto again = deskSeed(*profile.database, *profile.vault, audit, profile.clock);
            QCOMPARE(again.error().code, ErrorCode::BadSignature);
            QVERIFY(again.error().sentence.contains(QStringLiteral("desk's own key")));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(DeskKeyTest)
#include "DeskKey_test.moc"
