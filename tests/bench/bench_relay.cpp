// Deliveries per second that the real relay answers at 64 connections, beside the bound: the same number of
// the same bodies written by SQLite alone, in transactions of the size that the relay's own commits had.
// Prints both and their ratio, and the same relay on PostgreSQL where a server can be had (alone, and two
// relays at once on one inbox); asserts nothing about time.

#include "services/relay/store/sqlite/SqliteRelayStore.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/processes/PostgresServer.h"
#include "tests/support/processes/RelayProcess.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

namespace {

using namespace countersign;
using namespace countersign::relay;
using namespace countersign::testing;
using Seconds = std::chrono::duration<double>;

constexpr int connections = 64;
/// About what a wallet.delegation.created of Dynamic has, with both envelopes.
constexpr std::size_t bodyBytes = 3000;

/// What is measured is the way to the disk, not the rate that one stranger may have.
const QStringList unlimited{QStringLiteral("--post-rate"), QStringLiteral("0")};

struct RelayRun
{
    double seconds = 0;
    double commits = 0;
    int accepted = 0;
};

double metric(std::uint16_t port, const std::string& name)
{
    const auto response = RawHttp::exchange(port, RawHttp::get("/metrics"));
    const std::size_t at = response ? response->body.find("\n" + name + " ") : std::string::npos;
    return at == std::string::npos ? 0 : std::stod(response->body.substr(at + name.size() + 2));
}

/// The connections are shared out among the relays.
RelayRun runRelays(const std::vector<const RelayProcess*>& relays, const std::string& body, int deliveries)
{
    const std::string request = RawHttp::post("/in/bench", body, "Content-Type: application/json\r\n");
    std::atomic<int> left = deliveries;
    std::atomic<int> accepted = 0;
    std::vector<std::thread> clients;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < connections; ++i) {
        clients.emplace_back([&, port = relays.at(i % relays.size())->port()] {
            RawHttp client(port);
            while (left-- > 0) {
                client.send(request);
                const auto response = client.receive();
                accepted += response && response->status == 200 ? 1 : 0;
            }
        });
    }
    for (std::thread& client : clients) {
        client.join();
    }
    RelayRun run{Seconds(std::chrono::steady_clock::now() - start).count(), 0, accepted};
    for (const RelayProcess* relay : relays) {
        run.commits += metric(relay->port(), "countersign_relay_commits_total");
    }
    return run;
}

void print(const char* what, const RelayRun& run)
{
    std::printf("%-29s%8.0f accepts/s (%.0f commits, %.1f per commit)\n", what, run.accepted / run.seconds,
                run.commits, run.accepted / std::max(1.0, run.commits));
}

/// False when it should have worked.
bool runOnPostgres(const std::string& body, int deliveries)
{
    if (const QString reason = PostgresServer::whyNot(); !reason.isEmpty()) {
        std::printf("on PostgreSQL: not measured. %s\n", qPrintable(reason));
        return true;
    }
    PostgresServer server(PostgresServer::Medium::Disk);
    if (!server.start()) {
        return false;
    }
    for (const std::size_t count : {1, 2}) {
        const QString url = server.createDatabase();
        RelayProcess first(url);
        RelayProcess second(url);
        if (!first.createInbox(QStringLiteral("bench")) || !first.start(unlimited) ||
            !second.start(unlimited)) {
            return false;
        }
        const std::vector<const RelayProcess*> both{&first, &second};
        const RelayRun run = runRelays({both.begin(), both.begin() + count}, body, deliveries);
        print(count == 1 ? "the same on PostgreSQL:" : "two relays on PostgreSQL:", run);
        if (run.accepted != deliveries) {
            return false;
        }
    }
    return true;
}

/// The bound: no network, no threads, the same rows in the same groups.
double runSqlite(const QString& file, const std::string& body, int deliveries, std::size_t group)
{
    auto store = SqliteRelayStore::open(file.toStdString(), OpenMode::CreateIfMissing);
    const auto inbox = (*store)->createInbox("bench", {}, 0);
    NewEntry entry;
    entry.inbox = inbox->id;
    entry.headersJson = R"({"content-type":"application/json"})";
    entry.body = body;
    const std::vector<NewEntry> entries(group, entry);
    const auto start = std::chrono::steady_clock::now();
    for (int done = 0; done < deliveries; done += static_cast<int>(group)) {
        const auto size = std::min(group, static_cast<std::size_t>(deliveries - done));
        if (!(*store)->append(std::span(entries).first(size))) {
            return 0;
        }
    }
    return Seconds(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char* argv[])
{
    const QCoreApplication application(argc, argv);
    const int deliveries = argc > 1 ? std::atoi(argv[1]) : 6000;
    const QTemporaryDir folder;
    const std::string body = "{\"eventName\":\"bench\",\"data\":\"" + std::string(bodyBytes, 'x') + "\"}";
    RelayProcess relay(folder.filePath(QStringLiteral("relay.sqlite")));
    if (!relay.createInbox(QStringLiteral("bench")) || !relay.start(unlimited)) {
        std::fputs("The relay did not start.\n", stderr);
        return 1;
    }
    const RelayRun measured = runRelays({&relay}, body, deliveries);
    relay.stop();
    const auto group =
        static_cast<std::size_t>(std::max(1.0, measured.accepted / std::max(1.0, measured.commits) + 0.5));
    const double bound = runSqlite(folder.filePath(QStringLiteral("bound.sqlite")), body, deliveries, group);
    if (measured.accepted != deliveries || bound <= 0) {
        std::fprintf(stderr, "%d of %d deliveries were accepted.\n", measured.accepted, deliveries);
        return 1;
    }
    const double relayRate = deliveries / measured.seconds;
    const double boundRate = deliveries / bound;
    print("relay, 64 connections:", measured);
    std::printf("SQLite alone, groups of %3zu: %8.0f rows/s\n", group, boundRate);
    std::printf("ratio:                       %8.2f\n", relayRate / boundRate);
    if (!runOnPostgres(body, deliveries)) {
        std::fputs("The relay on PostgreSQL did not take all.\n", stderr);
        return 1;
    }
    return 0;
}
