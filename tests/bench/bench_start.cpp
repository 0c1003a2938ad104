#include "core/base/SecretBytes.h"
#include "tests/support/TestPaths.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "ui/models/WalletModel.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTimer>
#include <QWidget>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

// Start to first paint of the console on a profile with 100,000 wallets beside an empty Qt window in the same
// run (median of several, alternating), and what sorting, filtering and jumping through that table take until
// the rows on the screen are there. Usage: bench_start [WALLETS] [ROUNDS]

using namespace countersign;

namespace {

/// The yardstick: one empty widget, shown and painted.
class EmptyWindow : public QWidget
{
protected:
    void paintEvent(QPaintEvent*) override
    {
        QMetaObject::invokeMethod(
            this,
            [] {
                std::puts("painted");
                std::fflush(stdout);
                std::_Exit(0);
            },
            Qt::QueuedConnection);
    }
};

int showEmptyWindow(int argc, char* argv[])
{
    const QApplication application(argc, argv);
    EmptyWindow window;
    window.resize(1280, 800);
    window.show();
    return QApplication::exec();
}

/// Milliseconds from starting the program until it says "painted".
double paintedAfter(const QString& program, const QStringList& arguments)
{
    QProcess process;
    QElapsedTimer timer;
    timer.start();
    process.start(program, arguments);
    while (process.state() != QProcess::NotRunning || process.bytesAvailable() > 0) {
        if (process.readAllStandardOutput().contains("painted")) {
            const double elapsed = static_cast<double>(timer.nsecsElapsed()) / 1e6;
            process.waitForFinished();
            return elapsed;
        }
        if (!process.waitForReadyRead(60'000)) {
            break;
        }
    }
    std::fprintf(stderr, "%s did not paint\n", qPrintable(program));
    std::exit(1);
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void measureStart(const QString& self, const QString& folder, int rounds)
{
    const QString console = programPath("countersign");
    std::vector<double> empty;
    std::vector<double> full;
    for (int i = 0; i < rounds + 1; ++i) {
        const double first = paintedAfter(self, {QStringLiteral("--empty-window")});
        const double second =
            paintedAfter(console, {QStringLiteral("--profile"), folder, QStringLiteral("--measure-start")});
        if (i > 0) {  // the first round fills the caches
            empty.push_back(first);
            full.push_back(second);
        }
    }
    std::printf("first paint: console %.0f ms, empty Qt window %.0f ms, %.0f ms beside it, ratio %.2f\n",
                median(full), median(empty), median(full) - median(empty), median(full) / median(empty));
}

/// Runs the event loop until the model has the first row and all ids, as a view would want them.
double settledAfter(WalletModel& model, int row, const std::function<void()>& act)
{
    QElapsedTimer timer;
    timer.start();
    act();
    while (model.state() != PagedTableModel::State::Ready || !model.isSettled() ||
           (model.rowCount() > 0 &&
            model.index(std::min(row, model.rowCount() - 1), 0).data(LoadingRole).toBool())) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 5);
    }
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void measureModel(const std::filesystem::path& database)
{
    const SystemClock clock;
    ProfileReader reader(database);
    WalletModel model(reader, clock);
    const auto report = [](const char* what, double milliseconds) {
        std::printf("%-28s %7.1f ms\n", what, milliseconds);
    };
    report("all ids and first rows", settledAfter(model, 0, [&] { model.start(); }));
    report("jump to the middle", settledAfter(model, model.rowCount() / 2, [] {}));
    report("jump to the end", settledAfter(model, model.rowCount() - 1, [] {}));
    report("sort by address",
           settledAfter(model, 0, [&] { model.sort(WalletModel::Address, Qt::AscendingOrder); }));
    report("sort by user",
           settledAfter(model, 0, [&] { model.sort(WalletModel::User, Qt::DescendingOrder); }));
    report("filter by status",
           settledAfter(model, 0, [&] { model.setFilter({.status = WalletStatus::Revoked}); }));
    report("filter by text", settledAfter(model, 0, [&] { model.setFilter({.text = "77"}); }));
    report("filter that finds nothing", settledAfter(model, 0, [&] { model.setFilter({.text = "zzz"}); }));

    // What the GUI thread pays: painting asks for some 25 rows of 7 columns.
    settledAfter(model, 0, [&] { model.setFilter({}); });
    settledAfter(model, 0, [] {});
    QElapsedTimer timer;
    timer.start();
    for (int row = 0; row < 25; ++row) {
        for (int column = 0; column < model.columnCount(); ++column) {
            model.index(row, column).data(Qt::DisplayRole);
        }
    }
    report("one screen of data()", static_cast<double>(timer.nsecsElapsed()) / 1e6);
}

}  // namespace

int main(int argc, char* argv[])
{
    if (argc > 1 && std::string_view(argv[1]) == "--empty-window") {
        return showEmptyWindow(argc, argv);
    }
    initialiseSodium();
    const QCoreApplication application(argc, argv);
    const int wallets = argc > 1 ? std::atoi(argv[1]) : 100'000;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
    if (wallets <= 0 || rounds <= 0) {
        std::fputs("usage: bench_start [WALLETS] [ROUNDS]\n", stderr);
        return 2;
    }
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && qEnvironmentVariableIsEmpty("DISPLAY")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    const testing::ProfileFixture profile({.wallets = wallets});
    std::printf("%d wallets, %d rounds\n", wallets, rounds);
    measureStart(QCoreApplication::applicationFilePath(), QString::fromStdString(profile.folder().string()),
                 rounds);
    measureModel(profile.databaseFile());
    return 0;
}
