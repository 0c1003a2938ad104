#include "core/signing/store/JobLock.h"

#include "core/vault/database/StorageErrors.h"

#include <QCoreApplication>
#include <QDeadlineTimer>

#include <chrono>
#include <thread>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace countersign {

namespace {

struct JobLockText
{
    Q_DECLARE_TR_FUNCTIONS(JobLockText)
};

/// Recovery holds locks for an instant: nobody is to be refused because of that.
constexpr std::chrono::milliseconds patience{100};
constexpr std::chrono::milliseconds pause{5};

}  // namespace

#ifdef Q_OS_UNIX

JobLock::JobLock(std::filesystem::path file) : m_file(std::move(file)) {}

JobLock::~JobLock()
{
    if (m_descriptor >= 0) {
        // While it is locked, so that whoever waits for it sees that it has to make another.
        ::unlink(m_file.c_str());
        ::close(m_descriptor);
    }
}

JobLock::Outcome JobLock::tryOnce()
{
    constexpr mode_t ownerOnly = 0600;
    const int descriptor = ::open(m_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, ownerOnly);
    if (descriptor < 0) {
        m_reason = errno;
        return Outcome::Unusable;
    }
    struct stat locked = {};
    struct stat named = {};
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        m_reason = errno;
        const bool isHeld = m_reason == EWOULDBLOCK || m_reason == EINTR;
        ::close(descriptor);
        return isHeld ? Outcome::Held : Outcome::Unusable;
    }
    // Its last holder may have removed it between the two calls: then this locks a file that nobody can find.
    if (::fstat(descriptor, &locked) != 0 || ::stat(m_file.c_str(), &named) != 0 ||
        locked.st_ino != named.st_ino || locked.st_dev != named.st_dev) {
        ::close(descriptor);
        return Outcome::Held;
    }
    m_descriptor = descriptor;
    return Outcome::Taken;
}

#else

JobLock::JobLock(std::filesystem::path file)
    : m_file(std::move(file)), m_lock(QString::fromStdString(m_file.string()))
{
    // A ceremony may take long: only a holder that is no more makes the lock stale.
    m_lock.setStaleLockTime(0);
}

JobLock::~JobLock() = default;

JobLock::Outcome JobLock::tryOnce()
{
    if (m_lock.tryLock(0)) {
        return Outcome::Taken;
    }
    return m_lock.error() == QLockFile::LockFailedError ? Outcome::Held : Outcome::Unusable;
}

#endif

Result<std::unique_ptr<JobLock>> JobLock::take(const std::filesystem::path& profile, const std::string& jobId)
{
    std::unique_ptr<JobLock> lock(new JobLock(fileOf(profile, jobId)));
    const QDeadlineTimer deadline(patience);
    Outcome outcome = lock->tryOnce();
    while (outcome == Outcome::Held && !deadline.hasExpired()) {
        std::this_thread::sleep_for(pause);
        outcome = lock->tryOnce();
    }
    switch (outcome) {
        case Outcome::Taken:
            return lock;
        case Outcome::Held:
            return failure(ErrorCode::Busy,
                           JobLockText::tr("Another window or command is working on this job right now."));
        case Outcome::Unusable:
            break;
    }
    const QString sentence =
        JobLockText::tr("The profile's folder cannot be written. Check its permissions and the disk.");
#ifdef Q_OS_UNIX
    return failure(
        storageErrorOr(std::error_code(lock->m_reason, std::generic_category()), profile, sentence));
#else
    return failure(ErrorCode::Storage, sentence);
#endif
}

bool JobLock::isHeld(const std::filesystem::path& profile, const std::string& jobId)
{
    JobLock lock(fileOf(profile, jobId));
    return lock.tryOnce() == Outcome::Held;
}

std::filesystem::path JobLock::fileOf(const std::filesystem::path& profile, const std::string& jobId)
{
    return profile / ("job-" + jobId.substr(0, 32) + ".lock");
}

}  // namespace countersign
