#include "ui/session/worker/RelayFollower.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QSignalSpy>
#include <QTest>

#include <deque>

using namespace countersign;

namespace {

/// What a relay holds and how it answers; outlives the sources that read from it.
struct FollowedRelay
{
    std::vector<FeedEntry> entries;
    std::deque<Error> failures;  ///< come first
    QList<qint64> asked;         ///< the cursors
    QList<int> waits;            ///< the seconds of each question
    int sources = 0;             ///< that are there now

    void add(std::int64_t seq)
    {
        FeedEntry entry;
        entry.seq = seq;
        entry.kind = "webhook";  // unsigned: it is quarantined, which is enough here
        entry.body = toBytes(asBytes(std::to_string(seq)));
        entries.push_back(std::move(entry));
    }
    bool isPolled() const { return !waits.isEmpty() && waits.last() > 0; }
};

class FollowedSource final : public RelaySource
{
    Q_OBJECT

public:
    FollowedSource(FollowedRelay& relay, std::string url, std::string inbox)
        : m_relay(relay), m_url(std::move(url)), m_inbox(std::move(inbox))
    {
        ++m_relay.sources;
    }
    ~FollowedSource() override { --m_relay.sources; }
    FollowedSource(const FollowedSource&) = delete;
    FollowedSource& operator=(const FollowedSource&) = delete;
    FollowedSource(FollowedSource&&) = delete;
    FollowedSource& operator=(FollowedSource&&) = delete;

    std::string url() const override { return m_url; }
    std::string inbox() const override { return m_inbox; }

    void fetch(const FeedPosition& after, int limit, int waitSeconds) override
    {
        QVERIFY(!m_isRunning);  // one request at a time
        m_isRunning = true;
        m_relay.asked << after.cursor;
        m_relay.waits << waitSeconds;
        if (!m_relay.failures.empty()) {
            const Error error = m_relay.failures.front();
            m_relay.failures.pop_front();
            return later([this, error] { Q_EMIT failed(error); });
        }
        FeedPage page;
        page.cursor = after.cursor;
        for (const FeedEntry& entry : m_relay.entries) {
            if (entry.seq > after.cursor && page.entries.size() < static_cast<std::size_t>(limit)) {
                page.entries.push_back(entry);
                page.cursor = entry.seq;
            }
        }
        if (page.entries.empty() && waitSeconds > 0) {
            return;  // a long poll, until it is cancelled
        }
        later([this, page] { Q_EMIT pageReceived(page); });
    }

    void cancel() override
    {
        if (m_isRunning) {
            later([this] { Q_EMIT failed({ErrorCode::Cancelled, QStringLiteral("Stopped."), {}}); });
        }
    }

private:
    void later(std::function<void()> work)
    {
        QMetaObject::invokeMethod(
            this,
            [this, work = std::move(work)] {
                if (std::exchange(m_isRunning, false)) {
                    work();
                }
            },
            Qt::QueuedConnection);
    }

    FollowedRelay& m_relay;
    std::string m_url;
    std::string m_inbox;
    bool m_isRunning = false;
};

struct FollowerScene
{
    enum class Settings { Complete, WithoutUrl, WithoutInbox, WithoutToken };

    explicit FollowerScene(Settings settings = Settings::Complete)
        : ingestor(profile.vault, *profile.database, profile.clock)
    {
        if (settings != Settings::WithoutUrl) {
            setSetting(profile, settingKeys::relayUrl, "https://relay.example");
        }
        if (settings != Settings::WithoutInbox) {
            setSetting(profile, settingKeys::relayInbox, "main");
        }
        if (settings != Settings::WithoutToken &&
            !storeSecret(profile, relayTokenKind, primarySecretName, "cs_token")) {
            qFatal("no token");
        }
    }

    RelayFollower::SourceMaker maker()
    {
        return [this](const std::string& url, const std::string& inbox,
                      SecretBytes token) -> Result<std::unique_ptr<RelaySource>> {
            made << QString::fromStdString(url + ' ' + inbox + ' ' + std::string(token.text()));
            if (refusal) {
                return failure(*refusal);
            }
            return std::make_unique<FollowedSource>(relay, url, inbox);
        };
    }

    void follow() { follower.follow(maker(), *profile.database, *profile.vault, ingestor); }
    std::int64_t cursor() { return *ingestor.cursor("https://relay.example", "main"); }
    ErrorCode codeOf(const QSignalSpy& failures) const { return failures.last().first().value<Error>().code; }

    TestProfile profile;
    Ingestor ingestor;
    FollowedRelay relay;
    QStringList made;
    std::optional<Error> refusal;
    RelayFollower follower{nullptr};
};

}  // namespace

class RelayFollowerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void takesInWhatTheRelayOfTheSettingsHolds()
    {
        FollowerScene scene;
        scene.relay.add(7);
        QSignalSpy pages(&scene.follower, &RelayFollower::pageIngested);
        QSignalSpy contacts(&scene.follower, &RelayFollower::contacted);
        QSignalSpy failures(&scene.follower, &RelayFollower::failed);
        scene.follow();
        QCOMPARE(scene.made, QStringList{QStringLiteral("https://relay.example main cs_token")});
        QTRY_VERIFY_WITH_TIMEOUT(scene.relay.isPolled(), patienceMs);
        QCOMPARE(pages.size(), 1);
        QCOMPARE(pages.first().first().value<IngestReport>().received, 1);
        QCOMPARE(scene.cursor(), 7);
        QVERIFY(contacts.size() >= 2);
        QCOMPARE(failures.size(), 0);
    }

    void withoutARelayNothingIsFollowed_data()
    {
        QTest::addColumn<int>("settings");
        QTest::newRow("no URL") << static_cast<int>(FollowerScene::Settings::WithoutUrl);
        QTest::newRow("no inbox") << static_cast<int>(FollowerScene::Settings::WithoutInbox);
        QTest::newRow("no token") << static_cast<int>(FollowerScene::Settings::WithoutToken);
    }

    /// And what waits there is unknown, not nothing: whoever asks for it must not be told that all is here.
    void withoutARelayNothingIsFollowed()
    {
        QFETCH(const int, settings);
        FollowerScene scene(static_cast<FollowerScene::Settings>(settings));
        QSignalSpy failures(&scene.follower, &RelayFollower::failed);
        scene.follow();
        QCOMPARE(failures.size(), 1);
        QCOMPARE(scene.codeOf(failures), ErrorCode::NotFound);
        QVERIFY(scene.made.isEmpty());
        expectNotFollowed(scene);
    }

    /// Where the deliveries come from, and where the token goes, is what the operator has set.
    void changedSettingsAreNotFollowed()
    {
        FollowerScene scene;
        QVERIFY(Settings(*scene.profile.database)
                    .set(settingKeys::relayUrl, "https://elsewhere.example")
                    .has_value());
        QSignalSpy failures(&scene.follower, &RelayFollower::failed);
        scene.follow();
        QCOMPARE(failures.size(), 1);
        QCOMPARE(scene.codeOf(failures), ErrorCode::BadSignature);
        QVERIFY(scene.made.isEmpty());
        expectNotFollowed(scene);
    }

    void aLockedProfileIsNotFollowed()
    {
        FollowerScene scene;
        scene.profile.vault->lock();
        QSignalSpy failures(&scene.follower, &RelayFollower::failed);
        scene.follow();
        QCOMPARE(failures.size(), 1);
        QCOMPARE(scene.codeOf(failures), ErrorCode::Locked);
        QVERIFY(scene.made.isEmpty());
        expectNotFollowed(scene);
    }

    void aRelayThatCannotBeAskedIsTold()
    {
        FollowerScene scene;
        scene.refusal = Error{ErrorCode::InvalidInput, QStringLiteral("no such URL"), {}};
        QSignalSpy failures(&scene.follower, &RelayFollower::failed);
        scene.follow();
        QCOMPARE(failures.size(), 1);
        QCOMPARE(scene.codeOf(failures), ErrorCode::InvalidInput);
        QCOMPARE(scene.made.size(), 1);
        expectNotFollowed(scene);
    }

    /// The long poll is cut short, what has come meanwhile is here when the answer is, and then it goes on.
    void drainsAndFollowsAgain()
    {
        FollowerScene scene;
        scene.follow();
        QTRY_VERIFY_WITH_TIMEOUT(scene.relay.isPolled(), patienceMs);
        scene.relay.add(3);
        scene.relay.add(4);
        std::vector<Status> answers;
        std::int64_t cursorThen = 0;
        scene.follower.drain([&](const Status& drained) {
            answers.push_back(drained);
            cursorThen = scene.cursor();
        });
        QVERIFY(answers.empty());  // not before it has returned
        QTRY_COMPARE_WITH_TIMEOUT(answers.size(), std::size_t{1}, patienceMs);
        QVERIFY(answers.front().has_value());
        QCOMPARE(cursorThen, 4);
        QTRY_VERIFY_WITH_TIMEOUT(scene.relay.isPolled(), patienceMs);
        QCOMPARE(answers.size(), std::size_t{1});
        QCOMPARE(scene.relay.sources, 1);
    }

    void aDrainThatFailsSaysSoAndFollowsAgain()
    {
        FollowerScene scene;
        scene.follow();
        QTRY_VERIFY_WITH_TIMEOUT(scene.relay.isPolled(), patienceMs);
        scene.relay.add(3);
        scene.relay.failures.push_back({ErrorCode::Denied, QStringLiteral("No token."), {}});
        QSignalSpy failures(&scene.follower, &RelayFollower::failed);
        std::optional<Status> answer;
        scene.follower.drain([&](const Status& drained) { answer = drained; });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), patienceMs);
        QVERIFY(!answer->has_value());
        QCOMPARE(answer->error().code, ErrorCode::Denied);
        QCOMPARE(failures.size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(scene.cursor(), 3, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(scene.relay.isPolled(), patienceMs);
    }

    /// Each answer is one drain's: the first must not be told that what it waited for is here.
    void aSecondDrainEndsTheFirst()
    {
        FollowerScene scene;
        scene.follow();
        QTRY_VERIFY_WITH_TIMEOUT(scene.relay.isPolled(), patienceMs);
        scene.relay.add(3);
        std::vector<Status> first;
        std::vector<Status> second;
        scene.follower.drain([&](const Status& drained) { first.push_back(drained); });
        scene.follower.drain([&](const Status& drained) { second.push_back(drained); });
        QTRY_COMPARE_WITH_TIMEOUT(second.size(), std::size_t{1}, patienceMs);
        QVERIFY(second.front().has_value());
        QCOMPARE(scene.cursor(), 3);
        QCOMPARE(first.size(), std::size_t{1});
        QVERIFY(!first.front() && first.front().error().code == ErrorCode::Cancelled);
        QTRY_VERIFY_WITH_TIMEOUT(scene.relay.isPolled(), patienceMs);
        QCOMPARE(first.size() + second.size(), std::size_t{2});
    }

    void stopsForGood_data()
    {
        QTest::addColumn<bool>("drains");
        QTest::newRow("following") << false;
        QTest::newRow("draining") << true;
    }

    /// Database and ingestor may go afterwards: nothing is asked, taken in or told any more.
    void stopsForGood()
    {
        QFETCH(const bool, drains);
        FollowerScene scene;
        scene.follow();
        QTRY_VERIFY_WITH_TIMEOUT(scene.relay.isPolled(), patienceMs);
        QSignalSpy pages(&scene.follower, &RelayFollower::pageIngested);
        QSignalSpy contacts(&scene.follower, &RelayFollower::contacted);
        QSignalSpy failures(&scene.follower, &RelayFollower::failed);
        scene.relay.add(3);
        int answers = 0;
        if (drains) {
            scene.follower.drain([&](const Status&) { ++answers; });
        }
        scene.follower.stop();
        const qsizetype asked = scene.relay.asked.size();
        QCOMPARE(scene.relay.sources, 0);
        QTest::qWait(50);
        QCOMPARE(scene.relay.asked.size(), asked);
        QCOMPARE(pages.size() + contacts.size() + failures.size() + answers, 0);
        QCOMPARE(scene.cursor(), 0);
        expectNotFollowed(scene);
        scene.follower.stop();  // nothing is left to be stopped

        scene.follow();
        QTRY_COMPARE_WITH_TIMEOUT(scene.cursor(), 3, patienceMs);
    }

private:
    static void expectNotFollowed(FollowerScene& scene)
    {
        std::optional<Status> answer;
        scene.follower.drain([&](const Status& drained) { answer = drained; });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), patienceMs);
        QVERIFY(!answer->has_value());
        QCOMPARE(answer->error().code, ErrorCode::NotFound);
        QCOMPARE(scene.relay.sources, 0);
    }
};

COUNTERSIGN_GUILESS_TEST(RelayFollowerTest)
#include "RelayFollower_test.moc"
