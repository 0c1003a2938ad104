#include "core/inbox/Synchronizer.h"

#include "core/inbox/DeliveryCatalog.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProfile.h"
#include "tests/support/TestProgram.h"
#include "tests/support/WebhookFactory.h"

#include <QSignalSpy>
#include <QTest>

#include <deque>

using namespace countersign;

namespace {

/// Hands out entries behind the cursor; failures that were put in come first.
class FakeSource final : public RelaySource
{
    Q_OBJECT

public:
    std::string url() const override { return "https://relay.example"; }
    std::string inbox() const override { return "main"; }

    void fetch(std::int64_t after, int limit, int waitSeconds) override
    {
        QVERIFY(!m_running);  // one request at a time
        m_running = true;
        asked.append(after);
        waits.append(waitSeconds);
        if (!failures.empty()) {
            const Error error = failures.front();
            failures.pop_front();
            later([this, error] { Q_EMIT failed(error); });
            return;
        }
        FeedPage page;
        page.cursor = after;
        for (const FeedEntry& entry : entries) {
            if (entry.seq > after && static_cast<int>(page.entries.size()) < std::min(limit, pageSize)) {
                page.entries.push_back(entry);
                page.cursor = entry.seq;
            }
        }
        if (page.entries.empty() && waitSeconds > 0) {
            return;  // long poll: until cancelled
        }
        later([this, page] { Q_EMIT pageReceived(page); });
    }

    void cancel() override
    {
        if (m_running) {
            later([this] { Q_EMIT failed({ErrorCode::Cancelled, QStringLiteral("Stopped."), {}}); });
        }
    }

    bool isRunning() const { return m_running; }

    std::vector<FeedEntry> entries;
    std::deque<Error> failures;
    QList<qint64> asked;
    QList<int> waits;
    int pageSize = 2;

private:
    void later(std::function<void()> work)
    {
        QMetaObject::invokeMethod(
            this,
            [this, work = std::move(work)] {
                m_running = false;
                work();
            },
            Qt::QueuedConnection);
    }

    bool m_running = false;
};

struct SynchronizerDesk
{
    SynchronizerDesk() : ingestor(profile.vault, *profile.database, profile.clock), synchronizer(source, ingestor)
    {
        for (int i = 1; i <= 5; ++i) {
            FeedEntry entry;
            entry.seq = i * 10;
            entry.kind = "webhook";
            source.entries.push_back(entry);  // unsigned: quarantined, which is enough here
        }
    }

    std::int64_t cursor() { return *ingestor.cursor(source.url(), source.inbox()); }
    FeedStatus feed() { return DeliveryCatalog(*profile.database).feeds().value().front(); }

    TestProfile profile;
    FakeSource source;
    Ingestor ingestor;
    Synchronizer synchronizer;
};

using Total = Result<IngestReport>;

}  // namespace

class SynchronizerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void drains()
    {
        SynchronizerDesk desk;
        QSignalSpy finished(&desk.synchronizer, &Synchronizer::finished);
        QSignalSpy pages(&desk.synchronizer, &Synchronizer::pageIngested);
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        const auto total = finished.first().first().value<Total>();
        QVERIFY(total.has_value());
        QCOMPARE(total->received, 5);
        QCOMPARE(total->quarantined, 5);
        QCOMPARE(total->cursor, 50);
        QCOMPARE(pages.size(), 3);
        QCOMPARE(desk.cursor(), 50);
        QCOMPARE(desk.source.asked, QList<qint64>({0, 20, 40, 50}));
        for (const int wait : desk.source.waits) {
            QCOMPARE(wait, 0);
        }
        QVERIFY(desk.feed().lastContactAt.has_value());

        // Nothing new: an empty sum, with the cursor as it is.
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 2, patienceMs);
        const auto again = finished.last().first().value<Total>();
        QCOMPARE(again->received, 0);
        QCOMPARE(again->cursor, 50);
    }

    void endsDrainingWithTheError()
    {
        SynchronizerDesk desk;
        desk.source.failures.push_back({ErrorCode::Denied, QStringLiteral("No token."), {}});
        QSignalSpy finished(&desk.synchronizer, &Synchronizer::finished);
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        QCOMPARE(finished.first().first().value<Total>().error().code, ErrorCode::Denied);
        QCOMPARE(desk.feed().lastError, std::optional<std::string>("No token."));
        QTest::qWait(50);
        QCOMPARE(desk.source.asked.size(), 1);
    }

    void followsThroughFailures()
    {
        SynchronizerDesk desk;
        desk.source.failures.push_back({ErrorCode::Network, QStringLiteral("Gone."), {}});
        QSignalSpy failures(&desk.synchronizer, &Synchronizer::failed);
        QSignalSpy contacts(&desk.synchronizer, &Synchronizer::contacted);
        desk.synchronizer.follow();
        QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 1, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(desk.cursor(), 50, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(desk.source.waits.last() > 0, true, patienceMs);
        QVERIFY(contacts.size() >= 4);
        QVERIFY(!desk.feed().lastError.has_value());

        desk.synchronizer.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!desk.source.isRunning(), patienceMs);
        const auto requests = desk.source.asked.size();
        QTest::qWait(50);
        QCOMPARE(desk.source.asked.size(), requests);
        QCOMPARE(failures.size(), 1);  // a stop is no failure
    }

    void startsAgainWhileTheOldRequestEnds()
    {
        SynchronizerDesk desk;
        desk.synchronizer.follow();
        QTRY_COMPARE_WITH_TIMEOUT(desk.cursor(), 50, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(desk.source.waits.last() > 0, patienceMs);
        QSignalSpy finished(&desk.synchronizer, &Synchronizer::finished);
        desk.synchronizer.stop();
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        QVERIFY(finished.first().first().value<Total>().has_value());
    }

    void goesOnWhereAnotherProcessIs()
    {
        SynchronizerDesk desk;
        // Two entries are taken by somebody else between the answer and its ingestion.
        bool once = true;
        QObject::connect(&desk.synchronizer, &Synchronizer::contacted, &desk.synchronizer, [&] {
            if (std::exchange(once, false)) {
                const auto other = desk.profile.openDatabase();
                Ingestor second(desk.profile.vault, *other, desk.profile.clock);
                const auto taken = second.ingest(desk.source.url(), desk.source.inbox(), 0,
                                                 pageOf({desk.source.entries[0], desk.source.entries[1]}));
                QVERIFY(taken.has_value());
            }
        });
        QSignalSpy finished(&desk.synchronizer, &Synchronizer::finished);
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        const auto total = finished.first().first().value<Total>();
        QVERIFY(total.has_value());
        QCOMPARE(total->received, 3);
        QCOMPARE(DeliveryCatalog(*desk.profile.database).count().value(), 5);
    }

    void saysWhatKeepsItFromWriting()
    {
        SynchronizerDesk desk;
        desk.profile.vault->lock();
        QSignalSpy finished(&desk.synchronizer, &Synchronizer::finished);
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        QCOMPARE(finished.first().first().value<Total>().error().code, ErrorCode::Locked);
        QCOMPARE(desk.cursor(), 0);
    }
};

COUNTERSIGN_GUILESS_TEST(SynchronizerTest)
#include "Synchronizer_test.moc"
