#pragma once

#include "core/base/Result.h"

#include <QLockFile>

#include <filesystem>
#include <memory>
#include <string>

namespace countersign {

/// Why this class exists: window and command line may be open on one profile, and only one of them works on a
/// job at a time. A lock that its holder left by a crash is taken over, which is also how a crash is noticed.
/// A file "job-….lock" in the profile's folder, gone when the lock is.
class JobLock
{
public:
    /// Busy when another program, or this one, holds it.
    static Result<std::unique_ptr<JobLock>> take(const std::filesystem::path& profile,
                                                 const std::string& jobId);
    /// Whether somebody holds it at this moment, this program included. Takes and leaves it, without waiting.
    static bool isHeld(const std::filesystem::path& profile, const std::string& jobId);

private:
    explicit JobLock(const QString& file) : m_name(file), m_file(file)
    {
        // A ceremony may take long: only a holder that is no more makes the lock stale.
        m_file.setStaleLockTime(0);
    }
    static QString fileOf(const std::filesystem::path& profile, const std::string& jobId);
    bool isHalfMade() const;

    QString m_name;
    QLockFile m_file;
};

}  // namespace countersign
