#include "core/signing/desk/JobDesk.h"
#include "tests/support/fixtures/inbox/SyncWatch.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

// The console's own share of a signature, beside the 5 ms that it may take: from an operator's "approve" to
// the stored, checked signature, without ceremony and network, which are fakes that answer at once. That is:
// prepare and plan, the approval's transaction, the record before each step, the material opened, the
// signature checked and stored, each durable (synchronous FULL, the record's head in a file of its own).
// What a sync costs is the disk's matter, and changes from one second to the next: so it is measured in the
// memory first (/dev/shm, where one costs nothing), then under the temporary folder, and each job there
// beside as many bare syncs of the same disk. usage: bench_signing [JOBS]

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr double boundMs = 5;
constexpr int warmUp = 20;

struct Times
{
    double median = 0;
    double p95 = 0;
};

Times timesOf(std::vector<double> values)
{
    std::ranges::sort(values);
    return {values[values.size() / 2], values[values.size() * 95 / 100]};
}

void print(const char* name, const Times& times)
{
    std::printf("%-28s median %6.2f ms (%.2f of %.0f ms)   95 %% below %6.2f ms (%.2f)\n", name, times.median,
                times.median / boundMs, boundMs, times.p95, times.p95 / boundMs);
}

double milliseconds(const QElapsedTimer& timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

/// Approves the job and runs the event loop until it is signed.
double approved(JobDesk& desk, const Job& job)
{
    QEventLoop loop;
    Result<Job> done = failure(ErrorCode::Internal, {});
    QElapsedTimer timer;
    timer.start();
    desk.approve({.jobId = job.jobId}, [&](const Result<Job>& answer) {
        done = answer;
        loop.quit();
    });
    loop.exec();
    const double elapsed = milliseconds(timer);
    if (!done || done->state != JobState::Signed) {
        std::fprintf(stderr, "not signed: %s\n",
                     done ? done->errorDetail.c_str() : qPrintable(done.error().detail));
        std::exit(1);
    }
    return elapsed;
}

/// What the disk takes for as many bare syncs as a signature asks for, at the same time: five after an
/// append, as SQLite's journal grows, and two after a write in place, as the record's head is written.
class BareSyncs
{
public:
    static constexpr int appends = 5;
    static constexpr int inPlace = 2;

    BareSyncs()
    {
        for (QFile* file : {&m_journal, &m_head}) {
            if (!file->open(QIODevice::WriteOnly | QIODevice::Unbuffered)) {
                std::exit(1);
            }
        }
        writeAndSync(m_head, 0);
    }

    double run()
    {
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < appends; ++i) {
            writeAndSync(m_journal, m_journal.size());
        }
        for (int i = 0; i < inPlace; ++i) {
            writeAndSync(m_head, 0);
        }
        return milliseconds(timer);
    }

private:
    void writeAndSync(QFile& file, qint64 at)
    {
        if (!file.seek(at) || file.write(m_block) != m_block.size() || ::fdatasync(file.handle()) != 0) {
            std::exit(1);
        }
    }

    QTemporaryDir m_folder;
    QFile m_journal{m_folder.filePath(QStringLiteral("journal"))};
    QFile m_head{m_folder.filePath(QStringLiteral("head"))};
    const QByteArray m_block = QByteArray(4096, 'x');
};

/// The jobs, and the bare syncs after each of them.
template <typename Submit>
void measure(const char* name, SigningScene& scene, int jobs, Submit submit)
{
    JobDesk desk(scene.parts());
    BareSyncs peer;
    std::vector<double> values;
    std::vector<double> peers;
    int syncs = 0;
    for (int i = 0; i < warmUp + jobs; ++i) {
        const Job job = submit(i);
        const int before = syncsSoFar();
        const double elapsed = approved(desk, job);
        const int asked = syncsSoFar() - before;
        const double bare = peer.run();
        if (i >= warmUp) {
            values.push_back(elapsed);
            peers.push_back(bare);
            syncs += asked;
        }
    }
    // What a desk leaves to the event loop holds statements of the database.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    print(name, timesOf(std::move(values)));
    std::printf("    %.1f syncs each; beside it", static_cast<double>(syncs) / jobs);
    print(" 7 bare syncs", timesOf(std::move(peers)));
}

void measureAll(int jobs)
{
    SigningScene scene;
    measure("EVM message", scene, jobs, [&](int i) { return scene.message("message " + std::to_string(i)); });
    measure("EVM transaction", scene, jobs, [&](int i) {
        return scene.submit(
            documentOf(evmWalletId, "evm.transaction", {{"transaction", wholeTransaction(i)}}));
    });
    scene.api.wallet.always =
        WaasWallet{solanaWalletId, toText(scene.solanaKey.address), "SVM", {}, "TWO_OF_TWO"};
    measure("Solana transaction", scene, jobs, [&](int i) {
        return scene.submit(documentOf(solanaWalletId, "solana.transaction",
                                       {{"transaction", toBase64(scene.solanaTransaction(9).serialize())}},
                                       {{"reason", std::to_string(i)}}));
    });
}

}  // namespace

int main(int argc, char* argv[])
{
    initialiseSodium();
    const QCoreApplication application(argc, argv);
    const int jobs = argc > 1 ? std::atoi(argv[1]) : 200;
    if (jobs <= 0) {
        std::fputs("usage: bench_signing [JOBS]\n", stderr);
        return 2;
    }
    const QByteArray disk = qgetenv("TMPDIR");
    if (QFileInfo(QStringLiteral("/dev/shm")).isWritable()) {
        std::printf("without a disk\n");
        qputenv("TMPDIR", "/dev/shm");
        measureAll(jobs);
        disk.isEmpty() ? qunsetenv("TMPDIR") : qputenv("TMPDIR", disk);
    }
    std::printf("on the disk\n");
    measureAll(jobs);
    return 0;
}
