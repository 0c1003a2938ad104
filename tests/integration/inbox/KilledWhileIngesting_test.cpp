#include "core/audit/AuditLog.h"
#include "core/base/encoding/Base64.h"
#include "core/inbox/Ingestor.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/FileRootKeyStore.h"
#include "tests/support/fixtures/inbox/RandomDeliveries.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QUrl>
#include <QUrlQuery>

#include <signal.h>

using namespace countersign;

namespace {

constexpr int backlog = 2000;
constexpr int kills = 50;
constexpr int pagesPerLife = 3;
constexpr const char* webhookSecret = "the webhook secret";

/// As much of a relay as a console asks of it. Serves pages so small that every life of the console ends in
/// the middle of the backlog.
class BacklogServer : public QObject
{
    Q_OBJECT

public:
    explicit BacklogServer(const std::vector<FeedEntry>& entries) : m_entries(entries)
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
                if (socket->peek(16 * 1024).contains("\r\n\r\n")) {
                    answer(*socket);
                }
            });
        });
    }

    QString url() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort()); }

    int pageSize = 1;

Q_SIGNALS:
    void served(qint64 after);

private:
    void answer(QTcpSocket& socket)
    {
        const QByteArray target = socket.readAll().split(' ').at(1);
        const QUrlQuery query(QUrl(QString::fromLatin1(target)));
        const std::int64_t after = query.queryItemValue(QStringLiteral("after")).toLongLong();
        Json page = {{"entries", Json::array()}, {"cursor", after}};
        for (const FeedEntry& entry : m_entries) {
            if (entry.seq <= after || static_cast<int>(page["entries"].size()) >= pageSize) {
                continue;
            }
            Json headers = Json::object();
            for (const auto& [name, value] : entry.headers) {
                headers[name] = value;
            }
            page["entries"].push_back({{"seq", entry.seq},
                                       {"kind", entry.kind},
                                       {"receivedAt", toIso8601(entry.receivedAt)},
                                       {"headers", headers},
                                       {"bodyBase64", toBase64(entry.body)}});
            page["cursor"] = entry.seq;
        }
        const std::string body = dumpJson(page);
        socket.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                     QByteArray::number(static_cast<qsizetype>(body.size())) + "\r\n\r\n");
        socket.write(body.data(), static_cast<qsizetype>(body.size()));
        socket.disconnectFromHost();
        Q_EMIT served(after);
    }

    QTcpServer m_server;
    const std::vector<FeedEntry>& m_entries;
};

}  // namespace

class KilledWhileIngestingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void losesAndDoublesNothing()
    {
        const QTemporaryDir folder;
        const QTemporaryDir keyFolder;
        const ProfilePaths paths(std::filesystem::path(folder.path().toStdString()) / "profile");
        const auto rootKeys = std::make_shared<FileRootKeyStore>(keyFolder.path());
        const SystemClock clock;
        const auto vault = createVault(paths, {}, rootKeys, clock);
        QVERIFY(vault.has_value());
        const auto key = RsaPrivateKey::generate(2048);
        const auto missing = RsaPrivateKey::generate(2048);
        const auto opened = Database::open(paths.database(), Database::Mode::ReadWrite);
        Database& database = **opened;
        QVERIFY(addKey(database, **vault, clock, "kid", *key).has_value());
        QVERIFY(storeSecret(database, **vault, clock, webhookSecretKind, "one", webhookSecret).has_value());
        const RandomDeliveries random(WebhookFactory(key->publicKey(), webhookSecret),
                                      WebhookFactory(missing->publicKey(), webhookSecret), 7, backlog);

        BacklogServer server(random.entries);
        const QStringList arguments = {QString::fromStdString(paths.root.string()), keyFolder.path(),
                                       server.url()};
        std::mt19937 chance(42);
        const auto cursorNow = [&] {
            SQLite::Statement query(database.handle(), "SELECT cursor FROM source");
            return query.executeStep() ? query.getColumn(0).getInt() : 0;
        };
        for (int life = 0; life < kills; ++life) {
            server.pageSize = std::max(1, (backlog - cursorNow()) / (pagesPerLife * (kills - life + 1)));
            QVERIFY(killSomewhere(server, arguments, chance));
        }
        const int reached = cursorNow();
        QVERIFY2(reached > 0 && reached < backlog, "the kills must fall into the backlog");

        server.pageSize = 500;
        QProcess last;
        last.start(programPath("../tests/ingest_driver"), arguments);
        QTRY_COMPARE_WITH_TIMEOUT(last.state(), QProcess::NotRunning, longPatienceMs);
        QCOMPARE(last.readAllStandardError(), QByteArray());
        QCOMPARE(last.exitCode(), 0);
        checkOutcome(database, random);
        AuditLog audit(database, **vault, clock);
        const auto verified = audit.verify();
        QVERIFY(verified.has_value());
        QVERIFY2(verified->intact, qUtf8Printable(verified->finding));
    }

private:
    /// Starts the console and kills it somewhere between its start and a little after its last page.
    static bool killSomewhere(BacklogServer& server, const QStringList& arguments, std::mt19937& chance)
    {
        const int killAfterPage = static_cast<int>(chance() % (pagesPerLife + 1));
        const int delayMs = static_cast<int>(chance() % 60);
        int pages = 0;
        QProcess console;
        QObject context;
        const auto killSoon = [&] {
            QTimer::singleShot(delayMs, &console,
                               [&] { ::kill(static_cast<pid_t>(console.processId()), SIGKILL); });
        };
        QObject::connect(&server, &BacklogServer::served, &context, [&] {
            if (++pages == killAfterPage) {
                killSoon();
            }
        });
        console.start(programPath("../tests/ingest_driver"), arguments);
        if (killAfterPage == 0) {
            QObject::connect(&console, &QProcess::started, &context, killSoon);
        }
        return waitUntil([&] { return console.state() == QProcess::NotRunning; }, longPatienceMs) &&
               console.exitStatus() == QProcess::CrashExit;
    }

    static void checkOutcome(Database& database, const RandomDeliveries& random)
    {
        const auto number = [&](const char* sql) { return database.handle().execAndGet(sql).getInt64(); };
        QCOMPARE(number("SELECT count(*) FROM delivery"), backlog);
        QCOMPARE(number("SELECT count(DISTINCT seq) FROM delivery"), backlog);
        QCOMPARE(number("SELECT cursor FROM source"), backlog);
        QCOMPARE(number("SELECT count(*) FROM quarantine"), random.counts.stillWaiting);
        // The record says of every delivery once that it was taken in.
        const auto recorded = [&](const char* member) {
            return number((std::string("SELECT sum(json_extract(detail, '$.") + member +
                           "')) FROM audit WHERE kind = 'sync.page'")
                              .c_str());
        };
        QCOMPARE(recorded("received"), backlog);
        QCOMPARE(recorded("applied"), random.counts.applied);
        QCOMPARE(recorded("duplicates"), random.counts.duplicates);
        QCOMPARE(recorded("quarantined"), random.counts.quarantined);

        std::map<std::string, RandomDeliveries::Wallet> wallets;
        SQLite::Statement query(database.handle(),
                                "SELECT w.wallet_id, w.status, d.event_id, w.last_event_at FROM wallet w "
                                "JOIN delegation d ON d.id = w.delegation_id");
        while (query.executeStep()) {
            wallets[query.getColumn(0).getString()] = {*walletStatusFrom(query.getColumn(1).getString()),
                                                       query.getColumn(2).getString(),
                                                       query.getColumn(3).getInt64()};
        }
        QCOMPARE(wallets, random.wallets);
        QCOMPARE(number("SELECT count(*) FROM delegation WHERE sealed_share IS NOT NULL"),
                 number("SELECT count(*) FROM wallet WHERE status = 'active'"));
        for (const FeedEntry& entry : random.entries) {
            SQLite::Statement stored(database.handle(), "SELECT body_sha256 FROM delivery WHERE seq = ?");
            stored.bind(1, entry.seq);
            QVERIFY(stored.executeStep());
            const auto hash = sha256(entry.body);
            QCOMPARE(std::string_view(static_cast<const char*>(stored.getColumn(0).getBlob()), hash.size()),
                     asText(hash));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(KilledWhileIngestingTest)
#include "KilledWhileIngesting_test.moc"
