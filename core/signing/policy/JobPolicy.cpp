#include "core/signing/policy/JobPolicy.h"

#include "core/base/encoding/Hex.h"
#include "core/policy/operators/OperatorRegister.h"
#include "core/policy/store/PolicyStore.h"
#include "core/signing/explanation/JobExplainer.h"
#include "core/signing/job/JobTransitions.h"
#include "core/signing/policy/BookLabels.h"
#include "core/signing/policy/KeptFacts.h"
#include "core/signing/policy/RecordedSums.h"
#include "core/signing/statement/JobRecord.h"
#include "core/signing/store/JobCatalog.h"

#include <algorithm>
#include <optional>

namespace countersign {

/// What was read for one judgement and may serve the next.
struct JobPolicy::Kept
{
    explicit Kept(const SigningServices& parts)
        : audit(*parts.database, *parts.vault, *parts.clock),
          store(*parts.database, *parts.vault, audit, *parts.clock),
          operators(*parts.database, *parts.vault, audit, *parts.clock)
    {}

    AuditLog audit;
    PolicyStore store;
    OperatorRegister operators;
    AddressBookCache book;
    std::optional<BookLabels> labels;  ///< nothing while the book cannot be trusted
    std::optional<KeptFacts> facts;    ///< only while something is decided: it holds a key of the vault
    std::shared_ptr<JobExplainer> explainer;
    std::shared_ptr<const PolicyDocument> policy;  ///< that was in force last
    std::unique_ptr<RecordedSums> sums;
};

namespace {

/// As entries of the record have it.
std::string digestTextOf(const VerifiedJob& job)
{
    const auto& payload = job.payload();
    return payload ? toHexPrefixed(payload->digest) : std::string();
}

/// Whether the row names the wallet that the record has. The address is what tells what leaves from what
/// arrives; of an entry that has none it counts where the document, which is hashed, names it.
bool isOfWallet(const VerifiedJob& job, const Spending& spending)
{
    const Job& row = job.job();
    const bool isAddress = spending.address.empty() ? sameAddress(job.document().wallet, row.address)
                                                    : spending.address == row.address;
    return isAddress && (spending.walletId.empty() || row.walletId == spending.walletId);
}

}  // namespace

JobPolicy::JobPolicy(const SigningServices& parts) : m_parts(parts), m_kept(std::make_unique<Kept>(parts)) {}

JobPolicy::~JobPolicy() = default;

Result<JudgedJob> JobPolicy::judge(const VerifiedJob& job) const
{
    ASSIGN_OR_RETURN(const auto policy, inForce());
    readProfile();
    ASSIGN_OR_RETURN(const PolicyFacts facts, factsNow(job));
    JudgedJob judged;
    ASSIGN_OR_RETURN(judged.decision, decideOn(job, facts, policy));
    RETURN_IF_ERROR(keep(job, facts));
    judged.terms = CountTerms::ofBuiltInPolicy();
    if (policy) {
        judged.terms.policy = policy->sha256;
        judged.terms.expiryHours = policy->approvalsExpire;
    }
    judged.terms.need = std::max(1, judged.decision.approvals.count);
    judged.terms.from = judged.decision.approvals.from;
    return judged;
}

Result<PolicyDecision> JobPolicy::decide(const VerifiedJob& job,
                                         const std::shared_ptr<const PolicyDocument>& policy) const
{
    readProfile();
    ASSIGN_OR_RETURN(const PolicyFacts facts, factsNow(job));
    return decideOn(job, facts, policy);
}

/// The document is read once for as long as the same one is in force.
Result<std::shared_ptr<const PolicyDocument>> JobPolicy::inForce() const
{
    ASSIGN_OR_RETURN(const auto row, m_kept->store.rowInForce());
    if (row && m_kept->policy && m_kept->policy->sha256 == row->sha256) {
        return m_kept->policy;
    }
    ASSIGN_OR_RETURN(const auto stored, m_kept->store.inForce());
    m_kept->policy = stored ? stored->policy : nullptr;
    return m_kept->policy;
}

/// What is read in snapshots of its own, before the one in which it is decided.
void JobPolicy::readProfile() const
{
    m_kept->explainer = m_parts.explainer ? m_parts.explainer() : std::make_shared<JobExplainer>();
    const auto book = m_kept->book.entries(*m_parts.database, *m_parts.vault);
    if (!book) {
        m_kept->labels.reset();
    } else if (!m_kept->labels || m_kept->labels->entries() != *book) {
        m_kept->labels.emplace(*book);
    }
}

Result<PolicyFacts> JobPolicy::factsNow(const VerifiedJob& job) const
{
    const ExplainedJob explained = m_kept->explainer->explain(*m_parts.database, job.job());
    RETURN_IF_ERROR(explained.explanation);
    const auto labels = [this](std::string_view chain, std::string_view address) {
        return m_kept->labels ? m_kept->labels->of(chain, address) : std::nullopt;
    };
    PolicyFacts facts =
        policyFactsOf(job, explained.explanation->explanation.meaning, labels, m_parts.clock->now());
    for (const meaning::Finding& finding : explained.local) {
        facts.findings.push_back({finding.id, finding.severity, true});
    }
    return facts;
}

Result<PolicyFacts> JobPolicy::factsFoundAgain(const VerifiedJob& job, UnixMillis then) const
{
    if (!m_kept->explainer) {
        readProfile();
    }
    const auto descriptors = m_kept->explainer->descriptors();
    ASSIGN_OR_RETURN(const JobExplanation explained,
                     explainJob(job, {.descriptors = descriptors ? descriptors->get() : nullptr}));
    const auto labels = [this](std::string_view chain, std::string_view address) {
        return m_kept->labels ? m_kept->labels->of(chain, address) : std::nullopt;
    };
    return policyFactsOf(job, explained.explanation.meaning, labels, then);
}

/// Without facts where they cannot be told.
SpentJob JobPolicy::told(const Spending& spending, const AuditExcerpt& excerpt, bool isElsewhere) const
{
    if (isElsewhere) {
        return toldElsewhere(spending, excerpt);
    }
    SpentJob job{.at = spending.at, .facts = nullptr, .isFoundOutAgain = true};
    if (auto facts = m_kept->facts ? m_kept->facts->find(spending.jobId, spending.digest) : std::nullopt) {
        job.facts = std::make_shared<const PolicyFacts>(*std::move(facts));
        job.isFoundOutAgain = false;
        return job;
    }
    auto row = JobCatalog(*m_parts.database).find(spending.jobId);
    const auto verified = row ? VerifiedJob::of(*std::move(row)) : failure(row.error());
    // Who is in which list must not be a guess, nor which way the money went.
    if (!verified || !isOfWallet(*verified, spending) || !m_kept->labels) {
        return job;
    }
    auto facts = factsFoundAgain(*verified, spending.approvedAt != 0 ? spending.approvedAt : spending.at);
    if (facts) {
        facts->walletId = spending.walletId;
        job.facts = std::make_shared<const PolicyFacts>(*std::move(facts));
    }
    return job;
}

/// By what is known now, since nobody decided here what it was when it was approved: from its document, and a
/// row that the record vouches for.
SpentJob JobPolicy::toldElsewhere(const Spending& spending, const AuditExcerpt& excerpt) const
{
    SpentJob job{.at = spending.at, .facts = nullptr, .isFoundOutAgain = false};
    const JobStore jobs(*m_parts.database, m_kept->audit, *m_parts.clock);
    auto row = jobs.load(spending.jobId);
    const auto recorded = JobRecord::read(*m_parts.database, excerpt, spending.jobId);
    if (!row || !recorded || !recorded->tellsArrival() || !recorded->checkRow(*row, jobs) ||
        !m_kept->labels) {
        return job;
    }
    const auto verified = VerifiedJob::of(*std::move(row));
    // Other bytes than were approved, or a row that names another wallet, say nothing of these.
    if (!verified || digestTextOf(*verified) != spending.digest || !isOfWallet(*verified, spending)) {
        return job;
    }
    if (auto facts = factsNow(*verified)) {
        facts->now = spending.at;
        job.facts = std::make_shared<const PolicyFacts>(*std::move(facts));
    }
    return job;
}

Result<std::vector<std::string>> JobPolicy::registeredKeys() const
{
    ASSIGN_OR_RETURN(const auto registered, m_kept->operators.everybody());
    std::vector<std::string> keys;
    for (const Operator& one : registered) {
        keys.push_back(toHex(one.publicKey));
    }
    return keys;
}

Result<PolicyDecision> JobPolicy::decideOn(const VerifiedJob& job, const PolicyFacts& facts,
                                           const std::shared_ptr<const PolicyDocument>& policy) const
{
    if (!policy) {
        return evaluatePolicy(nullptr, facts, NoSpentSums());
    }
    if (!m_kept->sums || m_kept->sums->policy() != policy) {
        m_kept->sums = std::make_unique<RecordedSums>(
            *m_parts.database, *m_parts.vault, policy,
            [this](const Spending& spending, const AuditExcerpt& excerpt, bool isElsewhere) {
                return told(spending, excerpt, isElsewhere);
            });
    }
    RecordedSums& sums = *m_kept->sums;
    std::vector<std::string> operators;
    if (sums.areAsked()) {
        // Finds the end of the record by itself, and so before the snapshot.
        ASSIGN_OR_RETURN(operators, registeredKeys());
    }
    ASSIGN_OR_RETURN(auto kept, KeptFacts::open(*m_parts.database, *m_parts.vault));
    m_kept->facts.emplace(std::move(kept));
    auto decided = inSnapshot(*m_parts.database, [&]() -> Result<PolicyDecision> {
        RETURN_IF_ERROR(sums.begin(job.job().jobId, digestTextOf(job), operators));
        PolicyDecision decision = evaluatePolicy(policy.get(), facts, sums);
        if (sums.doubt()) {
            return failure(*sums.doubt());
        }
        return decision;
    });
    sums.end();
    m_kept->facts.reset();
    return decided;
}

Status JobPolicy::keep(const VerifiedJob& job, const PolicyFacts& facts) const
{
    const std::string digest = digestTextOf(job);
    if (!m_parts.database->isWriting() || digest.empty() || !mayBePrepared(job.job().state)) {
        return {};
    }
    ASSIGN_OR_RETURN(const auto kept, KeptFacts::open(*m_parts.database, *m_parts.vault));
    return kept.keep(job.job().jobId, digest, facts);
}

}  // namespace countersign
