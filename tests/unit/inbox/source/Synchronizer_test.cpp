#include "core/inbox/source/Synchronizer.h"

#include "core/inbox/delivery/DeliveryCatalog.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QSignalSpy>
#include <QTest>

#include <deque>

using namespace countersign;

namespace {

/// Hands out entries behind the cursor; failures that were put in come first. Has an identity and a history
/// where a test gives it some.
class FakeSource final : public RelaySource
{
    Q_OBJECT

public:
    std::string url() const override { return "https://relay.example"; }
    std::string inbox() const override { return "main"; }

    void fetch(const FeedPosition& position, int limit, int waitSeconds) override
    {
        QVERIFY(!m_running);  // one request at a time
        m_running = true;
        const std::int64_t after = position.cursor;
        asked.append(after);
        waits.append(waitSeconds);
        if (const auto change = changeSince(position)) {
            later([this, change] { Q_EMIT feedChanged(*change, QStringLiteral("told")); });
            return;
        }
        if (!failures.empty()) {
            const Error error = failures.front();
            failures.pop_front();
            later([this, error] { Q_EMIT failed(error); });
            return;
        }
        FeedPage page;
        page.cursor = after;
        page.identity = identity;
        page.removed = std::exchange(removed, 0);
        for (const FeedEntry& entry : entries) {
            if (entry.seq > after && static_cast<int>(page.entries.size()) < std::min(limit, pageSize)) {
                page.entries.push_back(entry);
                page.cursor = entry.seq;
            }
        }
        page.history = identity.empty() ? std::string() : historyAt(page.cursor);
        if (page.entries.empty() && waitSeconds > 0 && !answersPollsAtOnce) {
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
    std::string identity;
    std::string past = "past";  ///< what the history is made of
    std::int64_t removed = 0;
    bool answersPollsAtOnce = false;
    bool changesAlways = false;

private:
    std::string historyAt(std::int64_t cursor) const { return past + std::to_string(cursor); }

    std::optional<FeedChange> changeSince(const FeedPosition& position) const
    {
        if (changesAlways) {
            return FeedChange::Identity;
        }
        if (identity.empty()) {
            return std::nullopt;  // an old relay
        }
        if (!position.identity.empty() && position.identity != identity) {
            return FeedChange::Identity;
        }
        const bool isOther = !position.history.empty() && position.history != historyAt(position.cursor);
        return isOther ? std::optional(FeedChange::History) : std::nullopt;
    }

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
    SynchronizerDesk()
        : ingestor(profile.vault, *profile.database, profile.clock), synchronizer(source, ingestor)
    {
        for (int i = 1; i <= 5; ++i) {
            // Unsigned: quarantined, which is enough here.
            source.entries.push_back(entry(i * 10, std::to_string(i)));
        }
    }

    static FeedEntry entry(std::int64_t seq, std::string_view body)
    {
        FeedEntry entry;
        entry.seq = seq;
        entry.kind = "webhook";
        entry.body = toBytes(asBytes(body));
        return entry;
    }

    FeedPosition position() { return *ingestor.position(source.url(), source.inbox()); }

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

    void readsAReplacedFeedFromItsStart_data()
    {
        QTest::addColumn<bool>("replaced");
        QTest::addColumn<bool>("follows");
        for (const bool replaced : {true, false}) {
            for (const bool follows : {true, false}) {
                QTest::addRow("%s, %s", replaced ? "replaced" : "restored",
                              follows ? "following" : "draining")
                    << replaced << follows;
            }
        }
    }

    /// What is here already is not stored again; what is new in it is.
    void readsAReplacedFeedFromItsStart()
    {
        QFETCH(const bool, replaced);
        QFETCH(const bool, follows);
        SynchronizerDesk desk;
        desk.source.identity = "first";
        QSignalSpy finished(&desk.synchronizer, &Synchronizer::finished);
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        QCOMPARE(desk.position(), FeedPosition({50, "first", "past50"}));

        (replaced ? desk.source.identity : desk.source.past) = "second";
        desk.source.entries.resize(3);
        desk.source.entries.push_back(desk.entry(35, "new"));
        QSignalSpy notices(&desk.synchronizer, &Synchronizer::noticed);
        QSignalSpy failures(&desk.synchronizer, &Synchronizer::failed);
        follows ? desk.synchronizer.follow() : desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(notices.size(), 1, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(desk.position().history,
                                  replaced ? std::string("past35") : std::string("second35"), patienceMs);
        QVERIFY(notices.first().first().value<Error>().sentence.contains(QStringLiteral("--from-start")));
        QCOMPARE(failures.size(), 0);
        QCOMPARE(desk.position().cursor, 35);
        QCOMPARE(DeliveryCatalog(*desk.profile.database).count().value(), 6);
        QCOMPARE(DeliveryCatalog(*desk.profile.database).feeds()->size(), std::size_t{1});
        if (!follows) {
            QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 2, patienceMs);
            const auto total = finished.last().first().value<Total>();
            QCOMPARE(total->received, 4);
            QCOMPARE(total->duplicates, 3);
            QCOMPARE(total->quarantined, 1);
            QCOMPARE(total->cursor, 35);
        }
    }

    /// A profile of an older version knows the cursor alone: it learns the rest although nothing is new.
    void learnsTheFeedsIdentityFromAnEmptyPage()
    {
        SynchronizerDesk desk;
        QSignalSpy finished(&desk.synchronizer, &Synchronizer::finished);
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        QCOMPARE(desk.position(), FeedPosition({50, {}, {}}));
        desk.source.identity = "first";
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 2, patienceMs);
        QCOMPARE(desk.position(), FeedPosition({50, "first", "past50"}));
        // A relay of an older version in between changes nothing of it, and a replaced one is seen after it.
        desk.source.identity.clear();
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 3, patienceMs);
        QVERIFY(finished.last().first().value<Total>().has_value());
    }

    void aFeedThatAlwaysChangesGetsNothingOutOfIt()
    {
        SynchronizerDesk desk;
        QSignalSpy finished(&desk.synchronizer, &Synchronizer::finished);
        QSignalSpy notices(&desk.synchronizer, &Synchronizer::noticed);
        QSignalSpy failures(&desk.synchronizer, &Synchronizer::failed);
        desk.source.changesAlways = true;
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        QVERIFY(!finished.first().first().value<Total>());
        QCOMPARE(notices.size(), 1);
        QCOMPARE(desk.source.asked.size(), 2);

        desk.synchronizer.follow();
        QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 3, patienceMs);
        QCOMPARE(notices.size(), 2);
    }

    void startsOverWhenAsked()
    {
        SynchronizerDesk desk;
        QSignalSpy finished(&desk.synchronizer, &Synchronizer::finished);
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        for (int i = 2; i <= 4; ++i) {
            QVERIFY(desk.ingestor.startOver(desk.source.url(), desk.source.inbox(), "test").has_value());
            QCOMPARE(desk.cursor(), 0);
            desk.synchronizer.drain();
            QTRY_COMPARE_WITH_TIMEOUT(finished.size(), i, patienceMs);
            QCOMPARE(finished.last().first().value<Total>()->duplicates, 5);
            QCOMPARE(desk.cursor(), 50);
        }
        QCOMPARE(DeliveryCatalog(*desk.profile.database).count().value(), 5);
        QCOMPARE(DeliveryCatalog(*desk.profile.database).quarantineCount().value(), 5);
        AuditLog audit(*desk.profile.database, *desk.profile.vault, desk.profile.clock);
        QVERIFY(audit.verify()->intact);
    }

    void tellsWhatRetentionRemoved()
    {
        SynchronizerDesk desk;
        QSignalSpy finished(&desk.synchronizer, &Synchronizer::finished);
        QSignalSpy notices(&desk.synchronizer, &Synchronizer::noticed);
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        desk.source.removed = 7;
        desk.source.entries.push_back(desk.entry(58, "new"));
        desk.synchronizer.drain();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 2, patienceMs);
        QCOMPARE(notices.size(), 1);
        QVERIFY(
            notices.first().first().value<Error>().sentence.contains(QStringLiteral("7 entries (51 to 57)")));
    }

    /// An upper bound on what it asks; a slow machine asks even less.
    void asksARelayThatHoldsNoPollLessOften()
    {
        SynchronizerDesk desk;
        desk.source.answersPollsAtOnce = true;
        desk.synchronizer.follow();
        QTRY_VERIFY_WITH_TIMEOUT(!desk.source.waits.isEmpty() && desk.source.waits.last() > 0, patienceMs);
        const auto before = desk.source.asked.size();
        QTest::qWait(2'000);
        QVERIFY2(desk.source.asked.size() - before <= 4,
                 qPrintable(QString::number(desk.source.asked.size())));
        // What comes in is taken at the next question, and the pauses begin small again.
        desk.source.entries.push_back(desk.entry(60, "new"));
        QTRY_COMPARE_WITH_TIMEOUT(desk.cursor(), 60, patienceMs);
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
