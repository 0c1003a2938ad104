#include "core/audit/AuditLog.h"

#include "core/audit/AuditHead.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/RecordedProfile.h"

#include <QTest>

#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

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
        const Vault::DerivedKey derived = profile.vault->deriveKey("audit-v1").value();
        const SecretBytes& key = *derived;
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

    void nothingWithoutTheKey()
    {
        Recorded profile(1);
        profile.vault->lock();
        QCOMPARE(profile.log.append("a", "b", "{}").error().code, ErrorCode::Locked);
        QCOMPARE(profile.log.verify().error().code, ErrorCode::Locked);
        QCOMPARE(profile.log.page(0, 10)->size(), std::size_t{1});
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
