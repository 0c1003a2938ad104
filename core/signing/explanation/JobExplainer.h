#pragma once

#include "core/signing/explanation/ExplainedJob.h"
#include "core/vault/database/Database.h"

namespace countersign {

/// Explains jobs with what a profile knows. It may be used from several threads, and takes its time: not on
/// the GUI thread.
class JobExplainer
{
public:
    /// database: of the calling thread.
    ExplainedJob explain(Database& database, Job job);
    /// The same in short. What is longer than a list reads is not explained, and so not understood.
    JobGist gist(Database& database, const Job& job);

    /// A longer document is explained in its review alone.
    static constexpr std::size_t listedBytes = 32 * 1024;
};

}  // namespace countersign
