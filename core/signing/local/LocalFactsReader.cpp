#include "core/signing/local/LocalFactsReader.h"

#include "core/signing/local/LookAlikes.h"
#include "core/signing/local/OtherJobs.h"
#include "core/signing/local/OwnerDerivation.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace countersign {

namespace {

constexpr std::string_view solanaNamespace = "solana";

std::string english(const Error& error)
{
    return error.detail.isEmpty() ? "It cannot be read." : error.detail.toStdString() + ".";
}

std::set<std::string> keysOf(const JobOutline& outline)
{
    std::set<std::string> keys(outline.mentioned.begin(), outline.mentioned.end());
    for (const JobParty& party : outline.parties) {
        keys.insert(party.key);
    }
    return keys;
}

/// One pass over the address book.
class BookPass
{
public:
    BookPass(LocalFacts& facts, LookAlikes& alike)
        : m_facts(facts),
          m_alike(alike),
          m_keys(keysOf(facts.outline)),
          m_kind(chainKind(facts.outline.chain))
    {
        m_needsOwners = std::ranges::any_of(facts.outline.parties,
                                            [](const JobParty& party) { return !party.mints.empty(); });
        for (const std::string& key : m_needsOwners ? facts.outline.mentioned : std::vector<std::string>()) {
            m_owners.push_back(key);
        }
    }

    void take(const AddressEntry& entry)
    {
        if (chainKind(entry.chain) != m_kind) {
            return;
        }
        m_facts.hasAllowList =
            m_facts.hasAllowList || std::ranges::find(entry.lists, allowList) != entry.lists.end();
        m_alike.compare(entry.address, [&entry] { return "“" + entry.name + "” in the address book"; });
        std::string key = addressKeyOf(entry.address);
        if (m_keys.contains(key)) {
            m_facts.entries[std::move(key)].push_back(entry);
        }
        if (m_needsOwners) {
            m_owners.push_back(entry.address);
        }
    }

    void finish(const std::vector<AddressEntry>& entries)
    {
        const bool isCut = m_owners.size() > LocalFactsReader::maxOwners;
        m_owners.resize(std::min(m_owners.size(), LocalFactsReader::maxOwners));
        m_facts.owners = derivedOwners(m_facts.outline.parties, m_owners);
        const auto isOpen = [this](const JobParty& party) {
            return !party.mints.empty() && !m_facts.owners.contains(party.address) &&
                   !m_facts.entries.contains(party.address);
        };
        m_facts.ownersAreCut = isCut && std::ranges::any_of(m_facts.outline.parties, isOpen);
        for (const auto& [account, derived] : m_facts.owners) {
            takeOwner(derived.owner, entries);
        }
    }

private:
    /// What the book says of an owner that only its token account named.
    void takeOwner(const std::string& owner, const std::vector<AddressEntry>& entries)
    {
        if (m_facts.entries.contains(owner)) {
            return;
        }
        for (const AddressEntry& entry : entries) {
            if (entry.address == owner && chainKind(entry.chain) == solanaNamespace) {
                m_facts.entries[owner].push_back(entry);
            }
        }
    }

    LocalFacts& m_facts;
    LookAlikes& m_alike;
    std::set<std::string> m_keys;
    std::string m_kind;
    bool m_needsOwners = false;
    std::vector<std::string> m_owners;
};

void noteEarlierRecipients(const LocalFacts& facts, LookAlikes& alike)
{
    for (const OtherJob& job : facts.signedJobs) {
        for (const JobParty& party : job.outline.parties) {
            alike.compare(party.address,
                          [&job] { return "which job " + job.jobId.substr(0, 12) + "… used"; });
        }
    }
}

}  // namespace

LocalFacts LocalFactsReader::read(const VerifiedJob& job, const JobExplanation& explained,
                                  const meaning::Knowledge& knowledge) const
{
    LocalFacts facts;
    facts.jobId = job.job().jobId;
    facts.digest = job.payload() ? job.payload()->digest : Bytes();
    facts.now = m_clock.now();
    facts.outline = outlineOf(job, explained.explanation);
    LookAlikes alike(facts.outline.parties);
    const Status done = inSnapshot(m_database, [&]() -> Status {
        // First: the manifest must be the first read of a snapshot.
        readBook(facts, alike);
        RETURN_IF_ERROR(readWallets(job.job(), facts, alike));
        const OtherJobs others(m_database, knowledge);
        ASSIGN_OR_RETURN(auto history, others.signedOnes(job.job(), maxSignedJobs));
        facts.signedJobs = std::move(history.jobs);
        facts.historyIsCut = history.isCut;
        facts.unreadableJobs = history.unreadable;
        return readSameNonce(job, others, facts);
    });
    if (!done) {
        facts.failure = english(done.error());
    }
    noteEarlierRecipients(facts, alike);
    facts.lookAlikes = alike.found();
    facts.addressesKnown = alike.compared();
    return facts;
}

void LocalFactsReader::readBook(LocalFacts& facts, LookAlikes& alike) const
{
    const auto entries = m_book.entries(m_database, m_vault);
    if (!entries) {
        facts.bookDoubt = entries.error().code == ErrorCode::BadSignature
                              ? "The address book is not what the programs of this profile wrote last, so "
                                "nothing of it counts. “settings seal” after a look at every entry, or a "
                                "backup, mends it."
                              : "The address book cannot be read. " + english(entries.error());
        return;
    }
    BookPass pass(facts, alike);
    for (const AddressEntry& entry : **entries) {
        pass.take(entry);
    }
    pass.finish(**entries);
}

Status LocalFactsReader::readWallets(const Job& job, LocalFacts& facts, LookAlikes& alike) const
{
    return attempt([&]() -> Status {
        auto byAddress = m_database.statement(
            "SELECT wallet_id, status FROM wallet WHERE address = ? AND "
            "wallet_id <> ? ORDER BY id LIMIT 1");
        for (const JobParty& party : facts.outline.parties) {
            byAddress->reset();
            byAddress->bind(1, party.address);
            byAddress->bind(2, job.walletId);
            if (byAddress->executeStep()) {
                facts.ownWallets[party.key] = {byAddress->getColumn(0).getString(),
                                               byAddress->getColumn(1).getString()};
            }
        }
        if (facts.outline.parties.empty()) {
            return {};
        }
        // An index has all that is asked for.
        auto all = m_database.statement("SELECT address FROM wallet");
        while (all->executeStep()) {
            alike.compare(all->getColumn(0).getText(), [] { return "a wallet of this profile"; });
        }
        return {};
    });
}

Status LocalFactsReader::readSameNonce(const VerifiedJob& job, const OtherJobs& others, LocalFacts& facts)
{
    if (!facts.outline.nonce || !std::holds_alternative<EvmTransactionRequest>(job.content())) {
        return {};
    }
    const auto& request = std::get<EvmTransactionRequest>(job.content());
    ASSIGN_OR_RETURN(auto same, others.withNonce(job.job(), toDecimal(request.chainId),
                                                 std::to_string(*facts.outline.nonce), maxSameNonce));
    facts.sameNonce = std::move(same.jobs);
    facts.unreadableJobs = std::max(facts.unreadableJobs, same.unreadable);
    ASSIGN_OR_RETURN(auto waiting, others.unprepared(job.job(), maxUnprepared));
    facts.unreadableJobs = std::max(facts.unreadableJobs, waiting.unreadable);
    facts.sameNonceIsCut = same.isCut || waiting.isCut;
    std::ranges::copy_if(waiting.jobs, std::back_inserter(facts.sameNonce), [&facts](const OtherJob& other) {
        return other.outline.nonce == facts.outline.nonce && other.outline.chain == facts.outline.chain;
    });
    return {};
}

}  // namespace countersign
