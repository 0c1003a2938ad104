#include "core/signing/approval/UniformJobs.h"

#include "core/meaning/KnownLists.h"
#include "core/policy/document/PolicyEntries.h"
#include "core/policy/facts/FactsOfMeaning.h"
#include "core/signing/job/JobTransitions.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct UniformJobsText
{
    Q_DECLARE_TR_FUNCTIONS(UniformJobsText)
};

/// Nothing: it is fit.
using Obstacle = std::optional<QString>;

Obstacle obstacleOfState(const ExplainedJob& explained)
{
    if (!allows(explained.job.state, JobMove::Approve)) {
        return UniformJobsText::tr("it does not wait for an approval any more");
    }
    if (!explained.explanation) {
        return UniformJobsText::tr("it cannot be explained");
    }
    if (!explained.explanation->open.empty() || explained.job.digest.empty()) {
        return UniformJobsText::tr("something of it is still open; look at it first, which fills it in");
    }
    if (!explained.explanation->explanation.meaning.understood) {
        return UniformJobsText::tr("it is not understood in full");
    }
    const auto findings = findingsOf(explained);
    const auto found = std::ranges::find_if(
        findings, [](const meaning::Finding& one) { return one.severity != meaning::Severity::Info; });
    return found == findings.end()
               ? Obstacle()
               : UniformJobsText::tr("it has a finding: %1").arg(QString::fromStdString(found->title));
}

Obstacle obstacleOfPolicy(const PolicyDecision& decision)
{
    if (decision.block) {
        return UniformJobsText::tr("the policy forbids it: %1").arg(QString::fromStdString(*decision.block));
    }
    return decision.approvals.typedWord ? Obstacle(UniformJobsText::tr("the policy asks for a word about it"))
                                        : Obstacle();
}

/// Of one job, with nothing of the address book: that is in the findings already.
Obstacle readOne(const JobAmongSeveral& job, UniformJobs& read)
{
    for (const Obstacle& obstacle : {obstacleOfState(job.explained), obstacleOfPolicy(job.decision)}) {
        if (obstacle) {
            return obstacle;
        }
    }
    const auto& meaning = job.explained.explanation->explanation.meaning;
    const PolicyFacts facts =
        factsOfMeaning(meaning, [](std::string_view) { return std::optional<std::vector<std::string>>(); });
    if (facts.intents.size() != 1 || facts.intents.front() == meaning::IntentKind::Unknown) {
        return UniformJobsText::tr("it does several things");
    }
    if (facts.assets.size() != 1 || !facts.assets.front().leaves || !facts.assets.front().asset ||
        !facts.assets.front().amount) {
        return UniformJobsText::tr("it does not move an amount of exactly one asset");
    }
    const std::string& asset = *facts.assets.front().asset;
    read = {.intent = facts.intents.front(),
            .chain = asset.substr(0, asset.find('/')),
            .asset = comparableAsset(asset),
            .total = *facts.assets.front().amount,
            .rule = job.decision.rule,
            .reauthenticate = job.decision.approvals.reauthenticate};
    return {};
}

Obstacle difference(const UniformJobs& first, const UniformJobs& other)
{
    if (first.intent != other.intent) {
        return UniformJobsText::tr("it does something else than the first one");
    }
    if (first.chain != other.chain) {
        return UniformJobsText::tr("it is on another chain than the first one");
    }
    if (first.asset != other.asset) {
        return UniformJobsText::tr("it moves another asset than the first one");
    }
    if (first.rule != other.rule || first.reauthenticate != other.reauthenticate) {
        return UniformJobsText::tr("another rule of the policy decides about it than about the first one");
    }
    return {};
}

}  // namespace

std::string totalText(const UniformJobs& jobs)
{
    const auto& lists = meaning::KnownLists::builtin();
    const std::string_view name = std::string_view(jobs.asset).substr(jobs.chain.size());
    for (const std::string_view kind : {std::string_view("/erc20:"), std::string_view("/token:")}) {
        if (name.starts_with(kind)) {
            return meaning::tokenAmount(lists, jobs.chain, name.substr(kind.size()), jobs.total);
        }
    }
    return name.starts_with("/slip44:") ? meaning::nativeAmount(lists, jobs.chain, jobs.total)
                                        : "raw " + toDecimal(jobs.total) + " of " + jobs.asset;
}

Result<UniformJobs> uniformJobs(std::span<const JobAmongSeveral> jobs)
{
    if (jobs.empty() || jobs.size() > mostJobsTogether) {
        return failure(ErrorCode::InvalidInput,
                       UniformJobsText::tr("1 to %1 jobs can be approved together.").arg(mostJobsTogether));
    }
    UniformJobs all;
    for (std::size_t at = 0; at < jobs.size(); ++at) {
        UniformJobs one;
        Obstacle obstacle = readOne(jobs[at], one);
        if (!obstacle && at > 0) {
            obstacle = difference(all, one);
        }
        const Uint256 before = at > 0 ? all.total : Uint256(0);
        const Uint256 sum = before + one.total;
        if (!obstacle && sum < before) {
            obstacle = UniformJobsText::tr("its amount is no amount of any asset");
        }
        if (obstacle) {
            const std::string id = jobs[at].explained.job.jobId.substr(0, 8);
            return failure(
                ErrorCode::InvalidInput,
                UniformJobsText::tr("Only jobs of one kind can be approved together. Job %1 …: %2.")
                    .arg(QString::fromStdString(id), *obstacle),
                QString::number(at));
        }
        all = one;
        all.total = sum;
    }
    return all;
}

}  // namespace countersign
