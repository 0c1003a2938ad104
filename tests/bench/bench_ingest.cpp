#include "core/crypto/primitives/RsaOaep.h"
#include "core/inbox/Ingestor.h"
#include "tests/support/TestPaths.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QThread>

#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <thread>

// How many delegations a second are taken in, beside what the RSA private operations alone allow on the same
// machine in the same run (two per delegation), and beside the same work done by Node. The profile lies on
// the disk under the temporary folder, synchronous FULL. usage: bench_ingest [BITS COUNT]…

using namespace countersign;

namespace {

constexpr const char* secret = "bench-secret";
constexpr const char* url = "https://relay.example";

/// What was measured: by the clock, and by the processor time of all threads, which other programs on the
/// machine do not distort.
struct Rate
{
    double perSecond = 0;
    double cpuSeconds = 0;
};

double cpuNow()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// RSA-OAEP decryptions a second with every core busy.
Rate rsaBound(const RsaPrivateKey& key, int operations)
{
    const auto wrapped = rsaOaepEncrypt(key.publicKey(), Bytes(32, 7));
    std::atomic<int> left = operations;
    const double cpu = cpuNow();
    QElapsedTimer timer;
    timer.start();
    std::vector<std::thread> threads;
    for (int i = 0; i < QThread::idealThreadCount(); ++i) {
        threads.emplace_back([&] {
            while (left-- > 0) {
                if (!rsaOaepDecrypt(key, *wrapped)) {
                    std::abort();
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    return {operations * 1e9 / static_cast<double>(timer.nsecsElapsed()), cpuNow() - cpu};
}

FeedPage makePage(const RsaPrivateKey& key, int count)
{
    const WebhookFactory webhooks(key.publicKey(), secret);
    // As long as a real one: 416 characters of secretShare, a full pubkey object.
    std::string pubkey = "{";
    for (int i = 0; i < 64; ++i) {
        pubkey += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
    }
    const std::string share =
        R"({"pubkey":{"pubkey":)" + pubkey + R"(}},"secretShare":")" + std::string(416, 'a') + R"("})";
    std::vector<FeedEntry> entries;
    for (int i = 1; i <= count; ++i) {
        entries.push_back(webhooks.entry(i, webhooks.created({.share = share, .kid = "bench"})));
    }
    return pageOf(std::move(entries));
}

Rate ingested(const RsaPrivateKey& key, const FeedPage& page)
{
    TestProfile profile;
    if (!addKey(profile, "bench", key) || !storeSecret(profile, webhookSecretKind, "bench", secret)) {
        std::abort();
    }
    Ingestor ingestor(profile.vault, *profile.database, profile.clock);
    QElapsedTimer timer;
    timer.start();
    const double cpu = cpuNow();
    const auto report = ingestor.ingest(url, "bench", *ingestor.cursor(url, "bench"), page);
    const auto elapsed = static_cast<double>(timer.nsecsElapsed());
    if (!report || report->applied != static_cast<std::int64_t>(page.entries.size())) {
        std::fprintf(stderr, "not everything was applied\n");
        std::exit(1);
    }
    return {static_cast<double>(page.entries.size()) * 1e9 / elapsed, cpuNow() - cpu};
}

/// The same page through tests/bench/ingest.mjs; its one line of output.
QByteArray nodeIngested(const RsaPrivateKey& key, const FeedPage& page)
{
    const QString node = QStandardPaths::findExecutable(QStringLiteral("node"));
    if (node.isEmpty()) {
        return "skipped: no node here";
    }
    QTemporaryDir folder;
    Json input = {{"secret", secret}, {"entries", Json::array()}};
    for (const FeedEntry& entry : page.entries) {
        input["entries"].push_back(
            {{"body", std::string(asText(entry.body))}, {"signature", entry.headers.back().second}});
    }
    const auto write = [&](const char* name, std::string_view text) {
        QFile file(folder.filePath(QString::fromLatin1(name)));
        if (file.open(QIODevice::WriteOnly)) {
            file.write(text.data(), static_cast<qsizetype>(text.size()));
        }
        return file.fileName();
    };
    const SecretBytes der = key.pkcs8Der();
    QProcess process;
    process.start(node,
                  {sourcePath("tests/bench/ingest.mjs"), write("key.der", der.text()),
                   write("input.json", dumpJson(input)), folder.filePath(QStringLiteral("node.sqlite"))});
    if (!process.waitForFinished(600'000) || process.exitCode() != 0) {
        return "skipped: " + process.readAllStandardError().trimmed().right(300);
    }
    return process.readAllStandardOutput().trimmed();
}

void run(int bits, int count)
{
    const auto key = RsaPrivateKey::generate(bits);
    const FeedPage page = makePage(*key, count);
    const Rate before = rsaBound(*key, 2 * count);
    const Rate rate = ingested(*key, page);
    const Rate after = rsaBound(*key, 2 * count);
    // The machine's speed drifts; the bound is taken before and after.
    const double bound = (before.perSecond + after.perSecond) / 2 / 2;
    const double rsaCpu = (before.cpuSeconds + after.cpuSeconds) / 2;
    std::printf(
        "RSA-%d, %d deliveries: %.0f/s of the %.0f/s that RSA alone allows (%.0f %%); RSA is %.0f %% of "
        "the processor time\n",
        bits, count, rate.perSecond, bound, 100 * rate.perSecond / bound, 100 * rsaCpu / rate.cpuSeconds);
    std::fflush(stdout);
    std::printf("    the same by Node: %s\n", nodeIngested(*key, page).constData());
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    std::printf("%d cores\n", QThread::idealThreadCount());
    if (arguments.size() < 3) {
        run(2048, 4000);
        run(3072, 1500);
        run(4096, 600);
    }
    for (int i = 1; i + 1 < arguments.size(); i += 2) {
        run(arguments[i].toInt(), arguments[i + 1].toInt());
    }
    return 0;
}
