#include "core/signing/policy/SpendingTrail.h"

#include "core/base/encoding/Json.h"
#include "core/signing/job/Job.h"

#include <utility>

namespace countersign {

namespace {

constexpr std::string_view jobEntryPrefix = "job.";
constexpr std::string_view resealedEntryKind = "audit.resealed";

bool isRecovered(const AuditFields& entry)
{
    const auto detail = parseJson(entry.detail, {.maxBytes = 64 * 1024, .maxDepth = 16});
    return detail && detail->is_object() && detail->contains("recovered");
}

}  // namespace

bool SpendingTrail::take(const AuditFields& entry)
{
    if (entry.kind == resealedEntryKind) {
        m_resealedAt = entry.at;
    }
    const auto state = entry.kind.starts_with(jobEntryPrefix)
                           ? jobStateFrom(entry.kind.substr(jobEntryPrefix.size()))
                           : std::nullopt;
    if (!state) {
        return true;
    }
    const std::string jobId(entry.subject);
    switch (*state) {
        case JobState::Approved:
            return approve(entry);
        case JobState::Signing: {
            UnderWay& job = m_underWay[jobId];
            job.spending.jobId = jobId;
            job.isSigning = true;
            return true;
        }
        case JobState::Signed:
            spend(entry);
            break;
        case JobState::Interrupted:
        case JobState::Failed: {
            // Before the ceremony nothing was begun; behind it, as with a broadcast, it counted already. An
            // approval that is not there lies before what was read.
            const auto job = m_underWay.find(jobId);
            const bool mayBeBegun =
                job == m_underWay.end() ? *state == JobState::Interrupted : job->second.isSigning;
            if (mayBeBegun) {
                spend(entry);
            }
            break;
        }
        case JobState::Pending: {
            // Whether a room was entered before a crash stands in a row alone, which somebody may have
            // changed.
            const auto job = m_underWay.find(jobId);
            if (job != m_underWay.end() && job->second.isSigning && isRecovered(entry)) {
                spend(entry);
            }
            break;
        }
        case JobState::Broadcast:
        case JobState::Confirmed:
        case JobState::Rejected:
        case JobState::Expired:
        case JobState::Withdrawn:
        case JobState::Blocked:
            break;
    }
    m_underWay.erase(jobId);
    return true;
}

bool SpendingTrail::approve(const AuditFields& entry)
{
    const auto detail = parseJson(entry.detail, {.maxBytes = 64 * 1024, .maxDepth = 16});
    const auto digest = detail ? requiredString(*detail, "digest") : failure(detail.error());
    const auto wallet = detail ? requiredString(*detail, "wallet") : failure(detail.error());
    if (!digest || !wallet) {
        return false;
    }
    const std::string jobId(entry.subject);
    // A ceremony without an end in the record may have made a signature: its row was made to wait again by
    // somebody else.
    if (const auto before = m_underWay.find(jobId); before != m_underWay.end() && before->second.isSigning) {
        spend(entry);
    }
    const std::string address = requiredString(*detail, "address").value_or(std::string());
    m_underWay.insert_or_assign(jobId,
                                UnderWay{{jobId, *digest, *wallet, address, entry.at, entry.at}, false});
    return true;
}

void SpendingTrail::spend(const AuditFields& entry)
{
    const std::string jobId(entry.subject);
    const auto job = m_underWay.find(jobId);
    Spending spending = job != m_underWay.end() ? job->second.spending : Spending();
    spending.jobId = jobId;
    spending.at = entry.at;
    const auto [place, isNew] = m_places.try_emplace(jobId + '/' + spending.digest, m_spendings.size());
    if (isNew) {
        m_spendings.push_back(std::move(spending));
        return;
    }
    m_spendings[place->second] = std::move(spending);
    ++m_moves;
}

std::vector<Spending> SpendingTrail::reserved() const
{
    std::vector<Spending> all;
    for (const auto& [jobId, job] : m_underWay) {
        all.push_back(job.spending);
    }
    return all;
}

}  // namespace countersign
