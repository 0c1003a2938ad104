#include "core/audit/AuditHead.h"
#include "core/audit/AuditLog.h"
#include "core/vault/database/FileSync.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/SyncWatch.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace fs = std::filesystem;

namespace {

Error refusal()
{
    return {ErrorCode::Cancelled, QStringLiteral("no"), {}};
}

/// A profile whose record's head can be made unwritable, for root too.
class Sealed : public TestProfile
{
public:
    Sealed() : log(*database, *vault, clock)
    {
        QVERIFY(log.append("first", "", "{}").has_value());
        compareHead(1);
    }

    /// A change of rows that can be counted.
    Status insertEffect()
    {
        database->handle().exec("INSERT INTO setting VALUES ('effect" + std::to_string(++effects) +
                                "', '1')");
        return {};
    }
    Status recordEffect()
    {
        return log.record("effect", "", "{}", [this] { return insertEffect(); });
    }

    /// Records what work does while the disk refuses the head: what it should be stays what it was.
    template <typename Work>
    auto withoutHead(Work&& work)
    {
        const Bytes before = readSmallFile(paths.auditHead(), 1000).value();
        auto result = work();
        if (!overwriteFile(paths.auditHead(), before)) {
            qFatal("the head was not put back");
        }
        return result;
    }

    void compare(int entriesInRecord, int effectsInTable)
    {
        QCOMPARE(number("SELECT count(*) FROM audit"), entriesInRecord);
        QCOMPARE(number("SELECT count(*) FROM setting WHERE key LIKE 'effect%'"), effectsInTable);
        const auto report = log.verify();
        QVERIFY2(report->intact, qPrintable(report->finding));
    }
    void compareHead(std::int64_t seq) { QCOMPARE(AuditHeadFile(*vault).read().value()->seq, seq); }
    int number(const std::string& sql) { return database->handle().execAndGet(sql).getInt(); }

    AuditLog log;
    int effects = 0;
};

/// Commits an entry of `sealing` whose head does not get to the disk.
Status commitUnsealed(Sealed& profile, Sealing sealing)
{
    return profile.withoutHead([&] {
        failSync(2);  // the commit's comes first
        const auto done = profile.log.commit(
            [&](AuditTransaction& record) -> Status {
                return record.add("effect", "", "{}").and_then([&] { return profile.insertEffect(); });
            },
            sealing);
        failSync(0);
        return done;
    });
}

}  // namespace

/// The one way to record: entry, change and seal, and what becomes of the one when another fails.
class AuditTransactionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordsAndSeals()
    {
        Sealed profile;
        const auto answer = profile.log.record("effect", "subject", R"({"n":1})", [&]() -> Result<int> {
            return profile.insertEffect().map([] { return 42; });
        });
        QCOMPARE(answer.value(), 42);
        profile.compare(2, 1);
        profile.compareHead(2);
        const auto entry = profile.log.page(0, 1).value().at(0);
        QCOMPARE(entry.kind, std::string("effect"));
        QCOMPARE(entry.subject, std::string("subject"));
        QCOMPARE(entry.detail, std::string(R"({"n":1})"));
    }

    void aFailedChangeRecordsNothing()
    {
        Sealed profile;
        const auto answer = profile.log.record("effect", "", "{}", [&]() -> Status {
            (void)profile.insertEffect();
            return failure(refusal());
        });
        QCOMPARE(answer.error().code, ErrorCode::Cancelled);
        profile.compare(1, 0);
        profile.compareHead(1);
        // SQLite's own refusals are errors, too.
        const auto refused = profile.log.record("effect", "", "{}", [&]() -> Status {
            profile.database->handle().exec("INSERT INTO setting VALUES ('effect', '1'), ('effect', '2')");
            return {};
        });
        QVERIFY(!refused);
        profile.compare(1, 0);
        QVERIFY(profile.recordEffect().has_value());
        profile.compare(2, 1);
    }

    void aFailedEntryChangesNothing_data()
    {
        QTest::addColumn<QByteArray>("harm");
        QTest::newRow("cut off") << QByteArray("DELETE FROM audit WHERE seq = 1");
        QTest::newRow("put in") << QByteArray("INSERT INTO audit VALUES (2, 0, 'x', '', '', x'')");
        QTest::newRow("impossible number")
            << QByteArray("INSERT INTO audit VALUES (-1, 0, 'x', '', '', x'')");
    }

    void aFailedEntryChangesNothing()
    {
        QFETCH(const QByteArray, harm);
        Sealed profile;
        profile.database->handle().exec(harm.toStdString());
        for (const Sealing sealing : {Sealing::Ordinary, Sealing::OfWhatHappened, Sealing::WithTheNext}) {
            const auto answer = profile.log.commit(
                [&](AuditTransaction& record) -> Status {
                    return record.add("effect", "", "{}").and_then([&] { return profile.insertEffect(); });
                },
                sealing);
            QCOMPARE(answer.error().code, ErrorCode::Corrupt);
        }
        QCOMPARE(profile.recordEffect().error().code, ErrorCode::Corrupt);
        QCOMPARE(profile.effects, 0);
        profile.compareHead(1);
    }

    void aFailedEntryChangesNothingWhenItIsLocked()
    {
        Sealed profile;
        profile.vault->lock();
        QCOMPARE(profile.recordEffect().error().code, ErrorCode::Locked);
        QCOMPARE(profile.effects, 0);
    }

    /// What was committed has happened; the next one brings its seal along.
    void aFailedSealLeavesTheResult_data()
    {
        QTest::addColumn<Sealing>("sealing");
        QTest::newRow("ordinary") << Sealing::Ordinary;
        QTest::newRow("of what happened") << Sealing::OfWhatHappened;
    }

    void aFailedSealLeavesTheResult()
    {
        QFETCH(const Sealing, sealing);
        Sealed profile;
        QVERIFY(commitUnsealed(profile, sealing).has_value());
        profile.compare(2, 1);
        profile.compareHead(1);
        QVERIFY(profile.recordEffect().has_value());
        profile.compare(3, 2);
        profile.compareHead(3);
    }

    /// Whoever makes the head unwritable is found out: the next one is refused, and says why.
    void nothingBeginsBehindAnUnsealedEntry()
    {
        Sealed profile;
        QVERIFY(commitUnsealed(profile, Sealing::Ordinary).has_value());
        for (int i = 0; i < 2; ++i) {
            const auto refused = profile.withoutHead([&] {
                failSync(1);
                auto answer = profile.recordEffect();
                failSync(0);
                return answer;
            });
            QVERIFY(!refused);
            QVERIFY(refused.error().sentence.contains(QStringLiteral("audit.head")));
            QCOMPARE(profile.effects, 1);
            profile.compare(2, 1);
            profile.compareHead(1);
        }
        // So is another program's.
        AuditLog other(*profile.database, *profile.vault, profile.clock);
        const auto refused = profile.withoutHead([&] {
            failSync(1);
            auto answer = other.record("effect", "", "{}", [&] { return profile.insertEffect(); });
            failSync(0);
            return answer;
        });
        QVERIFY(!refused);
        profile.compare(2, 1);
        QVERIFY(profile.recordEffect().has_value());
        profile.compareHead(3);
    }

    /// A signature that exists must not be lost for want of a seal.
    void whatHappenedIsRecordedBehindAnUnsealedEntry()
    {
        Sealed profile;
        QVERIFY(commitUnsealed(profile, Sealing::Ordinary).has_value());
        QVERIFY(commitUnsealed(profile, Sealing::OfWhatHappened).has_value());
        profile.compare(3, 2);
        profile.compareHead(1);
    }

    /// An act that has not been done yet is not done.
    void anActWaitsForItsSeal()
    {
        Sealed profile;
        const auto refused = profile.withoutHead([&] {
            failSync(2);
            auto answer = profile.log.append("act", "", "{}");
            failSync(0);
            return answer;
        });
        QVERIFY(!refused);
        profile.compare(2, 0);
        QVERIFY(profile.log.append("act", "", "{}").has_value());
        profile.compareHead(3);
    }

    /// A record that contradicts its head is no matter of a disk: that is told, and nothing goes on.
    void aContradictionAfterTheCommitIsTold()
    {
        Sealed profile;
        const auto answer = profile.log.record("effect", "", "{}", [&]() -> Status {
            fs::remove(profile.paths.auditHead());
            return profile.insertEffect();
        });
        QCOMPARE(answer.error().code, ErrorCode::Corrupt);
        QCOMPARE(profile.recordEffect().error().code, ErrorCode::Corrupt);
        QCOMPARE(profile.effects, 1);
    }

    void entriesLeftToTheNextAreSealedWithIt()
    {
        Sealed profile;
        const int before = syncsSoFar();
        for (int i = 0; i < 2; ++i) {
            QVERIFY(profile.log
                        .commit([](AuditTransaction& record) { return record.add("a", "b", "{}"); },
                                Sealing::WithTheNext)
                        .has_value());
        }
        QCOMPARE(syncsSoFar() - before, 2);
        profile.compareHead(1);
        QVERIFY(profile.log.append("act", "", "{}").has_value());
        QCOMPARE(syncsSoFar() - before, 4);
        profile.compareHead(4);
        profile.compare(4, 0);
    }

    void severalEntriesHaveOneSeal()
    {
        Sealed profile;
        const int before = syncsSoFar();
        QVERIFY(profile.log
                    .commit([](AuditTransaction& record) {
                        return record.add("a", "", "{}").and_then([&] { return record.add("b", "", "{}"); });
                    })
                    .has_value());
        QCOMPARE(syncsSoFar() - before, 2);
        profile.compare(3, 0);
        profile.compareHead(3);
    }

    /// Where nothing happened there is no entry, and nothing to seal.
    void nothingIsSealedWithoutAnEntry()
    {
        Sealed profile;
        QVERIFY(commitUnsealed(profile, Sealing::Ordinary).has_value());
        failSync(1);
        const auto answer = profile.log.commit([](AuditTransaction&) -> Result<int> { return 7; });
        failSync(0);
        QCOMPARE(answer.value(), 7);
        profile.compare(2, 1);
        profile.compareHead(1);
    }
};

COUNTERSIGN_GUILESS_TEST(AuditTransactionTest)
#include "AuditTransaction_test.moc"
