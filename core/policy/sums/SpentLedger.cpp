#include "core/policy/sums/SpentLedger.h"

#include "core/policy/document/PolicyEntries.h"
#include "core/policy/sums/SignedJobSums.h"

#include <algorithm>

namespace countersign {

namespace {

bool namesLists(const std::vector<std::string>& entries)
{
    return std::ranges::any_of(entries,
                               [](const std::string& entry) { return entry.starts_with(policyListPrefix); });
}

/// Whether the rule asks for something that facts that were found out again do not tell. The wallet's id is
/// in the record, its tags are not; lists of the address book are those of today.
bool asksForWhatIsLost(const PolicyConditions& when, const SpentJob& job)
{
    const bool isWalletLost =
        !when.wallets.empty() && std::ranges::find(when.wallets, job.facts->walletId) == when.wallets.end();
    return job.isFoundOutAgain &&
           (isWalletLost || namesLists(when.recipients) || namesLists(when.notRecipients) ||
            !when.origins.empty() || !when.submitters.empty() || !when.findings.empty() ||
            when.severity.has_value());
}

/// What may have left that no asset's name stands for.
bool leavesWithoutName(const PolicyFacts& facts)
{
    return !facts.isUnderstood ||
           std::ranges::any_of(facts.assets, [](const PolicyAsset& one) { return one.leaves && !one.asset; });
}

std::vector<std::string> leavingAssets(const PolicyFacts& facts)
{
    std::vector<std::string> names;
    for (const PolicyAsset& one : facts.assets) {
        if (one.leaves && one.asset) {
            std::string name = comparableAsset(*one.asset);
            if (std::ranges::find(names, name) == names.end()) {
                names.push_back(std::move(name));
            }
        }
    }
    return names;
}

bool isAnyWithin(const std::vector<UnixMillis>& times, const SpentQuery& query)
{
    const auto first = std::ranges::lower_bound(times, query.from);
    return first != times.end() && *first <= query.until;
}

}  // namespace

std::optional<Uint256> leftUnder(const PolicyRule& rule, const SpentJob& job, std::string_view asset)
{
    if (!job.facts) {
        return std::nullopt;
    }
    const std::optional<Uint256> left = leftOfAsset(*job.facts, asset);
    if (left == Uint256(0)) {
        return left;
    }
    if (asksForWhatIsLost(rule.when, job)) {
        return std::nullopt;
    }
    return meetsBesidePeriod(rule, *job.facts) ? left : Uint256(0);
}

void SpentLedger::add(SpentJob job)
{
    if (m_jobs.empty() || m_jobs.back().at <= job.at) {
        m_jobs.push_back(std::move(job));
        return;
    }
    const auto place = std::ranges::upper_bound(m_jobs, job.at, {}, &SpentJob::at);
    m_jobs.insert(place, std::move(job));
    m_rules.clear();
}

void SpentLedger::clear()
{
    m_jobs.clear();
    m_rules.clear();
}

void SpentLedger::take(const PolicyRule& rule, const SpentJob& job, OfRule& known)
{
    if (!job.facts || leavesWithoutName(*job.facts)) {
        // Of no asset in particular, so of every one.
        const bool isTold = job.facts && !asksForWhatIsLost(rule.when, job);
        if (!isTold || meetsBesidePeriod(rule, *job.facts)) {
            known.unknown.push_back(job.at);
        }
        return;
    }
    for (const std::string& asset : leavingAssets(*job.facts)) {
        OfAsset& sums = known.assets[asset];
        const std::optional<Uint256> left = leftUnder(rule, job, asset);
        const auto total =
            left ? addChecked(sums.totals.empty() ? Uint256(0) : sums.totals.back(), *left) : std::nullopt;
        if (!total) {
            sums.unknown.push_back(job.at);
        } else if (left != Uint256(0)) {
            sums.times.push_back(job.at);
            sums.totals.push_back(*total);
        }
    }
}

void SpentLedger::catchUp(const PolicyRule& rule, OfRule& known) const
{
    for (; known.taken < m_jobs.size(); ++known.taken) {
        take(rule, m_jobs[known.taken], known);
    }
}

std::optional<Uint256> SpentLedger::spent(const SpentQuery& query) const
{
    const auto [found, isNew] = m_rules.try_emplace(&query.rule);
    OfRule& known = found->second;
    if (isNew || query.from < known.from) {
        known = OfRule();
        known.from = query.from;
        const auto first = std::ranges::lower_bound(m_jobs, query.from, {}, &SpentJob::at);
        known.taken = static_cast<std::size_t>(first - m_jobs.begin());
    }
    catchUp(query.rule, known);
    if (isAnyWithin(known.unknown, query)) {
        return std::nullopt;
    }
    const auto sums = known.assets.find(query.asset);
    if (sums == known.assets.end()) {
        return Uint256(0);
    }
    const OfAsset& of = sums->second;
    if (isAnyWithin(of.unknown, query)) {
        return std::nullopt;
    }
    const auto upTo = [&of](auto place) {
        const auto count = static_cast<std::size_t>(place - of.times.begin());
        return count == 0 ? Uint256(0) : of.totals[count - 1];
    };
    const Uint256 before = upTo(std::ranges::lower_bound(of.times, query.from));
    const Uint256 until = upTo(std::ranges::upper_bound(of.times, query.until));
    return until < before ? Uint256(0) : Uint256(until - before);
}

}  // namespace countersign
