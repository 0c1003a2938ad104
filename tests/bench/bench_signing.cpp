#include "core/signing/JobDesk.h"
#include "tests/support/SigningScene.h"

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
// About fifteen syncs to disk belong to that, and their price is the disk's: so it is measured in the memory
// first (/dev/shm, where a sync costs nothing), then under the temporary folder, beside what one write and
// fsync costs there. usage: bench_signing [JOBS]

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

template <typename Submit>
Times measured(SigningScene& scene, int jobs, Submit submit)
{
    JobDesk desk(scene.parts());
    std::vector<double> values;
    for (int i = 0; i < warmUp + jobs; ++i) {
        const double elapsed = approved(desk, submit(i));
        if (i >= warmUp) {
            values.push_back(elapsed);
        }
    }
    // What a desk leaves to the event loop holds statements of the database.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    return timesOf(std::move(values));
}

void measureAll(int jobs)
{
    SigningScene scene;
    print("EVM message",
          measured(scene, jobs, [&](int i) { return scene.message("message " + std::to_string(i)); }));
    print("EVM transaction", measured(scene, jobs, [&](int i) {
              return scene.submit(
                  documentOf(evmWalletId, "evm.transaction", {{"transaction", wholeTransaction(i)}}));
          }));
    scene.api.wallet.always =
        WaasWallet{solanaWalletId, toText(scene.solanaKey.address), "SVM", {}, "TWO_OF_TWO"};
    print("Solana transaction", measured(scene, jobs, [&](int i) {
              return scene.submit(
                  documentOf(solanaWalletId, "solana.transaction",
                             {{"transaction", toBase64(scene.solanaTransaction(9).serialize())}},
                             {{"reason", std::to_string(i)}}));
          }));
}

Times fsyncs(int count)
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("file")));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) {
        std::exit(1);
    }
    std::vector<double> values;
    for (int i = 0; i < count; ++i) {
        QElapsedTimer timer;
        timer.start();
        if (file.write(QByteArray(4096, 'x')) != 4096 || ::fsync(file.handle()) != 0) {
            std::exit(1);
        }
        values.push_back(milliseconds(timer));
    }
    return timesOf(std::move(values));
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
    const Times sync = fsyncs(jobs);
    std::printf("%-28s median %6.2f ms\n", "one write and fsync", sync.median);
    return 0;
}
