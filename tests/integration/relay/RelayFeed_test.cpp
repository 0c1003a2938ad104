#include "core/base/encoding/Json.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/processes/RelayProcess.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

int relayFeedStatusOf(const std::optional<RawResponse>& response)
{
    return response ? response->status : 0;
}

}  // namespace

/// What a relay does when its file, or the time, is taken from it, and how its readers notice.
class RelayFeedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(u"relay.sqlite"_s);
        m_relay = std::make_unique<RelayProcess>(m_file);
        QVERIFY(m_relay->createInbox(u"demo"_s));
        m_token = m_relay->createToken(u"demo"_s, u"consumer"_s);
    }

    void cleanup() { m_relay.reset(); }

    void nothingIsAcknowledgedOnADeletedFile_data()
    {
        QTest::addColumn<QStringList>("names");
        QTest::newRow("all") << QStringList{u""_s, u"-wal"_s, u"-shm"_s};
        QTest::newRow("database") << QStringList{u""_s};
        QTest::newRow("log") << QStringList{u"-wal"_s};
    }
    void nothingIsAcknowledgedOnADeletedFile()
    {
        QFETCH(const QStringList, names);
        QVERIFY(m_relay->start());
        QCOMPARE(post("before"), 200);
        QCOMPARE(get("/readyz"), 200);
        for (const QString& name : names) {
            QVERIFY(QFile::remove(m_file + name));
        }
        const auto refused = RawHttp::exchange(m_relay->port(), RawHttp::post("/in/demo", "lost"));
        QCOMPARE(relayFeedStatusOf(refused), 503);
        QVERIFY(refused->headers.contains("retry-after"));
        QTRY_COMPARE_WITH_TIMEOUT(get("/readyz"), 503, patienceMs);
        QCOMPARE(get("/healthz"), 200);
        // What is there can still be fetched.
        QCOMPARE(page("after=0").at("entries").size(), std::size_t(1));
        m_relay->kill();
        if (names.contains(u""_s)) {
            // And it does not come back empty by itself.
            QCOMPARE(m_relay->run({u"serve"_s, u"--listen"_s, u"127.0.0.1:0"_s}).exitCode, 3);
            QVERIFY(!QFile::exists(m_file));
        }
    }

    void aReplacedFileIsNotTheFeed()
    {
        QVERIFY(m_relay->start());
        QCOMPARE(post("before"), 200);
        const Json known = page("after=0");
        // Another database moves into its place.
        RelayProcess other(m_folder->filePath(u"other.sqlite"_s));
        QVERIFY(other.createInbox(u"demo"_s));
        const std::string token = other.createToken(u"demo"_s, u"consumer"_s);
        QVERIFY(QFile::remove(m_file));
        QVERIFY(QFile::rename(m_folder->filePath(u"other.sqlite"_s), m_file));
        QCOMPARE(post("lost"), 503);
        m_relay->kill();
        QFile::remove(m_file + u"-wal"_s);
        QFile::remove(m_file + u"-shm"_s);
        m_token = token;
        QVERIFY(m_relay->start());
        QCOMPARE(post("after"), 200);
        QCOMPARE(post("after"), 200);
        QCOMPARE(typeOfRefusal(known), std::string("urn:countersign:feed-replaced"));
    }

    /// The numbers of an older backup catch up; its history does not.
    void anOlderBackupIsToldApart()
    {
        QRandomGenerator& random = *QRandomGenerator::global();
        QVERIFY(m_relay->start());
        const int kept = random.bounded(1, 10);
        for (int i = 0; i < kept; ++i) {
            QCOMPARE(post("kept " + std::to_string(i)), 200);
        }
        const Json common = page("after=0");
        QCOMPARE(m_relay->stop(), 0);
        QVERIFY(QFile::copy(m_file, m_folder->filePath(u"backup"_s)));
        QVERIFY(m_relay->start());
        const int lost = random.bounded(1, 10);
        for (int i = 0; i < lost; ++i) {
            QCOMPARE(post("same body"), 200);
        }
        const Json known = page("after=0");
        QCOMPARE(m_relay->stop(), 0);
        for (const char* suffix : {"", "-wal", "-shm"}) {
            QFile::remove(m_file + QString::fromLatin1(suffix));
        }
        QVERIFY(QFile::rename(m_folder->filePath(u"backup"_s), m_file));
        QVERIFY(m_relay->start());
        QCOMPARE(typeOfRefusal(known), std::string("urn:countersign:feed-history"));
        const int after = lost + random.bounded(3);
        for (int i = 0; i < after; ++i) {
            QCOMPARE(post("same body"), 200);
            QCOMPARE(typeOfRefusal(known), std::string("urn:countersign:feed-history"));
        }
        // Who had only read what the backup has goes on.
        QCOMPARE(typeOfRefusal(common), std::string());
        QCOMPARE(page("after=0").at("cursor").get<int>(), kept + after);
    }

    void aFullQuotaOfTheDiskIsA503()
    {
        m_relay->limitFileSize(400 * 1024);
        QVERIFY(m_relay->start({u"--post-rate"_s, u"0"_s}));
        const std::string body(60 * 1024, 'x');
        int refused = 0;
        int taken = 0;
        for (int i = 0; i < 40 && refused < 3; ++i) {
            const int status = post(body);
            QVERIFY2(status == 200 || status == 503, std::to_string(status).c_str());
            (status == 200 ? taken : refused) += 1;
        }
        QVERIFY(taken > 0);
        QCOMPARE(refused, 3);
        QCOMPARE(get("/healthz"), 200);
        // What was acknowledged is there, also behind a restart without the limit.
        QCOMPARE(m_relay->stop(), 0);
        m_relay->limitFileSize(0);
        QVERIFY(m_relay->start());
        QCOMPARE(page("after=0&limit=500").at("entries").size(), static_cast<std::size_t>(taken));
        QCOMPARE(post("again"), 200);
    }

    void floodsOfStrangersAreLimited()
    {
        // A slow machine must be faster than this, and the default lets a bulk of deliveries pass.
        QVERIFY(m_relay->start({u"--post-rate"_s, u"1"_s}));
        const std::string body(255 * 1024, 'x');
        RawHttp client(m_relay->port());
        bool isRefused = false;
        for (int i = 0; i < 1000 && !isRefused; ++i) {
            QVERIFY(client.send(RawHttp::post("/in/demo", body)));
            const auto response = client.receive();
            isRefused = relayFeedStatusOf(response) == 429;
            QVERIFY(isRefused || relayFeedStatusOf(response) == 200);
            QVERIFY(!isRefused || std::stoi(response->headers.at("retry-after")) >= 1);
        }
        QVERIFY(isRefused);
    }

    void oldEntriesGoAndTheRestSaysWhereItBegins()
    {
        QVERIFY(m_relay->start({u"--keep-days"_s, u"1"_s}));
        for (int i = 0; i < 5; ++i) {
            QCOMPARE(post(std::to_string(i)), 200);
        }
        const Json known = page("after=0&limit=3");
        page("after=3");
        QCOMPARE(m_relay->stop(), 0);
        {
            SQLite::Database database(m_file.toStdString(), SQLite::OPEN_READWRITE);
            QCOMPARE(database.execAndGet("SELECT max(position) FROM tokens").getInt(), 3);
            database.exec("UPDATE entries SET received_at = received_at - 86400001");
        }
        QVERIFY(m_relay->start({u"--keep-days"_s, u"1"_s}));
        QTRY_COMPARE_WITH_TIMEOUT(page("after=0").at("firstSeq").get<int>(), 4, patienceMs);
        const Json rest = page("after=0");
        QCOMPARE(rest.at("entries").at(0).at("seq").get<int>(), 4);
        QCOMPARE(rest.at("cursor").get<int>(), 5);
        QCOMPARE(typeOfRefusal(known), std::string());
        // By hand, whoever has read them.
        const auto trimmed = m_relay->run({u"inbox"_s, u"trim"_s, u"demo"_s, u"--up-to"_s, u"5"_s});
        QCOMPARE(trimmed.exitCode, 0);
        QCOMPARE(parseJson(trimmed.output.toStdString())->at("removed").get<int>(), 1);
        QCOMPARE(page("after=0").at("firstSeq").get<int>(), 5);
        QCOMPARE(post("more"), 200);
        QCOMPARE(page("after=5").at("entries").at(0).at("seq").get<int>(), 6);
    }

private:
    int post(const std::string& body) const
    {
        return relayFeedStatusOf(RawHttp::exchange(m_relay->port(), RawHttp::post("/in/demo", body)));
    }
    int get(const char* path) const
    {
        return relayFeedStatusOf(RawHttp::exchange(m_relay->port(), RawHttp::get(path)));
    }
    std::optional<RawResponse> ask(const std::string& query) const
    {
        return RawHttp::exchange(m_relay->port(), RawHttp::get("/v1/inboxes/demo/entries?" + query, m_token));
    }
    Json page(const std::string& query) const
    {
        const auto response = ask(query);
        return relayFeedStatusOf(response) == 200
                   ? parseJson(response->body, {16 * 1024 * 1024, 16, 100'000}).value_or(Json(nullptr))
                   : Json(nullptr);
    }
    /// Of the next question of a reader that stands behind the page; empty when it may go on.
    std::string typeOfRefusal(const Json& known) const
    {
        const auto response = ask("after=" + std::to_string(known.at("cursor").get<int>()) +
                                  "&feed=" + known.at("feed").get<std::string>() +
                                  "&head=" + known.at("head").get<std::string>());
        return relayFeedStatusOf(response) == 409   ? parseJson(response->body)->at("type").get<std::string>()
               : relayFeedStatusOf(response) == 200 ? std::string()
                                                    : std::to_string(relayFeedStatusOf(response));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
    std::unique_ptr<RelayProcess> m_relay;
    std::string m_token;
};

COUNTERSIGN_GUILESS_TEST(RelayFeedTest)
#include "RelayFeed_test.moc"
