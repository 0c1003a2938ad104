#pragma once

#include "core/signing/Job.h"
#include "tests/support/ProfileFixture.h"

namespace countersign::testing {

/// Why this class exists: tests and pictures of the window need jobs in every state without a ceremony. It
/// writes rows as the desk would, by direct SQL; what is prepared is what planOf makes of the document, so
/// that digests are genuine. Signatures are filler.
class JobFixture
{
public:
    explicit JobFixture(ProfileFixture& profile) : m_profile(profile) {}

    struct Shape
    {
        std::string kind = "evm.message";
        std::string payload = R"({"text":"hello"})";  ///< JSON
        JobState state = JobState::Pending;
        JobOrigin origin = JobOrigin::Relay;
        std::string submitter = "payout-service";
        std::string reason = "Payout 4711";
        UnixMillis expiresIn = 3 * 3'600'000;
        bool broadcast = false;
        bool prepared = true;  ///< false: as it came; nothing was filled in
        std::vector<FilledField> filled;
        UnixMillis filledAgo = 5'000;
        std::string error;
    };
    /// For an active wallet of the kind's chain; returns the job's id.
    std::string add(const Shape& shape);
    void setState(const std::string& jobId, JobState state);
    Job job(const std::string& jobId) const;
    /// One job of each state and several kinds.
    void addVariety();

private:
    void insert(const Job& job, const Shape& shape);

    ProfileFixture& m_profile;
    int m_count = 0;
};

/// A permit, the usual typed data.
extern const char* const permitJson;

}  // namespace countersign::testing
