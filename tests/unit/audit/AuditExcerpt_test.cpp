#include "core/audit/AuditExcerpt.h"

#include "core/audit/trust/TrustedRows.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/RecordedProfile.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// The numbers that an excerpt handed over, or the error that it ended in.
Result<std::vector<std::int64_t>> readFrom(Recorded& profile, std::int64_t from)
{
    ASSIGN_OR_RETURN(const auto excerpt, AuditExcerpt::open(*profile.database, *profile.vault));
    std::vector<std::int64_t> numbers;
    RETURN_IF_ERROR(excerpt.read(from, [&](const AuditFields& entry) { numbers.push_back(entry.seq); }));
    return numbers;
}

/// An entry that chains on what is stored before it, by somebody without the key.
void forge(Recorded& profile, std::int64_t seq)
{
    AuditHash previous{};
    const auto before = profile.log.page(seq, 1).value();
    std::copy(before.front().hash.begin(), before.front().hash.end(), previous.begin());
    const AuditHash hash = AuditChain(std::make_shared<const SecretBytes>(32)).next(previous, {seq, 5, "forged", "x", "{}"});
    SQLite::Statement insert(profile.database->handle(),
                             "INSERT OR REPLACE INTO audit VALUES (?, 5, 'forged', 'x', '{}', ?)");
    insert.bind(1, seq);
    insert.bind(2, hash.data(), 32);
    insert.exec();
}

}  // namespace

class AuditExcerptTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void handsOverFromOneEntryToTheEnd()
    {
        Recorded profile;
        QCOMPARE(*readFrom(profile, 8), (std::vector<std::int64_t>{8, 9, 10}));
        QCOMPARE(readFrom(profile, 1)->size(), std::size_t{10});
        QCOMPARE(*readFrom(profile, 10), std::vector<std::int64_t>{10});
        for (const std::int64_t none : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{11}}) {
            QCOMPARE(readFrom(profile, none).error().code, ErrorCode::Corrupt);
        }
    }

    /// A crash came before the seal: what chains on it is part of the record.
    void goesOnBehindTheSeal()
    {
        Recorded profile;
        const auto added = transact(*profile.database,
                                    [&] { return profile.log.appendWithin("test.entry", "behind", "{}"); });
        QVERIFY(added.has_value());
        QCOMPARE(*readFrom(profile, 10), (std::vector<std::int64_t>{10, 11}));
        // Also within the transaction that adds them.
        const auto within = transact(*profile.database, [&]() -> Status {
            RETURN_IF_ERROR(profile.log.appendWithin("test.entry", "within", "{}"));
            const auto numbers = readFrom(profile, 10);
            return numbers && numbers->size() == 3 ? Status()
                                                   : Status(failure(ErrorCode::Internal, QString()));
        });
        QVERIFY(within.has_value());
    }

    /// What it sealed is not in this snapshot, and nothing that was taken out of it.
    void anotherProgramMaySealMeanwhile()
    {
        Recorded profile;
        const auto other = Database::open(profile.vault->paths().database(), Database::Mode::ReadWrite);
        AuditLog log(**other, *profile.vault, profile.clock);
        const auto twice = inSnapshot(*profile.database, [&]() -> Result<std::size_t> {
            ASSIGN_OR_RETURN(const auto before, readFrom(profile, 1));
            RETURN_IF_ERROR(log.append("test.entry", "meanwhile", "{}"));
            RETURN_IF_ERROR(TrustedRows(*profile.database, *profile.vault).manifest());
            ASSIGN_OR_RETURN(const auto after, readFrom(profile, 1));
            return before == after ? before.size() : 0;
        });
        QVERIFY2(twice.has_value(), qPrintable(twice ? QString() : twice.error().detail));
        QCOMPARE(*twice, std::size_t{10});
        QCOMPARE(readFrom(profile, 1)->size(), std::size_t{11});
    }

    void hostileRecordsAreRefused_data()
    {
        QTest::addColumn<QString>("sql");
        const auto row = [](const char* name, const char* sql) {
            QTest::newRow(name) << QString::fromLatin1(sql);
        };
        row("deleted", "DELETE FROM audit WHERE seq = 7");
        row("first deleted", "DELETE FROM audit WHERE seq = 5");
        row("one before deleted", "DELETE FROM audit WHERE seq = 4");
        row("one before forged", "UPDATE audit SET hash = zeroblob(32) WHERE seq = 4");
        row("one before cut", "UPDATE audit SET hash = x'00' WHERE seq = 4");
        row("changed time", "UPDATE audit SET at = at + 1 WHERE seq = 7");
        row("changed kind", "UPDATE audit SET kind = 'test.other' WHERE seq = 7");
        row("changed subject", "UPDATE audit SET subject = 'other' WHERE seq = 7");
        row("changed detail", "UPDATE audit SET detail = '{}' WHERE seq = 7");
        row("moved border", "UPDATE audit SET kind = 'test.entr', subject = 'ysubject' WHERE seq = 7");
        row("cut", "DELETE FROM audit WHERE seq > 8");
        row("all gone", "DELETE FROM audit");
        row("closed ranks", "DELETE FROM audit WHERE seq = 7; UPDATE audit SET seq = seq - 1 WHERE seq > 7");
        row("swapped",
            "UPDATE audit SET seq = 99 WHERE seq = 7; UPDATE audit SET seq = 7 WHERE seq = 8; UPDATE audit "
            "SET seq = 8 WHERE seq = 99");
        row("doubled",
            "INSERT INTO audit SELECT 11, at, kind, subject, detail, hash FROM audit WHERE seq = 10");
        row("far away", "UPDATE audit SET seq = 9223372036854775807 WHERE seq = 10");
    }

    void hostileRecordsAreRefused()
    {
        QFETCH(const QString, sql);
        Recorded profile;
        // Different from each other, so that an exchange is one.
        QVERIFY(readFrom(profile, 5).has_value());
        profile.run(sql.toStdString());
        const auto numbers = readFrom(profile, 5);
        QVERIFY(!numbers.has_value());
        QCOMPARE(numbers.error().code, ErrorCode::Corrupt);
        QVERIFY(!numbers.error().sentence.isEmpty());
    }

    void forgedEntriesAreRefused()
    {
        for (const std::int64_t seq :
             {std::int64_t{5}, std::int64_t{7}, std::int64_t{10}, std::int64_t{11}}) {
            Recorded profile;
            forge(profile, seq);
            QCOMPARE(readFrom(profile, 5).error().code, ErrorCode::Corrupt);
        }
    }

    /// What lies before is none of its business: that costs nothing, and says nothing.
    void whatLiesBeforeIsNotRead()
    {
        Recorded profile;
        profile.run("DELETE FROM audit WHERE seq < 4; UPDATE audit SET detail = 'x' WHERE seq = 4");
        QCOMPARE(readFrom(profile, 5)->size(), std::size_t{6});
        QVERIFY(!profile.verify().intact);
    }

    void withoutItsSealThereIsNone()
    {
        Recorded profile;
        std::filesystem::remove(profile.paths.auditHead());
        QCOMPARE(readFrom(profile, 5).error().code, ErrorCode::Corrupt);
        Recorded locked;
        locked.vault->lock();
        QCOMPARE(readFrom(locked, 5).error().code, ErrorCode::Locked);
    }
};

COUNTERSIGN_GUILESS_TEST(AuditExcerptTest)
#include "AuditExcerpt_test.moc"
