#include "core/signing/JobLock.h"

#include <QCoreApplication>

namespace countersign {

Result<std::unique_ptr<JobLock>> JobLock::take(const std::filesystem::path& profile, const std::string& jobId)
{
    const std::string name = "job-" + jobId.substr(0, 32) + ".lock";
    std::unique_ptr<JobLock> lock(new JobLock(QString::fromStdString((profile / name).string())));
    // A ceremony may take long: only a holder that is no more makes the lock stale.
    lock->m_file.setStaleLockTime(0);
    if (lock->m_file.tryLock(0)) {
        return lock;
    }
    if (lock->m_file.error() == QLockFile::LockFailedError) {
        return failure(ErrorCode::Busy,
                       QCoreApplication::translate(
                           "JobLock", "Another window or command is working on this job right now."));
    }
    return failure(
        ErrorCode::Storage,
        QCoreApplication::translate(
            "JobLock", "The profile's folder cannot be written. Check its permissions and the disk."));
}

}  // namespace countersign
