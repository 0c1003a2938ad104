#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"
#include "tests/support/processes/CliProcess.h"
#include "tests/support/processes/RelayProcess.h"
#include "tests/unit/crypto/PemWriter.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr int created = 1'800;
constexpr int revokedWallets = 100;
constexpr int repeated = 100;
constexpr int relayKills = 26;
constexpr int cliKills = 30;
constexpr const char* postSecret = "the webhook secret of the crash test";

struct Post
{
    std::string eventId;
    std::string request;
};

}  // namespace

/// Relay and command line are killed at random points of a backlog of 2,000 events, 56 times in all: nothing
/// that was answered with 200 is lost, and nothing takes effect twice.
class CrashSafetyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // Slow to open on purpose: the kills shall meet work under way.
        const auto key = RsaPrivateKey::generate(4096);
        QVERIFY(key.has_value());
        writePrivateFile(path("key.pem"), QByteArray::fromStdString(pem::pkcs8(key->handle())));
        writePrivateFile(path("secret"), postSecret);
        writePrivateFile(path("passphrase"), "a passphrase");
        QVERIFY(m_relay.createInbox(u"crash"_s));
        m_token = m_relay.createToken(u"crash"_s, u"consumer"_s);
        writePrivateFile(path("token"), QByteArray::fromStdString(m_token));
        QVERIFY2(m_relay.start(), m_relay.errors().constData());
        m_port = m_relay.port();
        const auto made = m_cli.inProfile(
            {u"init"_s, u"--relay"_s, m_relay.url(), u"--inbox"_s, u"crash"_s, u"--relay-token-file"_s,
             path("token"), u"--environment"_s, QString::fromLatin1(WebhookFactory::environmentId),
             u"--webhook-secret-file"_s, path("secret"), u"--keychain"_s, u"none"_s});
        QVERIFY2(made.exitCode == 0, made.errors.constData());
        QVERIFY(m_cli.makeCheapToOpen());
        QCOMPARE(m_cli.inProfile({u"keys"_s, u"import"_s, u"--kid"_s, u"crash"_s, path("key.pem")}).exitCode,
                 0);
        makePosts(WebhookFactory(key->publicKey(), postSecret));
    }

    void relayLosesNothingThatItAccepted()
    {
        std::atomic<std::size_t> next = 0;
        std::atomic<std::size_t> released = 0;
        std::atomic<std::size_t> accepted = 0;
        std::vector<std::thread> senders;
        for (int i = 0; i < 4; ++i) {
            senders.emplace_back([&] {
                for (std::size_t mine = next++; mine < m_posts.size(); mine = next++) {
                    while (mine >= released) {
                        std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    }
                    // As Dynamic does: again until it is taken.
                    for (;;) {
                        const auto response = RawHttp::exchange(m_port, m_posts[mine].request);
                        if (response && response->status == 200) {
                            ++accepted;
                            break;
                        }
                        std::this_thread::sleep_for(std::chrono::milliseconds(5));
                    }
                }
            });
        }
        bool restarted = true;
        for (int kill = 0; kill < relayKills && restarted; ++kill) {
            released = m_posts.size() * static_cast<std::size_t>(kill + 1) / relayKills;
            QThread::msleep(static_cast<unsigned long>(random(0, 60)));
            m_relay.kill();
            restarted = m_relay.start({u"--listen"_s, u"127.0.0.1:%1"_s.arg(m_port)});
        }
        released = m_posts.size();
        if (!restarted) {
            // The senders would wait for ever.
            qFatal("the relay did not come back: %s", m_relay.errors().constData());
        }
        for (std::thread& sender : senders) {
            sender.join();
        }
        QCOMPARE(m_relay.port(), m_port);
        QCOMPARE(accepted.load(), m_posts.size());
    }

    void commandLineLosesAndDoublesNothing()
    {
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(m_cli.inProfile({u"keys"_s, u"list"_s}).exitCode, 0);
        // A process needs this long before it can begin; the kills are spread over that and as much again.
        int unlocking = static_cast<int>(timer.elapsed());
        int killed = 0;
        int progress = 0;
        int patience = 0;
        std::size_t before = 0;
        for (int attempt = 0; (killed < cliKills || progress == 0) && attempt < 8 * cliKills; ++attempt) {
            timer.restart();
            const auto process = m_cli.startInProfile({u"sync"_s, u"--once"_s});
            if (process->waitForFinished(random(unlocking / 4, 3 * unlocking + patience))) {
                QVERIFY2(process->exitCode() == 0, process->readAllStandardError().constData());
                // The machine was busier at the measurement than now: with its pauses no kill would come in
                // time.
                unlocking = std::min(unlocking, static_cast<int>(timer.elapsed()));
                patience = 0;
            } else {
                process->kill();
                ++killed;
                QVERIFY(process->waitForFinished(patienceMs));
            }
            if (attempt % 10 == 9) {
                const std::size_t now = m_cli.inProfile({u"events"_s, u"list"_s}).json().size();
                progress += now > before ? 1 : 0;
                // A busier machine than at the measurement needs longer before its first page.
                patience += now > before ? 0 : unlocking;
                before = now;
            }
        }
        QVERIFY2(killed >= cliKills, qPrintable(QString::number(killed)));
        QVERIFY2(progress > 0, "every kill came before the first page; the test showed nothing");
        const auto finished = m_cli.inProfile({u"sync"_s, u"--once"_s});
        QVERIFY2(finished.exitCode == 0, finished.errors.constData());
        QVERIFY(m_cli.inProfile({u"sync"_s, u"--once"_s}).json().at("received") == Json(0));
    }

    void everythingIsThereOnce()
    {
        std::set<std::int64_t> seqs;
        std::map<std::string, int> effects;
        const Json events = m_cli.inProfile({u"events"_s, u"list"_s}).json();
        for (const Json& event : events) {
            QVERIFY(seqs.insert(event.at("seq").get<std::int64_t>()).second);
            const auto verdict = event.at("verdict").get<std::string>();
            QVERIFY2(verdict == "applied" || verdict == "duplicate" || verdict == "stale", verdict.c_str());
            effects[event.at("eventId").get<std::string>()] += verdict == "duplicate" ? 0 : 1;
        }
        std::set<std::string> posted;
        for (const Post& post : m_posts) {
            posted.insert(post.eventId);
        }
        QCOMPARE(posted.size(), static_cast<std::size_t>(created + revokedWallets));
        QCOMPARE(effects.size(), posted.size());
        for (const auto& [eventId, times] : effects) {
            QVERIFY(posted.contains(eventId));
            QCOMPARE(times, 1);
        }
        QVERIFY(seqs == relaySeqs());
    }

    void walletsAreWhatWasPosted()
    {
        int active = 0;
        const Json wallets = m_cli.inProfile({u"wallets"_s, u"list"_s}).json();
        for (const Json& wallet : wallets) {
            const auto id = wallet.at("walletId").get<std::string>();
            const bool isActive = wallet.at("status") == Json("active");
            QVERIFY(isActive != m_revokedWallets.contains(id));
            active += isActive ? 1 : 0;
        }
        QCOMPARE(active, created - revokedWallets);
        QVERIFY(m_cli.inProfile({u"quarantine"_s, u"list"_s}).json() == Json::array());
        const auto verified = m_cli.inProfile({u"audit"_s, u"verify"_s});
        QVERIFY2(verified.exitCode == 0, verified.output.constData());
    }

private:
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    int random(int from, int to) { return std::uniform_int_distribution(from, to)(m_random); }

    void addPost(const WebhookFactory& factory, const Json& body)
    {
        const FeedEntry entry = factory.entry(0, body);
        std::string headers;
        for (const auto& [name, value] : entry.headers) {
            headers += name + ": " + value + "\r\n";
        }
        m_posts.push_back(
            {body.at("eventId").get<std::string>(), RawHttp::post("/in/crash", asText(entry.body), headers)});
    }

    void makePosts(const WebhookFactory& factory)
    {
        std::vector<std::string> ids;
        for (int i = 0; i < created; ++i) {
            DelegationParts parts;
            ids.push_back(parts.walletId);
            addPost(factory, factory.created(parts));
        }
        for (int i = 0; i < revokedWallets; ++i) {
            m_revokedWallets.insert(ids[static_cast<std::size_t>(i)]);
            addPost(factory,
                    WebhookFactory::revoked(ids[static_cast<std::size_t>(i)], DelegationParts().at + 1000));
        }
        for (int i = 0; i < repeated; ++i) {
            m_posts.push_back(m_posts[static_cast<std::size_t>(random(0, created - 1))]);
        }
        std::shuffle(m_posts.begin(), m_posts.end(), m_random);
        QCOMPARE(m_posts.size(), 2'000U);
    }

    std::set<std::int64_t> relaySeqs()
    {
        std::set<std::int64_t> seqs;
        std::int64_t cursor = 0;
        for (;;) {
            const auto response = RawHttp::exchange(
                m_port,
                RawHttp::get("/v1/inboxes/crash/entries?wait=0&limit=500&after=" + std::to_string(cursor),
                             m_token));
            const Json page = response ? Json::parse(response->body, nullptr, false) : Json();
            if (!page.is_object() || !page.contains("entries") || page.at("entries").empty()) {
                return seqs;
            }
            for (const Json& entry : page.at("entries")) {
                seqs.insert(entry.at("seq").get<std::int64_t>());
            }
            cursor = page.at("cursor").get<std::int64_t>();
        }
    }

    QTemporaryDir m_folder;
    RelayProcess m_relay{m_folder.filePath(u"relay.sqlite"_s)};
    CliProcess m_cli{m_folder.filePath(u"profile"_s), m_folder.filePath(u"passphrase"_s)};
    std::string m_token;
    std::uint16_t m_port = 0;
    std::mt19937 m_random{std::random_device{}()};
    std::vector<Post> m_posts;
    std::set<std::string> m_revokedWallets;
};

COUNTERSIGN_GUILESS_TEST(CrashSafetyTest)
#include "CrashSafety_test.moc"
