#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/FeedServer.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"
#include "tests/support/processes/CliProcess.h"
#include "tests/support/processes/RelayProcess.h"
#include "tests/unit/crypto/PemWriter.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr const char* syncFeedSecret = "the webhook secret of the feed test";

const RsaPrivateKey& feedKey()
{
    static const RsaPrivateKey made = *RsaPrivateKey::generate(2048);
    return made;
}

/// A profile that reads from a relay of the test's own.
struct FeedDesk
{
    FeedDesk()
        : cli(folder.filePath(u"profile"_s), folder.filePath(u"passphrase"_s)),
          webhooks(feedKey().publicKey(), syncFeedSecret)
    {
        writePrivateFile(folder.filePath(u"key.pem"_s),
                         QByteArray::fromStdString(pem::pkcs8(feedKey().handle())));
        writePrivateFile(folder.filePath(u"secret"_s), syncFeedSecret);
        writePrivateFile(folder.filePath(u"passphrase"_s), "a passphrase");
        writePrivateFile(folder.filePath(u"token"_s), "token");
    }

    bool make(const QString& relayUrl)
    {
        const auto made =
            cli.inProfile({u"init"_s, u"--relay"_s, relayUrl, u"--inbox"_s, u"main"_s,
                           u"--relay-token-file"_s, folder.filePath(u"token"_s), u"--environment"_s,
                           QString::fromLatin1(WebhookFactory::environmentId), u"--webhook-secret-file"_s,
                           folder.filePath(u"secret"_s), u"--keychain"_s, u"none"_s});
        const bool cheap = cli.makeCheapToOpen();
        const auto imported =
            cli.inProfile({u"keys"_s, u"import"_s, u"--kid"_s, u"k"_s, folder.filePath(u"key.pem"_s)});
        return made.exitCode == 0 && cheap && imported.exitCode == 0;
    }

    FeedEntry delivery() { return webhooks.entry(0, webhooks.created({})); }

    /// The relay answers on this thread, so the event loop has to run.
    CliProcess::Outcome sync(const QStringList& options = {})
    {
        const auto process = cli.startInProfile(QStringList{u"sync"_s, u"--once"_s} + options);
        if (!waitUntil([&] { return process->state() == QProcess::NotRunning; }, longPatienceMs)) {
            return {};
        }
        return {process->exitCode(), process->readAllStandardOutput(), process->readAllStandardError()};
    }

    std::size_t count(const QString& what) { return cli.inProfile({what, u"list"_s}).json().size(); }

    QTemporaryDir folder;
    CliProcess cli;
    WebhookFactory webhooks;
};

std::string syncCounts(int received, int applied, int duplicates, int quarantined, int cursor)
{
    return dumpJson({{"received", received},
                     {"applied", applied},
                     {"duplicates", duplicates},
                     {"quarantined", quarantined},
                     {"cursor", cursor}});
}

std::string printedBy(const CliProcess::Outcome& outcome)
{
    return dumpJson(outcome.json());
}

}  // namespace

/// What `sync --once` makes of relays that are not what they were, or not what they should be.
class SyncFeedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// A database that was moved or replaced numbers its entries from 1 again: nothing of it may stay unread.
    void readsAReplacedRelay()
    {
        FeedDesk desk;
        FeedServer relay;
        QVERIFY(desk.make(relay.url()));
        for (int i = 0; i < 4; ++i) {
            relay.entries.push_back(desk.delivery());
        }
        QCOMPARE(printedBy(desk.sync()), syncCounts(4, 4, 0, 0, 4));

        relay.identity = std::string(32, 'b');
        relay.entries = {relay.entries[2], desk.delivery()};
        const auto replaced = desk.sync();
        QVERIFY2(replaced.exitCode == 0, replaced.errors.constData());
        QCOMPARE(printedBy(replaced), syncCounts(2, 1, 1, 0, 2));
        QVERIFY2(replaced.errors.contains("--from-start"), replaced.errors.constData());
        QCOMPARE(desk.count(u"events"_s), std::size_t{5});
        QCOMPARE(desk.count(u"wallets"_s), std::size_t{5});

        // An older state of the same database, which has overtaken the cursor since.
        relay.entries = {relay.entries[0], desk.delivery(), desk.delivery()};
        const auto restored = desk.sync();
        QVERIFY2(restored.exitCode == 0, restored.errors.constData());
        QCOMPARE(printedBy(restored), syncCounts(3, 2, 1, 0, 3));
        QVERIFY(restored.errors.contains("--from-start"));
        // One that has not.
        relay.entries.pop_back();
        QCOMPARE(printedBy(desk.sync()), syncCounts(2, 0, 2, 0, 2));
        QCOMPARE(printedBy(desk.sync()), syncCounts(0, 0, 0, 0, 2));
        QCOMPARE(desk.count(u"wallets"_s), std::size_t{7});
        QCOMPARE(desk.cli.inProfile({u"audit"_s, u"verify"_s}).exitCode, 0);
    }

    void readsFromTheStartWhenAsked()
    {
        FeedDesk desk;
        FeedServer relay;
        relay.identity.clear();  // an old relay says nothing by itself
        QVERIFY(desk.make(relay.url()));
        relay.entries = {desk.delivery(), desk.delivery(), desk.delivery()};
        QCOMPARE(printedBy(desk.sync()), syncCounts(3, 3, 0, 0, 3));
        QCOMPARE(printedBy(desk.sync({u"--from-start"_s})), syncCounts(3, 0, 3, 0, 3));
        QCOMPARE(desk.count(u"events"_s), std::size_t{3});

        relay.entries = {desk.delivery()};
        const auto refused = desk.sync();
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.errors.contains("sync --once --from-start"), refused.errors.constData());
        QCOMPARE(printedBy(desk.sync({u"--from-start"_s})), syncCounts(1, 1, 0, 0, 1));
        QCOMPARE(desk.count(u"wallets"_s), std::size_t{4});
    }

    /// A forged number, and numbers left out, stop nothing for longer than they are there.
    void refusesGapsAndGoesOnWithoutThem()
    {
        FeedDesk desk;
        FeedServer relay;
        QVERIFY(desk.make(relay.url()));
        relay.entries = {desk.delivery()};
        QCOMPARE(printedBy(desk.sync()), syncCounts(1, 1, 0, 0, 1));
        relay.entries.push_back(desk.delivery());
        for (const std::string forged : {"9223372036854775807", "9007199254740992", "1", "0", "-1", "5"}) {
            relay.alter = [forged](std::string page) {
                const auto replace = [&](const std::string& from, const std::string& to) {
                    if (const auto at = page.find(from); at != std::string::npos) {
                        page.replace(at, from.size(), to);
                    }
                };
                replace("\"seq\":2", "\"seq\":" + forged);
                replace("\"cursor\":2", "\"cursor\":" + forged);
                return page;
            };
            const auto refused = desk.sync();
            QVERIFY2(refused.exitCode == 1, forged.c_str());
            QVERIFY(forged != "5" || refused.errors.contains("3 entries (2 to 4)"));
        }
        relay.alter = nullptr;
        QCOMPARE(printedBy(desk.sync()), syncCounts(1, 1, 0, 0, 2));

        relay.entries.insert(relay.entries.end(), {desk.delivery(), desk.delivery(), desk.delivery()});
        relay.firstSeq = 5;
        const auto removed = desk.sync();
        QCOMPARE(printedBy(removed), syncCounts(1, 1, 0, 0, 5));
        QVERIFY2(removed.errors.contains("2 entries (3 to 4)"), removed.errors.constData());
    }

    void aFeedThatAlwaysChangesEndsTheRun()
    {
        FeedDesk desk;
        FeedServer relay;
        QVERIFY(desk.make(relay.url()));
        relay.refuse = [](const QUrlQuery&) {
            return std::pair(409, std::string(R"({"type":"urn:countersign:feed-replaced"})"));
        };
        QCOMPARE(desk.sync().exitCode, 1);
        QCOMPARE(relay.targets.size(), 2);
    }

    void oneUnreadableEntryStopsNothing()
    {
        FeedDesk desk;
        FeedServer relay;
        QVERIFY(desk.make(relay.url()));
        relay.entries = {desk.delivery(), desk.delivery(), desk.delivery()};
        relay.alter = [](std::string page) {
            const std::string member = "\"seq\":2,\"kind\":\"";
            if (const auto at = page.find(member); at != std::string::npos) {
                page.insert(at + member.size(), "\xff\x01");
            }
            return page;
        };
        QCOMPARE(printedBy(desk.sync()), syncCounts(3, 2, 0, 1, 3));
        const Json waiting = desk.cli.inProfile({u"quarantine"_s, u"list"_s}).json();
        QCOMPARE(waiting.size(), std::size_t{1});
        QVERIFY(dumpJson(waiting).find("unreadable") != std::string::npos);
        // Mended, it is taken when everything is read again.
        relay.alter = nullptr;
        QCOMPARE(printedBy(desk.sync({u"--from-start"_s})), syncCounts(3, 1, 2, 0, 3));
        QCOMPARE(desk.count(u"wallets"_s), std::size_t{3});
    }

    /// Whatever a stranger posts to the real relay, the console reads what comes before and after it.
    void strangersPostsStopNoConsole()
    {
        FeedDesk desk;
        RelayProcess relay(desk.folder.filePath(u"relay.sqlite"_s));
        QVERIFY(relay.createInbox(u"main"_s));
        writePrivateFile(desk.folder.filePath(u"token"_s),
                         QByteArray::fromStdString(relay.createToken(u"main"_s, u"consumer"_s)));
        QVERIFY2(relay.start(), relay.errors().constData());
        QVERIFY(desk.make(relay.url()));
        const auto post = [&](const FeedEntry& entry, const std::string& more = {}) {
            std::string headers = more;
            for (const auto& [name, value] : entry.headers) {
                headers += name + ": " + value + "\r\n";
            }
            const auto answer =
                RawHttp::exchange(relay.port(), RawHttp::post("/in/main", asText(entry.body), headers));
            return answer ? answer->status : 0;
        };
        std::string many;
        std::string odd;
        for (int i = 0; i < 1'400; ++i) {
            many += "x-dyn-" + std::to_string(i) + ":\r\n";
        }
        for (const char c : std::string("!#$%&'*+-.^_`|~")) {
            odd += std::string("x-dyn-") + c + ": \xff\xc3\"\\ \t \xed\xa0\x80\r\n";
        }
        FeedEntry junk;
        junk.body = toBytes(asBytes(std::string_view("\x00\xff{]", 4)));
        QCOMPARE(post(desk.delivery()), 200);
        int accepted = 0;
        for (const std::string& headers : {many, odd}) {
            accepted += post(junk, headers) == 200 ? 1 : 0;  // the relay may refuse
        }
        QCOMPARE(post(desk.delivery()), 200);
        const auto synced = desk.sync();
        QVERIFY2(synced.exitCode == 0, synced.errors.constData());
        QCOMPARE(printedBy(synced), syncCounts(2 + accepted, 2, 0, accepted, 2 + accepted));
    }
};

COUNTERSIGN_GUILESS_TEST(SyncFeedTest)
#include "SyncFeed_test.moc"
