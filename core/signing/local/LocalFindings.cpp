#include "core/signing/local/LocalFindings.h"

#include "core/meaning/ExplanationJson.h"
#include "core/signing/local/LocalFactsReader.h"
#include "core/signing/local/LocalJobRules.h"
#include "core/signing/local/LocalRecipientRules.h"

#include <algorithm>
#include <array>

namespace countersign {

namespace {

/// Each rule says it for itself: a policy that asks for one of them must not take silence for an answer.
std::vector<meaning::Finding> nothingCouldRun(const std::string& why)
{
    constexpr std::array ids = {"recipient.blocked",   "recipient.lookAlike", "recipient.notAllowed",
                                "recipient.neverUsed", "job.duplicate",       "job.replacement"};
    std::vector<meaning::Finding> findings;
    for (const char* id : ids) {
        findings.push_back(
            {id, meaning::Severity::Error, "What this profile knows could not be read", why, {}});
    }
    return findings;
}

}  // namespace

bool isLocalFinding(std::string_view id)
{
    return std::ranges::find(localFindingIds, id) != localFindingIds.end();
}

std::vector<meaning::Finding> localFindings(const LocalFacts& facts)
{
    meaning::Meaning judged;
    if (facts.failure) {
        judged.findings = nothingCouldRun(*facts.failure);
    } else {
        checkRecipients(facts, judged.findings);
        checkAgainstOtherJobs(facts, judged.findings);
    }
    // Sorted, neutralised and bounded as those of an explanation.
    return meaning::finished(std::move(judged), {}).meaning.findings;
}

std::vector<meaning::Finding> localFindingsOf(const VerifiedJob& job, const JobExplanation& explained,
                                              const meaning::Knowledge& knowledge, Database& database,
                                              const Vault& vault, AddressBookCache& book, const Clock& clock)
{
    return localFindings(LocalFactsReader(database, vault, book, clock).read(job, explained, knowledge));
}

Json localFindingsJson(const std::vector<meaning::Finding>& findings)
{
    Json list = Json::array();
    for (const meaning::Finding& finding : findings) {
        list.push_back(meaning::toJson(finding));
    }
    return list;
}

}  // namespace countersign
