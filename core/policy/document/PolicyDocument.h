#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/meaning/Meaning.h"

#include <QTimeZone>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace countersign {

/// Longest policy, in bytes.
inline constexpr std::size_t policyMaxBytes = 512 * 1024;
inline constexpr std::size_t policyMaxRules = 500;
/// Of one condition's list.
inline constexpr std::size_t policyMaxEntries = 1'000;
inline constexpr int policyMaxApprovals = 32;
/// Of a period, and of the age of approvals: a leap year.
inline constexpr int policyMaxHours = 366 * 24;

/// Inclusive; raw units. At least one of them is there.
struct PolicyBounds
{
    std::optional<Uint256> min;
    std::optional<Uint256> max;

    bool contains(const Uint256& value) const { return (!min || value >= *min) && (!max || value <= *max); }
};

/// What may have left in the last hours, the job under check included.
struct PolicyPeriod
{
    int hours = 0;
    PolicyBounds bounds;
};

/// Times of a week at a place. Where `to` lies before `from` the window ends on the next day, and the day is
/// the one on which it began.
struct PolicyTime
{
    std::array<bool, 7> days{};  ///< Monday first; all true where the policy names none
    std::optional<int> from;     ///< minutes since midnight, inclusive; nothing, like to: the whole day
    std::optional<int> to;       ///< the same; 1440 is the day's end
    QTimeZone zone;              ///< IANA
};

/// What a rule asks. An empty list, and nothing, is a condition that is not there: a policy cannot hold an
/// empty list. Entries are in the form that PolicyFacts has, each once.
struct PolicyConditions
{
    std::vector<std::string> wallets;  ///< ids, addresses, "tag:NAME"
    std::vector<std::string> chains;   ///< CAIP-2
    std::vector<std::string> kinds;
    std::vector<std::string> origins;
    std::vector<std::string> submitters;
    std::vector<std::string> intents;  ///< names of meaning::IntentKind
    std::optional<bool> understood;
    std::vector<std::string> contracts;      ///< in lower case, as every address of an EVM chain here
    std::vector<std::string> functions;      ///< selectors, "0xa9059cbb"
    std::vector<std::string> programs;       ///< Base58
    std::vector<std::string> recipients;     ///< addresses, "list:NAME"
    std::vector<std::string> notRecipients;  ///< the same
    std::vector<std::string> assets;  ///< CAIP-19, of EVM chains in lower case; an NFT's without number: all
    std::optional<PolicyBounds> amount;
    std::optional<PolicyPeriod> perPeriod;
    std::vector<std::string> findings;  ///< ids
    std::optional<meaning::Severity> severity;
    std::optional<PolicyTime> time;
};

/// What a job needs before it is signed.
struct PolicyApprovals
{
    int count = 1;
    bool reauthenticate = false;
    bool typedWord = false;
    std::vector<std::string> from;  ///< names of operators or groups; empty: of any

    bool operator==(const PolicyApprovals&) const = default;
};

/// Never signed, and the sentence that says why.
struct PolicyBlock
{
    std::string sentence;

    bool operator==(const PolicyBlock&) const = default;
};

/// What another policy in place of this one needs, or none.
struct PolicyChangeTerms
{
    int count = 1;                  ///< operators who approve it
    std::vector<std::string> from;  ///< names of operators or groups; empty: of any

    bool operator==(const PolicyChangeTerms&) const = default;
};

struct PolicyRule
{
    std::string id;
    PolicyConditions when;
    std::variant<PolicyBlock, PolicyApprovals> then;

    bool isBlock() const { return std::holds_alternative<PolicyBlock>(then); }
};

/// A rule book (design.md §11, docs/policy.schema.json), read and checked as a whole.
struct PolicyDocument
{
    std::string name;
    /// Hours after which an operator's statement no longer counts; nothing: it always does.
    std::optional<int> approvalsExpire;
    /// Nothing: whoever sits at the desk may change it.
    std::optional<PolicyChangeTerms> changes;
    std::vector<PolicyRule> rules;
    std::string sha256;  ///< lowercase hex, of the document's bytes
};

/// Strict, and the document as a whole: InvalidInput whose sentence names the member ("rules[2].when.amout")
/// for JSON that is not well-formed or names a member twice; members that are not known, of another type or
/// null; empty lists and entries that occur twice; addresses with a wrong checksum; unknown words, zones and
/// versions; bounds that exclude each other; two rules with one id; anything beyond the limits above.
Result<PolicyDocument> parsePolicy(BytesView bytes);

/// What a policy that was put in force asks of its own change, also where the rest of it cannot be read (any
/// more): a time zone that the system does not have is no reason to be without it. InvalidInput for a member
/// "changes" or "approvalsExpire" that cannot be read.
struct PolicyChangeDemand
{
    std::optional<PolicyChangeTerms> terms;
    std::optional<int> expiryHours;
};
Result<PolicyChangeDemand> policyChangeDemand(BytesView bytes);

}  // namespace countersign
