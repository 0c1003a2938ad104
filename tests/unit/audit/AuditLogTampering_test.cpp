#include "core/audit/AuditHead.h"
#include "core/audit/AuditLog.h"
#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/RecordedProfile.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace fs = std::filesystem;

class AuditLogTamperingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changedColumnsAreFound_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<int>("seq");
        for (const int seq : {1, 5, 10}) {
            for (const char* change :
                 {"at = at + 1", "kind = kind || 'x'", "subject = ''", "detail = '{}'", "hash = zeroblob(32)",
                  "hash = x''", "kind = 'test.entr', subject = 'ysubject'"}) {
                QTest::addRow("%s in %d", change, seq) << QString::fromLatin1(change) << seq;
            }
        }
    }

    void changedColumnsAreFound()
    {
        QFETCH(const QString, change);
        QFETCH(const int, seq);
        Recorded profile;
        profile.run("UPDATE audit SET " + change.toStdString() + " WHERE seq = " + std::to_string(seq));
        compare(profile.verify(), false, 10, seq);
    }

    void removedAndMovedEntriesAreFound_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("entries");
        QTest::addColumn<int>("firstBad");
        const auto row = [](const char* name, const char* sql, int entries, int firstBad) {
            QTest::newRow(name) << QString::fromLatin1(sql) << entries << firstBad;
        };
        row("first removed", "DELETE FROM audit WHERE seq = 1", 9, 1);
        row("middle removed", "DELETE FROM audit WHERE seq IN (5, 6)", 8, 5);
        row("closed ranks", "DELETE FROM audit WHERE seq = 5; UPDATE audit SET seq = seq - 1 WHERE seq > 5",
            9, 5);
        row("last removed", "DELETE FROM audit WHERE seq = 10", 9, 0);
        row("end cut off", "DELETE FROM audit WHERE seq > 3", 3, 0);
        row("all removed", "DELETE FROM audit", 0, 0);
        row("swapped",
            "UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5; UPDATE audit "
            "SET "
            "seq = 5 WHERE seq = 99",
            10, 4);
        row("contents swapped",
            "UPDATE audit SET at = (SELECT at FROM audit WHERE seq = 7), hash = (SELECT hash FROM audit "
            "WHERE seq = 7) WHERE seq = 6",
            10, 6);
        row("number zero",
            "INSERT INTO audit SELECT 0, at, kind, subject, detail, hash FROM audit WHERE seq = 1", 11, 1);
        row("negative number",
            "INSERT INTO audit SELECT -7, at, kind, subject, detail, hash FROM audit WHERE seq = 1", 11, 1);
        row("doubled",
            "INSERT INTO audit SELECT 11, at, kind, subject, detail, hash FROM audit WHERE seq = 10", 11, 11);
        row("far away", "UPDATE audit SET seq = 9223372036854775807 WHERE seq = 10", 10, 10);
    }

    void removedAndMovedEntriesAreFound()
    {
        QFETCH(const QString, sql);
        QFETCH(const int, entries);
        QFETCH(const int, firstBad);
        Recorded profile;
        profile.run(sql.toStdString());
        compare(profile.verify(), false, entries, firstBad);
    }

    void entriesWithAnUnkeyedHashAreFound()
    {
        // Whoever knows the construction but not the key.
        for (const std::int64_t seq : {std::int64_t{1}, std::int64_t{5}, std::int64_t{11}}) {
            Recorded profile;
            AuditHash previous{};
            if (seq > 1) {
                const auto before = profile.log.page(seq, 1).value();
                std::copy(before[0].hash.begin(), before[0].hash.end(), previous.begin());
            }
            const AuditFields forged{seq, 5, "forged", "x", "{}"};
            const AuditHash hash = AuditChain(std::make_shared<const SecretBytes>(32)).next(previous, forged);
            SQLite::Statement insert(profile.database->handle(),
                                     "INSERT OR REPLACE INTO audit VALUES (?, 5, 'forged', 'x', '{}', ?)");
            insert.bind(1, seq);
            insert.bind(2, hash.data(), 32);
            insert.exec();
            insert.reset();
            compare(profile.verify(), false, std::max<std::int64_t>(10, seq), seq);
        }
    }

    void cutOrRolledBackRecordIsNotContinued()
    {
        Recorded profile;
        profile.run("DELETE FROM audit WHERE seq > 8");
        const auto appended = profile.log.append("a", "b", "{}");
        QCOMPARE(appended.error().code, ErrorCode::Corrupt);
        QCOMPARE(profile.log.sealHead().error().code, ErrorCode::Corrupt);
        compare(profile.verify(), false, 8, 0);
        QVERIFY(profile.verify().finding.contains(QStringLiteral("9 to 10")));
    }

    void rolledBackDatabaseIsFound()
    {
        Recorded profile;
        Snapshot older(profile);
        profile.append(5);
        older.restore(profile);
        const auto database = profile.openDatabase();
        AuditLog log(*database, *profile.vault, profile.clock);
        compare(log.verify().value(), false, 10, 0);
        QCOMPARE(log.append("a", "b", "{}").error().code, ErrorCode::Corrupt);
        compare(log.verify().value(), false, 10, 0);
    }

    void rolledBackAndContinuedDatabaseIsFound()
    {
        // Continued by a program that had no head to look at: chains, but not on what was sealed.
        Recorded profile;
        Snapshot older(profile);
        profile.append(2);
        const fs::path head = profile.paths.auditHead();
        const fs::path keptHead = head.string() + ".kept";
        fs::copy_file(head, keptHead);
        older.restore(profile);
        const auto database = profile.openDatabase();
        AuditLog log(*database, *profile.vault, profile.clock);
        QVERIFY(AuditHeadFile(*profile.vault).write(AuditHead{}).has_value());
        for (int i = 0; i < 4; ++i) {
            QVERIFY(log.append("other", "b", "{}").has_value());
        }
        compare(log.verify().value(), true, 14, 0);
        fs::copy_file(keptHead, head, fs::copy_options::overwrite_existing);
        compare(log.verify().value(), false, 14, 12);
    }

    /// Record and head deleted together leave no profile that was just made.
    void aDeletedRecordIsNotBegunAnew_data()
    {
        QTest::addColumn<QByteArray>("edit");
        QTest::addColumn<bool>("isHeadKept");
        const QByteArray all = "DELETE FROM audit;";
        const QByteArray secret =
            "INSERT INTO secret (kind, name, sealed, created_at) VALUES ('a', 'b', x'00', 0);";
        QTest::newRow("settings know of it") << all << false;
        QTest::newRow("their seal is gone too") << all + "DELETE FROM trust" << false;
        QTest::newRow("their seal is gone, and there are secrets")
            << all + secret + "DELETE FROM trust" << false;
        QTest::newRow("head of the first moment") << all << true;
    }

    void aDeletedRecordIsNotBegunAnew()
    {
        QFETCH(const QByteArray, edit);
        QFETCH(const bool, isHeadKept);
        Recorded profile(0);
        const fs::path head = profile.paths.auditHead();
        fs::copy_file(head, head.string() + ".first");
        setSetting(profile, "api.base", "https://a.example");
        profile.append(3);
        profile.run(edit.toStdString());
        fs::remove(head);
        if (isHeadKept) {
            fs::copy_file(head.string() + ".first", head);
        }
        compare(profile.verify(), false, 0, 0);
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(profile.log.append("a", "b", "{}").error().code, ErrorCode::Corrupt);
            QCOMPARE(profile.log.sealHead().error().code, ErrorCode::Corrupt);
            QCOMPARE(changeSetting(profile, "api.base", "x").error().code, ErrorCode::Corrupt);
            compare(profile.verify(), false, 0, 0);
        }
        QVERIFY(profile.log.reseal("looked").has_value());
        QVERIFY(profile.log.append("a", "b", "{}").has_value());
        compare(profile.verify(), true, 2, 0);
    }

    /// The secrets of a profile came with entries, whatever became of its settings.
    void anEmptyRecordBesideSecretsIsAFinding()
    {
        Recorded profile(0);
        QVERIFY(profile.verify().intact);
        profile.run("INSERT INTO secret (kind, name, sealed, created_at) VALUES ('a', 'b', x'00', 0)");
        compare(profile.verify(), false, 0, 0);
    }

    void foreignRowsAreNotContinued_data()
    {
        QTest::addColumn<QByteArray>("rows");
        QTest::addColumn<int>("cut");
        const auto row = [](const char* name, const QByteArray& seqs, int cut) {
            QTest::newRow(name) << seqs << cut;
        };
        row("next", "11", 1);
        row("far", "1000", 1);
        row("greatest", "9223372036854775807", 1);
        row("greatest but one", "9223372036854775806", 1);
        row("zero", "0", 1);
        row("negative", "-1", 1);
        row("least", "-9223372036854775808", 1);
        row("several", "11), (12), (9007199254740993), (9223372036854775807), (-5", 5);
    }

    /// Before anything is done, and with a way back to work.
    void foreignRowsAreNotContinued()
    {
        QFETCH(const QByteArray, rows);
        QFETCH(const int, cut);
        Recorded profile;
        profile.run("WITH n(seq) AS (VALUES (" + rows.toStdString() +
                    ")) INSERT INTO audit SELECT n.seq, at, 'forged', 'by me', detail, hash FROM n, audit "
                    "WHERE audit.seq = 10");
        int effects = 0;
        const auto done = transact(*profile.database, [&]() -> Status {
            if (auto entry = profile.log.appendWithin("a", "b", "{}"); !entry) {
                return entry;
            }
            ++effects;
            return {};
        });
        QCOMPARE(done.error().code, ErrorCode::Corrupt);
        QCOMPARE(effects, 0);
        QVERIFY(done.error().sentence.contains(QStringLiteral("audit reseal")));
        const AuditReport report = profile.verify();
        QVERIFY(!report.intact);
        QCOMPARE(report.entries, std::int64_t{10 + cut});
        QVERIFY(!profile.log.page(0, 1000)->empty());

        QVERIFY(profile.log.reseal("looked").has_value());
        compare(profile.verify(), true, 11, 0);
        const auto entry = profile.log.page(0, 1)->at(0);
        QCOMPARE(entry.seq, std::int64_t{11});
        const Json detail = parseJson(entry.detail).value();
        QVERIFY(detail.at("cutOff").at("count") == Json(cut));
        QVERIFY(detail.at("cutOff").at("entries").at(0).at("kind") == Json("forged"));
        profile.append(1);
        compare(profile.verify(), true, 12, 0);
    }

    void manyForeignRowsAreCutOffAndSomeNamed()
    {
        Recorded profile;
        profile.run(
            "WITH RECURSIVE n(seq) AS (VALUES (11) UNION ALL SELECT seq + 2 FROM n WHERE seq < 5000) "
            "INSERT INTO audit SELECT seq, 0, hex(zeroblob(1000)), char(27) || '[0m', '', x'00' FROM n");
        QVERIFY(profile.log.reseal("looked").has_value());
        compare(profile.verify(), true, 11, 0);
        const std::string detail = profile.log.page(0, 1)->at(0).detail;
        QVERIFY(detail.size() < 10'000);
        QVERIFY(detail.find("\u001b") == std::string::npos);
    }

    /// What was written with the vault's key is kept, whatever became of the head.
    void resealingKeepsGenuineEntries()
    {
        for (const bool hasHead : {true, false}) {
            Recorded profile;
            const auto committed =
                transact(*profile.database, [&] { return profile.log.appendWithin("late", "b", "{}"); });
            QVERIFY(committed.has_value());  // behind the head
            profile.run(
                "UPDATE audit SET detail = 'x' WHERE seq = 4; UPDATE audit SET hash = x'00' WHERE seq = 6;"
                "INSERT INTO audit SELECT 12, at, kind, subject, detail, hash FROM audit WHERE seq = 11");
            if (!hasHead) {
                fs::remove(profile.paths.auditHead());
            }
            QVERIFY(profile.log.reseal("looked").has_value());
            const auto entries = profile.log.page(0, 2).value();
            QCOMPARE(entries[0].kind, std::string("audit.resealed"));
            QCOMPARE(entries[0].seq, std::int64_t{12});
            QCOMPARE(entries[1].kind, std::string("late"));
            compare(profile.verify(), false, 12, 4);
            profile.append(1);
        }
    }

    /// The last entry's hash is gone, the head knows it.
    void resealingBelievesTheHead()
    {
        Recorded profile;
        profile.run("UPDATE audit SET hash = zeroblob(32) WHERE seq = 9; DELETE FROM audit WHERE seq = 1");
        QVERIFY(profile.log.reseal("looked").has_value());
        compare(profile.verify(), false, 10, 1);
        QCOMPARE(profile.log.page(0, 1)->at(0).seq, std::int64_t{11});
    }

    void resealingRecordsTheFinding()
    {
        Recorded profile;
        QCOMPARE(profile.log.reseal("why").error().code, ErrorCode::InvalidInput);
        profile.run("DELETE FROM audit WHERE seq > 8");
        QVERIFY(profile.log.reseal("restored from a backup").has_value());
        compare(profile.verify(), true, 9, 0);
        const auto entry = profile.log.page(0, 1).value().at(0);
        QCOMPARE(entry.kind, std::string("audit.resealed"));
        QVERIFY(entry.detail.find("restored from a backup") != std::string::npos);
        QVERIFY(entry.detail.find("9 to 10") != std::string::npos);
        profile.append(1);
        compare(profile.verify(), true, 10, 0);
        // What was changed stays a finding.
        profile.run("UPDATE audit SET subject = 'x' WHERE seq = 2");
        QVERIFY(profile.log.reseal("noted").has_value());
        compare(profile.verify(), false, 11, 2);
    }
};

COUNTERSIGN_GUILESS_TEST(AuditLogTamperingTest)
#include "AuditLogTampering_test.moc"
