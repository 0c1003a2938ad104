#include "core/signing/local/LocalRecipientRules.h"

#include <algorithm>
#include <array>

namespace countersign {

namespace {

using meaning::Finding;
using meaning::Severity;

/// An entry of "eip155:1" says nothing about another chain; where the job names none, all speak.
bool speaksOf(const AddressEntry& entry, std::string_view chain)
{
    return coversChain(entry.chain, chain) || chain == chainKind(entry.chain);
}

bool isIn(const AddressEntry& entry, std::string_view list)
{
    return std::ranges::find(entry.lists, list) != entry.lists.end();
}

/// A party with what the profile knows about it.
class KnownParty
{
public:
    KnownParty(const LocalFacts& facts, const JobParty& party)
        : m_facts(facts), m_party(party), m_key(party.key)
    {
        const auto derived = facts.owners.find(m_key);
        m_owner = derived == facts.owners.end() ? nullptr : &derived->second;
        collect(m_key);
        if (m_owner != nullptr) {
            collect(m_owner->owner);
        }
    }

    const LocalFacts& facts() const { return m_facts; }
    const std::string& address() const { return m_party.address; }
    const std::string& key() const { return m_key; }
    const DerivedOwner* owner() const { return m_owner; }
    const std::vector<const AddressEntry*>& here() const { return m_here; }
    const std::vector<const AddressEntry*>& elsewhere() const { return m_elsewhere; }
    bool isInBook() const { return !m_here.empty() || !m_elsewhere.empty(); }
    bool isOwnWallet() const { return m_facts.ownWallets.contains(m_key); }

    /// Whatever a call does that nobody reads, its contract may keep.
    bool gets() const
    {
        return m_party.isPaid || m_party.isEmpowered || (m_party.isCalled && !m_facts.outline.understood);
    }

    bool isAmong(const std::vector<JobParty>& parties) const
    {
        return std::ranges::any_of(parties, [this](const JobParty& other) {
            return other.key == m_key || (m_owner != nullptr && other.key == m_owner->owner);
        });
    }

private:
    void collect(const std::string& key)
    {
        const auto found = m_facts.entries.find(key);
        if (found == m_facts.entries.end()) {
            return;
        }
        for (const AddressEntry& entry : found->second) {
            (speaksOf(entry, m_facts.outline.chain) ? m_here : m_elsewhere).push_back(&entry);
        }
    }

    const LocalFacts& m_facts;
    const JobParty& m_party;
    const std::string& m_key;
    const DerivedOwner* m_owner = nullptr;
    std::vector<const AddressEntry*> m_here;
    std::vector<const AddressEntry*> m_elsewhere;
};

std::string quoted(const std::string& name)
{
    return "“" + name + "”";
}

std::string listedAs(const char* what, const std::vector<std::string>& labels)
{
    std::string text;
    for (const std::string& label : labels) {
        text += text.empty() ? std::string(" ") + what + ": " : ", ";
        text += label;
    }
    return text.empty() ? text : text + ".";
}

std::string ownerText(const KnownParty& party)
{
    const DerivedOwner& derived = *party.owner();
    return party.address() + " is the associated token account of " + derived.owner + ". " +
           (derived.isToken2022 ? "That it exists already is not proven."
                                : "That it still belongs to that owner is not proven: accounts of the "
                                  "original token program can be given away.");
}

Finding knownOnOtherChain(const KnownParty& party)
{
    const AddressEntry& entry = *party.elsewhere().front();
    return {"recipient.known",
            Severity::Warning,
            "Known on another chain only",
            party.address() + " is " + quoted(entry.name) + " in the address book for " + entry.chain +
                ", and this job is for " + party.facts().outline.chain +
                ". An account that is a contract there belongs to nobody, or to somebody else, here.",
            {party.address()}};
}

std::optional<Finding> knownRecipient(const KnownParty& party)
{
    if (party.here().empty() && party.owner() == nullptr) {
        return party.elsewhere().empty() ? std::nullopt : std::optional(knownOnOtherChain(party));
    }
    std::string title = "An owner is known by derivation";
    std::string detail;
    if (!party.here().empty()) {
        const AddressEntry& entry = *party.here().front();
        title = "In the address book: " + quoted(entry.name);
        detail = entry.address + " is " + quoted(entry.name) + " (" + entry.chain + ")." +
                 listedAs("Tags", entry.tags) + listedAs("Lists", entry.lists);
    }
    if (party.owner() != nullptr) {
        detail = ownerText(party) + (detail.empty() ? "" : " " + detail);
    }
    return Finding{"recipient.known", Severity::Info, title, detail, {party.address()}};
}

std::string historyText(const LocalFacts& facts)
{
    std::string text = facts.historyIsCut ? "None of the newest " + std::to_string(facts.signedJobs.size()) +
                                                " jobs that were signed here with this wallet"
                                          : "Nothing that was signed here with this wallet";
    const auto unread =
        std::ranges::count_if(facts.signedJobs, [](const OtherJob& job) { return !job.outline.understood; });
    if (unread > 0) {
        text += " (as far as it is understood, which " + std::to_string(unread) + " jobs are not)";
    }
    return text;
}

std::optional<Finding> neverUsed(const KnownParty& party)
{
    const LocalFacts& facts = party.facts();
    const bool wasUsed = std::ranges::any_of(
        facts.signedJobs, [&party](const OtherJob& job) { return party.isAmong(job.outline.parties); });
    if (!party.gets() || wasUsed) {
        return std::nullopt;
    }
    if (facts.unreadableJobs > 0) {
        return Finding{"recipient.neverUsed",
                       Severity::Error,
                       "Whether the recipient was used before could not be checked",
                       std::to_string(facts.unreadableJobs) +
                           " earlier jobs of this wallet cannot be read, and none of the others went to " +
                           party.address() + ".",
                       {party.address()}};
    }
    const bool isKnown = !party.here().empty() || party.isOwnWallet();
    return Finding{"recipient.neverUsed",
                   isKnown ? Severity::Info : Severity::Warning,
                   "Never used before",
                   historyText(facts) + " went to " + party.address() + " or gave it power.",
                   {party.address()}};
}

std::optional<Finding> blocked(const KnownParty& party)
{
    const auto isBlocked = [](const AddressEntry* entry) { return isIn(*entry, blockList); };
    const auto here = std::ranges::find_if(party.here(), isBlocked);
    const auto elsewhere = std::ranges::find_if(party.elsewhere(), isBlocked);
    if (here != party.here().end()) {
        return Finding{"recipient.blocked",
                       Severity::Critical,
                       "On the block list",
                       party.address() + " is in the list “block” of the address book, as " +
                           quoted((*here)->name) + ".",
                       {party.address()}};
    }
    if (elsewhere != party.elsewhere().end()) {
        return Finding{"recipient.blocked",
                       Severity::Warning,
                       "On the block list of another chain",
                       party.address() + " is in the list “block” of the address book, as " +
                           quoted((*elsewhere)->name) + " for " + (*elsewhere)->chain + ".",
                       {party.address()}};
    }
    return std::nullopt;
}

std::optional<Finding> notAllowed(const KnownParty& party)
{
    const bool isAllowed =
        std::ranges::any_of(party.here(), [](const AddressEntry* entry) { return isIn(*entry, allowList); });
    if (!party.facts().hasAllowList || !party.gets() || isAllowed) {
        return std::nullopt;
    }
    return Finding{"recipient.notAllowed",
                   Severity::Warning,
                   "Not on the allow list",
                   "The address book has a list “allow”, and " + party.address() + " is not in it for " +
                       party.facts().outline.chain + ".",
                   {party.address()}};
}

std::optional<Finding> lookAlike(const KnownParty& party)
{
    constexpr std::size_t fewEqual = 4;
    constexpr std::size_t manyEqual = 6;
    const LocalFacts& facts = party.facts();
    const auto found = std::ranges::find(facts.lookAlikes, party.key(), &LookAlike::address);
    if (found == facts.lookAlikes.end() || party.isInBook() || party.isOwnWallet()) {
        return std::nullopt;
    }
    const bool both = found->atBegin >= fewEqual && found->atEnd >= fewEqual;
    const std::size_t wanted = facts.addressesKnown <= fewKnownAddresses ? fewEqual : manyEqual;
    if (!both && std::max(found->atBegin, found->atEnd) < wanted) {
        return std::nullopt;
    }
    const std::string how = both                            ? " begins and ends like "
                            : found->atBegin > found->atEnd ? " begins like "
                                                            : " ends like ";
    return Finding{"recipient.lookAlike",
                   both ? Severity::Critical : Severity::Warning,
                   "Looks like another address",
                   party.address() + how + found->other + ", " + found->whose +
                       ", and is another one. Compare every character.",
                   {party.address(), found->other}};
}

std::optional<Finding> ownWallet(const KnownParty& party)
{
    const auto found = party.facts().ownWallets.find(party.key());
    if (found == party.facts().ownWallets.end()) {
        return std::nullopt;
    }
    return Finding{"recipient.ownWallet",
                   Severity::Info,
                   "A wallet of this profile",
                   party.address() + " is wallet " + found->second.walletId + " of this profile (" +
                       found->second.status + ").",
                   {party.address()}};
}

using PartyRule = std::optional<Finding> (*)(const KnownParty& party);
constexpr std::array<PartyRule, 6> partyRules = {blocked,   lookAlike,      notAllowed,
                                                 neverUsed, knownRecipient, ownWallet};

/// Addresses that occur somewhere: the spender whose allowance is taken away, a contract inside of a call.
void checkMentioned(const LocalFacts& facts, std::vector<Finding>& findings)
{
    for (const std::string& address : facts.outline.mentioned) {
        const auto found = facts.entries.find(address);
        const bool isBlocked =
            found != facts.entries.end() && std::ranges::any_of(found->second, [](const AddressEntry& entry) {
                return isIn(entry, blockList);
            });
        if (isBlocked) {
            findings.push_back({"recipient.blocked",
                                Severity::Warning,
                                "An address of the block list occurs",
                                found->second.front().address +
                                    " is in the list “block” of the address book, as " +
                                    quoted(found->second.front().name) + ", and occurs in what is signed.",
                                {found->second.front().address}});
        }
    }
}

void couldNotRun(const char* id, const std::string& what, const std::string& why,
                 std::vector<Finding>& findings)
{
    findings.push_back({id, Severity::Error, what + " could not be checked", why, {}});
}

void tellWhatDidNotRun(const LocalFacts& facts, std::vector<Finding>& findings)
{
    if (facts.bookDoubt) {
        couldNotRun("recipient.blocked", "The block list", *facts.bookDoubt, findings);
        couldNotRun("recipient.notAllowed", "The allow list", *facts.bookDoubt, findings);
        couldNotRun("recipient.lookAlike", "Likeness to the address book", *facts.bookDoubt, findings);
    }
    if (facts.hasAllowList && !facts.outline.understood) {
        couldNotRun("recipient.notAllowed", "The allow list",
                    "What is signed is not understood, so that it cannot be told who gets something.",
                    findings);
    }
    if (facts.ownersAreCut) {
        couldNotRun("recipient.known", "Whose token account it is",
                    "The address book has more owners on Solana than are tried, and none of those that were "
                    "tried owns the token account by derivation.",
                    findings);
    }
}

}  // namespace

void checkRecipients(const LocalFacts& facts, std::vector<meaning::Finding>& findings)
{
    for (const JobParty& one : facts.outline.parties) {
        const KnownParty party(facts, one);
        for (const PartyRule rule : partyRules) {
            if (std::optional<Finding> found = rule(party)) {
                findings.push_back(std::move(*found));
            }
        }
    }
    checkMentioned(facts, findings);
    tellWhatDidNotRun(facts, findings);
}

}  // namespace countersign
