#include "core/audit/AuditHead.h"
#include "core/audit/AuditLog.h"
#include "core/vault/database/FileSync.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/RawAuditLog.h"
#include "tests/support/fixtures/profile/RecordedProfile.h"

#include <QTest>

#include <thread>

using namespace countersign;
using namespace countersign::testing;

namespace fs = std::filesystem;

class AuditLogHeadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
};

COUNTERSIGN_GUILESS_TEST(AuditLogHeadTest)
#include "AuditLogHead_test.moc"
