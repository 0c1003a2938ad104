#include "core/signing/JobLock.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>

namespace countersign {

namespace {

/// Recovery holds locks for an instant: nobody is to be refused because of that.
constexpr int patienceMs = 100;
/// Whoever is alive names itself in its file long before.
constexpr qint64 halfMadeMs = 1'000;

}  // namespace

Result<std::unique_ptr<JobLock>> JobLock::take(const std::filesystem::path& profile, const std::string& jobId)
{
    std::unique_ptr<JobLock> lock(new JobLock(fileOf(profile, jobId)));
    if (lock->m_file.tryLock(patienceMs) ||
        (lock->isHalfMade() && lock->m_file.removeStaleLockFile() && lock->m_file.tryLock(0))) {
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

bool JobLock::isHeld(const std::filesystem::path& profile, const std::string& jobId)
{
    JobLock lock(fileOf(profile, jobId));
    return !lock.m_file.tryLock(0) && lock.m_file.error() == QLockFile::LockFailedError;
}

QString JobLock::fileOf(const std::filesystem::path& profile, const std::string& jobId)
{
    const std::string name = "job-" + jobId.substr(0, 32) + ".lock";
    return QString::fromStdString((profile / name).string());
}

/// A holder that was killed between making the file and naming itself in it: nobody would ever find that it
/// is gone.
bool JobLock::isHalfMade() const
{
    qint64 process = 0;
    QString host;
    QString program;
    const QFileInfo file(m_name);
    return !m_file.getLockInfo(&process, &host, &program) && file.exists() &&
           file.lastModified().msecsTo(QDateTime::currentDateTime()) >= halfMadeMs;
}

}  // namespace countersign
