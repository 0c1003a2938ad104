#pragma once

#include "core/addressbook/AddressBookCache.h"
#include "core/base/Clock.h"
#include "core/meaning/Knowledge.h"
#include "core/signing/job/JobExplanation.h"
#include "core/signing/local/LocalFacts.h"
#include "core/vault/Vault.h"
#include "core/vault/database/Database.h"

namespace countersign {

class LookAlikes;
class OtherJobs;

/// Gathers what a profile knows about a job. By index where there is one; the addresses of the book and of
/// the wallets are passed once, whatever their number. Earlier jobs are read again from their documents and
/// explained, so that no row can claim what its document does not say.
class LocalFactsReader
{
public:
    LocalFactsReader(Database& database, const Vault& vault, AddressBookCache& book, const Clock& clock)
        : m_database(database), m_vault(vault), m_book(book), m_clock(clock)
    {}

    /// Of the wallet's signed jobs so many of the newest are compared.
    static constexpr int maxSignedJobs = 200;
    static constexpr int maxSameNonce = 16;
    static constexpr int maxUnprepared = 64;
    /// Owners on Solana whose token accounts are derived: some 20 µs each for a token of a token program.
    static constexpr std::size_t maxOwners = 2'000;

    /// explained: of this job. What cannot be read is told in the facts; a job that cannot be read counts.
    LocalFacts read(const VerifiedJob& job, const JobExplanation& explained,
                    const meaning::Knowledge& knowledge) const;

private:
    void readBook(LocalFacts& facts, LookAlikes& alike) const;
    Status readWallets(const Job& job, LocalFacts& facts, LookAlikes& alike) const;
    static Status readSameNonce(const VerifiedJob& job, const OtherJobs& others, LocalFacts& facts);

    Database& m_database;
    const Vault& m_vault;
    AddressBookCache& m_book;
    const Clock& m_clock;
};

}  // namespace countersign
