#pragma once

#include "core/base/Result.h"

#include <filesystem>
#include <memory>
#include <string>

#ifndef Q_OS_UNIX
#include <QLockFile>
#endif

namespace countersign {

/// A lock file for one job, between processes. Window and command line may be open on one profile, and only
/// one of them works on a job at a time. The system takes the lock from a program that has ended, however it
/// ended, which is also how a crash is noticed. It locks a file "job-….lock" in the profile's folder, which
/// is gone when the lock is; nothing of that is synced, because no lock outlives a power cut.
class JobLock
{
public:
    /// Busy when another program, or this one, holds it.
    static Result<std::unique_ptr<JobLock>> take(const std::filesystem::path& profile,
                                                 const std::string& jobId);
    ~JobLock();
    JobLock(const JobLock&) = delete;
    JobLock& operator=(const JobLock&) = delete;

    /// Whether somebody holds it at this moment, this program included. Takes and leaves it, without waiting.
    static bool isHeld(const std::filesystem::path& profile, const std::string& jobId);

private:
    static std::filesystem::path fileOf(const std::filesystem::path& profile, const std::string& jobId);
    explicit JobLock(std::filesystem::path file);
    enum class Outcome { Taken, Held, Unusable };
    Outcome tryOnce();

    std::filesystem::path m_file;
#ifdef Q_OS_UNIX
    int m_descriptor = -1;
    int m_reason = 0;  ///< errno of what made it unusable
#else
    QLockFile m_lock;
#endif
};

}  // namespace countersign
