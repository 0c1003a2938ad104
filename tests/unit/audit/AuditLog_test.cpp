#include "core/audit/AuditLog.h"

#include "core/audit/AuditHead.h"
#include "core/base/Json.h"
#include "core/vault/FileSync.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/RawAuditLog.h"
#include "tests/support/fixtures/TrustedChanges.h"

#include <QTest>

#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

using namespace countersign;

namespace fs = std::filesystem;

namespace {

/// A profile with a record of ten entries.
class Recorded : public TestProfile
{
public:
    static constexpr int count = 10;

    explicit Recorded(int entries = count) : log(*database, *vault, clock) { append(entries); }

    void append(int entries)
    {
        // One transaction: the tests need the entries, not the syncs.
        const auto done = transact(*database, [&]() -> Status {
            for (int i = 0; i < entries; ++i) {
                clock.advance(std::chrono::milliseconds(5));
                if (auto added = log.appendWithin("test.entry", "subject", R"({"n":1})"); !added) {
                    return added;
                }
            }
            return {};
        });
        QVERIFY2(done.has_value(), qPrintable(done ? QString() : done.error().detail));
        QVERIFY(log.sealHead().has_value());
    }

    void run(const std::string& sql) { database->handle().exec(sql); }
    AuditReport verify() { return log.verify().value(); }

    RawAuditLog log;
};

/// Copies a profile's database (with everything that still lies in its -wal file) and puts it back.
class Snapshot
{
public:
    explicit Snapshot(Recorded& profile) : m_file(profile.paths.database()), m_copy(m_file.string() + ".copy")
    {
        QVERIFY(scrub(*profile.database).has_value());
        fs::copy_file(m_file, m_copy);
    }
    void restore(Recorded& profile)
    {
        profile.database.reset();
        fs::remove(m_file.string() + "-wal");
        fs::remove(m_file.string() + "-shm");
        fs::copy_file(m_copy, m_file, fs::copy_options::overwrite_existing);
    }

private:
    fs::path m_file;
    fs::path m_copy;
};

void compare(const AuditReport& report, bool intact, std::int64_t entries, std::int64_t firstBad)
{
    QVERIFY2(report.intact == intact, qPrintable(report.finding));
    QCOMPARE(report.entries, entries);
    QCOMPARE(report.firstBadSeq, firstBad);
    QCOMPARE(report.finding.isEmpty(), intact);
}

}  // namespace

class AuditLogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chainsAsDocumented()
    {
        Recorded profile(2);
        const auto entries = profile.log.page(0, 10).value();
        QCOMPARE(entries.size(), std::size_t{2});
        QCOMPARE(entries[0].seq, std::int64_t{2});
        QCOMPARE(entries[0].at, profile.clock.now());
        QCOMPARE(entries[0].kind, std::string("test.entry"));
        QCOMPARE(entries[0].detail, std::string(R"({"n":1})"));

        // The second hash written out by hand, independent of AuditChain.
        Bytes message = entries[1].hash;
        const auto number = [&message](std::int64_t value) {
            for (int shift = 0; shift < 64; shift += 8) {
                message.push_back(static_cast<std::uint8_t>(value >> shift));
            }
        };
        number(2);
        number(entries[0].at);
        for (const std::string& field : {entries[0].kind, entries[0].subject, entries[0].detail}) {
            number(static_cast<std::int64_t>(field.size()));
            message.insert(message.end(), field.begin(), field.end());
        }
        const SecretBytes key = profile.vault->deriveKey("audit-v1").value();
        Bytes hash(32);
        crypto_generichash(hash.data(), hash.size(), message.data(), message.size(), key.data(), key.size());
        QCOMPARE(entries[0].hash, hash);
        compare(profile.verify(), true, 2, 0);
    }

    void pagesNewestFirst()
    {
        Recorded profile;
        const auto first = profile.log.page(0, 4).value();
        QCOMPARE(first.size(), std::size_t{4});
        QCOMPARE(first.front().seq, std::int64_t{10});
        const auto second = profile.log.page(first.back().seq, 100).value();
        QCOMPARE(second.size(), std::size_t{6});
        QCOMPARE(second.front().seq, std::int64_t{6});
        QVERIFY(profile.log.page(1, 10)->empty());
    }

    /// The head is there from the first moment on, so that a missing one was taken away.
    void beginsWithAHead()
    {
        TestProfile profile;
        const AuditLog log(*profile.database, *profile.vault, profile.clock);
        const auto head = AuditHeadFile(*profile.vault).read().value();
        QVERIFY(head.has_value());
        QCOMPARE(head->seq, std::int64_t{0});
        QVERIFY(head->hash == AuditHash{});
        QCOMPARE(head->trust, std::optional<std::int64_t>(0));
        compare(log.verify().value(), true, 0, 0);
        fs::remove(profile.paths.auditHead());
        compare(log.verify().value(), false, 0, 0);
    }

    /// A crash while the profile was made: nothing is there that a record could be missing for.
    void mayBeginWithoutOneWhereNothingIs()
    {
        TestProfile profile;
        AuditLog log(*profile.database, *profile.vault, profile.clock);
        fs::remove(profile.paths.auditHead());
        QVERIFY(log.append("a", "b", "{}").has_value());
        compare(log.verify().value(), true, 1, 0);
    }

    void joinsTheCallersTransaction()
    {
        Recorded profile(1);
        QCOMPARE(profile.log.appendWithin("a", "b", "{}").error().code, ErrorCode::Internal);
        const auto rolledBack = transact(*profile.database, [&]() -> Status {
            (void)profile.log.appendWithin("a", "b", "{}");
            profile.run("INSERT INTO setting VALUES ('effect', '1')");
            return failure(ErrorCode::Cancelled, QStringLiteral("no"));
        });
        QVERIFY(!rolledBack);
        QVERIFY(profile.log.sealHead().has_value());
        compare(profile.verify(), true, 1, 0);
        const auto kept = transact(*profile.database, [&] {
            profile.run("INSERT INTO setting VALUES ('effect', '1')");
            (void)profile.log.appendWithin("a", "b", "{}");
            return profile.log.appendWithin("a", "c", "{}");
        });
        QVERIFY(kept.has_value());
        QVERIFY(profile.log.sealHead().has_value());
        compare(profile.verify(), true, 3, 0);
    }

    /// What a power cut could take must not be what the head names.
    void needsASyncedTransaction()
    {
        Recorded profile(1);
        const auto refused =
            transactUnsynced(*profile.database, [&] { return profile.log.appendWithin("a", "b", "{}"); });
        QCOMPARE(refused.error().code, ErrorCode::Internal);
        QVERIFY(profile.log.append("a", "b", "{}").has_value());
        compare(profile.verify(), true, 2, 0);
    }

    /// One sync of data per head: neither a new file nor its folder.
    void theHeadStaysInItsFile()
    {
        Recorded profile(1);
        const fs::path head = profile.paths.auditHead();
        fs::create_hard_link(head, head.string() + ".same");
        profile.append(1);
        QVERIFY(fs::equivalent(head, head.string() + ".same"));
        QCOMPARE(AuditHeadFile(*profile.vault).read().value()->seq, std::int64_t{2});
    }

    /// A reader that comes in the middle of a write reads again.
    void aHeadHalfWrittenIsReadAgain()
    {
        Recorded profile(1);
        const fs::path head = profile.paths.auditHead();
        const Bytes whole = readSmallFile(head, 1000).value();
        Bytes half = whole;
        half.back() ^= 1U;
        QVERIFY(overwriteFile(head, half).has_value());
        QCOMPARE(AuditHeadFile(*profile.vault).read().error().code, ErrorCode::Corrupt);
        std::atomic<bool> begun = false;
        std::atomic<bool> ended = false;
        std::thread writer([&] {
            while (!ended) {
                const auto written = AuditHeadFile(*profile.vault).write({1, {}});
                if (!written) {
                    qFatal("not written");
                }
                begun = true;
            }
        });
        int corrupt = 0;
        while (!begun) {
            std::this_thread::yield();
        }
        for (int i = 0; i < 2000; ++i) {
            corrupt += AuditHeadFile(*profile.vault).read().has_value() ? 0 : 1;
        }
        ended = true;
        writer.join();
        QCOMPARE(corrupt, 0);
    }

    void nothingWithoutTheKey()
    {
        Recorded profile(1);
        profile.vault->lock();
        QCOMPARE(profile.log.append("a", "b", "{}").error().code, ErrorCode::Locked);
        QCOMPARE(profile.log.verify().error().code, ErrorCode::Locked);
        QCOMPARE(profile.log.page(0, 10)->size(), std::size_t{1});
    }

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
            const AuditHash hash = AuditChain(SecretBytes(32)).next(previous, forged);
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

    void headIsWatched_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("removed") << QByteArray();
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("garbage") << QByteArray(81, 'x');
        QTest::newRow("huge") << QByteArray(10'000'000, 'x');
    }

    void headIsWatched()
    {
        QFETCH(const QByteArray, content);
        Recorded profile;
        fs::remove(profile.paths.auditHead());
        if (!content.isNull()) {
            QFile file(QString::fromStdString(profile.paths.auditHead().string()));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(content);
        }
        compare(profile.verify(), false, 10, 0);
        // Nothing may bring the evidence away.
        QCOMPARE(profile.log.append("a", "b", "{}").error().code, ErrorCode::Corrupt);
        QCOMPARE(profile.log.sealHead().error().code, ErrorCode::Corrupt);
        compare(profile.verify(), false, 10, 0);
    }

    void foreignHeadIsFound()
    {
        Recorded profile;
        Recorded other;
        fs::copy_file(other.paths.auditHead(), profile.paths.auditHead(),
                      fs::copy_options::overwrite_existing);
        compare(profile.verify(), false, 10, 0);
    }

    void olderHeadIsAcceptedOnlyWhereTheRecordChainsOnIt()
    {
        Recorded profile(5);
        const fs::path head = profile.paths.auditHead();
        const fs::path older = head.string() + ".older";
        fs::copy_file(head, older);
        profile.append(5);
        fs::copy_file(older, head, fs::copy_options::overwrite_existing);
        compare(profile.verify(), true, 10, 0);
        profile.run("DELETE FROM audit WHERE seq > 5");
        compare(profile.verify(), true, 5, 0);  // what an older head cannot show
        profile.run("DELETE FROM audit WHERE seq > 4");
        compare(profile.verify(), false, 4, 0);
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

    /// Nothing in the file's own rules takes it away again.
    void whatIsAddedIsReadBack_data()
    {
        QTest::addColumn<QByteArray>("trigger");
        QTest::newRow("swallowed") << QByteArray("BEFORE INSERT ON audit BEGIN SELECT RAISE(IGNORE); END");
        QTest::newRow("deleted") << QByteArray(
            "AFTER INSERT ON audit BEGIN DELETE FROM audit WHERE seq = NEW.seq; END");
        QTest::newRow("changed") << QByteArray(
            "AFTER INSERT ON audit BEGIN UPDATE audit SET kind = 'x' WHERE seq = NEW.seq; END");
        QTest::newRow("followed") << QByteArray(
            "AFTER INSERT ON audit WHEN NEW.seq = 11 BEGIN INSERT INTO audit VALUES (12, 0, '', '', '', "
            "x''); END");
    }

    void whatIsAddedIsReadBack()
    {
        QFETCH(const QByteArray, trigger);
        Recorded profile;
        // One of the connection: those of the file are off.
        profile.run("CREATE TEMP TRIGGER t " + trigger.toStdString());
        QCOMPARE(profile.log.append("a", "b", "{}").error().code, ErrorCode::Corrupt);
        profile.run("DROP TRIGGER t");
        compare(profile.verify(), true, 10, 0);
        QVERIFY(profile.log.append("a", "b", "{}").has_value());
    }

    /// Committed as far as SQLite says, and gone before the head moved on.
    void theHeadHasToReachWhatWasAdded()
    {
        Recorded profile;
        QVERIFY(transact(*profile.database, [&] {
                    return profile.log.appendWithin("a", "b", "{}");
                }).has_value());
        profile.run("DELETE FROM audit WHERE seq = 11");
        QCOMPARE(profile.log.sealHead().error().code, ErrorCode::Corrupt);
    }

    void entriesBehindTheHeadAreAdopted()
    {
        Recorded profile(3);
        const auto committed =
            transact(*profile.database, [&] { return profile.log.appendWithin("a", "b", "{}"); });
        QVERIFY(committed.has_value());  // and here the program dies
        QCOMPARE(AuditHeadFile(*profile.vault).read().value()->seq, std::int64_t{3});
        compare(profile.verify(), true, 4, 0);
        QVERIFY(profile.log.sealHead().has_value());
        QCOMPARE(AuditHeadFile(*profile.vault).read().value()->seq, std::int64_t{4});
        profile.run("DELETE FROM audit WHERE seq = 4");
        compare(profile.verify(), false, 3, 0);
    }

    void crashBeforeTheFirstHeadIsNoFinding()
    {
        TestProfile profile;
        RawAuditLog log(*profile.database, *profile.vault, profile.clock);
        QVERIFY(transact(*profile.database, [&] { return log.appendWithin("a", "b", "{}"); }).has_value());
        compare(log.verify().value(), true, 1, 0);
        QVERIFY(log.append("a", "b", "{}").has_value());
        compare(log.verify().value(), true, 2, 0);
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

    void verifyReportsProgressAndCanBeCancelled()
    {
        Recorded profile(0);
        constexpr int many = 9000;
        QVERIFY(transact(*profile.database, [&]() -> Status {
                    for (int i = 0; i < many; ++i) {
                        if (auto done = profile.log.appendWithin("a", "b", "{}"); !done) {
                            return done;
                        }
                    }
                    return {};
                }).has_value());
        QVERIFY(profile.log.sealHead().has_value());
        std::vector<std::int64_t> seen;
        const auto report = profile.log.verify([&](std::int64_t entries) {
            seen.push_back(entries);
            return true;
        });
        compare(report.value(), true, many, 0);
        QVERIFY(seen.size() >= 2 && seen[0] < seen[1]);
        QCOMPARE(profile.log.verify([](std::int64_t) { return false; }).error().code, ErrorCode::Cancelled);
    }

    void manyWritersKeepOneChain()
    {
        TestProfile profile;
        constexpr int writers = 4;
        constexpr int each = 15;
        std::atomic<int> failed = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < writers; ++i) {
            threads.emplace_back([&] {
                const auto database = profile.openDatabase();
                AuditLog log(*database, *profile.vault, profile.clock);
                for (int n = 0; n < each; ++n) {
                    failed += log.append("a", "b", "{}").has_value() ? 0 : 1;
                }
            });
        }
        const AuditLog reader(*profile.database, *profile.vault, profile.clock);
        for (int i = 0; i < 5; ++i) {
            const auto report = reader.verify().value();
            QVERIFY2(report.intact || report.entries == 0, qPrintable(report.finding));
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(failed.load(), 0);
        compare(reader.verify().value(), true, writers * each, 0);
        QCOMPARE(AuditHeadFile(*profile.vault).read().value()->seq, std::int64_t{writers * each});
    }

    void killedWritersLeaveAnIntactRecord()
    {
        TestProfile profile;
        profile.database.reset();  // SQLite's connections do not survive a fork
        std::int64_t acknowledged = 0;
        for (int round = 0; round < 20; ++round) {
            std::array<int, 2> pipeEnds{};
            QCOMPARE(::pipe(pipeEnds.data()), 0);
            const pid_t child = ::fork();
            if (child == 0) {
                appendForEver(profile, pipeEnds[1]);
            }
            ::close(pipeEnds[1]);
            char beat = 0;
            // Dies after another number of entries each time, somewhere in the next one.
            for (int i = 0; i <= round % 4 && ::read(pipeEnds[0], &beat, 1) == 1; ++i) {
                ++acknowledged;
            }
            ::usleep(static_cast<useconds_t>(round * 137));
            ::kill(child, SIGKILL);
            ::waitpid(child, nullptr, 0);
            while (::read(pipeEnds[0], &beat, 1) == 1) {
                ++acknowledged;
            }
            ::close(pipeEnds[0]);
            const auto database = profile.openDatabase();
            const auto report = AuditLog(*database, *profile.vault, profile.clock).verify().value();
            QVERIFY2(report.intact, qPrintable(report.finding));
            QVERIFY(report.entries >= acknowledged);
            const auto head = AuditHeadFile(*profile.vault).read().value();
            QVERIFY(head->seq >= acknowledged && head->seq <= report.entries);
        }
        QVERIFY(acknowledged >= 20);
    }

private:
    [[noreturn]] static void appendForEver(const TestProfile& profile, int acknowledgements)
    {
        const auto database = profile.openDatabase();
        AuditLog log(*database, *profile.vault, profile.clock);
        while (log.append("a", "b", "{}").has_value() && ::write(acknowledgements, "x", 1) == 1) {
        }
        ::_exit(1);
    }
};

COUNTERSIGN_GUILESS_TEST(AuditLogTest)
#include "AuditLog_test.moc"
