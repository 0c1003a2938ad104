#include "core/signing/DeskKey.h"

#include "core/base/Hex.h"
#include "core/crypto/Ed25519.h"
#include "tests/support/TestProfile.h"
#include "tests/support/TestProgram.h"

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
};

COUNTERSIGN_GUILESS_TEST(DeskKeyTest)
#include "DeskKey_test.moc"
