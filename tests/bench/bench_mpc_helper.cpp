#include "core/mpc/sdk/HelperFrame.h"
#include "tests/support/TestPaths.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QStandardPaths>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

// What the helper costs beside a bare Node.js in the same run (medians, alternating): time from start to end,
// and the most memory it held (VmHWM, which wait4() reports). Needs npm ci in app/mpc-helper. Usage:
// bench_mpc_helper [ROUNDS]

using namespace countersign;

namespace {

struct Cost
{
    double milliseconds = 0;
    double megabytes = 0;
};

/// Runs it with input on standard input, which stays open until it ends.
Cost costOf(const QString& program, const QStringList& arguments, BytesView input)
{
    std::vector<std::string> texts{program.toStdString()};
    for (const QString& argument : arguments) {
        texts.push_back(argument.toStdString());
    }
    std::vector<char*> argv;
    for (std::string& text : texts) {
        argv.push_back(text.data());
    }
    argv.push_back(nullptr);
    int ends[2];
    if (::pipe(ends) != 0) {
        std::exit(1);
    }
    QElapsedTimer timer;
    timer.start();
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(ends[0], STDIN_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        if (std::freopen("/dev/null", "w", stdout) == nullptr) {
            ::_exit(126);
        }
        char* environment[] = {nullptr};
        ::execve(argv[0], argv.data(), environment);
        ::_exit(127);
    }
    ::close(ends[0]);
    if (!input.empty() &&
        ::write(ends[1], input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
        std::exit(1);
    }
    int status = 0;
    rusage usage{};
    if (::wait4(pid, &status, 0, &usage) != pid || status != 0) {
        std::fprintf(stderr, "%s ended with status %d\n", qPrintable(program), status);
        std::exit(1);
    }
    const double elapsed = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    ::close(ends[1]);
    return {elapsed, static_cast<double>(usage.ru_maxrss) / 1024};
}

double median(const std::vector<Cost>& costs, double Cost::*what)
{
    std::vector<double> values;
    for (const Cost& cost : costs) {
        values.push_back(cost.*what);
    }
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void print(const char* name, const std::vector<Cost>& costs, const std::vector<Cost>& bare)
{
    const double time = median(costs, &Cost::milliseconds);
    const double memory = median(costs, &Cost::megabytes);
    std::printf("%-28s %6.0f ms (%.2f of bare Node.js)   VmHWM %5.1f MB (%.2f)\n", name, time,
                time / median(bare, &Cost::milliseconds), memory, memory / median(bare, &Cost::megabytes));
}

}  // namespace

int main(int argc, char* argv[])
{
    initialiseSodium();
    const QCoreApplication application(argc, argv);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 15;
    const QString node = QStandardPaths::findExecutable(QStringLiteral("node"));
    const QString script = sourcePath("app/mpc-helper/mpc-helper.mjs");
    if (rounds <= 0 || node.isEmpty()) {
        std::fputs("usage: bench_mpc_helper [ROUNDS]; Node.js must be in PATH\n", stderr);
        return 2;
    }
    const std::string share(416, 'a');
    const auto about = helperRequestFrame({});
    const auto derive =
        helperRequestFrame({HelperOperation::Derive, SigningScheme::Ecdsa, asBytes(share), {44}, {}, {}, {}});
    std::vector<Cost> bare;
    std::vector<Cost> abouts;
    std::vector<Cost> derives;
    for (int i = 0; i < rounds + 1; ++i) {
        const Cost first = costOf(node, {QStringLiteral("-e"), QString()}, {});
        const Cost second = costOf(node, {QStringLiteral("--no-warnings"), script}, about->view());
        const Cost third = costOf(node, {QStringLiteral("--no-warnings"), script}, derive->view());
        if (i > 0) {  // the first round fills the caches
            bare.push_back(first);
            abouts.push_back(second);
            derives.push_back(third);
        }
    }
    print("bare Node.js", bare, bare);
    print("helper, library loaded", abouts, bare);
    print("helper, share refused", derives, bare);
    return 0;
}
