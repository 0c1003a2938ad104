#include "core/audit/witness/RecordCounter.h"

#include "core/audit/AuditReseal.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/RecordedProfile.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// The record's counter beside the root key: it follows the seal, and tells a profile that was put back.
class RecordCounterTest : public QObject
{
    Q_OBJECT

    using Call = void (RecordCounter::*)(RecordCounter::Examined);
    static CounterFinding called(Recorded& profile, Call call)
    {
        RecordCounter counter(*profile.database, *profile.vault, profile.rootKeys);
        return waitFor<CounterFinding>([&](auto done) { (counter.*call)(done); });
    }
    static QString item(const Recorded& profile)
    {
        return QString::fromStdString(profile.vault->info().profileId) + u".counter"_s;
    }
    /// An older copy of everything: rows and seal.
    static void putBack(Recorded& profile, std::int64_t seq, const AuditHead& head)
    {
        profile.run("DELETE FROM audit WHERE seq > " + std::to_string(seq));
        QVERIFY(AuditHeadFile(*profile.vault).write(head).has_value());
        QVERIFY(profile.verify().intact);
    }

private Q_SLOTS:
    void followsTheSeal()
    {
        Recorded profile;
        const auto first = called(profile, &RecordCounter::examine);
        QVERIFY(first.isKept && !first.known && first.rollback.isEmpty() && !first.error);
        QVERIFY(!profile.rootKeys->keys.contains(item(profile)));  // examining writes nothing
        QCOMPARE(called(profile, &RecordCounter::advance).known->seq, 10);
        profile.append(4);
        QCOMPARE(called(profile, &RecordCounter::examine).known->seq, 10);
        QCOMPARE(called(profile, &RecordCounter::advance).known->seq, 14);
        QVERIFY(called(profile, &RecordCounter::advance).rollback.isEmpty());
        QCOMPARE(profile.rootKeys->keys.at(item(profile)).size(), 40U);
        QVERIFY(profile.rootKeys->overwritten.contains(item(profile)));  // a late write takes nothing away
    }

    void whatIsNotSealedYetDoesNotCount()
    {
        Recorded profile;
        QVERIFY(transact(*profile.database, [&] {
                    return profile.log.appendWithin("late", {}, "{}");
                }).has_value());
        QCOMPARE(called(profile, &RecordCounter::advance).known->seq, 10);
    }

    void anOlderCopyIsTold()
    {
        Recorded profile;
        const auto older = **AuditHeadFile(*profile.vault).read();
        profile.append(5);
        (void)called(profile, &RecordCounter::advance);
        putBack(profile, 10, older);
        const auto finding = called(profile, &RecordCounter::advance);
        QVERIFY2(finding.rollback.contains(u"15"_s) && finding.rollback.contains(u"10"_s),
                 qPrintable(finding.rollback));
        profile.append(20);  // and continued beyond it
        QVERIFY(!called(profile, &RecordCounter::advance).rollback.isEmpty());
        QCOMPARE(called(profile, &RecordCounter::examine).known->seq, 15);  // it never goes on by itself
    }

    /// The seal alone put back, all rows still there: nothing was lost, but the counter stays where it was.
    void itNeverMovesBack()
    {
        Recorded profile;
        const auto older = **AuditHeadFile(*profile.vault).read();
        profile.append(5);
        (void)called(profile, &RecordCounter::advance);
        QVERIFY(AuditHeadFile(*profile.vault).write(older).has_value());
        QCOMPARE(called(profile, &RecordCounter::advance).known->seq, 15);
        QCOMPARE(called(profile, &RecordCounter::examine).known->seq, 15);
    }

    void anOperatorAcceptsIt()
    {
        Recorded profile;
        const auto older = **AuditHeadFile(*profile.vault).read();
        profile.append(5);
        (void)called(profile, &RecordCounter::advance);
        putBack(profile, 10, older);
        const QString rollback = called(profile, &RecordCounter::examine).rollback;
        QVERIFY(acceptRollback(*profile.database, *profile.vault, profile.clock, rollback,
                               "a backup was restored")
                    .has_value());
        const auto accepted = called(profile, &RecordCounter::accept);
        QVERIFY(accepted.rollback.isEmpty() && accepted.known->seq == 11);
        QVERIFY(called(profile, &RecordCounter::advance).rollback.isEmpty());
        const auto last = profile.log.page(0, 1)->front();
        QCOMPARE(last.kind, std::string("audit.resealed"));
        QVERIFY(last.detail.find("a backup was restored") != std::string::npos);
    }

    void aKeychainThatFailsIsTold()
    {
        Recorded profile;
        profile.rootKeys->fault = KeychainState::TimedOut;
        const auto finding = called(profile, &RecordCounter::advance);
        QVERIFY(finding.isKept && finding.error->code == ErrorCode::KeychainUnavailable);
        QVERIFY(finding.rollback.isEmpty());
    }

    void foreignItemsAreTold_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("short") << QByteArray(39, 'x');
        QTest::newRow("long") << QByteArray(41, '\0');
        QTest::newRow("a whole head") << QByteArray(48, '\0');
        QTest::newRow("negative") << QByteArray(40, '\xff');
    }

    void foreignItemsAreTold()
    {
        QFETCH(const QByteArray, content);
        Recorded profile;
        profile.rootKeys->keys.insert_or_assign(
            item(profile), SecretBytes::copyOf(std::string_view(content.constData(),
                                                                static_cast<std::size_t>(content.size()))));
        QVERIFY(called(profile, &RecordCounter::advance).error.has_value());
    }

    void oneThatIsGoneBeforeItsAnswerIsNotCalled()
    {
        Recorded profile;
        bool called = false;
        auto counter = std::make_unique<RecordCounter>(*profile.database, *profile.vault, profile.rootKeys);
        counter->advance([&](const CounterFinding&) { called = true; });
        counter.reset();
        QCoreApplication::processEvents();
        QVERIFY(!called);
    }

    void followingAsksOnlyWhenTheRecordGrew()
    {
        Recorded profile;
        RecordCounter counter(*profile.database, *profile.vault, profile.rootKeys);
        std::vector<std::int64_t> seen;
        counter.follow(std::chrono::milliseconds(1), [&](const CounterFinding& finding) {
            seen.push_back(finding.known ? finding.known->seq : 0);
        });
        QTRY_COMPARE_WITH_TIMEOUT(seen.size(), 1U, patienceMs);
        QCOMPARE(seen.back(), 10);
        QTest::qWait(30);
        QCOMPARE(seen.size(), 1U);
        profile.append(2);
        QTRY_COMPARE_WITH_TIMEOUT(seen.size(), 2U, patienceMs);
        QCOMPARE(seen.back(), 12);
    }
};

COUNTERSIGN_GUILESS_TEST(RecordCounterTest)
#include "RecordCounter_test.moc"
