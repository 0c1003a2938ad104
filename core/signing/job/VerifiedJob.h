#pragma once

#include "core/signing/job/JobDocument.h"
#include "core/signing/job/SigningPayload.h"

namespace countersign {

/// A stored job, read from its document and found to be the one that was submitted: the only form in which a
/// job is prepared, approved, shown for review and signed. A row lies in a file that others may be able to
/// write, so nothing of it counts beside the document, whose hash is the job's id; there is no other way to
/// get such a job than to have its row checked.
class VerifiedJob
{
public:
    /// Corrupt when the row and its document are not those of the job's id; InvalidInput when the payload, or
    /// a value that was filled in, cannot be read.
    static Result<VerifiedJob> of(Job job);

    const Job& job() const { return m_job; }
    const JobDocument& document() const { return m_document; }
    /// The wallet's.
    const Bytes& addressBytes() const { return m_addressBytes; }

    /// As submitted: open values are open.
    const JobContent& submitted() const { return m_submitted; }
    /// The same with the values that were filled in, if they were.
    const JobContent& content() const { return m_content; }
    /// Whether the document leaves something to be filled in.
    bool leavesOpen() const;

    /// What will be signed. Everything that is signed comes from here, so that it follows from the document
    /// and the filled values alone. InvalidInput as long as something is open.
    const Result<SigningPayload>& payload() const { return m_payload; }
    /// Whether the bytes and the digest that are stored, and shown, are those of payload().
    bool isPreparedAsStored() const;

    /// With other values filled in; errors of payload().
    Result<VerifiedJob> filledWith(std::vector<ResolvedField> resolved) const;
    /// The row as it is now. Only what this was read from is compared, and read anew where it differs: errors
    /// of of().
    Result<VerifiedJob> renewed(Job job) const;

private:
    VerifiedJob(Job job, JobDocument document, Bytes addressBytes, JobContent submitted, JobContent content);

    Job m_job;
    JobDocument m_document;
    Bytes m_addressBytes;
    JobContent m_submitted;
    JobContent m_content;
    Result<SigningPayload> m_payload;
};

}  // namespace countersign
