#include "core/audit/witness/AuditCheckpoint.h"

#include "core/audit/witness/AuditWitness.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/Dsse.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/RecordedProfile.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// Checkpoints, and what they tell of a profile that was put back to an older state.
class AuditCheckpointTest : public QObject
{
    Q_OBJECT

    const SecretBytes m_seed = SecretBytes::random(ed25519::seedBytes);
    const ed25519::PublicKey m_key = *ed25519::publicKey(m_seed);

    Result<AuditCheckpoint> made(Recorded& profile) const
    {
        ASSIGN_OR_RETURN(const auto text, makeCheckpoint(*profile.database, *profile.vault, profile.log,
                                                         profile.clock, m_seed));
        return readCheckpoint(text, m_key);
    }
    static WitnessedReport held(Recorded& profile, const AuditCheckpoint& checkpoint)
    {
        return *heldAgainst({profile.verify(), false}, *profile.database, AuditWitness::of(checkpoint));
    }

private Q_SLOTS:
    void namesItsOwnEntry()
    {
        Recorded profile;
        const auto checkpoint = made(profile);
        QVERIFY(checkpoint.has_value());
        const auto last = profile.log.page(0, 1)->front();
        QCOMPARE(last.kind, std::string("audit.checkpoint"));
        QCOMPARE(checkpoint->seq, 11);
        QVERIFY(std::ranges::equal(checkpoint->hash, last.hash));
        QCOMPARE(checkpoint->profile, profile.vault->info().profileId);
        QCOMPARE(checkpoint->at, profile.clock.now());
        const auto report = held(profile, *checkpoint);
        QVERIFY(report.intact && !report.rolledBack);
        profile.append(3);
        QVERIFY(held(profile, *checkpoint).intact);
    }

    void ofADamagedRecordThereIsNone()
    {
        Recorded profile;
        profile.run("UPDATE audit SET subject = 'x' WHERE seq = 2");
        const auto refused = made(profile);
        QVERIFY(!refused && refused.error().code == ErrorCode::Corrupt);
        QCOMPARE(profile.log.page(0, 1)->front().seq, 10);
    }

    void anOlderCopyIsRolledBack()
    {
        Recorded profile;
        const AuditHeadFile head(*profile.vault);
        const auto older = head.read();
        profile.append(5);
        const auto checkpoint = made(profile);
        profile.run("DELETE FROM audit WHERE seq > 10");
        QVERIFY(head.write(**older).has_value());
        QVERIFY(profile.verify().intact);  // by itself it is whole
        const auto report = held(profile, *checkpoint);
        QVERIFY(!report.intact && report.rolledBack);
        QVERIFY2(report.finding.contains(u"16"_s) && report.finding.contains(u"10"_s),
                 qPrintable(report.finding));
        profile.append(20);  // and continued
        QVERIFY(profile.verify().intact);
        QVERIFY(held(profile, *checkpoint).rolledBack);
    }

    void aDamageIsToldBesideIt()
    {
        Recorded profile;
        const auto checkpoint = made(profile);
        profile.run("DELETE FROM audit WHERE seq > 5");
        const auto report = held(profile, *checkpoint);
        QVERIFY(report.rolledBack && !report.intact);
        QVERIFY(report.finding.size() > profile.verify().finding.size());
    }

    void foreignCheckpointsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("statement");
        const QByteArray hash = "\"hash\":\"0x" + QByteArray(64, 'a') + '"';
        const QByteArray at = "\"at\":\"2026-01-01T00:00:00.000Z\"";
        const auto row = [](const char* name, const QByteArray& text) { QTest::newRow(name) << text; };
        row("nothing", "");
        row("array", "[]");
        row("three members", "{\"profile\":\"p\",\"seq\":1," + hash + "}");
        row("five members", "{\"profile\":\"p\",\"seq\":1,\"x\":1," + hash + ',' + at + "}");
        row("seq 0", "{\"profile\":\"p\",\"seq\":0," + hash + ',' + at + "}");
        row("seq below", "{\"profile\":\"p\",\"seq\":-1," + hash + ',' + at + "}");
        row("seq too great", "{\"profile\":\"p\",\"seq\":9007199254740993," + hash + ',' + at + "}");
        row("seq as a fraction", "{\"profile\":\"p\",\"seq\":1.0," + hash + ',' + at + "}");
        row("hash too short", "{\"profile\":\"p\",\"seq\":1,\"hash\":\"0xaa\"," + at + "}");
        row("hash not hex",
            "{\"profile\":\"p\",\"seq\":1,\"hash\":\"0x" + QByteArray(64, 'g') + "\"," + at + "}");
        row("no time", "{\"profile\":\"p\",\"seq\":1," + hash + ",\"at\":\"soon\"}");
        row("profile null", "{\"profile\":null,\"seq\":1," + hash + ',' + at + "}");
        row("profile nested", "{\"profile\":{},\"seq\":1," + hash + ',' + at + "}");
    }

    void foreignCheckpointsAreRefused()
    {
        QFETCH(const QByteArray, statement);
        const auto envelope = signDsse(checkpointPayloadType, asBytes(statement.toStdString()), m_seed);
        const auto read = readCheckpoint(*envelope, m_key);
        QVERIFY(!read && read.error().code == ErrorCode::InvalidInput);
    }

    void anotherSignerTypeOrSizeIsRefused()
    {
        const std::string statement = "{\"profile\":\"p\",\"seq\":1,\"hash\":\"0x" + std::string(64, 'a') +
                                      "\",\"at\":\"2026-01-01T00:00:00.000Z\"}";
        const auto code = [&](std::string_view type, const SecretBytes& seed) {
            const auto read = readCheckpoint(*signDsse(type, asBytes(statement), seed), m_key);
            return read ? std::optional<ErrorCode>() : read.error().code;
        };
        QVERIFY(!code(checkpointPayloadType, m_seed));
        QVERIFY(code(checkpointPayloadType, SecretBytes::random(ed25519::seedBytes)) ==
                ErrorCode::BadSignature);
        QVERIFY(code(revocationPayloadType, m_seed) == ErrorCode::InvalidInput);
        QVERIFY(!readCheckpoint(std::string(checkpointMaxBytes + 1, ' '), m_key));
        QVERIFY(!readCheckpoint({}, m_key));
    }
};

COUNTERSIGN_GUILESS_TEST(AuditCheckpointTest)
#include "AuditCheckpoint_test.moc"
