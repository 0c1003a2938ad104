#include "core/base/process/TerminationSignals.h"

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#endif

namespace countersign {

#ifdef Q_OS_UNIX

namespace {

std::array<int, 2> pipeEnds{-1, -1};  // a handler has no object

constexpr std::array ending{SIGINT, SIGTERM, SIGHUP};
std::array<bool, ending.size()> isIgnored{};  // before: nohup(1) has SIGHUP ignored, and it stays so

void restoreDefaults()
{
    for (std::size_t i = 0; i < ending.size(); ++i) {
        if (!isIgnored[i]) {
            std::signal(ending[i], SIG_DFL);
        }
    }
}

/// Only what signal-safety(7) allows.
void passOn(int)
{
    const int before = errno;
    restoreDefaults();
    const char byte = 0;
    (void)!::write(pipeEnds[1], &byte, 1);
    errno = before;
}

}  // namespace

TerminationSignals::TerminationSignals(QObject* parent) : QObject(parent)
{
    if (::pipe(pipeEnds.data()) != 0) {
        return;  // they end the program, as without this
    }
    for (const int end : pipeEnds) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    m_notifier = std::make_unique<QSocketNotifier>(pipeEnds[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        m_notifier->setEnabled(false);  // once
        Q_EMIT received();
    });
    struct sigaction action = {};
    action.sa_handler = passOn;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < ending.size(); ++i) {
        struct sigaction before = {};
        ::sigaction(ending[i], nullptr, &before);
        isIgnored[i] = before.sa_handler == SIG_IGN;
        if (!isIgnored[i]) {
            ::sigaction(ending[i], &action, nullptr);
        }
    }
}

TerminationSignals::~TerminationSignals()
{
    if (m_notifier) {
        restoreDefaults();
        m_notifier.reset();
        ::close(pipeEnds[0]);
        ::close(pipeEnds[1]);
    }
}

#else

TerminationSignals::TerminationSignals(QObject* parent) : QObject(parent) {}

TerminationSignals::~TerminationSignals() = default;

#endif

}  // namespace countersign
