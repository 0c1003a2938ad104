#include "core/signing/local/LocalJobRules.h"

#include <algorithm>
#include <array>
#include <map>

namespace countersign {

namespace {

using meaning::Finding;
using meaning::Severity;

constexpr std::size_t briefIdLength = 12;

std::string briefId(const OtherJob& job)
{
    return "job " + job.jobId.substr(0, briefIdLength) + "…";
}

bool isOfChain(const LocalFacts& facts, const OtherJob& job)
{
    return job.outline.chain == facts.outline.chain;
}

/// Only one of the two can be executed.
bool excludesThis(const LocalFacts& facts, const OtherJob& job)
{
    return facts.outline.nonce && isOfChain(facts, job) && job.outline.nonce == facts.outline.nonce;
}

bool areAmountsKnown(const std::vector<JobPayment>& payments)
{
    return std::ranges::all_of(payments,
                               [](const JobPayment& payment) { return payment.amount.has_value(); });
}

bool isSamePlace(const JobPayment& a, const JobPayment& b)
{
    return a.account == b.account && a.asset == b.asset;
}

bool sharesARecipient(const std::vector<JobPayment>& some, const std::vector<JobPayment>& others)
{
    return std::ranges::any_of(some, [&others](const JobPayment& one) {
        return std::ranges::any_of(others,
                                   [&one](const JobPayment& other) { return isSamePlace(one, other); });
    });
}

enum class Likeness { None, SameBytes, SamePayments, SameRecipient };

Likeness likenessOf(const LocalFacts& facts, const OtherJob& job)
{
    if (!facts.digest.empty() && job.digest == facts.digest) {
        return Likeness::SameBytes;
    }
    const auto& payments = facts.outline.payments;
    if (payments.empty() || excludesThis(facts, job)) {
        return Likeness::None;
    }
    if (payments == job.outline.payments && areAmountsKnown(payments)) {
        return Likeness::SamePayments;
    }
    return sharesARecipient(payments, job.outline.payments) ? Likeness::SameRecipient : Likeness::None;
}

Finding duplicateOf(const OtherJob& job, Likeness likeness)
{
    if (likeness == Likeness::SameBytes) {
        return {"job.duplicate",
                Severity::Warning,
                "The same was signed already",
                "In the last 24 hours exactly the same bytes were signed, by " + briefId(job) + ".",
                {}};
    }
    if (likeness == Likeness::SamePayments && job.state == JobState::Failed) {
        return {
            "job.duplicate",
            Severity::Warning,
            "The same payment was signed and failed",
            "In the last 24 hours " + briefId(job) +
                " was signed, which sends the same amounts of the same assets to the same recipients, and "
                "has failed. Make sure that nothing of it was executed.",
            {}};
    }
    if (likeness == Likeness::SamePayments) {
        return {"job.duplicate",
                Severity::Critical,
                "The same payment was signed already",
                "In the last 24 hours " + briefId(job) +
                    " was signed, which sends the same amounts of the same assets to the same recipients. "
                    "Signing this one as well pays twice.",
                {}};
    }
    return {"job.duplicate",
            Severity::Warning,
            "A similar payment was signed",
            "In the last 24 hours " + briefId(job) +
                " was signed, which sends the same asset to the same recipient, in another amount or with "
                "other payments.",
            {}};
}

/// The newest of the gravest kind.
void duplicate(const LocalFacts& facts, std::vector<Finding>& findings)
{
    constexpr std::array gravest = {Likeness::SamePayments, Likeness::SameBytes, Likeness::SameRecipient};
    for (const Likeness likeness : gravest) {
        const auto found = std::ranges::find_if(facts.signedJobs, [&](const OtherJob& job) {
            return facts.now - job.signedAt <= duplicateWithin && likenessOf(facts, job) == likeness;
        });
        if (found != facts.signedJobs.end()) {
            findings.push_back(duplicateOf(*found, likeness));
            return;
        }
    }
    if (facts.unreadableJobs > 0) {
        findings.push_back(
            {"job.duplicate",
             Severity::Error,
             "Whether it is a repetition could not be checked",
             std::to_string(facts.unreadableJobs) +
                 " earlier jobs of this wallet cannot be read; none of the others is the same.",
             {}});
    }
}

void noncePending(const LocalFacts& facts, std::vector<Finding>& findings)
{
    const auto found = std::ranges::find(facts.sameNonce, false, &OtherJob::isSigned);
    if (found != facts.sameNonce.end()) {
        findings.push_back({"job.noncePending",
                            Severity::Warning,
                            "Another job has the same nonce",
                            "The unsigned " + briefId(*found) + " has nonce " +
                                std::to_string(facts.outline.nonce.value_or(0)) +
                                " too. Only one of them can be executed.",
                            {}});
    } else if (facts.sameNonceIsCut) {
        findings.push_back({"job.noncePending",
                            Severity::Error,
                            "Not every waiting job could be compared",
                            "So many jobs of this wallet wait that whether another one has nonce " +
                                std::to_string(facts.outline.nonce.value_or(0)) + " is not known.",
                            {}});
    }
}

std::string replacedState(const OtherJob& job)
{
    return job.state == JobState::Confirmed
               ? " and is confirmed: the nonce is used up, and this one can never be executed."
               : " too. Signing this one may replace it; only one of them can be executed.";
}

void replacement(const LocalFacts& facts, std::vector<Finding>& findings)
{
    const auto found = std::ranges::find(facts.sameNonce, true, &OtherJob::isSigned);
    if (found != facts.sameNonce.end()) {
        findings.push_back({"job.replacement",
                            Severity::Critical,
                            "It replaces a signed transaction",
                            "The signed " + briefId(*found) + " has nonce " +
                                std::to_string(facts.outline.nonce.value_or(0)) + replacedState(*found),
                            {}});
    }
}

/// What goes to each account in each asset; nothing where a sum does not fit.
using Totals = std::map<std::pair<std::string, std::string>, std::optional<Uint256>>;

Totals totalsOf(const std::vector<JobPayment>& payments)
{
    Totals totals;
    for (const JobPayment& payment : payments) {
        const auto [place, isNew] = totals.try_emplace({payment.account, payment.asset}, payment.amount);
        if (!isNew && place->second && payment.amount) {
            place->second = addChecked(*place->second, *payment.amount);
        }
    }
    return totals;
}

bool raises(const JobOutline& now, const JobOutline& before)
{
    const Totals old = totalsOf(before.payments);
    return std::ranges::any_of(totalsOf(now.payments), [&old](const Totals::value_type& total) {
        const auto same = old.find(total.first);
        return same == old.end() || !total.second || !same->second || *total.second > *same->second;
    });
}

/// Whether somebody gets power, or a contract is called, that the other does not know.
bool hasNewParty(const JobOutline& now, const JobOutline& before)
{
    return std::ranges::any_of(now.parties, [&before](const JobParty& party) {
        return std::ranges::find(before.parties, party.key, &JobParty::key) == before.parties.end();
    });
}

void replacementRaises(const LocalFacts& facts, std::vector<Finding>& findings)
{
    for (const OtherJob& job : facts.sameNonce) {
        if (!job.isSigned) {
            continue;
        }
        if (!facts.outline.understood || !job.outline.understood) {
            findings.push_back({"job.replacementRaises",
                                Severity::Error,
                                "What the replacement changes could not be checked",
                                "This one or " + briefId(job) + ", which it replaces, is not understood.",
                                {}});
            return;
        }
        if (raises(facts.outline, job.outline) || hasNewParty(facts.outline, job.outline)) {
            findings.push_back({"job.replacementRaises",
                                Severity::Critical,
                                "The replacement sends more, or to somebody else",
                                "It takes the nonce of the signed " + briefId(job) +
                                    " and does not send the same to the same.",
                                {}});
            return;
        }
    }
}

void nonceFar(const LocalFacts& facts, std::vector<Finding>& findings)
{
    if (!facts.outline.nonce || facts.outline.isNonceFromNode) {
        return;
    }
    std::optional<std::uint64_t> highest;
    for (const OtherJob& job : facts.signedJobs) {
        if (isOfChain(facts, job) && job.outline.nonce) {
            highest = std::max(highest.value_or(0), *job.outline.nonce);
        }
    }
    if (highest && *facts.outline.nonce > *highest && *facts.outline.nonce - *highest > nonceFarAhead) {
        findings.push_back(
            {"job.nonceFar",
             Severity::Warning,
             "The nonce is far ahead",
             "Nonce " + std::to_string(*facts.outline.nonce) + " is far above " + std::to_string(*highest) +
                 ", the highest that was signed here with this wallet on this chain. It waits, "
                 "signed and valid, until all between are used.",
             {}});
    }
}

void feeHigh(const LocalFacts& facts, std::vector<Finding>& findings)
{
    Uint256 highest;
    std::size_t compared = 0;
    for (const OtherJob& job : facts.signedJobs) {
        if (isOfChain(facts, job) && job.outline.fee) {
            highest = std::max(highest, *job.outline.fee);
            ++compared;
        }
    }
    // Divided, so that nothing can wrap.
    if (facts.outline.fee && compared >= feesToCompare && *facts.outline.fee / highFeeFactor > highest) {
        findings.push_back(
            {"job.feeHigh",
             Severity::Warning,
             "The fee is much higher than usual",
             "It can cost " + toDecimal(*facts.outline.fee) +
                 " of the chain's smallest unit. The highest fee of the last " + std::to_string(compared) +
                 " that were signed here with this wallet on this chain was " + toDecimal(highest) + ".",
             {}});
    }
}

using JobRule = void (*)(const LocalFacts& facts, std::vector<Finding>& findings);
constexpr std::array<JobRule, 6> jobRules = {duplicate,         noncePending, replacement,
                                             replacementRaises, nonceFar,     feeHigh};

}  // namespace

void checkAgainstOtherJobs(const LocalFacts& facts, std::vector<meaning::Finding>& findings)
{
    for (const JobRule rule : jobRules) {
        rule(facts, findings);
    }
}

}  // namespace countersign
