#include "core/mpc/sdk/SecretChannel.h"

#include <QtGlobal>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include <cerrno>
#include <utility>

namespace countersign {

#ifdef Q_OS_UNIX

namespace {

void closeEnd(int& end)
{
    if (end >= 0) {
        ::close(std::exchange(end, -1));
    }
}

/// macOS has neither SOCK_CLOEXEC nor MSG_NOSIGNAL.
bool openPair(int (&ends)[2])
{
#ifdef SOCK_CLOEXEC
    return ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
#else
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        return false;
    }
    ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    ::fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    const int yes = 1;
    ::setsockopt(ends[0], SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof(yes));
    return true;
#endif
}

#ifdef MSG_NOSIGNAL
constexpr int sendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
#else
constexpr int sendFlags = MSG_DONTWAIT;
#endif

}  // namespace

std::unique_ptr<SecretChannel> SecretChannel::open()
{
    int ends[2] = {-1, -1};
    if (!openPair(ends)) {
        return nullptr;
    }
    return std::unique_ptr<SecretChannel>(new SecretChannel(ends[0], ends[1]));
}

SecretChannel::SecretChannel(int ourEnd, int childEnd) : m_ourEnd(ourEnd), m_childEnd(childEnd) {}

SecretChannel::~SecretChannel()
{
    m_writable.reset();
    closeEnd(m_childEnd);
    closeEnd(m_ourEnd);
}

void SecretChannel::closeChildEnd()
{
    closeEnd(m_childEnd);
}

void SecretChannel::send(SecretBytes bytes)
{
    m_bytes = std::move(bytes);
    m_used = 0;
    m_writable = std::make_unique<QSocketNotifier>(m_ourEnd, QSocketNotifier::Write);
    connect(m_writable.get(), &QSocketNotifier::activated, this, &SecretChannel::sendSome);
}

void SecretChannel::sendSome()
{
    while (m_used < m_bytes.size()) {
        const auto count = ::send(m_ourEnd, m_bytes.data() + m_used, m_bytes.size() - m_used, sendFlags);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return;
        }
        if (count <= 0) {
            m_writable->setEnabled(false);
            m_bytes.wipe();
            return;
        }
        m_used += static_cast<std::size_t>(count);
    }
    m_writable->setEnabled(false);
    m_bytes.wipe();
    Q_EMIT sent();
}

#else

std::unique_ptr<SecretChannel> SecretChannel::open()
{
    return nullptr;
}

SecretChannel::SecretChannel(int ourEnd, int childEnd) : m_ourEnd(ourEnd), m_childEnd(childEnd) {}
SecretChannel::~SecretChannel() = default;
void SecretChannel::closeChildEnd() {}
void SecretChannel::send(SecretBytes) {}
void SecretChannel::sendSome() {}

#endif

}  // namespace countersign
