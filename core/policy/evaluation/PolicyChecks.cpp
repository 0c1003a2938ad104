#include "core/policy/evaluation/PolicyChecks.h"

#include "core/policy/document/PolicyEntries.h"
#include "core/policy/evaluation/PolicyItems.h"
#include "core/policy/evaluation/PolicyWindow.h"

#include <algorithm>
#include <array>

namespace countersign {

namespace {

using Entries = std::vector<std::string>;

bool isListed(const Entries& entries, std::string_view text)
{
    return std::ranges::find(entries, text) != entries.end();
}

bool isListedAddress(const Entries& entries, std::string_view address)
{
    return isListed(entries, comparableAddress(address));
}

PolicyTruth truthOf(bool holds)
{
    return holds ? PolicyTruth::Holds : PolicyTruth::Fails;
}

/// Where one address is one of the entries, or has one of the labels that they name behind prefix.
PolicyTruth isOneOf(const Entries& entries, std::string_view address, std::string_view prefix,
                    const std::optional<std::vector<std::string>>& labels)
{
    if (isListedAddress(entries, address)) {
        return PolicyTruth::Holds;
    }
    const auto isLabelled = [&](const std::string& entry) { return entry.starts_with(prefix); };
    if (!labels) {
        return std::ranges::any_of(entries, isLabelled) ? PolicyTruth::Open : PolicyTruth::Fails;
    }
    return truthOf(std::ranges::any_of(entries, [&](const std::string& entry) {
        return isLabelled(entry) && isListed(*labels, std::string_view(entry).substr(prefix.size()));
    }));
}

/// A fact that there is once.
PolicyCheck checkWord(const Entries& entries, const std::string& word)
{
    return isListed(entries, word) ? PolicyCheck{PolicyTruth::Holds, word}
                                   : PolicyCheck{PolicyTruth::Fails, word + " is not what the rule asks for"};
}

PolicyCheck checkWallets(const PolicyRule& rule, const PolicyFacts& facts)
{
    const Entries& entries = rule.when.wallets;
    if (isListed(entries, facts.walletId)) {
        return {PolicyTruth::Holds, facts.walletId};
    }
    const PolicyTruth truth = isOneOf(entries, facts.walletAddress, policyTagPrefix, facts.walletTags);
    if (truth == PolicyTruth::Open) {
        return {truth, "the wallet's tags cannot be trusted"};
    }
    return {truth,
            facts.walletAddress + (truth == PolicyTruth::Holds ? "" : " is not what the rule asks for")};
}

PolicyCheck checkChains(const PolicyRule& rule, const PolicyFacts& facts)
{
    if (facts.chain) {
        return checkWord(rule.when.chains, *facts.chain);
    }
    return facts.isForEveryChain ? PolicyCheck{PolicyTruth::Open, "it is bound to no chain and counts on any"}
                                 : PolicyCheck{PolicyTruth::Fails, "it belongs to no chain"};
}

PolicyCheck checkKinds(const PolicyRule& rule, const PolicyFacts& facts)
{
    return checkWord(rule.when.kinds, facts.kind);
}

PolicyCheck checkOrigins(const PolicyRule& rule, const PolicyFacts& facts)
{
    return checkWord(rule.when.origins, facts.origin);
}

PolicyCheck checkSubmitters(const PolicyRule& rule, const PolicyFacts& facts)
{
    return facts.submitter ? checkWord(rule.when.submitters, *facts.submitter)
                           : PolicyCheck{PolicyTruth::Fails, "nobody submitted it"};
}

PolicyCheck checkIntents(const PolicyRule& rule, const PolicyFacts& facts)
{
    std::vector<PolicyItem> items;
    for (const meaning::IntentKind kind : facts.intents) {
        const std::string name(nameOf(kind));
        items.push_back({name, truthOf(isListed(rule.when.intents, name))});
    }
    return checkItems(rule, items, false, "intent");
}

PolicyCheck checkUnderstood(const PolicyRule& rule, const PolicyFacts& facts)
{
    return {truthOf(rule.when.understood == facts.isUnderstood),
            facts.isUnderstood ? "it is understood" : "it is not understood"};
}

PolicyCheck checkContracts(const PolicyRule& rule, const PolicyFacts& facts)
{
    std::vector<PolicyItem> items;
    for (const PolicyCall& call : facts.calls) {
        items.push_back({call.contract, truthOf(isListedAddress(rule.when.contracts, call.contract))});
    }
    return checkItems(rule, items, facts.mayCallMore, "contract");
}

PolicyCheck checkFunctions(const PolicyRule& rule, const PolicyFacts& facts)
{
    std::vector<PolicyItem> items;
    for (const PolicyCall& call : facts.calls) {
        const std::string& shown = call.function.empty() ? call.selector : call.function;
        const bool isWanted = !call.selector.empty() && isListed(rule.when.functions, call.selector);
        items.push_back({shown.empty() ? "what calls no function" : shown, truthOf(isWanted)});
    }
    return checkItems(rule, items, facts.mayCallMore, "function");
}

PolicyCheck checkPrograms(const PolicyRule& rule, const PolicyFacts& facts)
{
    std::vector<PolicyItem> items;
    for (const std::string& program : facts.programs) {
        items.push_back({program, truthOf(isListed(rule.when.programs, program))});
    }
    return checkItems(rule, items, facts.mayCallMore, "program");
}

/// isAmong: what a recipient has to be of the entries.
PolicyCheck checkRecipientsAgainst(const PolicyRule& rule, const PolicyFacts& facts, const Entries& entries,
                                   bool isAmong)
{
    std::vector<PolicyItem> items;
    for (const PolicyRecipient& recipient : facts.recipients) {
        PolicyTruth truth = isOneOf(entries, recipient.address, policyListPrefix, recipient.lists);
        if (truth == PolicyTruth::Open) {
            items.push_back({"the lists of " + recipient.address + " cannot be trusted", truth});
            continue;
        }
        items.push_back({recipient.address, truthOf((truth == PolicyTruth::Holds) == isAmong)});
    }
    return checkItems(rule, items, !facts.isUnderstood || facts.mayReachOthers, "recipient");
}

PolicyCheck checkRecipients(const PolicyRule& rule, const PolicyFacts& facts)
{
    return checkRecipientsAgainst(rule, facts, rule.when.recipients, true);
}

PolicyCheck checkNotRecipients(const PolicyRule& rule, const PolicyFacts& facts)
{
    return checkRecipientsAgainst(rule, facts, rule.when.notRecipients, false);
}

/// The same, or an NFT of a contract that is asked for without a number.
bool isAskedFor(const Entries& entries, const std::string& asset)
{
    return std::ranges::any_of(entries, [&asset](const std::string& entry) {
        const bool isNft =
            entry.find("/erc721:") != std::string::npos || entry.find("/erc1155:") != std::string::npos;
        return entry == asset || (isNft && asset.starts_with(entry + '/'));
    });
}

PolicyCheck checkAssets(const PolicyRule& rule, const PolicyFacts& facts)
{
    std::vector<PolicyItem> items;
    for (const PolicyAsset& asset : facts.assets) {
        if (!asset.asset) {
            items.push_back({"an asset that has no name", PolicyTruth::Open});
            continue;
        }
        items.push_back({*asset.asset, truthOf(isAskedFor(rule.when.assets, comparableAsset(*asset.asset)))});
    }
    return checkItems(rule, items, !facts.isUnderstood, "asset");
}

PolicyCheck checkAmount(const PolicyRule& rule, const PolicyFacts& facts)
{
    const PolicyLeaving leaving = leavingOf(facts);
    return leaving.check.truth == PolicyTruth::Holds ? checkBounds(*rule.when.amount, leaving.amount)
                                                     : leaving.check;
}

/// How grave: what could not be checked may be worse than a warning.
int gravityOf(meaning::Severity severity)
{
    constexpr std::array gravities = {0, 1, 3, 2};  // info, warning, critical, error
    return gravities.at(static_cast<std::size_t>(severity));
}

std::string shownFinding(const PolicyFinding& finding)
{
    return finding.id + (finding.isLocal ? " (found at this desk)" : "");
}

/// There is one or there is none, for any rule: what else was found is asked by other rules.
PolicyCheck checkFindings(const PolicyRule& rule, const PolicyFacts& facts)
{
    const PolicyFinding* unchecked = nullptr;
    for (const PolicyFinding& finding : facts.findings) {
        if (!isListed(rule.when.findings, finding.id)) {
            continue;
        }
        if (finding.severity != meaning::Severity::Error) {
            return {PolicyTruth::Holds, shownFinding(finding)};
        }
        unchecked = &finding;
    }
    return unchecked != nullptr
               ? PolicyCheck{PolicyTruth::Open, shownFinding(*unchecked) + " could not be checked"}
               : PolicyCheck{PolicyTruth::Fails, "there is no such finding"};
}

PolicyCheck checkSeverity(const PolicyRule& rule, const PolicyFacts& facts)
{
    const int asked = gravityOf(*rule.when.severity);
    const PolicyFinding* unchecked = nullptr;
    for (const PolicyFinding& finding : facts.findings) {
        if (gravityOf(finding.severity) >= asked) {
            return {PolicyTruth::Holds, shownFinding(finding)};
        }
        if (finding.severity == meaning::Severity::Error) {
            unchecked = &finding;
        }
    }
    return unchecked != nullptr
               ? PolicyCheck{PolicyTruth::Open, shownFinding(*unchecked) + " could not be checked"}
               : PolicyCheck{PolicyTruth::Fails, "there is no finding as grave as that"};
}

PolicyCheck checkTime(const PolicyRule& rule, const PolicyFacts& facts)
{
    return {truthOf(isWithin(*rule.when.time, facts.now)), timeInZone(*rule.when.time, facts.now)};
}

template <auto member>
bool hasEntries(const PolicyConditions& when)
{
    return !(when.*member).empty();
}

template <auto member>
bool hasValue(const PolicyConditions& when)
{
    return (when.*member).has_value();
}

constexpr std::array conditionTable = {
    PolicyCondition{"wallets", hasEntries<&PolicyConditions::wallets>, checkWallets},
    PolicyCondition{"chains", hasEntries<&PolicyConditions::chains>, checkChains},
    PolicyCondition{"kinds", hasEntries<&PolicyConditions::kinds>, checkKinds},
    PolicyCondition{"origins", hasEntries<&PolicyConditions::origins>, checkOrigins},
    PolicyCondition{"submitters", hasEntries<&PolicyConditions::submitters>, checkSubmitters},
    PolicyCondition{"intents", hasEntries<&PolicyConditions::intents>, checkIntents},
    PolicyCondition{"understood", hasValue<&PolicyConditions::understood>, checkUnderstood},
    PolicyCondition{"contracts", hasEntries<&PolicyConditions::contracts>, checkContracts},
    PolicyCondition{"functions", hasEntries<&PolicyConditions::functions>, checkFunctions},
    PolicyCondition{"programs", hasEntries<&PolicyConditions::programs>, checkPrograms},
    PolicyCondition{"recipients", hasEntries<&PolicyConditions::recipients>, checkRecipients},
    PolicyCondition{"notRecipients", hasEntries<&PolicyConditions::notRecipients>, checkNotRecipients},
    PolicyCondition{"assets", hasEntries<&PolicyConditions::assets>, checkAssets},
    PolicyCondition{"amount", hasValue<&PolicyConditions::amount>, checkAmount},
    PolicyCondition{"findings", hasEntries<&PolicyConditions::findings>, checkFindings},
    PolicyCondition{"severity", hasValue<&PolicyConditions::severity>, checkSeverity},
    PolicyCondition{"time", hasValue<&PolicyConditions::time>, checkTime},
};

}  // namespace

std::span<const PolicyCondition> policyConditions()
{
    return conditionTable;
}

}  // namespace countersign
